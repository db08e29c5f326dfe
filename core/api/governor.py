"""How many requests a minute may be sent.

The API allows an organization 60 requests a minute, shared by all keys and tools (platform.claude.com, "Analytics
API"). Requests are spaced evenly; a few may be made up for after a slow answer, but never beyond the limit in any 60 s.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

WINDOW = 60.0
"""Seconds over which the limit counts."""

_CATCH_UP = 5.0
"""Seconds of missed requests that may be sent at once: evens out answers of differing speed without a burst."""

_SLICE = 0.25
"""Longest sleep in seconds before `stop` is asked again."""


def never() -> bool:
    """The answer to "shall I stop?" of somebody who does not stop."""
    return False


def pause(seconds: float, sleep: Callable[[float], object], stop: Callable[[], bool]) -> bool:
    """Sleep in short slices; returns False, early, once `stop` says so."""
    while seconds > 0:
        if stop():
            return False
        length = min(seconds, _SLICE)
        sleep(max(length, 0.001))
        seconds -= length
    return not stop()


class Governor:
    """A limit on requests per minute; one per process, safe to share between threads."""

    def __init__(
        self,
        per_minute: int,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        if per_minute < 1:
            raise ValueError(f"A limit of {per_minute} requests per minute lets nothing through.")
        self.per_minute = per_minute
        """The present limit; `limit` changes it."""
        self._most = per_minute
        self._clock = clock
        self._sleep = sleep
        # Nothing is made up for at first: a process that is restarted again and again would exceed the limit by that.
        self._due = clock()
        self._sent: deque[float] = deque(maxlen=per_minute)
        self._lock = threading.Lock()

    def limit(self, per_minute: int) -> None:
        """From now on let fewer requests through, or more again, up to the limit it was made with."""
        with self._lock:
            self.per_minute = min(max(per_minute, 1), self._most)

    def wait(self, stop: Callable[[], bool] = never) -> bool:
        """Block until a request may be sent, and count it. False, with nothing counted, once `stop` says so."""
        while not stop():
            with self._lock:
                now = self._clock()
                turn = self._earliest()
                left = turn - now
                if left <= 0:
                    self._due = max(turn, now - _CATCH_UP) + WINDOW / self.per_minute
                    self._sent.append(now)
                    return True
            if not pause(left, self._sleep, stop):
                return False
        return False

    def used_last_minute(self) -> int:
        """Requests sent in the last 60 seconds."""
        since = self._clock() - WINDOW
        with self._lock:
            return sum(sent > since for sent in self._sent)

    def _earliest(self) -> float:
        """When the next request may go: when its turn has come and the oldest of a full window is a minute old."""
        full = len(self._sent) >= self.per_minute
        return max(self._due, self._sent[-self.per_minute] + WINDOW) if full else self._due
