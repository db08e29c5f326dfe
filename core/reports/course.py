"""Figures over time: a point for each day, week or month, known by its first day.

Lists and arrays and not frames: of a dozen points a frame takes longer for each question than all the rest of a chart.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.reports.periods import Grain, Period, bucket_days


@dataclass(frozen=True, eq=False)
class Line:
    """One value for each point; NaN where there is none."""

    starts: Sequence[dt.date]
    amounts: np.ndarray

    @property
    def known(self) -> np.ndarray:
        """Mask: there is a value."""
        return np.asarray(~np.isnan(self.amounts))


@dataclass(frozen=True, eq=False)
class Lines:
    """Several lines over the same points, by key."""

    starts: Sequence[dt.date]
    lines: Mapping[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Course:
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


def table(starts: Sequence[dt.date], columns: Mapping[str, np.ndarray], grain: Grain) -> pd.DataFrame:
    """The numbers behind a chart, a row a point, under the name of what a point is."""
    return pd.DataFrame(dict(columns), index=pd.DatetimeIndex(list(starts), name=grain.capitalize()))
