"""Sums over a team as it was. Only `core.visibility` calls these functions, after it has decided who may see what.

Stored sums are those of today's chains. The people of a past day are put together from as few of these as possible:
all whose chain was in the team down to its last person, and else one by one.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, func, select

from core.bits import Packed, bits_of, mask_of, none_of
from core.store.hierarchy.organisation import ROLLED_UP_FROM, Organisation, Team
from core.store.hierarchy.past_teams import PastTeam, members_of
from core.store.tables.usage import ACCOUNT_LINK, TEAM_DAY, USER_DAY
from core.store.usage import reads, team_reads
from core.store.usage.bitmaps import ActiveDays, Span

_CHUNK = 5_000
"""Teams or people named in one statement."""

_DAYS_AT_ONCE = 32
"""Days whose bits are unfolded at once: bounds the memory."""

Rows = list[tuple[Any, ...]]


def team_sums(
    connection: Connection, directory: Organisation, team: PastTeam, measures: Sequence[str], days: Span
) -> Rows:
    """Rows (day, one sum per measure), each of the people who were in the team on that day; idle days are absent."""
    return [
        row
        for first, last in team.pieces(*days)
        for row in _sums(connection, *_parts(directory, team.places[team.on(first)]), measures, (first, last))
    ]


def _parts(directory: Organisation, places: np.ndarray) -> tuple[list[int], list[int]]:
    """Chains of today with stored sums, and single people, who together are the people at these places."""
    chosen = np.zeros(len(directory.ids) + 1, dtype=np.int64)
    chosen[places] = 1
    before = np.concatenate(([0], np.cumsum(chosen[:-1])))
    here = np.arange(len(directory.ids))
    size = directory.right - here
    whole = (before[directory.right] - before[:-1] == size) & (size >= ROLLED_UP_FROM)
    reach = np.concatenate(([0], np.maximum.accumulate(np.where(whole, directory.right, 0))))
    chains = whole & (reach[:-1] <= here)
    single = (chosen[:-1] == 1) & (reach[1:] <= here)
    return directory.ids[chains].tolist(), directory.ids[single].tolist()


def _sums(
    connection: Connection, chains: list[int], people: list[int], measures: Sequence[str], days: Span
) -> list[tuple[Any, ...]]:
    found: dict[dt.date, np.ndarray] = {}

    def add(day: dt.date, values: Sequence[int]) -> None:
        numbers = np.array(values, dtype=np.int64)
        found[day] = found[day] + numbers if day in found else numbers

    columns = [func.coalesce(func.sum(TEAM_DAY.c[key]), 0) for key in measures]
    for start in range(0, len(chains), _CHUNK):
        chosen = TEAM_DAY.c.team_id.in_(chains[start : start + _CHUNK])
        statement = select(TEAM_DAY.c.day, *columns).where(chosen, TEAM_DAY.c.day.between(*days))
        for day, *values in connection.execute(statement.group_by(TEAM_DAY.c.day)):
            add(day, values)
    columns = [func.coalesce(func.sum(USER_DAY.c[key]), 0) for key in measures]
    joined = ACCOUNT_LINK.join(USER_DAY, reads.attributed(USER_DAY))
    for start in range(0, len(people), _CHUNK):
        chosen = ACCOUNT_LINK.c.employee_id.in_(people[start : start + _CHUNK])
        statement = select(USER_DAY.c.day, *columns).select_from(joined)
        for day, *values in connection.execute(
            statement.where(chosen, USER_DAY.c.day.between(*days)).group_by(USER_DAY.c.day)
        ):
            add(day, values)
    return [(day, *(int(value) for value in found[day])) for day in sorted(found)]


def user_days(connection: Connection, team: PastTeam, measures: Sequence[str], days: Span) -> Rows:
    """The rows of `core.store.usage.reads.user_days` of the days on which each person was in the team."""
    index = {int(number): place for place, number in enumerate(team.ids.tolist())}
    places = np.sort(team.places)
    starts = np.flatnonzero(np.diff(places, prepend=-2) != 1)
    rows: Rows = []
    for part in np.split(places, starts[1:]):
        run = Team(team.team_id, int(part[0]), int(part[-1]) + 1)
        rows += [tuple(row) for row in reads.user_days(connection, run, measures, *days)]
    begins = [first for first, _ in team.pieces(*days)]
    inside = [team.on(first) for first in begins]
    return [row for row in rows if inside[bisect_right(begins, row[1]) - 1][index[row[0]]]]


def people_sums(
    connection: Connection, team: PastTeam, people: Sequence[int], measures: Sequence[str], days: Span
) -> Rows:
    """The rows of `core.store.usage.reads.people_sums`, of the days on which each of the people was in the team."""
    at = np.flatnonzero(np.isin(team.ids, people))
    moved = np.isin(at, team.varying)
    rows: Rows = [tuple(row) for row in reads.people_sums(connection, team.ids[at[~moved]].tolist(), measures, *days)]
    sums: dict[int, np.ndarray] = {}
    for person, _, *values in user_days(connection, team.of(at[moved]), measures, days) if moved.any() else []:
        counted = np.array([*values[: len(measures)], 1], dtype=np.int64)
        sums[person] = sums[person] + counted if person in sums else counted
    return rows + [(person, *(int(value) for value in values)) for person, values in sums.items()]


def active_days(
    connection: Connection, database: str, directory: Organisation, team: PastTeam, wanted: Mapping[int, Span]
) -> dict[int, ActiveDays]:
    """Per product, who was active on the stored days of a span, and in the team on that day."""
    found = team_reads.active_days(connection, database, directory, team.hull, wanted)
    return {product: _inside(team, days) for product, days in found.items()}


def _inside(team: PastTeam, found: ActiveDays) -> ActiveDays:
    rows = none_of(len(found.days), team.size)
    for start in range(0, len(found.days), _DAYS_AT_ONCE):
        part = slice(start, start + _DAYS_AT_ONCE)
        cells = mask_of(found.rows[part], team.hull.size)
        mask = team.keep(cells[:, team.places - team.left], found.days[part])
        rows[part] = bits_of(mask)
    return ActiveDays(found.days, rows)


def active_in(
    connection: Connection, database: str, directory: Organisation, team: PastTeam, wanted: Mapping[int, Sequence[Span]]
) -> dict[int, Packed]:
    """Per product, a mask [spans, people of the team]: who was active on a day of each span on which they were in it.

    Each span is cut where the team changed, so that a piece has one and the same people.
    """
    pieces = {product: [team.pieces(*span) for span in spans] for product, spans in wanted.items()}
    flat = {product: [piece for of in spans for piece in of] for product, spans in pieces.items()}
    found = team_reads.active_in(connection, database, directory, team.hull, flat)
    result: dict[int, Packed] = {}
    for product, spans in pieces.items():
        mask = team.keep(found[product].mask[:, team.places - team.left], [first for first, _ in flat[product]])
        ends = np.cumsum([len(of) for of in spans]).tolist()
        parts = [mask[end - len(of) : end].any(axis=0) for of, end in zip(spans, ends, strict=True)]
        result[product] = Packed.of(np.array(parts, dtype=bool).reshape(len(spans), team.size))
    return result


def person_totals(
    connection: Connection, directory: Organisation, team: PastTeam, measures: Sequence[str], days: Span
) -> Rows:
    """The rows of `team_reads.person_totals`: of who was in the team, and employed, on the last day."""
    there = members_of(directory, team).employed(days[1])
    sums: dict[int, np.ndarray] = {}
    for person, _, *values in user_days(connection, team, measures, days):
        counters = np.array(values[: len(measures)], dtype=np.int64)
        sums[person] = sums[person] + counters if person in sums else counters
    chosen = [sums[person] for person in team.ids[there].tolist() if person in sums]
    return [tuple(int(value) for value in values) for values in chosen]
