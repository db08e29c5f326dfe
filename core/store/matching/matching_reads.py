"""The queries of the matching workbench: who is unmatched and how heavily, what a link holds, what was decided.

Admins alone see these rows, through `core.admin`. Lists are cut into pages by the database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, case, exists, func, or_, select

from core.people.decisions import Verdict
from core.people.matching import comparable
from core.people.suggestions import Candidate
from core.store.engine import versions
from core.store.matching.links import COLUMNS
from core.store.tables.links import ACCOUNT_MATCH, MATCHING_DECISION
from core.store.tables.usage import ACCOUNT, ACCOUNT_LINK, EMPLOYEE, USER_DAY

_LATER = MATCHING_DECISION.alias("later")
_LINKED_SINCE = exists().where(
    _LATER.c.account_id == MATCHING_DECISION.c.account_id,
    _LATER.c.id > MATCHING_DECISION.c.id,
    _LATER.c.verdict == Verdict.LINK.value,
    _LATER.c.undone_at.is_(None),
)
NOT_EMPLOYEES = (
    select(MATCHING_DECISION.c.account_id)
    .where(MATCHING_DECISION.c.verdict == Verdict.NOT_AN_EMPLOYEE.value, MATCHING_DECISION.c.undone_at.is_(None))
    .where(~_LINKED_SINCE)
)
"""Ids of the accounts of which an admin said that they are no employee's."""

_LINKED = exists().where(ACCOUNT_LINK.c.account_id == ACCOUNT.c.id)
OPEN = and_(~_LINKED, ACCOUNT.c.id.not_in(NOT_EMPLOYEES))
"""Condition on an account: it is nobody's, and no admin said that this is as it should be."""


@dataclass(frozen=True)
class UserDays:
    """Stored user-days: how many, the first and the last; both None when there are none."""

    count: int
    first: dt.date | None
    last: dt.date | None


def state(connection: Connection) -> tuple[int, ...]:
    """Numbers of which at least one grows with each change of people, accounts, usage or decisions."""
    decisions = select(func.count(), func.count(MATCHING_DECISION.c.undone_at))
    counted = connection.execute(decisions.select_from(MATCHING_DECISION)).one()
    return (*counted, *(versions.read(connection, name) for name in (versions.DIRECTORY, versions.DATA)))


def open_accounts(connection: Connection, limit: int, offset: int, hidden: Collection[int] = ()) -> Sequence[Any]:
    """Rows (account id, user id, e-mail, user-days, first day, last day), the heaviest first.

    Accounts that are `hidden` come last by their id, so that their place does not tell how heavy they are.
    """
    weight = func.count(USER_DAY.c.day)
    statement = (
        select(ACCOUNT.c.id, ACCOUNT.c.user_id, ACCOUNT.c.email, weight, *_span())
        .outerjoin(USER_DAY, USER_DAY.c.account_id == ACCOUNT.c.id)
        .where(OPEN)
        .group_by(ACCOUNT.c.id, ACCOUNT.c.user_id, ACCOUNT.c.email)
        .order_by(case((_one_of(hidden), -1), else_=weight).desc(), ACCOUNT.c.id)
    )
    return connection.execute(statement.limit(limit).offset(offset)).all()


def open_weight(connection: Connection, hidden: Collection[int] = ()) -> tuple[int, int]:
    """How many accounts are open, and the user-days together of those that are not `hidden`."""
    accounts = connection.execute(select(func.count()).select_from(ACCOUNT).where(OPEN)).scalar_one()
    days = select(func.count()).select_from(USER_DAY.join(ACCOUNT, USER_DAY.c.account_id == ACCOUNT.c.id)).where(OPEN)
    return accounts, connection.execute(days.where(~_one_of(hidden))).scalar_one()


def open_addresses(connection: Connection, limit: int) -> list[str | None]:
    """The addresses of open accounts, some of them when there are more than `limit`."""
    return list(connection.execute(select(ACCOUNT.c.email).where(OPEN).limit(limit)).scalars())


