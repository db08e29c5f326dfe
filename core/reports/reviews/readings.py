"""Where the figures of a review are read from: the days as they are now, or as they were stored at a moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Protocol

import numpy as np

from core.catalogue import ANY, MEASURE_KEYS
from core.reports.measures import activity as activities
from core.reports.measures.activity import Activity
from core.reports.periods import DAY, Period
from core.visibility import Rows, Scope, Team

_SLICE = 3_100
"""The most person-days whose rows exist as Python objects at the same time."""


class Readings(Protocol):
    """The days of usage from which the figures of a review are counted."""

    scope: Scope

    @property
    def first_day(self) -> dt.date | None:
        """The oldest stored day; None when there is none."""

    def stored(self, period: Period) -> Mapping[dt.date, frozenset[str]]:
        """Stored days of a period, ascending → the measures that were not measured for anybody."""

    def user_days(self, team: Team, period: Period) -> Iterator[Rows]:
        """Rows (employee id, day, all counters, masks), slice by slice in order."""

    def activity(self, team: Team, period: Period) -> Activity:
        """Who was active in any product, on which days of the period."""


class PresentReadings:
    """The days of usage as they are stored now."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    @property
    def first_day(self) -> dt.date | None:
        """The oldest day that is stored now; None when there is none."""
        return self.scope.freshness().first_day

    def stored(self, period: Period) -> Mapping[dt.date, frozenset[str]]:
        """Days stored now, ascending → the measures that were not measured for anybody."""
        return self.scope.stored_days(period.first, period.last)

    def user_days(self, team: Team, period: Period) -> Iterator[Rows]:
        """Rows (employee id, day, all counters, masks) as stored now, slice by slice in order."""
        for part in _slices(period, team.size):
            yield self.scope.user_days(team, MEASURE_KEYS, part.first, part.last)

    def activity(self, team: Team, period: Period) -> Activity:
        """Who was active in any product, from the bitmaps that the pages read."""
        return activities.load(self.scope, team, ANY, period)


class PastReadings:
    """The days of usage as they were stored at a moment; `stored` are all days stored then, ascending.

    The pages' bitmaps have no past, so who was active is told from the counters, by the definition.
    """

    def __init__(self, scope: Scope, stored: Mapping[dt.date, frozenset[str]], moment: dt.datetime) -> None:
        self.scope = scope
        self._stored = stored
        self._moment = moment

    @property
    def first_day(self) -> dt.date | None:
        """The oldest day that was stored at the moment; None when there is none."""
        return min(self._stored, default=None)

    def stored(self, period: Period) -> Mapping[dt.date, frozenset[str]]:
        """Days stored at the moment, ascending → the measures that were not measured for anybody."""
        return {day: missing for day, missing in self._stored.items() if day in period}

    def user_days(self, team: Team, period: Period) -> Iterator[Rows]:
        """Rows (employee id, day, all counters, masks) as stored at the moment, slice by slice in order."""
        for part in _slices(period, team.size):
            yield self.scope.user_days_at(team, part.first, part.last, self._moment)

    def activity(self, team: Team, period: Period) -> Activity:
        """Who was active in any product, told from the counters above zero."""
        place = {int(number): index for index, number in enumerate(self.scope.members(team).ids)}
        mask = np.zeros((len(period), team.size), dtype=bool)
        known = np.array([self._measured(day) for day in period], dtype=bool)
        for rows in self.user_days(team, period):
            for row in rows:
                if any(row[2 : 2 + len(MEASURE_KEYS)]):
                    mask[(row[1] - period.first).days, place[row[0]]] = True
        return Activity(period, mask, known)

    def _measured(self, day: dt.date) -> bool:
        unmeasured = self._stored.get(day)
        return unmeasured is not None and activities.measured(ANY, unmeasured)


def _slices(period: Period, people: int) -> Iterator[Period]:
    days = max(_SLICE // max(people, 1), 1)
    first = period.first
    while first <= period.last:
        last = min(first + DAY * (days - 1), period.last)
        yield Period(first, last)
        first = last + DAY
