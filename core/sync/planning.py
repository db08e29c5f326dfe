"""What a run sets out to read, from the database and the newest day that the API has named."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select

from core.store.connection import look_back
from core.store.connection.look_back import Floor
from core.store.engine.database import Database
from core.store.tables.usage import SYNC_DAY
from core.sync.look_back import first_day, probe
from core.sync.window import StoredDay, days_to_read

ENDPOINT = "users"

_DIGEST_BYTES = 16


@dataclass(frozen=True)
class SyncPlan:
    """The days of a run, newest first, and what it was made from; `failed` are those whose last read failed."""

    newest: dt.date
    days: list[dt.date]
    stored: frozenset[dt.date]
    failed: frozenset[dt.date]
    floor: Floor | None


def plan(
    database: Database, newest: dt.date, now: dt.datetime, backfill_days: int, per_minute: int, *, continues: bool
) -> SyncPlan:
    """The days to read; looking again at days that are stored takes half of an hour's requests at most.

    `per_minute` is what the daemon allows itself at present. `continues`: at once after a run that left days over.
    """
    pages = (func.length(SYNC_DAY.c.page_digests) / _DIGEST_BYTES).label("pages")
    columns = (SYNC_DAY.c.day, SYNC_DAY.c.revision, SYNC_DAY.c.checked_at, SYNC_DAY.c.problem, pages)
    with database.read() as connection:
        floor = look_back.floor(connection, ENDPOINT)
        known = {
            row.day: StoredDay(row.revision > 0, row.checked_at, row.problem is not None, max(int(row.pages), 1))
            for row in connection.execute(select(*columns))
        }
    earliest = first_day(newest, backfill_days, floor)
    days = days_to_read(known, newest, earliest, now, per_minute * 60 // 2, continues=continues)
    older = [day for day in probe(newest, backfill_days, floor, now) if day not in days]
    stored = frozenset(day for day, state in known.items() if state.stored)
    failed = frozenset(day for day, state in known.items() if state.failed)
    return SyncPlan(newest, sorted({*days, *older}, reverse=True), stored, failed, floor)
