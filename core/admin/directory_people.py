"""The people of the directory, a page at a time, one with dated reporting lines, or all of them as a file."""

from __future__ import annotations

import csv
import datetime as dt
from typing import TextIO

from core import audit
from core.admin.access import PeopleAdmin
from core.people.roster import OPTIONAL, REQUIRED
from core.people.text import plain_cell
from core.store.directory import directory_people
from core.store.directory.directory_people import DatedLine, DirectoryCounts, ListedPerson
from core.store.engine.database import Database

__all__ = ["DatedLine", "DirectoryCounts", "ListedPerson", "counts", "lines_of", "search", "write_csv"]


def counts(_admin: PeopleAdmin, database: Database, today: dt.date) -> DirectoryCounts:
    """How large the directory is, and what in it needs a look."""
    with database.read("core.admin") as connection:
        return directory_people.counts(connection, today)


def search(_admin: PeopleAdmin, database: Database, words: str, page: int, size: int) -> tuple[list[ListedPerson], int]:
    """A page (from 1) of the people who match every word, by name, and how many match."""
    with database.read("core.admin") as connection:
        return directory_people.search(connection, words, (page - 1) * size, size)


def lines_of(admin: PeopleAdmin, database: Database, employee_id: int) -> list[DatedLine]:
    """Whom a person reported to and when, the newest line first; that they were opened is in the access log.

    Raises:
        NotLogged: it could not be written.
    """
    audit.log_directory_person(database, admin.name, employee_id)
    with database.read("core.admin") as connection:
        return directory_people.lines_of(connection, employee_id)


def write_csv(admin: PeopleAdmin, database: Database, file: TextIO) -> int:
    """Write the directory as a file that can be imported again; how many people it names.

    Cells that a spreadsheet would run as a formula begin with an apostrophe, which an import takes off again.
    """
    names = REQUIRED + OPTIONAL
    with database.write() as connection:
        audit.record(connection, admin.name, "directory.exported", audit.EVERYONE, kind=audit.Kind.EXPORT)
    writer = csv.writer(file)
    writer.writerow(names)
    count = 0
    with database.read("core.admin") as connection:
        for person in directory_people.everybody(connection):
            writer.writerow([_cell(getattr(person, name)) for name in names])
            count += 1
    return count


def _cell(value: str | dt.date | None) -> str:
    if value is None:
        return ""
    return plain_cell(value) if isinstance(value, str) else value.isoformat()
