"""`uptake restored`: going on after a database was put back from a backup."""

from __future__ import annotations

import click

from core import settings as configuration
from core.admin import restored as admin
from core.admin.access import operator
from core.admin.storage import opened


@click.command()
def restored() -> None:
    """Go on after the database was put back from a backup.

    Until then nothing is shown. All sessions end, and roles that were given in Uptake are taken, since some may have
    been taken after the backup was made; admins of UPTAKE_ADMINS stay. What the access log lost is put on record.
    """
    with opened(configuration.load(), upgrade=True) as database:
        done = admin.restored(operator(), database)
    for sentence in done.log.wrong:
        click.echo(sentence)
    click.echo("All sessions are ended. The access log goes on from the present state of the database.")
    for grant in done.taken:
        click.echo(f"Taken: {grant.role} from {grant.email}, to be given again with `uptake roles grant`.")
    if not done.taken:
        click.echo("Nobody had been given a role in Uptake.")
