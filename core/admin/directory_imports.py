"""Keeping the directory: a file is looked at, then applied; the last imports can be taken back."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection

from core import audit
from core.admin import acts
from core.admin.access import PeopleAdmin
from core.errors import DirectoryError
from core.people.plan import Change, FieldChange, ImportPlan, Move
from core.people.roster import OPTIONAL, REQUIRED, Refused, RosterRow, read_csv
from core.people.text import shown
from core.settings import Settings
from core.store.directory import directory_imports as imports
from core.store.directory import directory_notes
from core.store.directory.directory_imports import (
    DirectoryChanged,
    Import,
    ImportPreview,
    LastAdmin,
    Unconfirmed,
    counts_of,
)
from core.store.engine.database import Database
from core.viewers import addresses

__all__ = [
    "COLUMNS",
    "MOST_PROBLEMS",
    "Change",
    "DirectoryChanged",
    "FieldChange",
    "Import",
    "ImportPlan",
    "ImportPreview",
    "LastAdmin",
    "Move",
    "Refused",
    "RosterRow",
    "Unconfirmed",
    "apply",
    "counts_of",
    "history",
    "preview",
    "problems",
    "undo",
]

MOST_PROBLEMS = directory_notes.KEPT_NOTES
"""Problems of an import that stay on record."""

COLUMNS = REQUIRED + OPTIONAL
"""The columns of a directory file; the first three are required."""


def preview(
    _admin: PeopleAdmin,
    database: Database,
    settings: Settings,
    data: bytes,
    source: str,
    *,
    complete: bool,
    on: dt.date | None = None,
) -> ImportPreview:
    """What a directory file (CSV) would change; nothing is changed.

    `source` is how the record names the file. With `complete` it names everybody: who is missing has left. It says
    how things are from the day `on`, today (UTC) when not given: changed reporting lines hold from then.

    Raises:
        DirectoryError: the file is no table of employees, no line of it can be used, or the day lies in the future or
            before a reporting line that the file would change.
    """
    roster = read_csv(data)
    if not roster.rows:
        first = roster.refused[0].reason if roster.refused else "It has no line below its header."
        raise DirectoryError(f"No line of {shown(source)} can be used. {first} The directory stays as it is.")
    with database.read("core.admin") as connection:
        found = imports.preview(
            connection,
            roster,
            shown(source),
            _now().date(),
            complete=complete,
            listed=addresses(settings.admins),
            on=on,
        )
        imports.check_day(connection, found, _now().date())
        return found


def apply(admin: PeopleAdmin, database: Database, shown_preview: ImportPreview, *, confirmed: bool) -> ImportPlan:
    """Do what a preview says, in one transaction; the plan that was carried out. An empty one leaves no record.

    Raises:
        DirectoryChanged: the directory changed since, and the file would do something else now.
        Unconfirmed: the plan has concerns, and `confirmed` does not say that an admin has read them.
        LastAdmin: it takes away the last admin.
        NotPermitted: it would let the admin see more than before, or needs an admin with every right.
    """
    with (
        acts.act(admin, database) as connection,
        acts.admins_stay(admin, connection, shown_preview.listed),
    ):
        imports.check_day(connection, shown_preview, _now().date())
        number = imports.take_in(connection, shown_preview, admin.name, _now(), confirmed=confirmed)
        if number is not None:
            record(admin, connection, shown_preview, number)
    return shown_preview.plan


def record(admin: PeopleAdmin, connection: Connection, applied: ImportPreview, number: int | None) -> None:
    """Write an import to the access log, last in its transaction; without a number, that nothing was left to do."""
    details = {"import": number, "source": applied.source, **counts_of(applied.plan)}
    audit.record(connection, admin.name, "directory.imported", audit.EVERYONE, details)


def undo(admin: PeopleAdmin, database: Database, settings: Settings, number: int) -> None:
    """Take back the last import that stands: people and reporting lines are as before it.

    Raises:
        DirectoryError: it is another import's turn, something depends on people whom it added, or it takes away the
            last admin.
        NotPermitted: it would let the admin see more than before, or needs an admin with every right.
    """
    listed = addresses(settings.admins)
    with (
        acts.act(admin, database) as connection,
        acts.admins_stay(admin, connection, listed),
    ):
        imports.undo_last(connection, number, admin.name, _now(), listed)
        audit.record(connection, admin.name, "directory.import.undone", audit.EVERYONE, {"import": number})


def history(_admin: PeopleAdmin, database: Database, limit: int = 50) -> list[Import]:
    """The latest imports, the newest first."""
    with database.read("core.admin") as connection:
        return imports.history(connection, limit)


def problems(_admin: PeopleAdmin, database: Database) -> list[Refused]:
    """Which reporting lines are not used, and what the last import that stands left out; at most `MOST_PROBLEMS`.

    Line 0 stands for an earlier file: the people are not named by any since.
    """
    with database.read("core.admin") as connection:
        return directory_notes.problems(connection)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
