"""Decisions about accounts as an admin takes them, and whose an account is by what is stored."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from core.people.decisions import Decision, Verdict
from core.people.matching import Reason, Unmatched
from core.store.day_writes import DayWriter
from core.store.engine.database import Database
from core.store.matching import attribution, links
from core.store.tables.links import ACCOUNT_MATCH
from core.store.tables.usage import ACCOUNT, ACCOUNT_LINK, EMPLOYEE
from tests.support import personas, stored
from tests.support.personas import page

NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
DAY = personas.DAYS[-3]
BY = "dora@example.com"


def number_of(database: Database, user_id: str) -> int:
    with database.read("test") as connection:
        return connection.execute(select(ACCOUNT.c.id).where(ACCOUNT.c.user_id == user_id)).scalar_one()


def person(database: Database, email: str) -> int:
    with database.read("test") as connection:
        return connection.execute(select(EMPLOYEE.c.id).where(EMPLOYEE.c.email == email)).scalar_one()


def decide(database: Database, user_id: str, verdict: Verdict, email: str | None = None, **dates: dt.date) -> int:
    account = number_of(database, user_id)
    decision = Decision(verdict, None if email is None else person(database, email), **dates)
    with database.write() as connection, attribution.history_follows(connection, [account]):
        return links.decide(connection, account, decision, BY, NOW)


def alias(database: Database, address: str, email: str) -> int:
    with database.write() as connection, attribution.history_follows(connection):
        return links.add_alias(connection, address, person(database, email), BY, NOW)


def undo(database: Database, decision: int) -> None:
    with database.write() as connection, attribution.history_follows(connection):
        links.undo(connection, decision, BY, NOW)


def whose(database: Database, user_id: str) -> str | Reason:
    """The address of the person whose an account is, or why it is nobody's; and nothing stored contradicts that."""
    with database.read("test") as connection:
        stored.assert_sums_and_bitmaps_are_right(connection)
        found = attribution.explain(connection, number_of(database, user_id))
        linked = connection.execute(
            select(EMPLOYEE.c.email)
            .join(ACCOUNT_LINK, ACCOUNT_LINK.c.employee_id == EMPLOYEE.c.id)
            .where(ACCOUNT_LINK.c.account_id == number_of(database, user_id))
        ).scalar()
    if isinstance(found, Unmatched):
        assert linked is None
        return found.reason
    assert linked is not None and person(database, linked) == found.employee_id
    return linked


def rename(database: Database, user_id: str, email: str, day: dt.date = DAY) -> None:
    """The API names another address for an account from now on."""
    rows = [
        (user, email if user == user_id else address, counts)
        for user, (address, _) in personas.ACCOUNTS.items()
        if (counts := personas.counters(user, day)) is not None
    ]
    with database.write() as connection:
        DayWriter(connection).store(connection, day, [page(rows, unmeasured=(personas.UNMEASURED,))], b"", NOW)


def everything(database: Database) -> dict[str, Any]:
    """All that depends on links, rows with their moments included."""
    with database.read("test") as connection:
        tables = {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in (ACCOUNT, ACCOUNT_LINK, ACCOUNT_MATCH, EMPLOYEE)
        }
        stored.assert_sums_and_bitmaps_are_right(connection)
    return tables | stored.dump(database)
