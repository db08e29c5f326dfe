"""Where the simulated API takes its rows from."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Protocol

from simulator.organisation import API_FLOOR
from simulator.wire import ABSENT, Row, usage_row, zero_row

__all__ = ["ABSENT", "Dataset", "FixedDataset", "Row", "usage_row", "zero_row"]


class Dataset(Protocol):
    """Usage rows of an organisation, one list for each UTC day."""

    seats: int
    """Members with a seat: the denominator of the adoption rates in the summaries."""

    @property
    def earliest(self) -> dt.date:
        """The first day with data."""

    @property
    def latest(self) -> dt.date:
        """The last day with data; the API's lag may hide it for some time."""

    def rows(self, day: dt.date) -> list[Row]:
        """The rows of one day, in any order. The caller may change what it gets."""


class FixedDataset:
    """Hand-written rows by day, for tests: days in between are idle, days after the last are not available yet.

    `earliest` and `latest` widen or narrow what is served. Each row gets `last_activity_date`, unless it has one.
    """

    def __init__(
        self,
        days: Mapping[dt.date, Sequence[Row]],
        *,
        earliest: dt.date = API_FLOOR,
        latest: dt.date | None = None,
        seats: int | None = None,
    ) -> None:
        self._days = days
        self.earliest = earliest
        self.latest = latest or max(days, default=dt.date.max)
        self.seats = seats or len({row["user"]["id"] for rows in days.values() for row in rows})

    def rows(self, day: dt.date) -> list[Row]:
        return [{"last_activity_date": day.isoformat()} | copy.deepcopy(row) for row in self._days.get(day, ())]
