"""When the next hourly run is due."""

from __future__ import annotations

import time
from collections.abc import Callable

import schedule

HOUR = 3600.0
"""Seconds."""


class Timetable:
    """Every hour since the last run, by two clocks: whichever strikes first.

    `schedule` goes by the wall clock of this place. It notices that a suspended machine slept through its hour, but
    waits two hours at the end of summer time, and for days when somebody sets the clock back. The monotonic clock
    cannot be set, but stands still while a machine sleeps.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._struck = False
        self.begin()

    def begin(self) -> None:
        """A run begins now; the next one is due an hour later, however many hours were missed."""
        self._hours = schedule.Scheduler()
        self._hours.every().hour.do(self._strike)
        self._struck = False
        self._began = self._clock()

    def is_due(self) -> bool:
        """Whether an hour has passed."""
        self._hours.run_pending()
        return self._struck or self._clock() - self._began >= HOUR

    def _strike(self) -> None:
        self._struck = True
