"""`uptake doctor`: what is in order, and what to do about the rest."""

from __future__ import annotations

import click

from core import settings as configuration
from core.admin.access import operator
from core.admin.checks import Check, Level, examine
from core.errors import SettingsError


@click.command(short_help="Examine the installation.")
@click.pass_context
def doctor(context: click.Context) -> None:
    """Examine the installation: settings, files, database, sign-in, the connection to Claude, the clock.

    Each line says ok, attention or broken, and what to do. The exit status is 1 when something is broken.
    """
    try:
        settings = configuration.load()
    except SettingsError as error:
        _tell(Check(Level.BROKEN, "settings", str(error)))
        context.exit(1)
    _tell(Check(Level.OK, "settings", "All settings make sense."))
    broken = False
    for check in examine(operator(), settings):
        _tell(check)
        broken = broken or check.level is Level.BROKEN
    context.exit(1 if broken else 0)


def _tell(check: Check) -> None:
    click.echo(f"{check.level:10}{check.subject}: {check.sentence}")
