"""The figures of each person of a review, for many people at once, by the arithmetic of the pages."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from core.catalogue import ANY, MEASURE_COLUMN, MEASURE_KEYS, MEASURES, PRODUCTS, Ratio, Stat, measures_of
from core.reports.measures import arithmetic, context
from core.reports.measures.activity import Activity, measured
from core.reports.measures.daily import Daily
from core.reports.measures.tiers import Tier, tiers, window
from core.reports.people.person import counters
from core.reports.people.standing import Standing
from core.reports.periods import Grain, Period, bucket, bucket_days, is_whole
from core.reports.reviews.readings import Readings
from core.visibility import Members, Team


@dataclass(frozen=True)
class PersonFigures:
    """One person's figures over the period, as the page Person shows them.

    Who has no Claude account has none: no use is not a zero where there could be none.

    Attributes:
        days_active, days_active_before: active days of the period and of the one before.
        totals, before: statistic key → total of the period and of the one before; None for what was not measured.
            `before` is None when data does not cover both periods, or the person was not employed from the start of the
            one to the end of the other; and so is a statistic that not all of their days measured alike.
        habit: how the person stands when the period ends, in the words of the table of people, leave left aside.
        decided: key of a ratio → what it was divided by.
        products: keys of the products used, in catalogue order.
        starts: first days of the weeks (or days, months) with data, in order.
        course: one row for each of these, one column a statistic; NaN for what was not measured.
        whole: of each figure of the course, whether every day of its week lies in the period and measured it.
        active: per day of the period, whether the person was active; None without data, or outside employment without
            use.
    """

    id: int
    days_active: int | None
    days_active_before: int | None
    habit: str
    totals: Mapping[str, float | None]
    before: Mapping[str, float | None] | None
    decided: Mapping[str, int]
    products: tuple[str, ...]
    starts: tuple[dt.date, ...]
    course: np.ndarray
    whole: np.ndarray
    active: tuple[bool | None, ...]


def figures(
    readings: Readings, teams: Sequence[Team], period: Period, stats: Sequence[Stat | Ratio], grain: Grain
) -> Iterator[PersonFigures]:
    """The figures of everybody in some teams, in their order; all of them are in memory at once."""
    start = min(readings.first_day or period.first, period.first)
    history = _history(readings, teams, Period(start, period.last))
    earlier, covered = period.before(), compared_with(readings, period) is not None
    span = Period(earlier.first if covered else period.first, period.last)
    stored = readings.stored(span)
    days = list(stored)
    members = [readings.scope.members(team) for team in teams]
    account = np.concatenate([each.has_account for each in members])
    cube = np.concatenate([_cube(readings, team, span, stored) for team in teams])
    cube[~account] = np.nan
    inside = np.array([day in period for day in days], dtype=bool)
    now = arithmetic.null_aware_sum(cube[:, inside], axis=1)
    totals = _statistics(now, stats)
    before = _before(cube[:, [day in earlier for day in days]], cube[:, inside], stats) if covered else None
    told = [day for day in days if day in period]
    starts, course = _course(cube[:, inside], told, stats, grain)
    whole = _whole(cube[:, inside], told, stats, grain, period)
    weeks = window(period)
    marks = context.joined([context.load(readings.scope, team) for team in teams])
    habit = tiers(history, weeks, context=marks)
    active = _active(history, period, members)
    ever = history.ever()
    active_days = history.days_active(period)
    active_before = history.days_active(earlier) if covered else None
    present, gone = (
        np.concatenate([ask(each, period.last) for each in members]) for ask in (Members.employed, Members.gone)
    )
    compared = present & np.concatenate([each.employed(earlier.first) for each in members])
    compared &= account
    people = [(team, own) for team in members for own in range(len(team.ids))]
    for place, (team, own) in enumerate(people):
        stands = Standing(
            employed=bool(present[place]),
            archived=bool(gone[place]),
            first_day=team.first_day(own),
            has_account=bool(account[place]),
            ever_active=bool(ever[place]),
            tier=Tier(int(habit[place])),
            away=None,
        )
        yield PersonFigures(
            id=int(team.ids[own]),
            days_active=int(active_days[place]) if account[place] and told else None,
            days_active_before=int(active_before[place]) if active_before is not None and compared[place] else None,
            habit=stands.in_words(period.last),
            totals=_known(totals[place], stats),
            before=_known(before[place], stats) if before is not None and compared[place] else None,
            decided={stat.key: _decided(now[place], stat) for stat in stats if isinstance(stat, Ratio)},
            products=_products(now[place]),
            starts=starts,
            course=course[place],
            whole=whole[place],
            active=active[place] if account[place] else (None,) * len(period),
        )


def compared_with(readings: Readings, period: Period) -> Period | None:
    """The period before, where every day of both is stored and says something of use."""
    before = period.before()
    stored = readings.stored(Period(before.first, period.last))
    told = all(day in stored and measured(ANY, stored[day]) for days in (before, period) for day in days)
    return before if told else None


def _history(readings: Readings, teams: Sequence[Team], period: Period) -> Activity:
    """Who was active on which day, the people of all teams side by side."""
    each = [readings.activity(team, period) for team in teams]
    return Activity(period, np.concatenate([one.mask for one in each], axis=1), each[0].known)


def _cube(readings: Readings, team: Team, span: Period, stored: Mapping[dt.date, frozenset[str]]) -> np.ndarray:
    """[people, stored days, measures]: 0 on a day without a row, NaN where it was not measured."""
    days = list(stored)
    cube = np.repeat(Daily.of(stored, MEASURE_KEYS).amounts[None], team.size, axis=0)
    people = {int(number): place for place, number in enumerate(readings.scope.members(team).ids)}
    column = {day: place for place, day in enumerate(days)}
    flat = cube.reshape(-1, len(MEASURE_KEYS))
    for rows in readings.user_days(team, span):
        found = [tuple(row) for row in rows if row[1] in column]
        if not found:
            continue
        values = counters(np.array([row[2:] for row in found], dtype=np.int64))
        cells = np.array([people[row[0]] * len(days) + column[row[1]] for row in found])
        own, first = np.unique(cells, return_index=True)
        flat[own] = values[first]
        for row in np.setdiff1d(np.arange(len(cells)), first):  # further accounts of the same person
            old = flat[cells[row]]
            flat[cells[row]] = np.where(np.isnan(old), values[row], old + np.nan_to_num(values[row]))
    return cube


def _before(then: np.ndarray, now: np.ndarray, stats: Sequence[Stat | Ratio]) -> np.ndarray:
    """The statistics of the period before, [people, statistics]; NaN where the two periods do not compare."""
    missing = np.isnan(np.concatenate([then, now], axis=1))
    alike = ~missing.any(axis=1) | missing.all(axis=1)
    table = _statistics(arithmetic.null_aware_sum(then, axis=1), stats)
    for place, stat in enumerate(stats):
        columns = [MEASURE_COLUMN[key] for key in measures_of(stat)]
        table[~alike[:, columns].all(axis=1), place] = np.nan
    return table


def _statistics(sums: np.ndarray, stats: Sequence[Stat | Ratio]) -> np.ndarray:
    """[…, measures] → […, statistics], as `core.reports.measures.trends.statistic` tells them.

    Arrays and not frames: with a frame, each statistic of each batch of people costs a millisecond to look up.
    """
    table = np.empty((*sums.shape[:-1], len(stats)))
    for place, stat in enumerate(stats):
        table[..., place] = arithmetic.values(stat, partial(_together, sums))
    return table


def _together(sums: np.ndarray, keys: Sequence[str]) -> np.ndarray:
    """Several measures added up; NaN where none of them was measured."""
    return arithmetic.null_aware_sum(sums[..., [MEASURE_COLUMN[key] for key in keys]], axis=-1)


def _course(
    cube: np.ndarray, days: Sequence[dt.date], stats: Sequence[Stat | Ratio], grain: Grain
) -> tuple[tuple[dt.date, ...], np.ndarray]:
    """The first days of the weeks (or days, months), and the statistics as [people, weeks, statistics]."""
    starts, first = _starts(days, grain)
    if not first:
        return (), np.empty((len(cube), 0, len(stats)))
    measured = np.add.reduceat(~np.isnan(cube), first, axis=1, dtype=np.int64) > 0
    sums = np.where(measured, np.add.reduceat(np.nan_to_num(cube), first, axis=1), np.nan)
    return starts, _statistics(sums, stats)


def _whole(
    cube: np.ndarray, days: Sequence[dt.date], stats: Sequence[Stat | Ratio], grain: Grain, period: Period
) -> np.ndarray:
    """Of each figure of a course, whether it is of all days of its week (or month): inside the period, and measured.

    What no day measured at all is left aside, as on the pages.
    """
    starts, first = _starts(days, grain)
    if not first:
        return np.empty((len(cube), 0, len(stats)), dtype=bool)
    missing = np.isnan(cube)
    missing &= ~missing.all(axis=1, keepdims=True)
    wanted = np.array([len(bucket_days(start, grain)) if is_whole(start, grain, period) else -1 for start in starts])
    full = np.add.reduceat(~missing, first, axis=1, dtype=np.int64) == wanted[:, None]
    table = np.empty((*full.shape[:2], len(stats)), dtype=bool)
    for place, stat in enumerate(stats):
        table[..., place] = full[..., [MEASURE_COLUMN[key] for key in measures_of(stat)]].all(axis=-1)
    return table


def _starts(days: Sequence[dt.date], grain: Grain) -> tuple[tuple[dt.date, ...], list[int]]:
    """The first days of the weeks (or days, months) that some days lie in, and the place of the first of each."""
    each = [bucket(day, grain) for day in days]
    first = [place for place, day in enumerate(each) if place == 0 or day != each[place - 1]]
    return tuple(each[place] for place in first), first


def _known(row: np.ndarray, stats: Sequence[Stat | Ratio]) -> dict[str, float | None]:
    return {stat.key: None if math.isnan(value) else value for stat, value in zip(stats, row.tolist(), strict=True)}


def _decided(sums: np.ndarray, ratio: Ratio) -> int:
    return int(np.nansum([sums[MEASURE_COLUMN[key]] for key in ratio.denominator]))


def _products(sums: np.ndarray) -> tuple[str, ...]:
    used = {measure.product for measure, amount in zip(MEASURES, sums, strict=True) if amount > 0}
    return tuple(product.key for product in PRODUCTS if product.key in used)


def _active(history: Activity, period: Period, members: Sequence[Members]) -> list[tuple[bool | None, ...]]:
    """For each person, the states of the days of the period: None without data, or outside employment without use."""
    there = np.array([np.concatenate([each.employed(day) for each in members]) for day in period])
    rows = slice((period.first - history.period.first).days, (period.last - history.period.first).days + 1)
    known = history.known[rows].tolist()
    return [
        tuple(
            active if stored and (active or employed) else None
            for active, stored, employed in zip(states, known, days, strict=True)
        )
        for states, days in zip(history.mask[rows].T.tolist(), there.T.tolist(), strict=True)
    ]
