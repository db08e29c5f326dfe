"""One person's history, with the questions that the rules of the brief put to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.catalogue import MEASURES, PRODUCTS, STATS, Product, Stat
from core.reports.measures.daily import Daily
from core.reports.people.person import PersonUsage
from core.reports.periods import DAY, Period


def keys_of(product: Product) -> list[str]:
    """The keys of a product's measures."""
    return [measure.key for measure in MEASURES if measure.product == product.key]


def headline_counts() -> list[Stat]:
    """The counts that a brief may speak of, in the order of the catalogue."""
    return [stat for stat in STATS if isinstance(stat, Stat) and stat.headline]


@dataclass(frozen=True)
class BriefFigures:
    """One person's figures, as the rules of the brief look at them.

    Attributes:
        usage: the figures of the person's page.
        history: every measure of each stored day from the first one with data to the period's end.
        comparable: whether the period and the one before have data for every day, and the person was employed on each.
    """

    usage: PersonUsage
    history: Daily
    comparable: bool

    @property
    def period(self) -> Period:
        """The period that the brief is about."""
        return self.usage.period

    @property
    def ends(self) -> dt.date:
        """The last day of the period on which there could be use: of somebody who left, the last one of employment."""
        last = self.usage.last_day
        return self.period.last if last is None else min(last, self.period.last)

    @property
    def begins(self) -> dt.date:
        """The first day with data."""
        return self.history.days[0]

    def begins_of(self, product: Product) -> dt.date:
        """The first day on which any measure of a product was measured; the first with data, if there is none."""
        told = self._measured(keys_of(product), self.begins, self.period.last).any(axis=1)
        return self.history.days[int(told.argmax())]

    def is_told_throughout(self, product: Product) -> bool:
        """Whether each day since a product's data began is stored, with at least one of its measures measured."""
        first = self.begins_of(product)
        told = np.asarray(self._measured(keys_of(product), first, self.ends).any(axis=1))
        return bool(told.all()) and len(told) == (self.ends - first).days + 1

    def days_of(self, product: Product) -> list[dt.date]:
        """The days on which a product was used, ascending."""
        return self._days_of_each[product]

    @cached_property
    def _days_of_each(self) -> dict[Product, list[dt.date]]:
        return {product: self.used(keys_of(product)) for product in PRODUCTS}

    def used(self, keys: Iterable[str]) -> list[dt.date]:
        """The days on which any of the measures is above zero, ascending."""
        above = self._above[:, [self.history.place[key] for key in keys]].any(axis=1)
        return [self.history.days[row] for row in np.flatnonzero(above).tolist()]

    @cached_property
    def _above(self) -> np.ndarray:
        """Mask [days, measures]: whether the measure is above zero on the day."""
        return np.asarray(self.history.amounts > 0)

    def told_on(self, product: Product, day: dt.date) -> list[str]:
        """The keys of those measures of a product that were measured on a stored day."""
        keys = keys_of(product)
        return [key for key, told in zip(keys, self._measured(keys, day, day)[0].tolist(), strict=True) if told]

    def used_in(self, product: Product, period: Period) -> list[str]:
        """The keys of those measures of a product that are above zero on some day of a period."""
        return [key for key in keys_of(product) if any(day in period for day in self.used([key]))]

    def unbroken(self, keys: Iterable[str], last: dt.date) -> dt.date | None:
        """The first of the days up to `last` that are stored, without a gap, with every one of the measures measured.

        None where `last` itself is not. Only on such days can no use be told from no data.
        """
        whole = np.asarray(self._measured(keys, self.begins, last).all(axis=1))
        first, expected = None, last
        for day, told in zip(reversed(self.history.days[: len(whole)]), whole[::-1].tolist(), strict=True):
            if day != expected or not told:
                break
            first, expected = day, day - DAY
        return first

    def whole(self, keys: Iterable[str], first: dt.date, last: dt.date) -> bool:
        """Whether all the measures were measured on every stored day of a span."""
        return bool(self._measured(keys, first, last).all())

    def _measured(self, keys: Iterable[str], first: dt.date, last: dt.date) -> np.ndarray:
        if last < first:
            return np.zeros((0, 1), dtype=bool)
        return np.asarray(~np.isnan(self.history.during(Period(first, last)).columns(keys)))
