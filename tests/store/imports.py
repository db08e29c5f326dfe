"""Imports of a directory file: shown first, then applied, and taken back."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from core.people.roster import read_csv
from core.store.directory import directory_imports
from core.store.directory.directory_imports import ImportPreview
from core.store.tables.links import ACCOUNT_MATCH
from core.store.tables.usage import ACCOUNT_LINK, EMPLOYEE, REPORTING_LINE
from tests.support import personas, stored
from tests.support.personas import ALICE, CHARLIE, DORA, FRANK, HUGO, TODAY

NOW = dt.datetime.combine(TODAY, dt.time(12), dt.UTC)
DAY = dt.timedelta(days=1)
HEADER = "email,name,manager_email\n"


def preview(
    database, text: str, *, complete: bool = True, today: dt.date = TODAY, on: dt.date | None = None
) -> ImportPreview:
    with database.read("test") as connection:
        roster = read_csv(text.encode())
        return directory_imports.preview(connection, roster, "people.csv", today, complete=complete, on=on)


def import_directory(database, shown: ImportPreview, *, confirmed: bool = True, now: dt.datetime = NOW) -> int:
    with database.write() as connection:
        number = directory_imports.take_in(connection, shown, DORA, now, confirmed=confirmed)
    assert number is not None
    return number


def say_again(database, shown: ImportPreview) -> None:
    """Take in what changes nothing."""
    with database.write() as connection:
        assert directory_imports.take_in(connection, shown, DORA, NOW, confirmed=False) is None


def undo_import(database, number: int) -> None:
    with database.write() as connection:
        directory_imports.undo_last(connection, number, DORA, NOW)


def dump(database) -> object:
    """People, today's tree, dated lines, matches of accounts with their moments, links and team sums."""
    with database.read("test") as connection:
        people = sorted(map(tuple, connection.execute(select(EMPLOYEE))))
        line = REPORTING_LINE.c
        lines = connection.execute(select(line.employee_id, line.manager_id, line.from_day, line.to_day))
        matches = [sorted(map(repr, connection.execute(select(table)))) for table in (ACCOUNT_MATCH, ACCOUNT_LINK)]
        return people, sorted(map(repr, lines)), matches, stored.team_days(connection)


def without(text: str, *emails: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(emails))


def moved(text: str, person: str, old: str, new: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join(line.replace(f",{old},", f",{new},") if line.startswith(f"{person},") else line for line in lines)


CHANGED = without(moved(personas.CSV, ALICE, FRANK, CHARLIE), HUGO).replace("Bob Example", "Robert Example")
CHANGED += "zoe@example.com,Zoe Example,alice@example.com,,Sales,2026-11-22,\n"
