"""The sync as admins see it: its runs, its days, and asking for a run now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy import func, insert, select

from core import audit
from core.admin.access import ConnectionAdmin
from core.api.endpoints import EARLIEST_DAY
from core.store.connection import connections, look_back, offers
from core.store.engine.database import Database
from core.store.tables.usage import DAY_REVISION, SYNC_DAY, SYNC_REQUEST, SYNC_RUN
from core.store.totals import organisation_writes
from core.store.usage import ledger
from core.sync import day_status, rejection
from core.sync.day_status import DayStatus
from core.sync.look_back import first_day
from core.sync.planning import ENDPOINT


@dataclass(frozen=True)
class Run:
    """One run. `outcome` is a word of `core.store.usage.sync_runs.RunOutcome`; `message` says why."""

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
    """What is known of one day's data. `revision` counts its stored versions; `problem` says why it failed last.

    `stored_at` is when its first version was stored, `changed_at` when a version last brought another number.
    `checked_at` is the last look, or the first of those that failed since. `rows` is how many people have a record;
    None for who may not see everybody, as from it and their own chain they could tell what the few others do. They
    read of a held day that it is held, without the counts in the reason.
    """

    day: dt.date
    revision: int
    rows: int | None
    stored_at: dt.datetime | None
    checked_at: dt.datetime | None
    changed_at: dt.datetime | None
    problem: str | None
    held: bool

    def state(self, newest: dt.date) -> DayStatus:
        """The worst thing that is true of the day, as of the newest day stored."""
        return day_status.status(self, newest)


HELD = (
    "The API's new version of this day lost more than a revision takes away. What is stored stays until an admin "
    "accepts the new numbers. Who sees everybody can read what was lost."
)
"""Said of a held day to whom its counts are not told."""


@dataclass(frozen=True)
class Revision:
    """One stored version of a day, without its numbers for who may not see everybody."""

    revision: int
    at: dt.datetime
    numbers: RevisionNumbers | None


@dataclass(frozen=True)
class RevisionNumbers:
    """People of a version, and how it differs from the one before; `differences` is JSON: the change of each sum."""

    rows: int
    appeared: int
    vanished: int
    changed: int
    differences: str


def request_sync(admin: ConnectionAdmin, database: Database) -> bool:
    """Ask the daemon for a sync now; False when it was asked already and has not begun."""
    with database.write() as connection:
        waiting = select(SYNC_REQUEST.c.id).where(SYNC_REQUEST.c.taken_at.is_(None))
        if connection.execute(waiting).first() is not None:
            return False
        connection.execute(insert(SYNC_REQUEST).values(asked_by=admin.name, asked_at=dt.datetime.now(dt.UTC)))
        audit.record(connection, admin.name, "sync.requested")
        return True


def resting(_admin: ConnectionAdmin, database: Database) -> str | None:
    """Why a sync that is asked for now would not ask the API: the key was just rejected. None: it would."""
    with database.read() as connection:
        return rejection.sentence(connections.read(connection), dt.datetime.now(dt.UTC))


def recent_runs(_admin: ConnectionAdmin, database: Database, limit: int = 50) -> list[Run]:
    """The latest runs, the newest first."""
    columns = [SYNC_RUN.c[name] for name in Run.__dataclass_fields__]
    statement = select(*columns).order_by(SYNC_RUN.c.id.desc()).limit(limit)
    with database.read() as connection:
        return [Run(*row) for row in connection.execute(statement)]


def days(admin: ConnectionAdmin, database: Database, first: dt.date, last: dt.date) -> list[DayState]:
    """The days of a range that were ever asked for, ascending; a day that is absent was not."""
    held = (func.length(SYNC_DAY.c.held_digests) > 0).label("held")
    columns = [held if name == "held" else SYNC_DAY.c[name] for name in DayState.__dataclass_fields__]
    statement = select(*columns).where(SYNC_DAY.c.day >= first, SYNC_DAY.c.day <= last).order_by(SYNC_DAY.c.day)
    with database.read() as connection:
        found = [DayState(*row) for row in connection.execute(statement)]
    return found if admin.limited is None else [_without_counts(day) for day in found]


def _without_counts(day: DayState) -> DayState:
    return replace(day, rows=None, problem=HELD if day.held else day.problem)


def span(_admin: ConnectionAdmin, database: Database, backfill_days: int) -> tuple[dt.date, dt.date] | None:
    """The first day to read and the newest one that the API has offered; None while it has offered none."""
    with database.read() as connection:
        newest = offers.offer(connection, None, dt.datetime.now(dt.UTC).date()).newest
        floor = look_back.floor(connection, ENDPOINT)
    return None if newest is None else (first_day(newest, backfill_days, floor), newest)


def revisions(admin: ConnectionAdmin, database: Database, day: dt.date) -> list[Revision]:
    """The ledger of one day, the newest version first."""
    table, seen = DAY_REVISION.c, admin.limited is None
    numbers = [table[name] for name in RevisionNumbers.__dataclass_fields__]
    statement = select(table.revision, table.at, *numbers).where(table.day == day).order_by(table.revision.desc())
    with database.read() as connection:
        rows = connection.execute(statement).all()
    return [Revision(row[0], row[1], RevisionNumbers(*row[2:]) if seen else None) for row in rows]


def accept_held(admin: ConnectionAdmin, database: Database, day: dt.date) -> bool:
    """Let the next run take the held version of a day; False when none is held."""
    with database.write() as connection:
        accepted = ledger.accept_held(connection, day)
        if accepted:
            audit.record(connection, admin.name, "day.accepted", details={"day": day})
    if accepted:
        request_sync(admin, database)
    return accepted


def read_again(
    admin: ConnectionAdmin, database: Database, first: dt.date, last: dt.date, *, accept_losses: bool = False
) -> int:
    """Have every day of a range read by the next run, whether it is due or not; how many days that are.

    Days before the API's earliest one, and days that have not ended, are left out. With `accept_losses`, totals of the
    organisation that lost most of a day's entries are taken this time.
    """
    first, last = max(first, EARLIEST_DAY), min(last, dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1))
    asked = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    with database.write() as connection:
        ledger.make_due(connection, asked)
        if accept_losses:
            organisation_writes.accept_losses(connection, first, last)
        details = {"first": first, "last": last} | ({"accept_losses": True} if accept_losses else {})
        audit.record(connection, admin.name, "days.read-again", details=details)
    request_sync(admin, database)
    return len(asked)
