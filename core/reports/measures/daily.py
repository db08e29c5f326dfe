"""Amounts per day and measure: what trends, totals and briefs are reckoned from.

An array and not a frame: a page asks it some hundred questions, and a frame needs longer for each than the answer.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.reports.measures.arithmetic import known_sum, null_aware_sum
from core.reports.measures.time_series import Series
from core.reports.periods import DAY, Grain, Period, bucket


@dataclass(frozen=True, eq=False)
class Daily:
    """What was counted on some days.

    Attributes:
        days: ascending; of amounts gathered into weeks or months, the first day of each.
        keys: of the measures.
        amounts: [days, measures]; NaN where a measure was not measured.
    """

    days: list[dt.date]
    keys: Sequence[str]
    amounts: np.ndarray

    @classmethod
    def of(cls, stored: Mapping[dt.date, frozenset[str]], keys: Sequence[str]) -> Daily:
        """Nothing counted on days that are stored, each given with what nobody's row measured."""
        empty = cls(list(stored), keys, np.zeros((len(stored), len(keys))))
        for row, missing in enumerate(stored.values()):
            if missing:
                empty.amounts[row, [empty.place[key] for key in missing if key in empty.place]] = np.nan
        return empty

    def __len__(self) -> int:
        """How many days it has."""
        return len(self.days)

    @cached_property
    def place(self) -> dict[str, int]:
        """In which column a measure stands."""
        return {key: column for column, key in enumerate(self.keys)}

    def columns(self, keys: Iterable[str]) -> np.ndarray:
        """The amounts of some measures, [days, keys]."""
        return self.amounts[:, [self.place[key] for key in keys]]

    def added(self, keys: Iterable[str]) -> np.ndarray:
        """Several measures together, per day; NaN where none of them was measured."""
        return null_aware_sum(self.columns(keys), axis=1)

    def total(self, keys: Iterable[str]) -> float | None:
        """Several measures over all days together; None when none of them was measured."""
        return known_sum(self._sums.get(key) for key in keys)

    @cached_property
    def _sums(self) -> dict[str, float]:
        """Of each measure that was measured, over all days."""
        measured = ~np.isnan(self.amounts).all(axis=0)
        sums = np.nansum(self.amounts, axis=0).tolist()
        return {key: total for key, total, known in zip(self.keys, sums, measured, strict=True) if known}

    def during(self, period: Period) -> Daily:
        """The days that lie in a period."""
        rows = slice(bisect_left(self.days, period.first), bisect_right(self.days, period.last))
        return Daily(self.days[rows], self.keys, self.amounts[rows])

    def among(self, chosen: np.ndarray) -> Daily:
        """The days that a mask names."""
        return Daily([self.days[row] for row in np.flatnonzero(chosen).tolist()], self.keys, self.amounts[chosen])

    def moved(self, by: dt.timedelta) -> Daily:
        """These amounts, row by row, under other days."""
        return Daily([day + by for day in self.days], self.keys, self.amounts)

    def without_gaps(self) -> Daily:
        """Every day from the first to the last; those that were not there measured nothing."""
        if len(self) < 2:
            return self
        places = [(day - self.days[0]).days for day in self.days]
        amounts = np.full((places[-1] + 1, len(self.keys)), np.nan)
        amounts[places] = self.amounts
        return Daily([self.days[0] + DAY * offset for offset in range(len(amounts))], self.keys, amounts)

    def by(self, grain: Grain) -> Daily:
        """Gathered into days, weeks or months; one of these is NaN only when none of its days was measured."""
        if grain is Grain.DAY or not self.days:
            return self
        starts = [bucket(day, grain) for day in self.days]
        firsts = [row for row, start in enumerate(starts) if row == 0 or start != starts[row - 1]]
        measured = np.add.reduceat(~np.isnan(self.amounts), firsts, axis=0, dtype=int) > 0
        sums = np.add.reduceat(np.nan_to_num(self.amounts), firsts, axis=0)
        return Daily([starts[row] for row in firsts], self.keys, np.where(measured, sums, np.nan))

    def line(self, values: np.ndarray) -> Series:
        """One value per day."""
        return Series(self.days, values)
