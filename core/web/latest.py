"""Questions to the database that must be answered at once, whatever the database does."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")

_LOG = logging.getLogger("uptake.web")


class Latest(Generic[Answer]):
    """The latest answer to a question that is asked in a thread of its own, by one thread at a time.

    Whoever asks waits `patience` seconds at most. An answer that comes later is kept for the next one who asks; it
    counts for `fresh` seconds instead of a new question, and for `stale` seconds where a new question takes too long.
    """

    def __init__(
        self,
        ask: Callable[[], Answer],
        *,
        patience: float = 0.08,
        fresh: float = 0.5,
        stale: float = 15.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask = ask
        self._clock = clock
        self._patience = patience
        self._fresh = fresh
        self._stale = stale
        self._changed = threading.Condition()
        self._asking = False
        self._answer: Answer | None = None
        self._answered_at = -float("inf")

    def get(self) -> Answer | None:
        """The answer of now or of a moment ago; None when there is none, or the question failed."""
        began = self._clock()
        with self._changed:
            if began - self._answered_at <= self._fresh:
                return self._answer
            if not self._asking:
                self._asking = True
                threading.Thread(target=self._work, name="latest", daemon=True).start()
            self._changed.wait_for(lambda: self._answered_at >= began, self._patience)
            return self._answer if self._clock() - self._answered_at <= self._stale else None

    def _work(self) -> None:
        answer = None
        try:
            answer = self._ask()
        except Exception:  # noqa: BLE001 - the thread that asks must always come back
            _LOG.exception("What is asked of the database every few seconds could not be read.")
        finally:
            with self._changed:
                self._asking = False
                self._answer = answer
                self._answered_at = self._clock()
                self._changed.notify_all()
