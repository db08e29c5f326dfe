"""Statistics of a team over time: null-aware sums per day, week or month, and totals of a period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from core.catalogue import Ratio, Stat, measures_of
from core.reports.measures import arithmetic
from core.reports.measures.daily import Daily
from core.reports.periods import Grain, Period, bucket, bucket_days, is_whole
from core.visibility import Scope, Team


def daily_measures(scope: Scope, team: Team, stats: Sequence[Stat | Ratio], period: Period) -> Daily:
    """Sums per stored day and measure; NaN where a measure was not measured for anybody that day.

    A sum above zero was measured in part, and counts.
    """
    keys = list(dict.fromkeys(key for stat in stats for key in measures_of(stat)))
    measures = Daily.of(scope.stored_days(period.first, period.last), keys)
    rows = {row[0]: row[1:] for row in scope.team_sums(team, keys, period.first, period.last)}
    found = [at for at, day in enumerate(measures.days) if day in rows]
    if found:
        sums = np.array([tuple(rows[measures.days[at]]) for at in found], dtype=float)
        measures.amounts[found] = np.where((sums > 0) | ~np.isnan(measures.amounts[found]), sums, np.nan)
    return measures


def whole(measures: Daily, grain: Grain, period: Period) -> np.ndarray:
    """For each day, week or month of daily sums, whether the period holds it whole and every day of it is stored.

    The others are lower for want of days, and not to be compared.
    """
    stored = Counter(bucket(day, grain) for day in measures.days)
    told = [is_whole(start, grain, period) and days == len(bucket_days(start, grain)) for start, days in stored.items()]
    return np.array(told, dtype=bool)


def whole_buckets(measures: Daily, grain: Grain, period: Period) -> Daily:
    """Daily sums gathered into those days, weeks or months that are whole: others would look like a dip."""
    return measures.by(grain).among(whole(measures, grain, period))


def statistic(measures: Daily, stat: Stat | Ratio) -> np.ndarray:
    """One statistic per day; a ratio is a sum divided by a sum, NaN when there was nothing to divide by."""
    return arithmetic.values(stat, measures.added)


def total(measures: Daily, stat: Stat | Ratio) -> float | None:
    """One statistic over all days; None when nothing of it was measured (or a rate has no case)."""
    return arithmetic.value(stat, measures.total)


def total_before(before: Daily | None, now: Daily, stat: Stat | Ratio) -> float | None:
    """A statistic over the period before; None where the two periods do not compare.

    That is where data does not cover one of them, or only some of their days measured what the statistic counts: a
    counter that the API has just begun to tell would else look like growth.
    """
    if before is None:
        return None
    return None if measured_in_part(before, now, stat) else total(before, stat)


def measured_in_part(before: Daily, now: Daily, stat: Stat | Ratio) -> bool:
    """Whether only some of the days of two periods measured what a statistic counts."""
    keys = measures_of(stat)
    missing = np.isnan(np.concatenate([before.columns(keys), now.columns(keys)]))
    return bool((missing.any(axis=0) & ~missing.all(axis=0)).any())


def thin(measures: Daily, ratio: Ratio) -> np.ndarray:
    """For each day, whether a ratio rests on too few cases to say much."""
    return np.asarray(np.nansum(measures.columns(ratio.denominator), axis=1) < ratio.thin_below)


def denominator(measures: Daily, ratio: Ratio) -> int:
    """What a ratio was divided by: its n."""
    return int(measures.total(ratio.denominator) or 0)
