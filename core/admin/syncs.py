"""The sync as admins see it: its runs, its days, and asking for a run now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import insert, select

from core.admin.access import AdminViewer
from core.store.database import Database
from core.store.tables import SYNC_DAY, SYNC_REQUEST, SYNC_RUN


@dataclass(frozen=True)
class Run:
    """One run. `outcome`: running, ok, partial (some days could not be read), failed or stopped; `message` says why."""

    id: int
    trigger: str
    started_at: dt.datetime
    finished_at: dt.datetime | None
    outcome: str
    message: str
    requests: int
    days_planned: int
    days_checked: int
    days_changed: int


@dataclass(frozen=True)
class DayState:
    """What is known of one day's data. `revision` counts its stored versions; `problem` says why it failed last."""

    day: dt.date
    revision: int
    rows: int
    checked_at: dt.datetime | None
    changed_at: dt.datetime | None
    problem: str | None


def request_sync(admin: AdminViewer, database: Database) -> bool:
    """Ask the daemon for a sync now; False when it was asked already and has not begun."""
    with database.write() as connection:
        waiting = select(SYNC_REQUEST.c.id).where(SYNC_REQUEST.c.taken_at.is_(None))
        if connection.execute(waiting).first() is not None:
            return False
        connection.execute(insert(SYNC_REQUEST).values(asked_by=admin.name, asked_at=dt.datetime.now(dt.UTC)))
        return True


def recent_runs(_admin: AdminViewer, database: Database, limit: int = 50) -> list[Run]:
    """The latest runs, the newest first."""
    columns = [SYNC_RUN.c[name] for name in Run.__dataclass_fields__]
    statement = select(*columns).order_by(SYNC_RUN.c.id.desc()).limit(limit)
    with database.read() as connection:
        return [Run(*row) for row in connection.execute(statement)]


def days(_admin: AdminViewer, database: Database, first: dt.date, last: dt.date) -> list[DayState]:
    """The days of a range that were ever asked for, ascending; a day that is absent was not."""
    columns = [SYNC_DAY.c[name] for name in DayState.__dataclass_fields__]
    statement = select(*columns).where(SYNC_DAY.c.day >= first, SYNC_DAY.c.day <= last).order_by(SYNC_DAY.c.day)
    with database.read() as connection:
        return [DayState(*row) for row in connection.execute(statement)]
