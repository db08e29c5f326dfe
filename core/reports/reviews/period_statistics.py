"""The statistics of many people over one period at once, from arrays of their counters.

Arrays and not frames: with a frame, each statistic of each batch of people costs a millisecond to look up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from core.catalogue import MEASURE_COLUMN, MEASURE_KEYS, Ratio, Stat, measures_of
from core.reports.measures import arithmetic
from core.reports.measures.daily import Daily
from core.reports.people.person import counters
from core.reports.periods import Grain, Period, bucket, bucket_days, is_whole
from core.reports.reviews.readings import Readings
from core.visibility import Team


@dataclass(frozen=True, eq=False)
class PeriodStatistics:
    """The statistics of many people over a period; NaN for what was not measured, and without a Claude account.

    Attributes:
        sums: [people, measures], the counters of the period.
        totals, before: [people, statistics], of the period and of the one before; `before` is None without that one,
            and NaN where the days of both did not all measure a statistic alike.
        starts: first days of the weeks (or days, months) with data, in order.
        course: [people, weeks, statistics].
        whole: mask [people, weeks, statistics]: every day of the week lies in the period and measured the statistic.
    """

    sums: np.ndarray
    totals: np.ndarray
    before: np.ndarray | None
    starts: tuple[dt.date, ...]
    course: np.ndarray
    whole: np.ndarray


def count(
    readings: Readings,
    teams: Sequence[Team],
    stats: Sequence[Stat | Ratio],
    *,
    period: Period,
    earlier: Period | None,
    grain: Grain,
) -> PeriodStatistics:
    """Count the statistics of everybody in some teams, in their order; `earlier` is the period to compare with."""
    span = Period(earlier.first if earlier else period.first, period.last)
    stored = readings.stored(span)
    days = list(stored)
    cube = np.concatenate([_cube(readings, team, span, stored) for team in teams])
    cube[~np.concatenate([readings.scope.members(team).has_account for team in teams])] = np.nan
    now = cube[:, np.array([day in period for day in days], dtype=bool)]
    then = None if earlier is None else cube[:, [day in earlier for day in days]]
    told = [day for day in days if day in period]
    sums = arithmetic.null_aware_sum(now, axis=1)
    starts, course = _course(now, told, stats, grain)
    return PeriodStatistics(
        sums=sums,
        totals=_statistics(sums, stats),
        before=None if then is None else _before(then, now, stats),
        starts=starts,
        course=course,
        whole=_whole(now, told, stats, grain, period),
    )


def _cube(readings: Readings, team: Team, span: Period, stored: Mapping[dt.date, frozenset[str]]) -> np.ndarray:
    """The counters of a team, [people, stored days, measures]: 0 on a day without a row, NaN where not measured."""
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
    """The statistics […, statistics] of counters […, measures], as in `core.reports.measures.trends.statistic`."""
    table = np.empty((*sums.shape[:-1], len(stats)))
    for place, stat in enumerate(stats):
        table[..., place] = arithmetic.values(stat, partial(_together, sums))
    return table


def _together(sums: np.ndarray, keys: Sequence[str]) -> np.ndarray:
    """The sum over several measures of counters […, measures]; NaN where none of them was measured."""
    return arithmetic.null_aware_sum(sums[..., [MEASURE_COLUMN[key] for key in keys]], axis=-1)


def _course(
    cube: np.ndarray, days: Sequence[dt.date], stats: Sequence[Stat | Ratio], grain: Grain
) -> tuple[tuple[dt.date, ...], np.ndarray]:
    """The first days of the weeks (or days, months) with data, and the statistics as [people, weeks, statistics]."""
    starts, first = _starts(days, grain)
    if not first:
        return (), np.empty((len(cube), 0, len(stats)))
    measured = np.add.reduceat(~np.isnan(cube), first, axis=1, dtype=np.int64) > 0
    sums = np.where(measured, np.add.reduceat(np.nan_to_num(cube), first, axis=1), np.nan)
    return starts, _statistics(sums, stats)


def _whole(
    cube: np.ndarray, days: Sequence[dt.date], stats: Sequence[Stat | Ratio], grain: Grain, period: Period
) -> np.ndarray:
    """Mask [people, weeks, statistics]: every day of the week (or month) lies in the period and measured the statistic.

    Measures that no day measured at all are left aside, as on the pages.
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
