"""The directory as admins keep it: importing a file, and Claude users who belong to nobody in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from core.admin.access import PeopleAdmin
from core.admin.directory_imports import record
from core.people.matching import AccountIdentity, EmployeeIdentity, Unmatched, match
from core.people.roster import OPTIONAL, REQUIRED, Refused, read_csv
from core.store import directory, reads
from core.store import directory_imports as imports
from core.store.database import Database
from core.store.directory import DirectoryChange
from core.store.tables import EMPLOYEE

__all__ = ["DirectoryChange", "UnmatchedAccount", "import_directory", "unmatched"]


_SOURCE = "a file"
_IDENTITY = [EMPLOYEE.c[name] for name in ("id", "email", "end_date")]


@dataclass(frozen=True)
class UnmatchedAccount:
    """A Claude user who belongs to nobody in the directory, as the API names them; their days are kept."""

    account_id: int
    email: str | None
    reason: str
    days: int
    newest_day: dt.date | None


def import_directory(admin: PeopleAdmin, database: Database, data: bytes, on: dt.date | None = None) -> DirectoryChange:
    """Take in a file that is known to be good, without a preview; people whom it does not mention stay as they are.

    Changed reporting lines hold from the day `on`, today (UTC) when not given. Unknown columns are noted.

    Raises:
        DirectoryError: the file is no table of employees at all; nothing was changed.
    """
    roster = read_csv(data)
    now = dt.datetime.now(dt.UTC)
    with database.write() as connection:
        shown = imports.preview(connection, roster, _SOURCE, on or now.date(), complete=False)
        number = imports.take_in(connection, shown, admin.name, now, confirmed=True, on=on)
        record(admin, connection, shown, number)
    change = directory.summary(shown.plan)
    known = ", ".join(REQUIRED + OPTIONAL)
    ignored = (Refused(1, name, f"This column was left out; known are {known}.") for name in roster.ignored_columns)
    return replace(change, notes=(*ignored, *change.notes))


def unmatched(_admin: PeopleAdmin, database: Database) -> list[UnmatchedAccount]:
    """Claude users without an employee: why, and how much they used; by e-mail, those without an address last."""
    with database.read("core.admin") as connection:
        rows: Sequence[Any] = reads.unmatched_accounts(connection)
        people = connection.execute(select(*_IDENTITY)).all()
    accounts = [AccountIdentity(number, email) for number, email, _, _ in rows]
    found = match(accounts, [EmployeeIdentity(*person) for person in people])
    # Sorted here, as databases differ on where a missing address goes and which letter comes first.
    return [
        UnmatchedAccount(number, email, _reason(found[number]), days, newest)
        for number, email, days, newest in sorted(rows, key=lambda row: (row[1] is None, row[1] or "", row[0]))
    ]


def _reason(outcome: object) -> str:
    return outcome.reason.value if isinstance(outcome, Unmatched) else "matched at the next sync or import"
