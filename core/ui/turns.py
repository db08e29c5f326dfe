"""Turns at what takes much memory: a few at a time in this process, and one for each reader; the others wait."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_SECONDS = 0.5
"""Between two times that a waiting reader is told so."""


class Turns:
    """Turns of which so many are taken at most."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._busy: set[str] = set()
        self._changed = threading.Condition()

    @contextmanager
    def turn(self, who: str, waits: Callable[[], object]) -> Iterator[None]:
        """A turn of somebody who has none; until then `waits` is called again and again, and may give up by raising."""
        while not self._begins(who):
            waits()
        try:
            yield
        finally:
            with self._changed:
                self._busy.remove(who)
                self._changed.notify_all()

    def _begins(self, who: str) -> bool:
        with self._changed:
            free = self._changed.wait_for(lambda: len(self._busy) < self._most and who not in self._busy, _SECONDS)
            if free:
                self._busy.add(who)
            return free
