"""The queries for figures of the whole organisation. Only `core.visibility` and `core.admin` call them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, bindparam, case, func, select

from core.store.tables.organisation import CONNECTOR_DAY, ENDPOINT, ENDPOINT_DAY, ORGANISATION_DAY, SKILL_DAY

PRIVATE = "private"
"""The share status of a skill that one member keeps to themselves."""


@dataclass(frozen=True)
class EndpointFreshness:
    """How far an endpoint's stored days reach, and when it was last asked; None before the first time."""

    data_through: dt.date | None = None
    first_day: dt.date | None = None
    checked_at: dt.datetime | None = None


@dataclass(frozen=True)
class OrganisationTotals:
    """What Claude counts of the whole organisation over a range.

    `days`, `skills` and `connectors` are rows of `core.store.tables.organisation`, ascending by day; `stored` are the
    days of the range that are stored, and `fresh` how far the data reaches, both by endpoint. The rows of `withheld`
    days are left out; `of_nobody` says that accounts of nobody are the reason, as nobody of the directory stands
    outside the viewer's people. A skill's or connector's row that is not `told` has no figures, as too few used it or,
    where it is not `counted`, nobody knows how many; `few` are the columns of the newest day that are null since they
    tell of too few.
    """

    days: Sequence[Mapping[str, Any]]
    skills: Sequence[Row[Any]]
    connectors: Sequence[Row[Any]]
    stored: Mapping[str, frozenset[dt.date]]
    fresh: Mapping[str, EndpointFreshness]
    withheld: frozenset[dt.date] = frozenset()
    few: frozenset[str] = frozenset()
    of_nobody: bool = False

    def only(self, days: Collection[dt.date]) -> OrganisationTotals:
        """These totals with the rows of some days alone; all other stored days are withheld."""
        shown = [row for row in self.days if row["day"] in days]
        skills, connectors = ([row for row in rows if row.day in days] for rows in (self.skills, self.connectors))
        withheld = frozenset[dt.date]().union(*self.stored.values()).difference(days)
        return OrganisationTotals(shown, skills, connectors, self.stored, self.fresh, withheld)


@dataclass(frozen=True)
class EndpointState(EndpointFreshness):
    """How an endpoint stands: how far its data reaches, how many days are stored, and what could not be read.

    `problem` is why the endpoint could not be read last, `day_problem` why its newest `failed_day` could not.
    """

    days: int = 0
    problem: str | None = None
    failed_day: dt.date | None = None
    day_problem: str | None = None


def totals(
    connection: Connection, first: dt.date, last: dt.date, *, private_names: bool, fewest: int = 0
) -> OrganisationTotals:
    """Everything of a range.

    Without `private_names`, skills that members keep to themselves come without a name. What fewer than `fewest` people
    used on a day, or nobody knows how many, comes without figures of the day.
    """
    asked = {"first": first, "last": last}
    stored: dict[str, set[dt.date]] = {}
    for endpoint, day in connection.execute(_DAYS_STORED, asked):
        stored.setdefault(endpoint, set()).add(day)
    by_name = asked | {"fewest": fewest}
    return OrganisationTotals(
        days=[row._asdict() for row in connection.execute(_DAYS, asked)],
        skills=connection.execute(_SKILLS if private_names else _SHARED_SKILLS, by_name).all(),
        connectors=connection.execute(_CONNECTORS, by_name).all(),
        stored={endpoint: frozenset(found) for endpoint, found in stored.items()},
        fresh=freshness(connection),
    )


def _within(table: Table, columns: Sequence[Any]) -> Select[Any]:
    """Rows of the days from `first` to `last`; ascending by day, then by what else tells them apart."""
    statement = select(*columns).where(table.c.day >= bindparam("first"), table.c.day <= bindparam("last"))
    return statement.order_by(table.c.day, *list(table.primary_key)[1:])


def _by_name(table: Table, *, private_names: bool = True) -> Select[Any]:
    """The rows of a table by name, their figures null unless `fewest` people used it."""
    names: list[Any] = [table.c.name, table.c.display_name]
    if not private_names:
        shared = table.c.share_status.is_distinct_from(PRIVATE)
        names = [case((shared, name), else_=None).label(name.name) for name in names]
    told = func.coalesce(table.c.users, 0) >= bindparam("fewest", type_=table.c.users.type)
    counted = table.c.users.is_not(None)
    figures = [column for column in table.c if column.name not in {"day", "name", "display_name", "share_status"}]
    shown = [case((told, column), else_=None).label(column.name) for column in figures]
    return _within(table, [table.c.day, *names, *shown, told.label("told"), counted.label("counted")])


# A statement takes longer to build than to run, so each is built once.
_DAYS = _within(ORGANISATION_DAY, list(ORGANISATION_DAY.c))
_SKILLS = _by_name(SKILL_DAY)
_SHARED_SKILLS = _by_name(SKILL_DAY, private_names=False)
_CONNECTORS = _by_name(CONNECTOR_DAY)
_DAYS_STORED = (
    select(ENDPOINT_DAY.c.endpoint, ENDPOINT_DAY.c.day)
    .where(ENDPOINT_DAY.c.day >= bindparam("first"), ENDPOINT_DAY.c.day <= bindparam("last"))
    .where(ENDPOINT_DAY.c.stored_at.is_not(None))
)
_FRESH = (
    select(
        ENDPOINT_DAY.c.endpoint,
        func.max(ENDPOINT_DAY.c.day),
        func.min(ENDPOINT_DAY.c.day),
        func.max(ENDPOINT_DAY.c.checked_at),
    )
    .where(ENDPOINT_DAY.c.stored_at.is_not(None))
    .group_by(ENDPOINT_DAY.c.endpoint)
)


def freshness(connection: Connection) -> dict[str, EndpointFreshness]:
    """How far the stored days of each endpoint reach; one that was never read is absent."""
    return {endpoint: EndpointFreshness(*rest) for endpoint, *rest in connection.execute(_FRESH)}


def states(connection: Connection) -> dict[str, EndpointState]:
    """How each endpoint stands that was ever asked; for admins, as the problems quote what the API said."""
    fresh = freshness(connection)
    counted = select(ENDPOINT_DAY.c.endpoint, func.count()).where(ENDPOINT_DAY.c.stored_at.is_not(None))
    days = {name: number for name, number in connection.execute(counted.group_by(ENDPOINT_DAY.c.endpoint))}  # noqa: C416 - rows are no pairs to dict()
    failed = select(ENDPOINT_DAY.c.endpoint, ENDPOINT_DAY.c.day, ENDPOINT_DAY.c.problem)
    failed = failed.where(ENDPOINT_DAY.c.problem.is_not(None)).order_by(ENDPOINT_DAY.c.day)
    newest_failed = {endpoint: (day, problem) for endpoint, day, problem in connection.execute(failed)}
    found = {}
    for name, checked_at, problem in connection.execute(
        select(ENDPOINT.c.name, ENDPOINT.c.checked_at, ENDPOINT.c.problem)
    ):
        reach = fresh.get(name, EndpointFreshness())
        failed_day, day_problem = newest_failed.get(name, (None, None))
        found[name] = EndpointState(
            reach.data_through, reach.first_day, checked_at, days.get(name, 0), problem, failed_day, day_problem
        )
    return found
