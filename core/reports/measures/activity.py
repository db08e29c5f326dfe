"""Distinct active people, exactly, for any team and any window: counted from who was active on which day.

Distinct people are never summed over days or teams. A window that holds a day without data has no count at all.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core.bits import Packed, bits_of, how_many, mask_of, united
from core.catalogue import ANY, MEASURES, PRODUCTS, Product
from core.reports.periods import DAY, Period
from core.visibility import Scope, Team
from core.wording import number


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
        return f"{number(self.count)} of {number(self.of)}"


def mean_rate(shares: Iterable[Share]) -> float | None:
    """Mean of the rates, 0 to 1; a share of nobody has none. None without any."""
    rates = [share.rate for share in shares if share.rate is not None]
    return sum(rates) / len(rates) if rates else None


class Activity:
    """Who was active on which day of a period; `known` tells per day whether its data is stored.

    `mask` is [days, people of the team in pre-order], True where somebody was active. Kept as one bit a person and day:
    a year of a large company fits, and its days are united in a moment.
    """

    def __init__(self, period: Period, mask: np.ndarray | Packed, known: np.ndarray) -> None:
        packed = mask if isinstance(mask, Packed) else Packed.of(mask)
        self.period, self.known, self._bits, self._people = period, known, packed.rows, packed.people
        self._known_before: list[int] = [0, *np.cumsum(known).tolist()]

    @property
    def size(self) -> int:
        """How many people these are."""
        return self._people

    @property
    def mask(self) -> np.ndarray:
        """[days, people], True where somebody was active. For few people: it takes a byte for each cell."""
        return self._unpacked(self._bits)

    def of(self, places: Sequence[int]) -> Activity:
        """The activity of some of the people, in the order in which their places are given."""
        chosen = np.asarray(places, dtype=np.int64)
        cells = (self._bits[:, chosen // 8] >> (chosen % 8).astype(np.uint8)) & 1
        return Activity(self.period, cells.astype(bool), self.known)

    def _unpacked(self, rows: np.ndarray) -> np.ndarray:
        return mask_of(rows, self._people)

    def _rows(self, spans: Iterable[Period]) -> list[tuple[int, int]]:
        """The days of each span by row: the first, and the one behind the last. They may lie outside of what there is.

        Counted in whole days since the calendar's first, as a dozen products ask it for each week of a year.
        """
        zero = self.period.first.toordinal()
        return [(span.first.toordinal() - zero, span.last.toordinal() - zero + 1) for span in spans]

    def covers(self, period: Period) -> bool:
        """Whether every day of a period is stored."""
        return self.covered([period])[0]

    def covered(self, spans: Iterable[Period]) -> list[bool]:
        """Per span, whether every day of it is stored."""
        end = len(self.known)
        return [
            start >= 0 and stop <= end and self._stored_in(start, stop) == stop - start
            for start, stop in self._rows(spans)
        ]

    def _stored_in(self, start: int, stop: int) -> int:
        """How many days from one row up to, without, another are stored."""
        return self._known_before[stop] - self._known_before[start]

    def anyone(self, period: Period) -> np.ndarray:
        """Mask over people: active on at least one day of the period."""
        return self._unpacked(self.union([period])[0])

    def union(self, spans: Sequence[Period]) -> np.ndarray:
        """Bits over people [spans, bytes]: active on at least one day of each span."""
        return united(self._bits, self._rows(spans))

    def is_known_in(self, period: Period) -> bool:
        """Whether any day of a period says anything."""
        first = (period.first - self.period.first).days
        return bool(self.known[first : first + len(period)].any())

    def count(self, period: Period, among: np.ndarray) -> int:
        """How many of some people, given as a mask, were active on at least one day of the period."""
        return int(how_many(self.union([period]) & bits_of(among))[0])

    def days_active(self, period: Period) -> np.ndarray:
        """Per person, on how many days of the period they were active."""
        days = np.zeros(self._people, dtype=np.int64)
        first, behind = self._rows([period])[0]
        rows = self._bits[max(first, 0) : behind]
        for start in range(0, len(rows), _DAYS_AT_ONCE):
            flags = mask_of(rows[start : start + _DAYS_AT_ONCE], self._people)
            days += flags.view(np.uint8).sum(axis=0, dtype=np.uint8)
        return days

    def ever(self) -> np.ndarray:
        """Mask over people: active on any day."""
        return self.anyone(self.period)

    def ever_before(self, day: dt.date) -> np.ndarray:
        """Mask over people: active on a stored day before the given one."""
        return self._unpacked(np.bitwise_or.reduce(self._bits[: (day - self.period.first).days], axis=0))

    def last_active(self) -> list[dt.date | None]:
        """Per person, the newest active day of the period."""
        return [None if row < 0 else self.period.first + DAY * row for row in self.newest().tolist()]

    def newest(self) -> np.ndarray:
        """Per person, on which day of the period, counted from 0, they were active last; -1: on none."""
        result = np.full(self._people, -1, dtype=np.int32)
        left = np.full(self._bits.shape[1], 0xFF, dtype=np.uint8)
        for row in range(len(self._bits) - 1, -1, -1):
            here = self._bits[row] & left
            if here.any():
                result[self._unpacked(here)] = row
                left &= ~here
        return result


def in_several(each: Sequence[Activity], period: Period) -> np.ndarray:
    """Mask over people: active in the period in two or more of several products."""
    once = twice = np.zeros_like(each[0].union([period])[0])
    for one in each:
        here = one.union([period])[0]
        twice, once = twice | (once & here), once | here
    return mask_of(twice, each[0].size)


_DAYS_AT_ONCE = 128
"""Days whose bits are unfolded at once: bounds the memory, and their number fits a byte."""


def load(
    scope: Scope, team: Team, product: Product, period: Period, stored: Mapping[dt.date, frozenset[str]] | None = None
) -> Activity:
    """Read who was active in a product on each day of a period; a day on which it was not measured is not known.

    `stored` are the period's stored days, where the caller has them already.
    """
    if stored is None:
        stored = scope.stored_days(period.first, period.last)
    return load_each(scope, team, {product: period}, stored)[product]


def load_each(
    scope: Scope,
    team: Team,
    wanted: Mapping[Product, Period],
    stored: Mapping[dt.date, frozenset[str]],
    shown: Period | None = None,
) -> dict[Product, Activity]:
    """Read the same for several products at once, each over a period of its own; `shown` as in `Scope.active`."""
    spans = {product.bit: (period.first, period.last) for product, period in wanted.items()}
    found = scope.active(team, spans, None if shown is None else (shown.first, shown.last))
    return {
        product: _over(period, product, found[product.bit].days, Packed(found[product.bit].rows, team.size), stored)
        for product, period in wanted.items()
    }


_NOTHING = frozenset[str]()


def _over(
    period: Period, product: Product, days: Sequence[dt.date], active: Packed, stored: Mapping[dt.date, frozenset[str]]
) -> Activity:
    """Rows of the stored days of a period, with empty ones for the days that are not stored."""
    known = np.zeros(len(period), dtype=bool)
    places = [(day - period.first).days for day in days]
    says = {unmeasured: measured(product, unmeasured) for unmeasured in {*stored.values(), _NOTHING}}
    known[places] = True if all(says.values()) else [says[stored.get(day, _NOTHING)] for day in days]
    rows = active.rows
    if len(places) != len(period):
        rows = np.zeros((len(period), active.rows.shape[1]), dtype=np.uint8)
        rows[places] = active.rows
    return Activity(period, Packed(rows, active.people), known)


def days_with_data(scope: Scope, period: Period) -> Mapping[str, int]:
    """Key of a product, or of any → how many days of a period say anything about it.

    Where none does, no use is not known from no data.
    """
    stored = Counter(scope.stored_days(period.first, period.last).values())
    return {
        product.key: sum(count for unmeasured, count in stored.items() if measured(product, unmeasured))
        for product in (ANY, *PRODUCTS)
    }


@lru_cache(maxsize=1_024)
def measured(product: Product, unmeasured: frozenset[str]) -> bool:
    """Whether a day's data says anything about a product."""
    return any(m.key not in unmeasured for m in MEASURES if product is ANY or m.product == product.key)
