"""API response → typed record → matched employee → stored user-day, for one day, in one screenful."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select

from core.errors import CursorLost
from core.store import writes
from core.store.database import Database
from core.store.tables import SYNC_DAY
from core.store.writes import DayChange, DayWriter
from core.sync.lease import Held
from core.sync.reading import DayPages, Fetch, read_day


@dataclass(frozen=True)
class DayReport:
    """What reading one day did; `change` is None when the API says what is stored already."""

    day: dt.date
    change: DayChange | None


class DaySync:
    """The steps of one day, with what a run keeps between days."""

    def __init__(self, database: Database, held: Held, clock: Callable[[], dt.datetime]) -> None:
        self._database = database
        self._held = held
        self._clock = clock
        self._writer: DayWriter | None = None

    def sync_day(self, fetch: Fetch, day: dt.date) -> DayReport:
        """Read all pages of the day, then replace it in one transaction.

        Raises:
            ApiError: the day could not be read; what is stored stays.
            StorageError: it could not be stored, or another daemon holds the lease by now.
        """
        with self._database.read() as connection:
            known = connection.execute(select(SYNC_DAY.c.page_digests).where(SYNC_DAY.c.day == day)).scalar() or b""
        read = _read_twice_at_most(fetch, day, known)
        with self._database.write() as connection:
            now = self._clock()
            self._held.confirm(connection, now)
            if read.pages is None:
                writes.confirm_unchanged(connection, day, now)
                return DayReport(day, None)
            writer, self._writer = self._writer or DayWriter(connection), None
            change = writer.store(connection, day, read.pages, read.digests, now)
        self._writer = writer  # kept only after the commit: a rolled back transaction leaves it ahead of the database
        return DayReport(day, change)


def _read_twice_at_most(fetch: Fetch, day: dt.date, known: bytes) -> DayPages:
    try:
        return read_day(fetch, day, known)
    except CursorLost:
        return read_day(fetch, day, known)
