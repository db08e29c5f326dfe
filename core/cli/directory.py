"""`uptake directory …`: employees and reporting lines, from a file and back into one."""

from __future__ import annotations

import csv
import datetime as dt
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, TypeVar

import click

from core import settings as configuration
from core.admin import directory_imports, directory_people, directory_source
from core.admin.access import operator
from core.admin.directory_imports import Change, ImportPlan, ImportPreview, Move, Refused, RosterRow
from core.admin.storage import opened
from core.cli.days import DayOption
from core.cli.files import written_whole
from core.errors import DirectoryError
from core.people.table import MAX_BYTES, check_size
from core.people.text import plain_cell

_Somebody = TypeVar("_Somebody", Change, Move, RosterRow)

_NAMED = 50
"""Lines, and people, of each kind that are named; a file takes all lines that are left out."""


@click.group()
def directory() -> None:
    """Employees and who reports to whom."""


@directory.command("import")
@click.argument("file", type=click.File("rb"), metavar="FILE.csv")
@click.option("--dry-run", is_flag=True, help="Name who would change and how, and change nothing.")
@click.option("--yes", is_flag=True, help="Apply it even when it does something that has to be confirmed.")
@click.option("--part", is_flag=True, help="The file holds only some people; the others stay as they are.")
@click.option("--on", type=DayOption(), metavar="DATE", help="Valid from this day on. Default: today.")
@click.option("--problems", type=click.Path(dir_okay=False, path_type=Path), metavar="OUT.csv", help="Write them all.")
def import_file(
    file: IO[bytes], *, dry_run: bool, yes: bool, part: bool, on: dt.datetime | None, problems: Path | None
) -> None:
    """Import a directory file: employees and their managers.

    The first line names the columns: email, name and manager_email; optional are employee_id, title, department,
    location, start_date and end_date (the last day, as YYYY-MM-DD). The file names everybody: people whom it does not
    mention have left and are archived. With --part they stay as they are. Changed reporting lines hold from today on;
    --on names an earlier day for what is entered late, but not before the day of a line that the file would change.

    Lines with a fault are left out and named on standard error, the first 50 of them; --problems writes all of them,
    and reporting lines that are not used, to a file. The others are imported. An import by which more than a fifth of
    the people who work here would not any more, today or within the next 31 days, which archives anybody while a line
    that is left out does not say whose it is, takes the manager from more than a fifth, sets somebody above most of
    them, gives somebody who comes back the old team, or changes an address by which somebody is an admin, is applied
    with --yes only; one that takes away the last admin never is. With --dry-run the first 50 people of each kind of
    change are named, and what has to be confirmed. A file that changes nothing is told, and is no import to be undone.
    The exit status is 1 when the file was not taken in.
    """
    settings = configuration.load()
    data = _content(file)
    admin = operator()
    with opened(settings, upgrade=True) as database:
        day = on.date() if on else None
        shown = directory_imports.preview(admin, database, settings, data, _name_of(file), complete=not part, on=day)
        _tell(shown)
        if problems is not None:
            _write_problems(problems, shown)
        if dry_run:
            _rehearse(shown.plan)
            return
        if shown.plan.concerns and not yes:
            raise DirectoryError(_asked(shown.plan))
        plan = directory_imports.apply(admin, database, shown, confirmed=yes)
    click.echo(plan.in_words)


@directory.command()
def undo() -> None:
    """Take back the last import that stands: people and reporting lines are as before it.

    Repeat it to go further back; the last 20 imports can be undone.
    """
    settings = configuration.load()
    admin = operator()
    with opened(settings, upgrade=False) as database:
        last = next((entry for entry in directory_imports.history(admin, database) if entry.undoable), None)
        if last is None:
            raise DirectoryError("There is no import that could be undone. Nothing was changed.")
        directory_imports.undo(admin, database, settings, last.id)
    click.echo(f"The import of {last.source} by {last.by} on {last.at:%Y-%m-%d %H:%M} UTC was undone.")


@directory.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Else standard output.")
def export(out: Path | None) -> None:
    """Write the directory as a CSV file that can be imported again."""
    settings = configuration.load()
    with opened(settings, upgrade=False) as database:
        if out is None:
            sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
            directory_people.write_csv(operator(), database, sys.stdout)
        else:
            with written_whole(out) as file:
                directory_people.write_csv(operator(), database, file)


