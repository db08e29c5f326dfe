"""Imports of the directory: shown before they are done, done in one transaction, kept on record.

The preview that was shown is the one that is applied. When the directory changed in between, and the same file would
do something else by now, nothing is done and the file has to be looked at again.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from core.errors import DirectoryError
from core.people.comparison import compare
from core.people.guards import about_admins
from core.people.plan import COUNTED, ImportPlan
from core.people.roster import RosterFile
from core.store.access import admins, roles
from core.store.directory import (
    directory,
    directory_lines,
    directory_matches,
    directory_notes,
    directory_people,
    directory_undo,
)
from core.store.engine import versions
from core.store.hierarchy import organisation
from core.store.hierarchy.organisation import Organisation
from core.store.tables.directory import DIRECTORY_IMPORT

_LOOK_AGAIN = (
    "{} since this preview was made, and the file would do something else now. Nothing was changed; look at the "
    "preview again."
)

UNDOABLE = 20
"""The newest imports can be undone; what takes older ones back is thrown away."""


class DirectoryChanged(DirectoryError):
    """The directory is not any more the one that the preview was made for; nothing was changed."""


class Unconfirmed(DirectoryError):
    """The import would do something that an admin has to confirm first; the text says what. Nothing was changed."""


class LastAdmin(DirectoryError):
    """Nobody would be an admin after it, or nobody without a last day; nothing was changed."""


@dataclass(frozen=True)
class ImportPreview:
    """A file read and compared with the directory, on a day. `complete`: people whom it does not mention are archived.

    `on` is that day where somebody named it, for what is entered late. `remarks` are about the file as a whole, such as
    columns left out. `listed` are the addresses of UPTAKE_ADMINS.
    """

    source: str
    roster: RosterFile
    complete: bool
    today: dt.date
    version: int
    plan: ImportPlan
    remarks: tuple[str, ...]
    before: Organisation
    """The directory as arrays, so that applying the preview need not read it again."""
    listed: frozenset[str]
    on: dt.date | None = None


@dataclass(frozen=True)
class Import:
    """An import on record; the counts are people, `refused` lines. `undoable`: its turn to be undone is now."""

    id: int
    at: dt.datetime
    by: str
    source: str
    added: int
    changed: int
    moved: int
    archived: int
    rehired: int
    refused: int
    undone_at: dt.datetime | None
    undone_by: str | None
    undoable: bool


def preview(
    connection: Connection,
    roster: RosterFile,
    source: str,
    today: dt.date,
    *,
    complete: bool,
    listed: frozenset[str] = frozenset(),
    on: dt.date | None = None,
) -> ImportPreview:
    """What the file would change now, or would have changed `on` a day; `source` is its name in the record.

    `listed` are the addresses of UPTAKE_ADMINS in canonical form; where none are given, only roles make an admin.
    """
    version = versions.read(connection, versions.DIRECTORY)
    day = on or today
    plan = _planned(connection, roster, day, today, complete=complete, listed=listed)
    before = organisation.load(connection, texts=False)
    return ImportPreview(
        source, roster, complete, day, version, plan, directory_notes.remarks(roster, plan), before, listed, on
    )


def check_day(connection: Connection, shown: ImportPreview, today: dt.date) -> None:
    """Refuse a day that was named for an import and on which it could not have been done.

    Raises:
        DirectoryError: it lies in the future, or a later reporting line is known of somebody whom the file moves or
            archives. Nothing was changed.
    """
    if shown.on is None:
        return
    if shown.on > today:
        raise DirectoryError(
            f"The day {shown.on} lies in the future. Nothing was changed; import the file on that day."
        )
    people = {move.id: move.email for move in shown.plan.moved}
    people |= {change.id: change.email for change in shown.plan.archived}
    later = directory_lines.changed_after(connection, people, shown.on, today)
    if later is not None:
        person, day = later
        raise DirectoryError(
            f"The day {shown.on} lies before {day}, on which the reporting line of {people[person]} changed, and the "
            "file would change it again. Nothing was changed; give that day or a later one, or leave the person out."
        )


def take_in(connection: Connection, shown: ImportPreview, by: str, now: dt.datetime, *, confirmed: bool) -> int | None:
    """Do what the preview said, in the caller's transaction; the import's id, None when there is nothing to change.

    Changed reporting lines hold from the preview's day. What changes nothing is no import that could be undone.

    Raises:
        DirectoryChanged: the same file would do something else by now.
        Unconfirmed: the plan has concerns, and nobody confirmed them.
        LastAdmin: it takes away the last admin.
    """
    organisation.lock(connection)
    today = shown.on or now.date()
    plan = _still(connection, shown, now.date())
    if plan.is_empty:
        _note_again(connection, shown.roster, plan, today)
        return None
    if plan.concerns and not confirmed:
        raise Unconfirmed(" ".join(("The import was not applied.", *plan.concerns)))
    matches = directory_matches.before(connection, plan)
    with admins.kept(connection, shown.listed, now.date(), LastAdmin):
        displaced = directory.write(connection, plan, today, shown.before if plan is shown.plan else None)
    statement = insert(DIRECTORY_IMPORT).values(
        at=now,
        by=by,
        source=shown.source,
        **counts_of(plan),
        notes=directory_notes.noted(connection, shown.roster, plan, today),
        highest_id=directory_people.highest_id(connection),
        inverse=directory_undo.inverse(plan, displaced, matches),
    )
    number = connection.execute(statement.returning(DIRECTORY_IMPORT.c.id)).scalar_one()
    old = DIRECTORY_IMPORT.c.id <= number - UNDOABLE
    connection.execute(update(DIRECTORY_IMPORT).where(old).values(inverse=None))
    return int(number)


def _note_again(connection: Connection, roster: RosterFile, plan: ImportPlan, today: dt.date) -> None:
    """What needs a look is what this file leaves out, be it mended or new; the last import that stands names it."""
    last = select(func.max(DIRECTORY_IMPORT.c.id)).where(DIRECTORY_IMPORT.c.undone_at.is_(None)).scalar_subquery()
    notes = directory_notes.noted(connection, roster, plan, today)
    connection.execute(update(DIRECTORY_IMPORT).where(DIRECTORY_IMPORT.c.id == last).values(notes=notes))


def _planned(
    connection: Connection, roster: RosterFile, day: dt.date, now: dt.date, *, complete: bool, listed: frozenset[str]
) -> ImportPlan:
    people = directory_people.load(connection)
    first = directory_people.highest_id(connection) + 1
    plan = compare(roster, people, day, complete=complete, first_id=first, now=now)
    touched = about_admins(plan, listed, roles.holders(connection))
    return dataclasses.replace(plan, concerns=(*plan.concerns, *touched))


def _still(connection: Connection, shown: ImportPreview, now: dt.date) -> ImportPlan:
    """The plan of the preview, if the file would still do just that, to the same admins."""
    day = shown.on or now
    if (versions.read(connection, versions.DIRECTORY), day) == (shown.version, shown.today):
        touched = about_admins(shown.plan, shown.listed, roles.holders(connection))
        if not set(touched) <= set(shown.plan.concerns):
            raise DirectoryChanged(_LOOK_AGAIN.format("A role was given"))
        return shown.plan
    fresh = _planned(connection, shown.roster, day, now, complete=shown.complete, listed=shown.listed)
    if fresh != shown.plan:
        raise DirectoryChanged(_LOOK_AGAIN.format("The directory was changed"))
    return fresh


def undo_last(
    connection: Connection, number: int, by: str, now: dt.datetime, listed: frozenset[str] = frozenset()
) -> None:
    """Take an import back, in the caller's transaction: the directory is as it was before it. `listed`: see `preview`.

    Raises:
        LastAdmin: it takes away the last admin.
        DirectoryError: it is not the last import that stands, or something depends on it by now.
    """
    organisation.lock(connection)
    if number != _next_to_undo(connection):
        raise DirectoryError(
            "Only the last import that stands can be undone, and an import that is not older than the last "
            f"{UNDOABLE}. Undo the later ones first; nothing was changed."
        )
    packed = connection.execute(select(DIRECTORY_IMPORT.c.inverse).where(DIRECTORY_IMPORT.c.id == number)).scalar_one()
    with admins.kept(connection, listed, now.date(), LastAdmin):
        directory_undo.take_back(connection, packed)
    values = {"undone_at": now, "undone_by": by, "inverse": None}
    connection.execute(update(DIRECTORY_IMPORT).where(DIRECTORY_IMPORT.c.id == number).values(**values))


def history(connection: Connection, limit: int) -> list[Import]:
    """The latest imports, the newest first."""
    turn = _next_to_undo(connection)
    columns = [DIRECTORY_IMPORT.c[name] for name in Import.__dataclass_fields__ if name != "undoable"]
    rows = connection.execute(select(*columns).order_by(DIRECTORY_IMPORT.c.id.desc()).limit(limit))
    return [Import(**row, undoable=row["id"] == turn) for row in rows.mappings()]


def _next_to_undo(connection: Connection) -> int | None:
    table = DIRECTORY_IMPORT
    last = connection.execute(select(func.max(table.c.id)).where(table.c.undone_at.is_(None))).scalar()
    kept = connection.execute(select(table.c.id).where(table.c.id == last, table.c.inverse.is_not(None))).scalar()
    return None if kept is None else int(kept)


def counts_of(plan: ImportPlan) -> dict[str, int]:
    """How many people an import adds, changes, moves, archives and rehires, and how many lines it refuses."""
    return {name: len(getattr(plan, name)) for name in COUNTED}
