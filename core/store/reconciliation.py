"""Where all usage of a range belongs: five parts that share no user-day and together are everything stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, case, func, select

from core.store.matching_reads import NOT_EMPLOYEES
from core.store.reads import attributed
from core.store.tables import ACCOUNT, ACCOUNT_LINK, EMPLOYEE, EVERYONE, SYNC_DAY, TEAM_DAY, USER_DAY

_ARCHIVED, _UNMATCHED, _NOT_EMPLOYEES = "archived_after", "unmatched", "not_employees"


@dataclass(frozen=True)
class Part:
    """Stored user-days of a part, and the sum of each measure over them; what was not measured adds nothing."""

    user_days: int
    sums: Mapping[str, int]


@dataclass(frozen=True)
class Parts:
    """All stored usage of a range, by where it belongs. Every user-day is in exactly one part.

    Attributes:
        in_chain: of people who have a manager or lead somebody, archived ones up to their last day.
        without_manager: of people who have no manager and lead nobody: in no chain but their own.
        unmatched: of Claude users who are nobody's, or on days outside the dates of their link.
        not_employees: of Claude users of whom an admin said that they are no employees.
        archived_after: on days after the last day of the person whose account it is.
    """

    in_chain: Part
    without_manager: Part
    unmatched: Part
    not_employees: Part
    archived_after: Part

    @property
    def organisation(self) -> Part:
        """The whole."""
        every = (self.in_chain, self.without_manager, self.unmatched, self.not_employees, self.archived_after)
        sums = {key: sum(part.sums[key] for part in every) for key in self.in_chain.sums}
        return Part(sum(part.user_days for part in every), sums)


def parts(connection: Connection, measures: Sequence[str], first: dt.date, last: dt.date) -> Parts:
    """Divide the usage from `first` to `last`, both included.

    What is in chains is read from the stored sums of everybody; the other parts, which are small, day by day.
    """
    apart = {name: _none(measures) for name in (_ARCHIVED, _UNMATCHED, _NOT_EMPLOYEES)}
    for statement in (_of_nobody(measures), _outside_links(measures, first, last)):
        for name, *values in connection.execute(_within(statement, first, last)):
            apart[name] = _added(apart[name], _part(measures, values))
    alone = _part(measures, connection.execute(_within(_of_loners(measures), first, last)).one())
    rows = select(func.coalesce(func.sum(SYNC_DAY.c.rows), 0)).where(SYNC_DAY.c.day.between(first, last))
    stored = int(connection.execute(rows).scalar_one())
    everybody = connection.execute(
        select(*(func.coalesce(func.sum(TEAM_DAY.c[key]), 0) for key in measures)).where(
            TEAM_DAY.c.team_id == EVERYONE, TEAM_DAY.c.day.between(first, last)
        )
    ).one()
    matched = {key: int(value) for key, value in zip(measures, everybody, strict=True)}
    others = alone.user_days + sum(part.user_days for part in apart.values())
    in_chain = Part(stored - others, {key: value - alone.sums[key] for key, value in matched.items()})
    return Parts(in_chain, alone, apart[_UNMATCHED], apart[_NOT_EMPLOYEES], apart[_ARCHIVED])


def _of_nobody(measures: Sequence[str]) -> Select[Any]:
    """Accounts without a link, by whether that is as it should be."""
    name = case((USER_DAY.c.account_id.in_(NOT_EMPLOYEES), _NOT_EMPLOYEES), else_=_UNMATCHED).label("part")
    every = select(ACCOUNT.c.id).outerjoin(ACCOUNT_LINK, ACCOUNT_LINK.c.account_id == ACCOUNT.c.id)
    unlinked = every.where(ACCOUNT_LINK.c.account_id.is_(None))  # few: not every stored day is looked through for them
    return select(name, *_counted(measures)).where(USER_DAY.c.account_id.in_(unlinked)).group_by(name)


def _outside_links(measures: Sequence[str], first: dt.date, last: dt.date) -> Select[Any]:
    """Days that a link does not give to its person, by whether the person had left."""
    name = case((USER_DAY.c.day > EMPLOYEE.c.end_date, _ARCHIVED), else_=_UNMATCHED).label("part")
    few = select(ACCOUNT_LINK.c.account_id).where((ACCOUNT_LINK.c.since > first) | (ACCOUNT_LINK.c.until < last))
    is_of_few = USER_DAY.c.account_id.in_(few)  # as above: their days are looked up instead of everybody's
    outside = and_(USER_DAY.c.account_id == ACCOUNT_LINK.c.account_id, is_of_few, ~attributed(USER_DAY))
    source = ACCOUNT_LINK.join(EMPLOYEE, EMPLOYEE.c.id == ACCOUNT_LINK.c.employee_id).join(USER_DAY, outside)
    return select(name, *_counted(measures)).select_from(source).group_by(name)


def _of_loners(measures: Sequence[str]) -> Select[Any]:
    """People in no chain but their own."""
    source = EMPLOYEE.join(ACCOUNT_LINK, ACCOUNT_LINK.c.employee_id == EMPLOYEE.c.id)
    alone = and_(EMPLOYEE.c.manager_id.is_(None), EMPLOYEE.c.right_pos - EMPLOYEE.c.left_pos == 1)
    return select(*_counted(measures)).select_from(source.join(USER_DAY, attributed(USER_DAY))).where(alone)


def _within(statement: Select[Any], first: dt.date, last: dt.date) -> Select[Any]:
    return statement.where(USER_DAY.c.day.between(first, last))


def _counted(measures: Sequence[str]) -> list[Any]:
    return [func.count(USER_DAY.c.day), *(func.coalesce(func.sum(USER_DAY.c[key]), 0) for key in measures)]


def _part(measures: Sequence[str], values: Sequence[Any]) -> Part:
    return Part(int(values[0]), {key: int(value) for key, value in zip(measures, values[1:], strict=True)})


def _none(measures: Sequence[str]) -> Part:
    return Part(0, dict.fromkeys(measures, 0))


def _added(one: Part, other: Part) -> Part:
    return Part(one.user_days + other.user_days, {key: one.sums[key] + other.sums[key] for key in one.sums})
