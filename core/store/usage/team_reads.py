"""Reads about many teams at once: who was active in each of several spans, and the sums of several chains.

A page that lists the teams below somebody asks once for all of them. Only `core.visibility` calls these functions,
after it has decided who may see what.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from sqlalchemy import Connection, Select, bindparam, func, or_, select

from core.bits import Packed, none_of
from core.store.hierarchy.organisation import Organisation, Team
from core.store.tables.usage import ACCOUNT_LINK, EMPLOYEE, TEAM_DAY, USER_DAY
from core.store.usage.bitmaps import KEPT, ActiveDays, Span
from core.store.usage.reads import attributed, people_sums


def active_days(
    connection: Connection, database: str, directory: Organisation, team: Team, wanted: Mapping[int, Span]
) -> dict[int, ActiveDays]:
    """Per product, who of a team was active on the stored days of a span."""
    kept = KEPT.read(connection, database, directory, wanted)
    return {product: kept[product].within(*span).of(team) for product, span in wanted.items()}


def active_in(
    connection: Connection, database: str, directory: Organisation, team: Team, wanted: Mapping[int, Sequence[Span]]
) -> dict[int, Packed]:
    """Per product, a mask [spans, people of the team in pre-order]: who was active on any day of each span."""
    spans = {product: given for product, given in wanted.items() if given}
    hull = {p: (min(first for first, _ in given), max(last for _, last in given)) for p, given in spans.items()}
    kept = KEPT.read(connection, database, directory, hull)
    result = {product: Packed(none_of(0, team.size), team.size) for product in wanted}
    for product, given in spans.items():
        result[product] = Packed(kept[product].united(given, team), team.size)
    return result


def person_totals(connection: Connection, team: Team, measures: Sequence[str], days: Span) -> Sequence[Sequence[Any]]:
    """One row of sums for each person of a chain with use in a span who is employed on its last day; nobody is named.

    It reads the chain's rows of the span: for teams and spans of which somebody asks it on purpose.
    """
    asked = {"left": team.left, "right": team.right, "first": days[0], "last": days[1]}
    return connection.execute(_person_totals(tuple(measures)), asked).all()


@lru_cache(maxsize=64)
def _person_totals(measures: tuple[str, ...]) -> Select[tuple[int, ...]]:
    sums = [func.coalesce(func.sum(USER_DAY.c[key]), 0) for key in measures]
    people = EMPLOYEE.join(ACCOUNT_LINK, ACCOUNT_LINK.c.employee_id == EMPLOYEE.c.id)
    last = bindparam("last", type_=EMPLOYEE.c.end_date.type)
    return (
        select(*sums)
        .select_from(people.join(USER_DAY, attributed(USER_DAY)))
        .where(EMPLOYEE.c.left_pos >= bindparam("left"), EMPLOYEE.c.left_pos < bindparam("right"))
        .where(or_(EMPLOYEE.c.start_date.is_(None), EMPLOYEE.c.start_date <= last))
        .where(or_(EMPLOYEE.c.end_date.is_(None), EMPLOYEE.c.end_date >= last))
        .where(USER_DAY.c.day >= bindparam("first"), USER_DAY.c.day <= last)
        .group_by(EMPLOYEE.c.id)
    )


def chain_sums(
    connection: Connection,
    directory: Organisation,
    teams: Sequence[Team],
    measures: Sequence[str],
    days: Span,
) -> dict[int, tuple[int, ...]]:
    """Team id → one sum per measure over a span: stored sums of large chains in one query, small ones in another.

    Teams without use have zeros. The people of small teams are asked for by number: with their places instead, a
    database may read all links to find a handful.
    """
    first, last = days
    sums = {team.team_id: np.zeros(len(measures), dtype=np.int64) for team in teams}
    large = [team.team_id for team in teams if team.rolled_up]
    if large:
        columns = [func.coalesce(func.sum(TEAM_DAY.c[key]), 0) for key in measures]
        chains = select(TEAM_DAY.c.team_id, *columns).where(TEAM_DAY.c.team_id.in_(large))
        within = chains.where(TEAM_DAY.c.day.between(first, last)).group_by(TEAM_DAY.c.team_id)
        for team_id, *values in connection.execute(within):
            sums[team_id] += np.array(values, dtype=np.int64)
    teams_of: dict[int, list[int]] = {}
    for team in (team for team in teams if not team.rolled_up):
        for person in directory.ids[team.left : team.right].tolist():
            teams_of.setdefault(person, []).append(team.team_id)
    if teams_of:
        rows: Sequence[Sequence[Any]] = people_sums(connection, list(teams_of), measures, first, last)
        for person, *values, _ in rows:
            for team_id in teams_of[person]:
                sums[team_id] += np.array(values, dtype=np.int64)
    return {team_id: tuple(int(value) for value in values) for team_id, values in sums.items()}
