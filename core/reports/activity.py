"""Distinct active people, exactly, for any team and any window: counted from who was active on which day.

Distinct people are never summed over days or teams. A window that holds a day without data has no count at all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.catalogue import ANY, MEASURES, Product
from core.reports.periods import DAY, Period
from core.visibility import Scope, Team


@dataclass(frozen=True)
class Share:
    """So many of so many people; always shown with both numbers."""

    count: int
    of: int

    @property
    def rate(self) -> float | None:
        """Between 0 and 1; None when there is nobody to count."""
        return self.count / self.of if self.of else None

    def __str__(self) -> str:
        """As it is always shown: "31 of 44"."""
        return f"{self.count:,} of {self.of:,}".replace(",", "\u202f")


@dataclass(frozen=True)
class Activity:
    """Who was active on which day of a period.

    Attributes:
        period: the days covered, one row each.
        mask: [days, people of the team in pre-order], True where somebody was active.
        known: per day, whether its data is stored.
    """

    period: Period
    mask: np.ndarray
    known: np.ndarray

    def _rows(self, period: Period) -> slice:
        return slice((period.first - self.period.first).days, (period.last - self.period.first).days + 1)

    def covers(self, period: Period) -> bool:
        """Whether every day of a period is stored."""
        return (
            self.period.first <= period.first
            and period.last <= self.period.last
            and bool(self.known[self._rows(period)].all())
        )

    def anyone(self, period: Period) -> np.ndarray:
        """Mask over people: active on at least one day of the period."""
        return np.asarray(self.mask[self._rows(period)].any(axis=0))

    def days_active(self, period: Period) -> np.ndarray:
        """Per person, on how many days of the period they were active."""
        return np.asarray(self.mask[self._rows(period)].sum(axis=0))

    def ever_before(self, day: dt.date) -> np.ndarray:
        """Mask over people: active on a stored day before the given one."""
        return np.asarray(self.mask[: (day - self.period.first).days].any(axis=0))

    def last_active(self) -> list[dt.date | None]:
        """Per person, the newest active day of the period."""
        found = np.asarray(self.mask.any(axis=0))
        newest = len(self.mask) - 1 - np.argmax(self.mask[::-1], axis=0)
        return [
            self.period.first + DAY * int(row) if active else None for row, active in zip(newest, found, strict=True)
        ]

    def distinct(self, window: int, period: Period) -> pd.Series:
        """Distinct active people in the `window` days that end with each day of the period; NaN where days lack."""
        running = np.cumsum(self.mask, axis=0, dtype=np.int32)
        known = np.cumsum(self.known)
        counts = []
        for day in period:
            end = (day - self.period.first).days
            start = end - window
            in_window = running[end] - (running[start] if start >= 0 else 0)
            days = known[end] - (known[start] if start >= 0 else 0)
            counts.append(float((in_window > 0).sum()) if days == window else np.nan)
        return pd.Series(counts, index=pd.DatetimeIndex(list(period)))


def load(
    scope: Scope, team: Team, product: Product, period: Period, stored: Mapping[dt.date, frozenset[str]] | None = None
) -> Activity:
    """Read who was active in a product on each day of a period; a day on which it was not measured is not known.

    `stored` are the period's stored days, where the caller has them already.
    """
    days, rows = scope.active(team, product.bit, period.first, period.last)
    if stored is None:
        stored = scope.stored_days(period.first, period.last)
    mask = np.zeros((len(period), team.size), dtype=bool)
    known = np.zeros(len(period), dtype=bool)
    places = [(day - period.first).days for day in days]
    mask[places] = rows
    known[places] = [measured(product, stored.get(day, frozenset())) for day in days]
    return Activity(period, mask, known)


def measured(product: Product, unmeasured: frozenset[str]) -> bool:
    """Whether a day's data says anything about a product."""
    return any(m.key not in unmeasured for m in MEASURES if product is ANY or m.product == product.key)
