"""Figures over time: a point for each day, week or month, known by its first day.

Lists and arrays and not frames: of a dozen points a frame takes longer for each question than all the rest of a chart.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.reports.measures.activity import Activity, Share
from core.reports.periods import Grain, Period, bucket_days, buckets


@dataclass(frozen=True, eq=False)
class Series:
    """One value for each point; NaN where there is none."""

    starts: Sequence[dt.date]
    amounts: np.ndarray

    @property
    def known(self) -> np.ndarray:
        """Mask: there is a value."""
        return np.asarray(~np.isnan(self.amounts))


@dataclass(frozen=True, eq=False)
class SeriesByKey:
    """Several lines over the same points, by key."""

    starts: Sequence[dt.date]
    lines: Mapping[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class ActiveSeries:
    """The active people of a team.

    Attributes:
        active: distinct active people; NaN where no day says anything.
        headcount: whom they are compared with.
        whole: mask: inside the period, with data for every day; the others are not to be compared.
        before: the people active in the same days of the period before; NaN where data lacks, and for months, which do
            not hold the same days.
    """

    starts: Sequence[dt.date]
    active: np.ndarray
    headcount: np.ndarray
    whole: np.ndarray
    before: np.ndarray

    def whole_spans(self, grain: Grain) -> list[Period]:
        """The days, weeks or months that are whole."""
        return [bucket_days(start, grain) for start, whole in zip(self.starts, self.whole, strict=True) if whole]


@dataclass(frozen=True)
class Point:
    """A day, week or month of a course.

    Attributes:
        start: its first day.
        inside: the days of it that lie in the period.
        is_whole: it lies in the period and data has every day of it.
        is_known: some day of it says something.
        earlier: the same days of the period before; None where data lacks, for months, and for what is not whole.
    """

    start: dt.date
    inside: Period
    is_whole: bool
    is_known: bool
    earlier: Period | None

    @property
    def spans(self) -> tuple[Period, ...]:
        """What `active_series` wants the shares of."""
        return (self.inside,) if self.earlier is None else (self.inside, self.earlier)


def points(history: Activity, period: Period, grain: Grain) -> list[Point]:
    """The points into which a period falls, in order."""
    shift = period.first - period.before().first
    found = []
    for start in buckets(period, grain):
        days = bucket_days(start, grain)
        inside = days.within(period) or days
        whole = days == inside and history.covers(inside)
        known = whole or history.is_known_in(inside)
        earlier = Period(days.first - shift, days.last - shift) if whole and grain is not Grain.MONTH else None
        if earlier is not None and not history.covers(earlier):
            earlier = None
        found.append(Point(start, inside, whole, known, earlier))
    return found


def active_series(drawn: Sequence[Point], share: Mapping[Period, Share]) -> ActiveSeries:
    """The course over some points; `share` has the active people of each one's `spans`."""
    return ActiveSeries(
        [point.start for point in drawn],
        np.array([share[point.inside].count if point.is_known else np.nan for point in drawn]),
        np.array([share[point.inside].of for point in drawn]),
        np.array([point.is_whole for point in drawn]),
        np.array([share[point.earlier].count if point.earlier else np.nan for point in drawn], dtype=float),
    )


def table(starts: Sequence[dt.date], columns: Mapping[str, np.ndarray], grain: Grain) -> pd.DataFrame:
    """The numbers behind a chart, a row a point, under the name of what a point is."""
    return pd.DataFrame(dict(columns), index=pd.DatetimeIndex(list(starts), name=grain.capitalize()))
