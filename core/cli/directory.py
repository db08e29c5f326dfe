"""`uptake directory import`: employees and reporting lines, from a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

import click

from core import settings as configuration
from core.admin.access import operator
from core.admin.directory import DirectoryChange, import_directory
from core.admin.storage import opened
from core.errors import DirectoryError
from core.people.roster import Refused
from core.people.table import MAX_BYTES


@click.group()
def directory() -> None:
    """Employees and who reports to whom."""


@directory.command("import")
@click.argument("file", type=click.File("rb"), metavar="FILE.csv")
def import_file(file: IO[bytes]) -> None:
    """Import a directory file: employees and their managers.

    The first line names the columns: email, name and manager_email; optional are employee_id, title, department,
    location, start_date and end_date (the last day, as YYYY-MM-DD). People whom the file does not mention stay as they
    are; who has left is marked by an end_date.

    Lines with a fault are left out and named on standard error, the others are imported. The exit status is 1 when
    nothing could be imported.
    """
    settings = configuration.load()
    data = file.read(MAX_BYTES + 1)
    with opened(settings, upgrade=True) as database:
        change = import_directory(operator(), database, data)
    _tell("left out", change.refused)
    _tell("note", change.notes)
    imported = change.added + change.changed + change.unchanged
    if imported == 0:
        raise DirectoryError(f"No line of {file.name} could be imported; the directory stays as it was.")
    click.echo(_summary(change))


def _tell(kind: str, lines: Iterable[Refused]) -> None:
    for refused in lines:
        value = f"“{refused.value}”: " if refused.value else ""
        click.echo(f"line {refused.line} ({kind}): {value}{refused.reason}", err=True)


def _summary(change: DirectoryChange) -> str:
    people = f"{change.added} added, {change.changed} changed, {change.unchanged} unchanged"
    left_out = f" {len(change.refused)} lines were left out." if change.refused else ""
    return (
        f"People: {people}; {change.moved} moved to another manager; "
        f"{change.absent} of the directory are not in the file and stay as they are.{left_out}"
    )
