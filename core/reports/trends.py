"""Statistics of a team over time: null-aware sums per day, week or month, and totals of a period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.catalogue import Ratio, Stat, measures_of
from core.reports.periods import Grain, Period, bucket, bucket_days, is_whole
from core.visibility import Scope, Team


def daily_measures(scope: Scope, team: Team, stats: Sequence[Stat | Ratio], period: Period) -> pd.DataFrame:
    """Sums per stored day (rows) and measure (columns); NaN where a measure was not measured for anybody that day.

    A sum above zero was measured in part, and counts.
    """
    keys = list(dict.fromkeys(key for stat in stats for key in measures_of(stat)))
    stored = scope.stored_days(period.first, period.last)
    rows = scope.team_sums(team, keys, period.first, period.last)
    frame = pd.DataFrame(0.0, index=pd.DatetimeIndex(list(stored)), columns=keys)
    if rows:
        sums = pd.DataFrame([tuple(row)[1:] for row in rows], columns=keys, dtype=float)
        sums.index = pd.DatetimeIndex([row[0] for row in rows])
        frame = sums.reindex(frame.index, fill_value=0.0)
    for day, unmeasured in stored.items():
        missing = [key for key in keys if key in unmeasured]
        if missing:
            sums_of_day = frame.loc[pd.Timestamp(day), missing].to_numpy(dtype=float)
            frame.loc[pd.Timestamp(day), missing] = np.where(sums_of_day > 0, sums_of_day, np.nan)
    return frame


def by_grain(measures: pd.DataFrame, grain: Grain) -> pd.DataFrame:
    """Daily sums gathered into days, weeks or months; a bucket is NaN only when none of its days was measured."""
    if grain is Grain.DAY or measures.empty:
        return measures
    starts = pd.DatetimeIndex([bucket(day.date(), grain) for day in measures.index])
    return measures.groupby(starts).sum(min_count=1)


def whole(measures: pd.DataFrame, grain: Grain, period: Period) -> pd.Series:
    """For each bucket of daily sums, whether the period holds it whole and every day of it is stored.

    The others are lower for want of days, and not to be compared.
    """
    stored = Counter(bucket(day.date(), grain) for day in measures.index)
    told = [is_whole(start, grain, period) and days == len(bucket_days(start, grain)) for start, days in stored.items()]
    return pd.Series(told, index=pd.DatetimeIndex(list(stored)), dtype=bool)


def whole_buckets(measures: pd.DataFrame, grain: Grain, period: Period) -> pd.DataFrame:
    """Daily sums gathered into those buckets that are whole: a sparkline would show the others as a dip."""
    return by_grain(measures, grain)[whole(measures, grain, period).to_numpy()]


def statistic(measures: pd.DataFrame, stat: Stat | Ratio) -> pd.Series:
    """One statistic per row of measures; a ratio is a sum divided by a sum, NaN when there was nothing to divide by."""
    if isinstance(stat, Stat):
        return measures[list(stat.measures)].sum(axis=1, min_count=1)
    top = measures[list(stat.numerator)].sum(axis=1, min_count=1)
    bottom = measures[list(stat.denominator)].sum(axis=1, min_count=1)
    return top / bottom.where(bottom > 0)


def total(measures: pd.DataFrame, stat: Stat | Ratio) -> float | None:
    """One statistic over all rows; None when nothing of it was measured (or, for a ratio, decided)."""
    if isinstance(stat, Stat):
        return _added(measures, stat.measures)
    top, bottom = _added(measures, stat.numerator), _added(measures, stat.denominator)
    return top / bottom if top is not None and bottom is not None and bottom > 0 else None


def total_before(before: pd.DataFrame | None, now: pd.DataFrame, stat: Stat | Ratio) -> float | None:
    """A statistic over the period before; None where the two periods do not compare.

    That is where data does not cover one of them, or only some of their days measured what the statistic counts: a
    counter that the API has just begun to tell would else look like growth.
    """
    if before is None:
        return None
    for key in measures_of(stat):
        missing = np.isnan(np.concatenate([part[key].to_numpy(dtype=float) for part in (before, now)]))
        if missing.any() and not missing.all():
            return None
    return total(before, stat)


def _added(measures: pd.DataFrame, keys: Sequence[str]) -> float | None:
    """Several measures over all rows together; None when none of them was measured.

    Arrays and not frames: a page asks this some two hundred times.
    """
    columns = [measures[key].to_numpy(dtype=float) for key in keys]
    sums = [float(np.nansum(column)) for column in columns if not np.isnan(column).all()]
    return sum(sums) if sums else None


def thin(measures: pd.DataFrame, ratio: Ratio) -> pd.Series:
    """For each row of measures, whether a ratio rests on too few cases to say much."""
    return measures[list(ratio.denominator)].sum(axis=1) < ratio.thin_below


def denominator(measures: pd.DataFrame, ratio: Ratio) -> int:
    """What a ratio was divided by: its n."""
    return int(_added(measures, ratio.denominator) or 0)
