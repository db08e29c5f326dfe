"""The table behind every export: people × days, or people × period, with one column per statistic."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import numpy as np

from core.catalogue import MEASURE_COLUMN, MEASURE_KEYS, STATS, Ratio
from core.reports.exports import standings
from core.reports.measures import arithmetic, context
from core.reports.measures.daily import Daily
from core.reports.people.person import counters
from core.reports.periods import Period
from core.visibility import Members, PastTeam, Scope, Team

Cell = str | int | float | dt.date | None

TOTALS_LEAD = ("email", "name", "title", "department", "first_day", "last_day", *standings.COLUMNS)
"""The columns before the statistics in the table of totals, which has one row a person."""


@dataclass(frozen=True)
class Table:
    """Column keys, and rows with one cell a column; None is an empty cell: not measured, or nothing to divide by."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Cell, ...]]


def usage_table(scope: Scope, team: Team, period: Period, grain: Literal["day", "total"]) -> Table:
    """The statistics of a team's people.

    `day` has one row per person and day with a record, in the order of the reporting tree. `total` has one row for
    everybody in the team, with or without use, by name, and says how they stand (`standings`); who has no Claude
    account, or was employed on no day, has empty cells there, as no use is not a zero where there could be none.
    `note` is what the person says about their figures, marked days included, in each of their rows.
    """
    people = _people(scope, team)
    lead = ("email", "name", "day") if grain == "day" else TOTALS_LEAD
    columns = (*lead, *(stat.key for stat in STATS), "note")
    notes, marks = scope.notes_of(list(people)), scope.marks_of_people(list(people))
    words = {
        person: context.own_words(notes[person].words if person in notes else None, marks.get(person, ()), period)
        for person in people
    }
    build = _day_rows if grain == "day" else _total_rows
    return Table(columns, ((*row, words[person]) for person, row in build(scope, team, period, people)))


def stamped(table: Table, team: Team, export_id: str) -> Table:
    """The table with two last columns in every row: by which reporting lines people are in it, and the export's entry
    in the access log.
    """
    lines = "of each day" if isinstance(team, PastTeam) else "of today"
    return Table((*table.columns, "reporting_lines", "export_id"), ((*row, lines, export_id) for row in table.rows))


def _people(scope: Scope, team: Team) -> dict[int, tuple[str, str]]:
    members = scope.members(team)
    return {
        int(number): (email, name)
        for number, email, name in zip(members.ids, members.emails, members.names, strict=True)
    }


def _day_rows(
    scope: Scope, team: Team, period: Period, people: dict[int, tuple[str, str]]
) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    for (person, day), values in _user_days(scope, team, period):
        yield person, (*people[person], day, *_cells(values))


def _total_rows(
    scope: Scope, team: Team, period: Period, people: dict[int, tuple[str, str]]
) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    totals: dict[int, np.ndarray] = {}
    rows: dict[int, set[dt.date]] = {}
    with scope.moment():
        idle, members, standing = _idle_days(scope, period), scope.members(team), standings.load(scope, team, period)
        for (person, day), values in _user_days(scope, team, period):
            totals[person] = (
                arithmetic.null_aware_sum(np.array([totals[person], values]), axis=0) if person in totals else values
            )
            rows.setdefault(person, set()).add(day)
    could_use = members.has_account & members.employed_within(period.first, period.last)
    could = set(members.ids[could_use].tolist())
    nothing, there = np.full(len(MEASURE_KEYS), np.nan), _in_team(team, members, idle)
    for place in np.argsort(members.by_name).tolist():
        person = int(members.ids[place])
        total = totals.get(person, nothing)
        for day in there(person) - rows.get(person, set()) if person in could or person in totals else ():
            total = np.where(np.isnan(total), idle[day], total)
        role = (members.titles[place], members.departments[place])
        yield person, (*people[person], *role, period.first, period.last, *standing[person], *_cells(total))


def _in_team(team: Team, members: Members, days: Iterable[dt.date]) -> Callable[[int], AbstractSet[dt.date]]:
    """A function from employee id to those of the days on which the person counts for the team.

    These are all days; in a team as it was, those on which the person was in it.
    """
    every = frozenset(days)
    if not isinstance(team, PastTeam):
        return lambda _person: every
    masks = {day: team.on(day) for day in every}
    place = {int(number): at for at, number in enumerate(members.ids)}
    return lambda person: {day for day, mask in masks.items() if mask[place[person]]}


def _idle_days(scope: Scope, period: Period) -> dict[dt.date, np.ndarray]:
    """Stored day → counters of somebody without a row on it, [measures]: 0 for what was measured, else NaN."""
    idle = Daily.of(scope.stored_days(period.first, period.last), MEASURE_KEYS)
    return dict(zip(idle.days, idle.amounts, strict=True))


def _user_days(scope: Scope, team: Team, period: Period) -> Iterator[tuple[tuple[int, dt.date], np.ndarray]]:
    """((employee id, day), counters [measures]) for each person and day, the accounts of one person added up."""
    rows = scope.user_days(team, MEASURE_KEYS, period.first, period.last)
    for key, group in groupby(rows, key=lambda row: (row[0], row[1])):
        values = counters(np.array([tuple(row)[2:] for row in group], dtype=np.int64))
        yield key, arithmetic.null_aware_sum(values, axis=0)


def _cells(values: np.ndarray) -> Iterator[Cell]:
    """The cell of each statistic from counters [measures]: whole numbers, and rates to six places."""
    known = [None if math.isnan(value) else value for value in values.tolist()]
    for stat in STATS:
        value = arithmetic.value(stat, lambda keys: arithmetic.known_sum(known[MEASURE_COLUMN[key]] for key in keys))
        yield value if value is None else round(value, 6) if isinstance(stat, Ratio) else int(value)
