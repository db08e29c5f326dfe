"""`uptake export verify`: are the figures of a review export those of then, and what would they be today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import click

from core import audit
from core import settings as configuration
from core.admin.access import operator
from core.admin.review_records import FileRecord, days_stored_at, note_verified, records_of
from core.admin.storage import Database, opened
from core.errors import UptakeError
from core.reports.exports.reading import Contents, read
from core.reports.exports.verify import Difference, VerifyResult, rebuilt
from core.viewers import Role
from core.visibility import Viewer, scope_of

_PLACE = "uptake export verify"
_MOST = 20

_WHY = (
    "Why it may be so: the file was changed; or whose Claude account is whose, or the directory with its dates of "
    "employment, was changed since, for accounts and people are always today's; or somebody who had no Claude "
    "account then has one now, so that what was empty is a zero; or the definitions are others now; or "
    "the database was restored from an older copy."
)


class NotAsThen(UptakeError):
    """A file's figures are not those that the ledger gives for its moment, or the file was changed."""


@click.command(short_help="Tell the figures of a review again, and compare.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(file: Path) -> None:
    """Tell the figures of a review export again, as the data was when it was made, and compare.

    Says whether the file is as it was made, whether its figures are those of then, and what they would be today. For
    who runs Uptake: it reads the usage of the file's people, and is logged. The exit status is 1 when anything differs.
    """
    parts = read(file)
    with opened(configuration.load(), upgrade=False) as database, audit.at(_PLACE, by=audit.COMMAND_LINE):
        wrong = [_verified(database, contents, several=len(parts) > 1) for contents in parts]
    if any(wrong):
        raise NotAsThen("This file does NOT hold the figures of then, or was changed.")
    click.echo("The file holds the figures of then.")


def _verified(database: Database, contents: Contents, *, several: bool) -> bool:
    """Say everything about one part; True when something is wrong."""
    said = contents.said
    if several:
        click.echo(f"{contents.name}:")
    click.echo(
        f"Export {said.export_id}, made {said.made_at} by {said.made_by}: {said.scope}, {said.first_day} to "
        f"{said.last_day}, data through {said.data_through}."
    )
    changed = _file_changed(database, contents)
    found = _told_again(database, contents)
    note_verified(operator(), database, said.export_id, changed=changed, differences=len(found.differences))
    if found.definitions is not None:
        click.echo(f"The definitions are others now ({found.definitions}) than in the file ({said.definitions}).")
    if found.gone:
        click.echo(f"{found.gone} people of the file are in the directory no more.")
    _say("as of then", found.differences)
    if found.differences:
        click.echo(_WHY)
    _say("of today", found.today)
    return changed or bool(found.differences)


def _file_changed(database: Database, contents: Contents) -> bool:
    """Say whether the file is as it was made: byte for byte, or at least in its data."""
    records = records_of(operator(), database, contents.said.export_id)
    if not contents.is_unchanged:
        click.echo("The data in the file was CHANGED: it does not have the checksum that the file states.")
        return True
    if any(record.digest == contents.digest for record in records):
        click.echo("The file is byte for byte as it was made.")
        return False
    return _saved_anew(records, contents)


def _saved_anew(records: Sequence[FileRecord], contents: Contents) -> bool:
    if not records:
        click.echo("This installation has no record of having made the file; it may be of another, or forged.")
        return True
    if contents.said.checksum not in {record.checksum for record in records}:
        click.echo(
            "The data in the file was CHANGED, and its checksum with it: another one was noted when it was made."
        )
        return True
    if contents.name.endswith(".pdf"):
        click.echo("The PDF was CHANGED after it was made. What is attached is as it was; its pages may not be.")
        return True
    click.echo("The file was saved anew since it was made; its data is as it was.")
    return False


def _told_again(database: Database, contents: Contents) -> VerifyResult:
    everything = Viewer(audit.COMMAND_LINE, "", None, frozenset({Role.ADMIN}), sees_everyone=True)
    moment = contents.said.as_of
    stored = {} if moment is None else days_stored_at(operator(), database, dt.datetime.fromisoformat(moment))
    return rebuilt(scope_of(database, everything), contents, stored)


def _say(when: str, differences: Sequence[Difference]) -> None:
    if not differences:
        click.echo(f"The figures {when} are equal.")
        return
    click.echo(f"{len(differences)} figures {when} are others:")
    for difference in differences[:_MOST]:
        click.echo(f"  {difference}")
    if len(differences) > _MOST:
        click.echo(f"  … and {len(differences) - _MOST} more.")
