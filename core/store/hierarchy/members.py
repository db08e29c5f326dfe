"""People of a team, side by side: who they are, when they work here, and where they stand in the reporting tree."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.bits import bits_of, none_of
from core.store.engine.column_types import from_epoch, to_epoch

NEVER = np.iinfo(np.int32).max
"""Epoch day that stands for "without an end"."""

ALWAYS = np.iinfo(np.int32).min
"""Epoch day that stands for "since ever"."""


@dataclass(frozen=True)
class Members:
    """The people of a team, in pre-order of the reporting tree; all fields run in parallel.

    `starts` and `ends` are first and last days of employment as epoch days; `reports` is the size of each one's chain.
    `folded` gives what a search looks in, which is made at the first one; `by_name` is the place in the order of names.
    """

    ids: np.ndarray
    names: tuple[str, ...]
    emails: tuple[str, ...]
    titles: tuple[str | None, ...]
    departments: tuple[str | None, ...]
    starts: np.ndarray
    ends: np.ndarray
    depth: np.ndarray
    reports: np.ndarray
    has_account: np.ndarray
    folded: Callable[[], Sequence[str]]
    by_name: np.ndarray

    def employed(self, day: dt.date) -> np.ndarray:
        """Mask: who is employed on the day."""
        return (self.starts <= to_epoch(day)) & (self.ends >= to_epoch(day))

    def employed_within(self, first: dt.date, last: dt.date) -> np.ndarray:
        """Mask: who is employed on some day of a span."""
        return (self.starts <= to_epoch(last)) & (self.ends >= to_epoch(first))

    def throughout(self, first: dt.date, last: dt.date) -> np.ndarray:
        """Mask: of whom one can be sure that they are employed on every day of a span."""
        return (self.starts <= to_epoch(first)) & (self.ends >= to_epoch(last))

    def employed_on(self, days: Sequence[dt.date]) -> np.ndarray:
        """Bits [days, bytes], little-endian along the people: who is employed on each of several days.

        Most people are there on all of them. The others turn their bit when they come, and when they have left.
        """
        asked = [to_epoch(day) for day in days]
        each, place = np.unique(asked, return_inverse=True)
        first, last = min(asked), max(asked)
        always = (self.starts <= first) & (self.ends >= last)
        some = np.flatnonzero(~always & (self.starts <= last) & (self.ends >= first))
        bits = none_of(len(each) + 1, len(self.ids))
        bits[0] = bits_of(always)
        own = (1 << some % 8).astype(np.uint8)
        for row in (np.searchsorted(each, self.starts[some]), np.searchsorted(each, self.ends[some], side="right")):
            np.bitwise_xor.at(bits, (row, some // 8), own)
        for before, at in itertools.pairwise(range(len(each))):  # ufunc.accumulate takes ten times as long
            bits[at] ^= bits[before]
        return bits[place]

    def alone_with(self, reader: int | None, first: dt.date, last: dt.date, places: Any = slice(None)) -> np.ndarray:
        """Employee ids of those of whom alone sums over a span tell a reader.

        That is the only other person at all, or who on some day was the only other one employed. `places` are indices
        of some of the people, over whom the sums are.
        """
        others = self.ids[places]
        others = others if reader is None else others[others != reader]
        return others if len(others) == 1 else self._alone(reader, first, last, places)

    def _alone(self, reader: int | None, first: dt.date, last: dt.date, places: Any) -> np.ndarray:
        return alone_with(reader, (self.ids[places], self.starts[places], self.ends[places]), first, last)

    def gone(self, day: dt.date) -> np.ndarray:
        """Mask over the people: whose employment ended before a day."""
        return self.ends < to_epoch(day)

    def first_day(self, index: int) -> dt.date | None:
        """When a person started; None when the directory does not say."""
        return None if self.starts[index] == ALWAYS else from_epoch(self.starts[index])

    def last_day(self, index: int) -> dt.date | None:
        """The last day of a person who left or will leave; None for everybody else."""
        return None if self.ends[index] == NEVER else from_epoch(self.ends[index])


_A_FEW = 100
"""So many people are looked at before all are: where two of them were there all the time, nobody was alone."""


def alone_with(
    reader: int | None, people: tuple[np.ndarray, np.ndarray, np.ndarray], first: dt.date, last: dt.date
) -> np.ndarray:
    """Employee ids of those who on some day of a span were the only one employed besides a reader.

    `people` are ids, and first and last days of employment as epoch days.
    """
    start, end = to_epoch(first), to_epoch(last)
    own = -1 if reader is None else reader  # a comparison with None goes person by person
    for count in (_A_FEW, None):
        ids, starts, ends = (each[:count] for each in people)
        here = (ids != own) & (starts <= end) & (ends >= start)
        if np.count_nonzero(here & (starts <= start) & (ends >= end)) > 1:
            return ids[:0]
    ids, starts, ends = ids[here], starts[here], ends[here]
    days = np.unique(np.concatenate(([start], starts, ends + 1)))
    days = days[(days >= start) & (days <= end)]
    there = np.searchsorted(np.sort(starts), days, side="right") - np.searchsorted(np.sort(ends), days)
    alone = np.zeros(len(ids), dtype=bool)
    for day in days[there == 1]:
        alone |= (starts <= day) & (ends >= day)
    return np.asarray(ids[alone])
