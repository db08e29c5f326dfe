"""Letting one thread work out what several want, without waiting for ever."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 10.0
"""Seconds after which a thread goes on beside the one before it, whose database may hang."""


@contextmanager
def one_at_a_time(lock: threading.Lock) -> Iterator[None]:
    """Let one thread into the block at a time; the others wait up to `PATIENCE` seconds and then go in all the same.

    Whoever waited should look first whether the one before has made what it came for.
    """
    is_mine = lock.acquire(timeout=PATIENCE)
    try:
        yield
    finally:
        if is_mine:
            lock.release()
