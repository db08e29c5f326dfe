"""Directory files that tests import, past the page and the command."""

from __future__ import annotations

import datetime as dt

from core.people.roster import read_csv
from core.store.directory import directory, directory_imports
from core.store.engine.database import Database
from tests.support import databases
from tests.support.oracle import Managers


def migrate_and_import(url: str, file: bytes, day: dt.date) -> None:
    """Bring a new database to the schema of this version and import a directory file, leaving no connection open."""
    databases.migrate(url)
    database = Database(url)
    with database.write() as connection:
        directory.apply(connection, read_csv(file), day)
    database.dispose()


def import_managers(database, managers: Managers, day: dt.date) -> None:
    """Import that these people report to these managers, as an import that says it is complete."""
    text = "email,name,manager_email\n" + "".join(f"{p},{p[:3]},{m or ''}\n" for p, m in managers.items())
    now = dt.datetime.combine(day, dt.time(9), dt.UTC)
    with database.write() as connection:
        shown = directory_imports.preview(connection, read_csv(text.encode()), "a file", day, complete=True)
        directory_imports.take_in(connection, shown, "somebody", now, confirmed=True)
