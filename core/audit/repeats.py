"""What was written a moment ago, so that a page that runs again does not write it again.

Each process remembers for itself; what another process wrote is found in the database before anything is added.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Hashable, Iterable

PERIOD = dt.timedelta(minutes=15)
"""How long the same look, by the same person at the same place, is one and the same look."""

_MANY = 10_000


class Repeats:
    """Things said under a key, each remembered for `PERIOD`."""

    def __init__(self) -> None:
        self._until: dict[Hashable, dict[Hashable, float]] = {}
        self._lock = threading.Lock()

    def new(self, key: Hashable, things: Iterable[Hashable]) -> list[Hashable]:
        """Those of the things that were not said lately, in their order."""
        now = time.monotonic()
        with self._lock:
            known = self._until.get(key, {})
            return [thing for thing in things if known.get(thing, 0.0) <= now]

    def remember(self, key: Hashable, things: Iterable[Hashable], since: dt.datetime | None = None) -> None:
        """The things have been said now, or at that moment."""
        now = time.monotonic()
        ago = dt.timedelta() if since is None else dt.datetime.now(dt.UTC) - since
        until = now + (PERIOD - ago).total_seconds()
        with self._lock:
            if len(self._until) > _MANY or len(self._until.get(key, ())) > _MANY:
                self._forget_old(now)
            self._until.setdefault(key, {}).update(dict.fromkeys(things, until))

    def _forget_old(self, now: float) -> None:
        fresh = {key: {t: end for t, end in known.items() if end > now} for key, known in self._until.items()}
        self._until = {key: known for key, known in fresh.items() if known}

    def forget(self) -> None:
        """Forget what was said by this process; what is in the database still counts."""
        with self._lock:
            self._until.clear()


def since() -> dt.datetime:
    """What was written from this moment on is not written again."""
    return dt.datetime.now(dt.UTC) - PERIOD


RECENT = Repeats()
"""The memory of this process."""
