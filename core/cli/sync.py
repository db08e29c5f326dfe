"""`uptake sync`: one sync now, by this process or by the daemon that is at work."""

from __future__ import annotations

import logging
import time

import click

from core import settings as configuration
from core.admin.access import ConnectionAdmin, operator
from core.admin.status import status
from core.admin.storage import Database, opened
from core.admin.syncs import recent_runs, request_sync
from core.logs import configure_logging
from core.settings import Settings
from core.sync import daemon

_POLL_SECONDS = 0.5


@click.command(short_help="Do one sync now.")
@click.option("--once", is_flag=True, expose_value=False, help="The default, and the only way.")
@click.pass_context
def sync(context: click.Context) -> None:
    """Do one sync now, and say how it went.

    When a sync daemon is at work, it is asked to do it, as only one process writes at a time. The exit status is 1
    unless every day that was due could be read.
    """
    settings = configuration.load()
    configure_logging(settings.log_format, logging.WARNING)  # how the run ends is said below
    with opened(settings, upgrade=True) as database:
        ended = _by_daemon(operator(), database, settings)
        outcome, message = ended or _here(settings)
    click.echo(message, err=outcome != "ok")
    context.exit(0 if outcome == "ok" else 1)


def _here(settings: Settings) -> tuple[str, str]:
    daemon.stop_on_signals()
    try:
        report = daemon.run_once(settings)
    except daemon.Stop:
        return "stopped", "The sync was stopped. Days that were read are stored; the next sync goes on from there."
    return report.outcome, report.message


def _by_daemon(admin: ConnectionAdmin, database: Database, settings: Settings) -> tuple[str, str] | None:
    """Ask whoever holds the lease, and wait for a run that began after that; None when nobody does, or ends before."""
    daemon_now = status(admin, database, settings).daemon
    if not daemon_now.alive:
        return None
    newest = max((run.id for run in recent_runs(admin, database, limit=1)), default=0)
    request_sync(admin, database)
    click.echo(f"A sync is at work ({daemon_now.holder}) and was asked to sync now; waiting for it…", err=True)
    while status(admin, database, settings).daemon.alive:
        for run in recent_runs(admin, database, limit=5):
            if run.id > newest and run.finished_at is not None:
                return run.outcome, run.message
        time.sleep(_POLL_SECONDS)
    click.echo("It ended before it did the sync, so this command does it.", err=True)
    return None
