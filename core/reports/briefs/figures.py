"""What the rules of the brief ask of a person's history, answered from one array."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from core.catalogue import MEASURES, Product
from core.reports.periods import Period
from core.reports.person import PersonUsage


def keys_of(product: Product) -> list[str]:
    """The measures of a product."""
    return [measure.key for measure in MEASURES if measure.product == product.key]


@dataclass(frozen=True)
class Figures:
    """What the rules look at.

    Attributes:
        usage: the figures of the person's page.
        history: every measure of each stored day from the first one with data to the period's end.
        comparable: whether the period and the one before have data for every day.
    """

    usage: PersonUsage
    history: pd.DataFrame
    comparable: bool

    @property
    def period(self) -> Period:
        """The period that the brief is about."""
        return self.usage.period

    @property
    def begins(self) -> dt.date:
        """The first day with data."""
        return self._days[0]

    def days_of(self, product: Product) -> list[dt.date]:
        """The days on which a product was used, ascending."""
        return self.used(keys_of(product))

    def used(self, keys: Iterable[str]) -> list[dt.date]:
        """The days on which any of the measures is above zero, ascending."""
        above = (self._values[:, self._columns(keys)] > 0).any(axis=1)
        return [self._days[row] for row in np.flatnonzero(above)]

    def known(self, keys: Iterable[str], first: dt.date, last: dt.date) -> int:
        """On how many days of a span any of the measures was measured."""
        return int(self._measured(keys, first, last).any(axis=1).sum())

    def whole(self, keys: Iterable[str], first: dt.date, last: dt.date) -> bool:
        """Whether all the measures were measured on every stored day of a span."""
        return bool(self._measured(keys, first, last).all())

    def _measured(self, keys: Iterable[str], first: dt.date, last: dt.date) -> np.ndarray:
        rows = slice(bisect_left(self._days, first), bisect_right(self._days, last))
        return np.asarray(~np.isnan(self._values[rows, self._columns(keys)]))

    def _columns(self, keys: Iterable[str]) -> list[int]:
        return [self._place[key] for key in keys]

    @cached_property
    def _place(self) -> dict[str, int]:
        return {key: column for column, key in enumerate(self.history.columns)}

    @cached_property
    def _days(self) -> list[dt.date]:
        return [stamp.date() for stamp in self.history.index]

    @cached_property
    def _values(self) -> np.ndarray:
        """The history as one array: the rules ask it some hundred questions."""
        return self.history.to_numpy(dtype=float)
