"""People of a team, side by side: who they are, when they work here, and where they stand in the reporting tree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.store.types import from_epoch, to_epoch

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

    def gone(self, day: dt.date) -> np.ndarray:
        """Mask over the people: whose employment ended before a day."""
        return self.ends < to_epoch(day)

    def first_day(self, index: int) -> dt.date | None:
        """When a person started; None when the directory does not say."""
        return None if self.starts[index] == ALWAYS else from_epoch(self.starts[index])

    def last_day(self, index: int) -> dt.date | None:
        """The last day of a person who left or will leave; None for everybody else."""
        return None if self.ends[index] == NEVER else from_epoch(self.ends[index])
