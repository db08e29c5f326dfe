"""The directory as admins keep it without a preview: importing a file that is known to be good."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from core.admin.access import PeopleAdmin
from core.admin.directory_imports import record
from core.people.roster import OPTIONAL, REQUIRED, Refused, read_csv
from core.store.directory import directory
from core.store.directory import directory_imports as imports
from core.store.directory.directory import DirectoryChange
from core.store.engine.database import Database

__all__ = ["DirectoryChange", "import_directory"]


_SOURCE = "a file"


def import_directory(admin: PeopleAdmin, database: Database, data: bytes, on: dt.date | None = None) -> DirectoryChange:
    """Take in a file that is known to be good, without a preview; people whom it does not mention stay as they are.

    Changed reporting lines hold from the day `on`, today (UTC) when not given. Unknown columns are noted.

    Raises:
        DirectoryError: the file is no table of employees at all; nothing was changed.
    """
    roster = read_csv(data)
    now = dt.datetime.now(dt.UTC)
    with database.write() as connection:
        shown = imports.preview(connection, roster, _SOURCE, now.date(), complete=False, on=on)
        number = imports.take_in(connection, shown, admin.name, now, confirmed=True)
        if number is not None:
            record(admin, connection, shown, number)
    change = directory.summary(shown.plan)
    known = ", ".join(REQUIRED + OPTIONAL)
    ignored = (Refused(1, name, f"This column was left out; known are {known}.") for name in roster.ignored_columns)
    return replace(change, notes=(*ignored, *change.notes))
