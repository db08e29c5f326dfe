"""How the data stands, in facts that name no person, no address and no machine: fit for any monitoring."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, or_, select

from core.settings import Settings
from core.store.connection import connections, look_back, offers
from core.store.connection.connections import ConnectionState, KnownConnection
from core.store.engine.database import Database
from core.store.tables.usage import LEASE, SYNC_DAY, SYNC_RUN
from core.store.usage import reads
from core.store.usage.sync_runs import RunOutcome
from core.sync import day_status, lateness, lease
from core.sync.day_status import DayStatus
from core.sync.lateness import Facts, KeyState, State
from core.sync.look_back import HOLE, first_day
from core.sync.planning import ENDPOINT

_CLOCK_TOLERANCE = dt.timedelta(minutes=5)
"""A success that is dated further ahead was dated by a clock that ran ahead, and says nothing."""


@dataclass(frozen=True)
class DayCounts:
    """How many days have which `DayStatus`. Every stored day counts, also those before the back-fill.

    `missing` are days of the back-fill that the API serves; None while it has not named its newest day.
    """

    complete: int
    provisional: int
    failed: int
    missing: int | None
    held: int = 0
    revised: int = 0

    @property
    def in_order(self) -> int:
        """Days that are stored and have no trouble."""
        return self.complete + self.revised + self.provisional


@dataclass(frozen=True)
class Health:
    """The state with its reason, and what it was decided from.

    `last_attempt`: the start of the newest run. `last_success`: when something was last read without trouble.
    """

    state: State
    reason: str
    data_through: dt.date | None
    newest_offered: dt.date | None
    lag_days: int | None
    last_attempt: dt.datetime | None
    last_success: dt.datetime | None
    key: KeyState
    daemon_alive: bool
    days: DayCounts


def measure(database: Database, settings: Settings) -> Health:
    """How the data stands now.

    Raises:
        StorageError: the database cannot be read.
    """
    with database.read() as connection:
        return health(connection, settings, dt.datetime.now(dt.UTC))


def health(connection: Connection, settings: Settings, now: dt.datetime) -> Health:
    """How the data stands at a moment."""
    facts = _facts(connection, settings, now)
    verdict = lateness.judge(facts, now, dt.timedelta(hours=settings.late_after_hours))
    return Health(
        state=verdict.state,
        reason=verdict.reason,
        data_through=facts.data_through,
        newest_offered=facts.newest_offered,
        lag_days=lateness.lag_days(facts),
        last_attempt=connection.execute(select(func.max(SYNC_RUN.c.started_at))).scalar(),
        last_success=facts.last_success,
        key=facts.key,
        daemon_alive=facts.daemon_alive,
        days=_days(connection, facts.newest_offered, settings.backfill_days),
    )


_OF_CONNECTION = {
    ConnectionState.DISCONNECTED: KeyState.DISCONNECTED,
    ConnectionState.REJECTED: KeyState.REJECTED,
    ConnectionState.UNREADABLE: KeyState.UNREADABLE,
}
"""What a connection in such a state says of its key; in any other state it says that one is stored."""


def key_state(settings: Settings, stored: KnownConnection | None) -> KeyState:
    """What there is to say of the API key.

    Said from what the sync noted when it opened the key; the process that asks does not open it.
    """
    if stored is None:
        return KeyState.WAITING if settings.claude_api_key else KeyState.ABSENT
    return _OF_CONNECTION.get(stored.state, KeyState.STORED)


def _facts(connection: Connection, settings: Settings, now: dt.datetime) -> Facts:
    stored = connections.read(connection)
    data_through = reads.freshness(connection).data_through
    # A day that is stored was offered, also where this machine's clock is behind and has it in the future.
    offer = offers.offer(connection, data_through, max(now.date(), data_through or now.date()))
    until = connection.execute(select(LEASE.c.expires_at).where(LEASE.c.name == lease.NAME)).scalar()
    return Facts(
        key=key_state(settings, stored),
        connected_since=stored.set_at if stored is not None else None,
        connection=stored.state if stored is not None else ConnectionState.UNCHECKED,
        daemon_alive=until is not None and until > now,
        last_success=_last_success(connection, now + _CLOCK_TOLERANCE),
        data_through=data_through,
        newest_offered=offer.newest,
        behind_since=offer.behind_since,
        failing_since=_failing_since(connection, offer.newest),
    )


def _failing_since(connection: Connection, newest: dt.date | None) -> dt.datetime | None:
    """Since when the day that fails longest cannot be read; a day that the API does not serve is none of these.

    `checked_at` of a failing day is the first look that failed (`core.store.usage.ledger.record_problem`).
    """
    day = SYNC_DAY.c
    since = select(func.min(day.checked_at)).where(day.problem != HOLE, func.length(day.held_digests) == 0)
    return connection.execute(since if newest is None else since.where(day.day <= newest)).scalar()


def _last_success(connection: Connection, latest: dt.datetime) -> dt.datetime | None:
    """The end of the last run that read something, or the last day read since then by a run that did not fail."""
    run = SYNC_RUN.c
    partly = and_(run.outcome == RunOutcome.PARTIAL.value, run.days_checked > 0)
    good = or_(run.outcome == RunOutcome.OK.value, partly)
    runs = select(func.max(run.finished_at)).where(good, run.finished_at <= latest)
    failed = select(func.max(run.finished_at)).where(run.outcome == RunOutcome.FAILED.value)
    failed_at = connection.execute(failed.where(run.finished_at <= latest)).scalar()
    day = SYNC_DAY.c
    days = select(func.max(day.checked_at)).where(day.revision > 0, day.problem.is_(None), day.checked_at <= latest)
    if failed_at is not None:
        days = days.where(day.checked_at > failed_at)
    found = [connection.execute(statement).scalar() for statement in (runs, days)]
    return max((moment for moment in found if moment is not None), default=None)


def _days(connection: Connection, newest: dt.date | None, backfill_days: int) -> DayCounts:
    held = (func.length(SYNC_DAY.c.held_digests) > 0).label("held")
    wanted = (SYNC_DAY.c[name] for name in ("day", "revision", "stored_at", "changed_at", "problem"))
    rows = connection.execute(select(*wanted, held)).all()
    counts, missing = Counter(day_status.status(row, newest) for row in rows), None
    if newest is not None:
        first = first_day(newest, backfill_days, look_back.floor(connection, ENDPOINT))
        known = sum(first <= row.day for row in rows if row.revision > 0 or row.problem is not None)
        missing = max((newest - first).days + 1 - known, 0)
    return DayCounts(
        complete=counts[DayStatus.COMPLETE],
        provisional=counts[DayStatus.PROVISIONAL],
        failed=counts[DayStatus.FAILED],
        missing=missing,
        held=counts[DayStatus.HELD],
        revised=counts[DayStatus.REVISED],
    )