@directory.command()
def status() -> None:
    """Say how large the directory is, what in it needs a look, and how the last imports went."""
    settings = configuration.load()
    admin = operator()
    with opened(settings, upgrade=False) as database:
        counts = directory_people.counts(admin, database, dt.datetime.now(dt.UTC).date())
        imports = directory_imports.history(admin, database, 5)
        problems = directory_imports.problems(admin, database)
        scheduled = directory_source.state(admin, database)
    later = f"{counts.later:,} not here yet, " if counts.later else ""
    click.echo(
        f"{counts.people:,} people in {counts.teams:,} teams, {counts.tops:,} without a manager, {later}"
        f"{counts.archived:,} archived; {counts.under_archived:,} report to somebody who has left."
    )
    if scheduled is not None and settings.directory_source is not None:
        what = scheduled.problem or f"{scheduled.state}. {scheduled.message}"
        click.echo(f"Scheduled file {scheduled.place}, read {scheduled.checked_at:%Y-%m-%d %H:%M} UTC: {what}")
    for entry in imports:
        undone = f" (undone by {entry.undone_by})" if entry.undone_at else ""
        click.echo(
            f"{entry.at:%Y-%m-%d %H:%M} UTC, {entry.by}: {entry.source}: {entry.added:,} added, {entry.changed:,} "
            f"changed, {entry.archived:,} archived, {entry.rehired:,} rehired, {entry.moved:,} moved{undone}"
        )
    _name("last import", problems)


def _content(file: IO[bytes]) -> bytes:
    with suppress(OSError):  # what comes through a pipe has no size before it is read
        check_size(os.fstat(file.fileno()).st_size)
    return file.read(MAX_BYTES + 1)


def _name_of(file: IO[bytes]) -> str:
    name = getattr(file, "name", None)
    return Path(name).name if isinstance(name, str) and not name.startswith("<") else "standard input"


def _tell(shown: ImportPreview) -> None:
    for remark in shown.remarks:
        click.echo(remark, err=True)
    _name("left out", shown.plan.refused)
    _name("note", shown.plan.notes)


def _rehearse(plan: ImportPlan) -> None:
    """Say what the import would do: how many people and which, and whether it would ask first."""
    unused = {address for note in plan.notes for address in note.about}

    def above(row: RosterRow) -> str:
        return f"reports to {'nobody' if row.email in unused else row.manager_email or 'nobody'}"

    click.echo(plan.in_words)
    if plan.is_empty:
        return
    _name_people("added", plan.added, above)
    _name_people("changed", plan.changed, _what)
    _name_people("moved", plan.moved, lambda move: f"from {move.before or 'nobody'} to {move.after or 'nobody'}")
    _name_people("archived", plan.archived, _what)
    _name_people("rehired", plan.rehired, _what)
    click.echo(_asked(plan) if plan.concerns else "Nothing was changed.")


def _asked(plan: ImportPlan) -> str:
    return f"{' '.join(plan.concerns)} Nothing was changed. To import it all the same, add --yes."


def _what(change: Change) -> str:
    return change.what


def _name_people(kind: str, people: Sequence[_Somebody], what: Callable[[_Somebody], str]) -> None:
    for person in people[:_NAMED]:
        where = "not in the file" if person.line is None else f"line {person.line}"
        click.echo(f"{where} ({kind}): {person.name} ({person.email}): {what(person)}")
    if len(people) > _NAMED:
        click.echo(f"… and {len(people) - _NAMED:,} more ({kind})")


def _write_problems(out: Path, shown: ImportPreview) -> None:
    with written_whole(out) as file:
        writer = csv.writer(file)
        writer.writerow(("kind", "line", "value", "reason"))
        for kind, lines in (("left out", shown.plan.refused), ("note", shown.plan.notes)):
            writer.writerows((kind, each.line, plain_cell(each.value), plain_cell(each.reason)) for each in lines)


def _name(kind: str, lines: Iterable[Refused]) -> None:
    lines = list(lines)
    for refused in lines[:_NAMED]:
        value = f"“{refused.value}”: " if refused.value else ""
        where = f"line {refused.line}" if refused.line else "earlier file"
        click.echo(f"{where} ({kind}): {value}{refused.reason}", err=True)
    if len(lines) > _NAMED:
        click.echo(
            f"… and {len(lines) - _NAMED:,} more ({kind}); `uptake directory import --dry-run --problems OUT.csv` "
            "writes all of a file.",
            err=True,
        )
