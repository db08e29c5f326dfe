"""The queries for usage. Only `core.visibility` calls them, after it has decided who may see what.

Big chains are answered from `team_day`, small ones person by person: one form of query cannot serve eight people and a
hundred thousand. Every query carries a day range.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, Row, and_, func, or_, select

from core.store.organisation import Team
from core.store.tables import (
    MASK_COLUMNS,
    Account,
    AccountLink,
    ActiveBits,
    Employee,
    SyncDay,
    SyncRun,
    TeamDay,
    UserDay,
)

_USER, _TEAM = UserDay.__table__, TeamDay.__table__  # type: ignore[attr-defined]
_LINK, _EMPLOYEE = AccountLink.__table__, Employee.__table__  # type: ignore[attr-defined]
_ATTRIBUTED = and_(_USER.c.account_id == _LINK.c.account_id, or_(_LINK.c.until.is_(None), _USER.c.day <= _LINK.c.until))


@dataclass(frozen=True)
class Freshness:
    """How far the data reaches, and when the API was last read without trouble; both None before the first time."""

    data_through: dt.date | None
    last_synced: dt.datetime | None
    first_day: dt.date | None


def freshness(connection: Connection) -> Freshness:
    """The newest and oldest complete days stored, and the end of the last run that read something."""
    stored = select(func.max(SyncDay.day), func.min(SyncDay.day)).where(SyncDay.revision > 0)  # type: ignore[arg-type]
    newest, oldest = connection.execute(stored).one()
    good = SyncRun.outcome.in_(("ok", "partial"))  # type: ignore[attr-defined]
    synced = connection.execute(select(func.max(SyncRun.finished_at)).where(good)).scalar()
    return Freshness(newest, synced, oldest)


def stored_days(connection: Connection, first: dt.date, last: dt.date) -> dict[dt.date, frozenset[str]]:
    """The complete days of a range, ascending, each with the measures that nobody's row measured."""
    statement = (
        select(SyncDay.day, SyncDay.unmeasured)
        .where(SyncDay.day >= first, SyncDay.day <= last, SyncDay.revision > 0)  # type: ignore[arg-type]
        .order_by(SyncDay.day)  # type: ignore[arg-type]
    )
    return {day: frozenset(keys.split(",")) - {""} for day, keys in connection.execute(statement)}


def team_sums(
    connection: Connection, team: Team, measures: Sequence[str], first: dt.date, last: dt.date
) -> Sequence[Row[tuple[int, ...]]]:
    """Rows (day, one sum per measure) of a chain; days on which nobody used anything are absent."""
    if team.rolled_up:
        columns = [_TEAM.c[key] for key in measures]
        statement = select(_TEAM.c.day, *columns).where(
            _TEAM.c.team_id == team.team_id, _TEAM.c.day >= first, _TEAM.c.day <= last
        )
    else:
        sums = [func.coalesce(func.sum(_USER.c[key]), 0) for key in measures]
        statement = (
            select(_USER.c.day, *sums)
            .select_from(_EMPLOYEE.join(_LINK, _LINK.c.employee_id == _EMPLOYEE.c.id).join(_USER, _ATTRIBUTED))
            .where(_EMPLOYEE.c.left_pos >= team.left, _EMPLOYEE.c.left_pos < team.right)
            .where(_USER.c.day >= first, _USER.c.day <= last)
            .group_by(_USER.c.day)
        )
    return connection.execute(statement).all()


def people_sums(
    connection: Connection, employees: Sequence[int], measures: Sequence[str], first: dt.date, last: dt.date
) -> Sequence[Row[tuple[int, ...]]]:
    """Rows (employee id, one sum per measure) over a range, for the named people only."""
    sums = [func.coalesce(func.sum(_USER.c[key]), 0) for key in measures]
    statement = (
        select(_LINK.c.employee_id, *sums)
        .select_from(_LINK.join(_USER, _ATTRIBUTED))
        .where(_LINK.c.employee_id.in_(employees), _USER.c.day >= first, _USER.c.day <= last)
        .group_by(_LINK.c.employee_id)
    )
    return connection.execute(statement).all()


def user_days(
    connection: Connection, team: Team, measures: Sequence[str], first: dt.date, last: dt.date
) -> Sequence[Row[tuple[int, ...]]]:
    """Rows (employee id, day, one counter per measure, masks) for each account of a chain and day."""
    counters = [func.coalesce(_USER.c[key], 0) for key in measures]
    masks = [_USER.c[name] for name in MASK_COLUMNS]
    statement = (
        select(_EMPLOYEE.c.id, _USER.c.day, *counters, *masks)
        .select_from(_EMPLOYEE.join(_LINK, _LINK.c.employee_id == _EMPLOYEE.c.id).join(_USER, _ATTRIBUTED))
        .where(_EMPLOYEE.c.left_pos >= team.left, _EMPLOYEE.c.left_pos < team.right)
        .where(_USER.c.day >= first, _USER.c.day <= last)
        .order_by(_EMPLOYEE.c.left_pos, _USER.c.day)
    )
    return connection.execute(statement).all()


def activity_bits(
    connection: Connection, product: int, first: dt.date, last: dt.date
) -> list[tuple[dt.date, np.ndarray]]:
    """One bitmap per stored day: byte *n* // 8, bit *n* % 8 tells whether account *n* was active in the product."""
    statement = select(ActiveBits.day, ActiveBits.bits).where(
        ActiveBits.product == product,  # type: ignore[arg-type]
        ActiveBits.day >= first,  # type: ignore[arg-type]
        ActiveBits.day <= last,  # type: ignore[arg-type]
    )
    return [(day, np.frombuffer(bits, dtype=np.uint8)) for day, bits in connection.execute(statement)]


def unmatched_accounts(connection: Connection) -> Sequence[Row[tuple[int, str | None, int, dt.date | None]]]:
    """Rows (account id, e-mail, stored days, newest day) of Claude users that belong to nobody in the directory."""
    statement = (
        select(Account.id, Account.email, func.count(_USER.c.day), func.max(_USER.c.day))  # type: ignore[call-overload]
        .outerjoin(_LINK, _LINK.c.account_id == Account.id)
        .outerjoin(_USER, _USER.c.account_id == Account.id)
        .where(_LINK.c.account_id.is_(None))
        .group_by(Account.id, Account.email)
        .order_by(Account.email)
    )
    return connection.execute(statement).all()
