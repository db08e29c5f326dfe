"""API response → typed record → matched employee → stored user-day, for one day, in one screenful."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from core.errors import DayHeld
from core.store.day_writes import DayWriter
from core.store.engine.database import Database
from core.store.usage import ledger
from core.store.usage.ledger import DayChange
from core.sync.lease import HeldLease
from core.sync.reading import DayPages, Fetch, read_day, twice_at_most


@dataclass(frozen=True)
class DayReport:
    """What reading one day did; `change` is None when the API says what is stored already."""

    day: dt.date
    change: DayChange | None


class DaySync:
    """The steps of one day, with what a run keeps between days."""

    def __init__(self, database: Database, held: HeldLease, clock: Callable[[], dt.datetime]) -> None:
        self._database = database
        self._held = held
        self._clock = clock
        self._writer: DayWriter | None = None

    def sync_day(self, fetch: Fetch, day: dt.date) -> DayReport:
        """Read all pages of the day, then replace it in one transaction.

        Raises:
            DayHeld: the day lost so much that an admin has to accept it; what is stored stays.
            ApiError: the day could not be read; what is stored stays.
            StorageError: it could not be stored, or another daemon holds the lease by now.
        """
        with self._database.read() as connection:
            known = ledger.stored_version(connection, day).page_digests
        with ExitStack() as opened:
            read = twice_at_most(lambda: opened.enter_context(read_day(fetch, day, known)))
            try:
                return DayReport(day, self._store(day, read))
            except DayHeld as reason:
                self._hold(day, read.digests, str(reason))
                raise

    def _store(self, day: dt.date, read: DayPages) -> DayChange | None:
        with self._held.writing(self._database, self._clock) as (connection, now):
            if read.pages is None:
                ledger.confirm_unchanged(connection, day, now)
                return None
            writer, self._writer = self._writer or DayWriter(connection), None
            change = writer.store(connection, day, read.pages, read.digests, now)
            self._held.confirm(connection, self._clock())  # a large day takes longer to store than the lease lasts
        self._writer = writer  # kept only after the commit: a rolled back transaction leaves it ahead of the database
        return change

    def _hold(self, day: dt.date, digests: bytes, reason: str) -> None:
        with self._held.writing(self._database, self._clock) as (connection, now):
            ledger.hold(connection, day, digests, reason, now)
