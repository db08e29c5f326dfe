"""Decisions of admins about matching: stored, looked up, taken back. What follows from them is `attribution`'s work."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Connection, insert, select, update

from core.errors import MatchingRefused
from core.people.decisions import Decision, Ruling, Verdict, ruling
from core.store.tables.links import MATCHING_DECISION
from core.store.tables.usage import EMPLOYEE

ALIAS = "alias"
"""The verdict of a decision that gives an address to an employee."""

_IN_FORCE = MATCHING_DECISION.c.undone_at.is_(None)


@dataclass(frozen=True)
class StoredDecision:
    """A decision as it is stored; `verdict` is a `Verdict`'s value or `ALIAS`."""

    id: int
    verdict: str
    account_id: int | None
    employee_id: int | None
    address: str | None
    since: dt.date | None
    until: dt.date | None
    made_by: str
    made_at: dt.datetime
    undone_by: str | None
    undone_at: dt.datetime | None


COLUMNS = tuple(MATCHING_DECISION.c[name] for name in StoredDecision.__dataclass_fields__)


def rulings(connection: Connection, first: int, last: int) -> dict[int, Ruling]:
    """What the decisions in force come to, for those accounts of a range of ids about which there are any."""
    table = MATCHING_DECISION.c
    statement = (
        select(table.account_id, table.verdict, table.employee_id, table.since, table.until)
        .where(table.account_id.between(first, last), _IN_FORCE)
        .order_by(table.account_id, table.id)
    )
    rows = connection.execute(statement).all()
    return {
        account: ruling(Decision(Verdict(verdict), *rest) for _, verdict, *rest in about)
        for account, about in groupby(rows, key=lambda row: row[0])
    }


def aliases(connection: Connection) -> dict[str, int]:
    """Canonical address → employee id, for every alias in force."""
    table = MATCHING_DECISION.c
    somebodys = table.employee_id.is_not(None)
    statement = select(table.address, table.employee_id).where(table.verdict == ALIAS, somebodys, _IN_FORCE)
    return {row.address: row.employee_id for row in connection.execute(statement)}


def decide(connection: Connection, account_id: int, decision: Decision, by: str, now: dt.datetime) -> int:
    """Store a decision about an account; its id."""
    return _insert(
        connection,
        verdict=decision.verdict.value,
        account_id=account_id,
        employee_id=decision.employee_id,
        since=decision.since,
        until=decision.until,
        made_by=by,
        made_at=now,
    )


def can_be_alias(connection: Connection, address: str) -> bool:
    """Whether a canonical address is neither somebody's own nor an alias already."""
    return not _is_own(connection, address) and address not in aliases(connection)


def check_dates(since: dt.date | None, until: dt.date | None) -> None:
    """Refuse days in the wrong order.

    Raises:
        MatchingRefused: the last one lies before the first.
    """
    if since is not None and until is not None and until < since:
        raise MatchingRefused(f"The last day {until} lies before the first day {since}. Nothing was changed.")


def check_alias(connection: Connection, address: str) -> None:
    """Refuse a canonical address that cannot be an alias.

    Raises:
        MatchingRefused: the directory gives that address to somebody, or another alias does.
    """
    if _is_own(connection, address):
        raise MatchingRefused(
            f"{address} is somebody's own address in the directory, so it cannot be an alias. Nothing was changed; "
            "link the Claude user itself to the person instead."
        )
    if address in aliases(connection):
        raise MatchingRefused(
            f"{address} is an alias already. Nothing was changed; undo that decision first if it is wrong."
        )


def add_alias(connection: Connection, address: str, employee_id: int, by: str, now: dt.datetime) -> int:
    """Give a canonical address to an employee; the decision's id.

    Raises:
        MatchingRefused: it cannot be an alias.
    """
    check_alias(connection, address)
    return _insert(connection, verdict=ALIAS, address=address, employee_id=employee_id, made_by=by, made_at=now)


def stored(connection: Connection, decision_id: int) -> StoredDecision:
    """The decision with a number, in force or undone.

    Raises:
        MatchingRefused: there is none with this number.
    """
    row = connection.execute(select(*COLUMNS).where(MATCHING_DECISION.c.id == decision_id)).first()
    if row is None:
        raise MatchingRefused(f"There is no decision number {decision_id}. Nothing was changed.")
    return StoredDecision(*row)


def alias_with(connection: Connection, link: StoredDecision) -> StoredDecision | None:
    """The alias in force that one act gave together with a link; None for other decisions, and where there is none."""
    table = MATCHING_DECISION.c
    same_act = (table.made_by == link.made_by, table.made_at == link.made_at, table.employee_id == link.employee_id)
    statement = select(*COLUMNS).where(table.verdict == ALIAS, *same_act, _IN_FORCE)
    row = connection.execute(statement).first() if link.verdict == Verdict.LINK.value else None
    return None if row is None else StoredDecision(*row)


def undo(connection: Connection, decision_id: int, by: str, now: dt.datetime) -> StoredDecision:
    """Take a decision back; it stays in the history. The others about the same account go on to hold.

    Raises:
        MatchingRefused: there is none with this number, or it was undone before.
    """
    found = stored(connection, decision_id)
    if found.undone_at is not None:
        raise MatchingRefused(
            f"Decision number {decision_id} was undone by {found.undone_by} before. Nothing was changed."
        )
    statement = update(MATCHING_DECISION).where(MATCHING_DECISION.c.id == decision_id)
    connection.execute(statement.values(undone_by=by, undone_at=now))
    return found


def _is_own(connection: Connection, address: str) -> bool:
    return connection.execute(select(EMPLOYEE.c.id).where(EMPLOYEE.c.email == address)).first() is not None


def _insert(connection: Connection, **values: object) -> int:
    statement = insert(MATCHING_DECISION).values(**values).returning(MATCHING_DECISION.c.id)
    return int(connection.execute(statement).scalar_one())
