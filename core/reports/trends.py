"""Statistics of a team over time: null-aware sums per day, week or month, and totals of a period."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.catalogue import Ratio, Stat, measures_of
from core.reports.periods import Grain, Period, bucket
from core.visibility import Scope, Team


def daily_measures(scope: Scope, team: Team, stats: Sequence[Stat | Ratio], period: Period) -> pd.DataFrame:
    """Sums per stored day (rows) and measure (columns); NaN where a measure was not measured for anybody that day."""
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
            frame.loc[pd.Timestamp(day), missing] = np.nan
    return frame


def by_grain(measures: pd.DataFrame, grain: Grain) -> pd.DataFrame:
    """Daily sums gathered into days, weeks or months; a bucket is NaN only when none of its days was measured."""
    if grain is Grain.DAY or measures.empty:
        return measures
    starts = pd.DatetimeIndex([bucket(day.date(), grain) for day in measures.index])
    return measures.groupby(starts).sum(min_count=1)


def statistic(measures: pd.DataFrame, stat: Stat | Ratio) -> pd.Series:
    """One statistic per row of measures; a ratio is a sum divided by a sum, NaN when there was nothing to divide by."""
    if isinstance(stat, Stat):
        return measures[list(stat.measures)].sum(axis=1, min_count=1)
    top = measures[list(stat.numerator)].sum(axis=1, min_count=1)
    bottom = measures[list(stat.denominator)].sum(axis=1, min_count=1)
    return top / bottom.where(bottom > 0)


def total(measures: pd.DataFrame, stat: Stat | Ratio) -> float | None:
    """One statistic over all rows; None when nothing of it was measured (or, for a ratio, decided)."""
    whole = measures.sum(min_count=1).to_frame().T
    value = statistic(whole, stat).iloc[0] if len(whole) else np.nan
    return None if pd.isna(value) else float(value)


def denominator(measures: pd.DataFrame, ratio: Ratio) -> int:
    """What a ratio was divided by: its n."""
    value = measures[list(ratio.denominator)].sum().sum()
    return int(value)