def contested(connection: Connection, limit: int, after: int = 0) -> Sequence[Any]:
    """Rows (account id, user id, e-mail, employee id) whose match no longer fits the addresses, as candidates only.

    By account id, of those above `after`.
    Either the account has another address now, or the directory gives the address to somebody else. Accounts about
    which an admin decided are left out.
    """
    elsewhere = exists().where(
        EMPLOYEE.c.email == ACCOUNT_MATCH.c.address, EMPLOYEE.c.id != ACCOUNT_MATCH.c.employee_id
    )
    decided = exists().where(
        MATCHING_DECISION.c.account_id == ACCOUNT.c.id,
        MATCHING_DECISION.c.undone_at.is_(None),
        MATCHING_DECISION.c.verdict != Verdict.UNLINK.value,
    )
    statement = (
        select(ACCOUNT.c.id, ACCOUNT.c.user_id, ACCOUNT.c.email, ACCOUNT_LINK.c.employee_id)
        .join(ACCOUNT_MATCH, ACCOUNT_MATCH.c.account_id == ACCOUNT.c.id)
        .join(ACCOUNT_LINK, ACCOUNT_LINK.c.account_id == ACCOUNT.c.id)
        .where(or_(func.lower(ACCOUNT.c.email) != ACCOUNT_MATCH.c.address, elsewhere), ~decided, ACCOUNT.c.id > after)
        .order_by(ACCOUNT.c.id)
    )
    return connection.execute(statement.limit(limit)).all()


def accounts_like(connection: Connection, text: str, limit: int) -> Sequence[Any]:
    """Rows (account id, user id, e-mail) whose user id is the text, or whose e-mail contains it in any case."""
    found = or_(ACCOUNT.c.user_id == text, func.lower(ACCOUNT.c.email).contains(text.lower(), autoescape=True))
    statement = select(ACCOUNT.c.id, ACCOUNT.c.user_id, ACCOUNT.c.email).where(found)
    return connection.execute(statement.order_by(ACCOUNT.c.email, ACCOUNT.c.id).limit(limit)).all()


def accounts_with(connection: Connection, address: str) -> Sequence[Any]:
    """Rows (account id, user id, e-mail) of all accounts with a canonical address, however the API writes it."""
    name = address.rpartition("@")[0]
    statement = select(ACCOUNT.c.id, ACCOUNT.c.user_id, ACCOUNT.c.email).order_by(ACCOUNT.c.id)
    rows = connection.execute(statement.where(func.lower(ACCOUNT.c.email).contains(f"{name}@", autoescape=True)))
    return [row for row in rows if comparable(row.email) == address]


def account_of_user(connection: Connection, user_id: str) -> Any:
    """The row (account id, user id, e-mail) of the account with Claude's user id; None when there is none."""
    statement = select(ACCOUNT.c.id, ACCOUNT.c.user_id, ACCOUNT.c.email).where(ACCOUNT.c.user_id == user_id)
    return connection.execute(statement).first()


def account(connection: Connection, account_id: int) -> Any:
    """The row (account id, user id, e-mail) of one account."""
    statement = select(ACCOUNT.c.id, ACCOUNT.c.user_id, ACCOUNT.c.email).where(ACCOUNT.c.id == account_id)
    return connection.execute(statement).first()


def link_of(connection: Connection, account_id: int) -> Any:
    """The row (employee id, since, until) of an account's link; None when it is nobody's."""
    columns = (ACCOUNT_LINK.c.employee_id, ACCOUNT_LINK.c.since, ACCOUNT_LINK.c.until)
    return connection.execute(select(*columns).where(ACCOUNT_LINK.c.account_id == account_id)).first()


def match_of(connection: Connection, account_id: int) -> Any:
    """The row (employee id, origin, address, made at) of what an account's address says."""
    columns = [ACCOUNT_MATCH.c[name] for name in ("employee_id", "origin", "address", "made_at")]
    return connection.execute(select(*columns).where(ACCOUNT_MATCH.c.account_id == account_id)).first()


def stored_days(
    connection: Connection, account_id: int, since: dt.date | None = None, until: dt.date | None = None
) -> UserDays:
    """The user-days of an account between two days, both included; None means without end."""
    statement = select(func.count(), *_span()).where(USER_DAY.c.account_id == account_id)
    if since is not None:
        statement = statement.where(USER_DAY.c.day >= since)
    if until is not None:
        statement = statement.where(USER_DAY.c.day <= until)
    return UserDays(*connection.execute(statement).one())


