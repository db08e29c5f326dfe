"""The queries for usage. Only `core.visibility` calls them, after it has decided who may see what.

Big chains are answered from `team_day`, small ones person by person: one form of query cannot serve three people and a
hundred thousand. Every query carries a day range.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, and_, bindparam, func, or_, select

from core.store.hierarchy.organisation import Team
from core.store.tables.usage import (
    ACCOUNT_LINK,
    EMPLOYEE,
    MASK_COLUMNS,
    SYNC_DAY,
    SYNC_RUN,
    TEAM_DAY,
    USER_DAY,
)
from core.store.usage import measured
from core.store.usage.sync_runs import RunOutcome


def attributed(days: Table) -> ColumnElement[bool]:
    """Joins a table of accounts' days to account_link: the days that the link gives to its employee."""
    return and_(
        days.c.account_id == ACCOUNT_LINK.c.account_id,
        or_(ACCOUNT_LINK.c.since.is_(None), days.c.day >= ACCOUNT_LINK.c.since),
        or_(ACCOUNT_LINK.c.until.is_(None), days.c.day <= ACCOUNT_LINK.c.until),
    )


_ATTRIBUTED = attributed(USER_DAY)


_READ_SOMETHING = (RunOutcome.OK.value, RunOutcome.PARTIAL.value)

# Every page asks these, and to build a statement takes longer than to run it.
_SYNCED = select(func.max(SYNC_RUN.c.finished_at)).where(SYNC_RUN.c.outcome.in_(_READ_SOMETHING))
_FRESHNESS = select(func.max(SYNC_DAY.c.day), _SYNCED.scalar_subquery(), func.min(SYNC_DAY.c.day)).where(
    SYNC_DAY.c.revision > 0
)
_STORED = (
    select(SYNC_DAY.c.day, SYNC_DAY.c.unmeasured, SYNC_DAY.c.rows)
    .where(SYNC_DAY.c.revision > 0)
    .order_by(SYNC_DAY.c.day)
)


@dataclass(frozen=True)
class Freshness:
    """How far the data reaches, and when the API was last read without trouble; both None before the first time."""

    data_through: dt.date | None
    last_synced: dt.datetime | None
    first_day: dt.date | None


def freshness(connection: Connection) -> Freshness:
    """The newest and oldest complete days stored, and the end of the last run that read something."""
    return Freshness(*connection.execute(_FRESHNESS).one())


def stored_days(connection: Connection) -> dict[dt.date, frozenset[str]]:
    """The complete days, ascending, each with the measures that were not measured for anybody."""
    return measured.by_nobody(tuple(row) for row in connection.execute(_STORED))


def team_sums(
    connection: Connection, team: Team, measures: Sequence[str], first: dt.date, last: dt.date
) -> Sequence[Row[tuple[int, ...]]]:
    """Rows (day, one sum per measure) of a chain; days on which nobody used anything are absent."""
    if team.rolled_up:
        return connection.execute(
            _stored_sums(tuple(measures)), {"team": team.team_id, "first": first, "last": last}
        ).all()
    places = {"left": team.left, "right": team.right}
    return connection.execute(_added_sums(tuple(measures)), {**places, "first": first, "last": last}).all()


@lru_cache(maxsize=64)
def _stored_sums(measures: tuple[str, ...]) -> Select[tuple[int, ...]]:
    columns = [TEAM_DAY.c[key] for key in measures]
    of_team = select(TEAM_DAY.c.day, *columns).where(TEAM_DAY.c.team_id == bindparam("team"))
    return of_team.where(TEAM_DAY.c.day >= bindparam("first"), TEAM_DAY.c.day <= bindparam("last"))


@lru_cache(maxsize=64)
def _added_sums(measures: tuple[str, ...]) -> Select[tuple[int, ...]]:
    sums = [func.coalesce(func.sum(USER_DAY.c[key]), 0) for key in measures]
    people = EMPLOYEE.join(ACCOUNT_LINK, ACCOUNT_LINK.c.employee_id == EMPLOYEE.c.id)
    return (
        select(USER_DAY.c.day, *sums)
        .select_from(people.join(USER_DAY, _ATTRIBUTED))
        .where(EMPLOYEE.c.left_pos >= bindparam("left"), EMPLOYEE.c.left_pos < bindparam("right"))
        .where(USER_DAY.c.day >= bindparam("first"), USER_DAY.c.day <= bindparam("last"))
        .group_by(USER_DAY.c.day)
    )


def people_sums(
    connection: Connection, employees: Sequence[int], measures: Sequence[str], first: dt.date, last: dt.date
) -> Sequence[Row[tuple[int, ...]]]:
    """Rows (employee id, one sum per measure, how many rows of days) over a range, for the named people only."""
    asked = {"employees": list(employees), "first": first, "last": last}
    return connection.execute(_people_sums(tuple(measures)), asked).all()


@lru_cache(maxsize=64)
def _people_sums(measures: tuple[str, ...]) -> Select[tuple[int, ...]]:
    sums = [func.coalesce(func.sum(USER_DAY.c[key]), 0) for key in measures]
    return (
        select(ACCOUNT_LINK.c.employee_id, *sums, func.count())
        .select_from(ACCOUNT_LINK.join(USER_DAY, _ATTRIBUTED))
        .where(ACCOUNT_LINK.c.employee_id.in_(bindparam("employees", expanding=True)))
        .where(USER_DAY.c.day >= bindparam("first"), USER_DAY.c.day <= bindparam("last"))
        .group_by(ACCOUNT_LINK.c.employee_id)
    )


def user_days(
    connection: Connection, team: Team, measures: Sequence[str], first: dt.date, last: dt.date
) -> Sequence[Row[tuple[int, ...]]]:
    """Rows (employee id, day, one counter per measure, masks) for each account of a chain and day."""
    places = {"left": team.left, "right": team.right}
    return connection.execute(_user_days(tuple(measures)), {**places, "first": first, "last": last}).all()


def people_days(
    connection: Connection, employees: Sequence[int], measures: Sequence[str], first: dt.date, last: dt.date
) -> Sequence[Row[tuple[int, ...]]]:
    """The rows of `user_days`, for the named people only."""
    chosen = _rows_of_days(tuple(measures)).where(EMPLOYEE.c.id.in_(employees))
    return connection.execute(chosen, {"first": first, "last": last}).all()


@lru_cache(maxsize=64)
def _user_days(measures: tuple[str, ...]) -> Select[tuple[int, ...]]:
    chain = EMPLOYEE.c.left_pos >= bindparam("left"), EMPLOYEE.c.left_pos < bindparam("right")
    return _rows_of_days(measures).where(*chain)


def _rows_of_days(measures: tuple[str, ...]) -> Select[tuple[int, ...]]:
    counters = [func.coalesce(USER_DAY.c[key], 0) for key in measures]
    masks = [USER_DAY.c[name] for name in MASK_COLUMNS]
    people = EMPLOYEE.join(ACCOUNT_LINK, ACCOUNT_LINK.c.employee_id == EMPLOYEE.c.id)
    return (
        select(EMPLOYEE.c.id, USER_DAY.c.day, *counters, *masks)
        .select_from(people.join(USER_DAY, _ATTRIBUTED))
        .where(USER_DAY.c.day >= bindparam("first"), USER_DAY.c.day <= bindparam("last"))
        .order_by(EMPLOYEE.c.left_pos, USER_DAY.c.day)
    )
