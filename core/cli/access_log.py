"""`uptake log`: is the access log as it was written, and going on after a change of the key."""

from __future__ import annotations

import click

from core import audit
from core import settings as configuration
from core.admin.storage import opened
from core.audit import Verification
from core.errors import UptakeError

_MOST = 20


class LogTampered(UptakeError):
    """The access log is not as it was written."""


@click.group("log")
def access_log() -> None:
    """The access log: who looked at whose numbers, and what admins did."""


@access_log.command()
def verify() -> None:
    """Examine every entry of the access log.

    Finds entries that were changed, removed, added or put in another order, an end that was cut off, and a database
    that was restored from an older copy. The exit status is 1 when anything is not as it was written.
    """
    with opened(configuration.load(), upgrade=False) as database:
        found = audit.verify(database)
    _say(found)
    if found.wrong:
        raise LogTampered("The access log is NOT as it was written.")
    click.echo("The access log is as it was written.")


@access_log.command()
def renew() -> None:
    """Go on writing after UPTAKE_SECRET_KEY was changed; after a restored backup, `uptake restored` does.

    What `uptake log verify` finds now is counted in a new entry, which binds everything before it.
    """
    with opened(configuration.load(), upgrade=False) as database:
        found = audit.renew(database)
    _say(found)
    click.echo("The access log goes on under the present key, from the present state of the database.")


def _say(found: Verification) -> None:
    newest = "" if found.newest is None else f", the newest of {found.newest:%Y-%m-%d %H:%M} UTC"
    click.echo(f"{found.entries} entries{newest}.")
    for sentence in found.notes:
        click.echo(sentence)
    for sentence in found.wrong[:_MOST]:
        click.echo(sentence, err=True)
    if len(found.wrong) > _MOST:
        click.echo(f"… and {len(found.wrong) - _MOST} findings more.", err=True)