def person(connection: Connection, employee_id: int) -> Any:
    """The row (id, name, e-mail, title, department, last day) of an employee."""
    return connection.execute(_people().where(EMPLOYEE.c.id == employee_id)).first()


def person_with(connection: Connection, address: str) -> Any:
    """The row (id, name, e-mail, title, department, last day) of who has a canonical address; None when nobody has."""
    return connection.execute(_people().where(EMPLOYEE.c.email == address)).first()


def people(connection: Connection) -> Iterator[Any]:
    """Rows (id, name, e-mail, title, department, last day) of all employees, in no order."""
    yield from connection.execute(_people().execution_options(yield_per=10_000))


def candidates(connection: Connection, today: dt.date) -> Iterator[Candidate]:
    """The whole directory as suggestions see it."""
    columns = (EMPLOYEE.c.id, EMPLOYEE.c.email, EMPLOYEE.c.name, EMPLOYEE.c.end_date)
    for number, email, name, end in connection.execute(select(*columns).execution_options(yield_per=10_000)):
        yield Candidate(number, email, name, archived=end is not None and end < today)


def teams_of(connection: Connection, employee_id: int) -> Sequence[Any]:
    """Rows (employee id, name) of those in whose chain a person is, nearest first; the person too, if they lead."""
    them = select(EMPLOYEE.c.left_pos).where(EMPLOYEE.c.id == employee_id).scalar_subquery()
    statement = (
        select(EMPLOYEE.c.id, EMPLOYEE.c.name)
        .where(EMPLOYEE.c.left_pos <= them, EMPLOYEE.c.right_pos > them)
        .where(EMPLOYEE.c.right_pos - EMPLOYEE.c.left_pos > 1)
        .order_by(EMPLOYEE.c.depth.desc())
    )
    return connection.execute(statement).all()


def decisions(connection: Connection, limit: int, offset: int) -> Sequence[Any]:
    """Rows (a decision's columns, user id, account's e-mail, employee's name, employee's e-mail), the newest first."""
    named = (
        ACCOUNT.c.user_id,
        ACCOUNT.c.email.label("account_email"),
        EMPLOYEE.c.name,
        EMPLOYEE.c.email.label("employee_email"),
    )
    statement = (
        select(*COLUMNS, *named)
        .outerjoin(ACCOUNT, ACCOUNT.c.id == MATCHING_DECISION.c.account_id)
        .outerjoin(EMPLOYEE, EMPLOYEE.c.id == MATCHING_DECISION.c.employee_id)
        .order_by(MATCHING_DECISION.c.id.desc())
    )
    return connection.execute(statement.limit(limit).offset(offset)).all()


def count_decisions(connection: Connection) -> int:
    """How many decisions were ever made, undone ones included."""
    return connection.execute(select(func.count()).select_from(MATCHING_DECISION)).scalar_one()


def given_addresses(connection: Connection) -> dict[str | None, set[int]]:
    """E-mail of an account, as the API gave it → employees to whom an admin linked such an account."""
    statement = (
        select(ACCOUNT.c.email, MATCHING_DECISION.c.employee_id)
        .join(ACCOUNT, ACCOUNT.c.id == MATCHING_DECISION.c.account_id)
        .where(MATCHING_DECISION.c.verdict == Verdict.LINK.value, MATCHING_DECISION.c.undone_at.is_(None))
    )
    found: dict[str | None, set[int]] = {}
    for email, employee in connection.execute(statement):
        found.setdefault(email, set()).add(employee)
    return found


def _one_of(accounts: Collection[int]) -> ColumnElement[bool]:
    # Written into the statement: databases limit how many values can be bound.
    return ACCOUNT.c.id.in_(bindparam("accounts", sorted(accounts), expanding=True, literal_execute=True))


def _span() -> tuple[Any, Any]:
    return func.min(USER_DAY.c.day), func.max(USER_DAY.c.day)


def _people() -> Select[Any]:
    return select(*(EMPLOYEE.c[name] for name in ("id", "name", "email", "title", "department", "end_date")))
