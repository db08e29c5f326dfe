"""Turns at what takes much memory: a few at a time in this process, and one for each reader; the others wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from core.errors import UptakeError

_SECONDS = 0.5
"""Between two times that a waiting reader is told so."""


class NoTurn(UptakeError):
    """It was not somebody's turn in the time that they could wait; nothing was made."""


AT_A_CLICK = 30.0
"""Seconds that a file which is built when it is clicked may wait: it holds one of Streamlit's few threads for files."""


def patience(seconds: float) -> Callable[[], None]:
    """What to do at each moment of waiting, for who cannot wait longer than so many seconds from now.

    What it gives raises NoTurn when they are over.
    """
    until = time.monotonic() + seconds

    def wait() -> None:
        if time.monotonic() >= until:
            raise NoTurn("Other files are being made. Please try again in a moment.")

    return wait


def patience_of_a_click() -> Callable[[], None]:
    """The patience for a file that is built when it is clicked."""
    return patience(AT_A_CLICK)


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
