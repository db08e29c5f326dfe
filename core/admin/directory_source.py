"""The scheduled file as admins see it: how it stands, and deciding about a version that waits."""

from __future__ import annotations

import datetime as dt

from core import audit
from core.admin import acts, directory_imports
from core.admin.access import PeopleAdmin
from core.errors import DirectoryError
from core.settings import Settings
from core.store.directory import directory_imports as imports
from core.store.directory import directory_source as source
from core.store.directory.directory_imports import ImportPreview
from core.store.directory.directory_source import HELD, SourceState
from core.store.engine.database import Database

__all__ = ["HELD", "SourceState", "accept", "discard", "held_preview", "state"]

_NOTHING_WAITS = "No version of the scheduled file waits any more. Nothing was changed; look at the page again."


def state(_admin: PeopleAdmin, database: Database) -> SourceState | None:
    """How it stands with the scheduled file; None when none was ever read."""
    with database.read("core.admin") as connection:
        return source.read(connection)


def held_preview(admin: PeopleAdmin, database: Database, settings: Settings) -> ImportPreview:
    """What the version that waits would change.

    Raises:
        DirectoryError: none waits, or no line of it can be used.
    """
    content, place = _held(database)
    return directory_imports.preview(admin, database, settings, content, place, complete=True)


def accept(admin: PeopleAdmin, database: Database, shown: ImportPreview) -> None:
    """Apply the version that waits, as its preview showed it.

    Raises:
        DirectoryChanged: the directory changed since, and it would do something else now.
        DirectoryError: it waits no more, or takes away the last admin.
        NotPermitted: it would let the admin see more than before, or needs an admin with every right.
    """
    content, _ = _held(database)
    now = dt.datetime.now(dt.UTC)
    with acts.act(admin, database) as connection, acts.admins_stay(admin, connection, shown.listed):
        number = imports.take_in(connection, shown, admin.name, now, confirmed=True)
        if not source.settle(connection, content, source.APPLIED, shown.plan.in_words):
            raise DirectoryError(_NOTHING_WAITS)
        directory_imports.record(admin, connection, shown, number)


def discard(admin: PeopleAdmin, database: Database) -> None:
    """Let the version that waits go; the daemon takes up the next one.

    Raises:
        DirectoryError: none waits.
    """
    content, _ = _held(database)
    with acts.act(admin, database) as connection:
        if not source.settle(connection, content, source.DISCARDED, f"{admin.name} discarded the last version."):
            raise DirectoryError(_NOTHING_WAITS)
        audit.record(connection, admin.name, "directory.held.discarded", audit.EVERYONE)


def _held(database: Database) -> tuple[bytes, str]:
    with database.read("core.admin") as connection:
        content, known = source.held_content(connection), source.read(connection)
    if content is None or known is None:
        raise DirectoryError(_NOTHING_WAITS)
    return content, known.place
