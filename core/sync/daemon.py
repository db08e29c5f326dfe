"""The daemon's life: hold the lease, run hourly and when asked, end promptly on SIGTERM."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator

from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError, OperationalError

from core import audit
from core.api.governor import Governor
from core.errors import StorageError, UptakeError
from core.settings import Settings
from core.store.connection import connections
from core.store.engine import schema
from core.store.engine.database import Database
from core.store.tables.usage import SYNC_REQUEST
from core.sync import lease, rejection, watchdog
from core.sync.connecting import connector
from core.sync.journal import RunReport
from core.sync.key import take_over
from core.sync.lease import HeldLease, LeaseLost
from core.sync.roster_source import RosterSource
from core.sync.run import CONTINUED, SyncRunner
from core.sync.timetable import Timetable

log = logging.getLogger("uptake.daemon")
POLL_SECONDS = 1.0
LONGEST_WAIT = 60
"""Seconds between two tries to reach a database that is away when the daemon starts."""


class Stop(BaseException):
    """The process was asked to end: raised between two steps of its work, or anywhere by a second signal."""


# An exception in the middle of a query can leave the connection unable to roll back, and one in a destructor is lost.
# So the handler only notes the signal; in a list, because it may run while a lock of this very thread is held.
_signals: list[int] = []


def now() -> dt.datetime:
    """The present moment, in UTC."""
    return dt.datetime.now(dt.UTC)


def stop_on_signals() -> None:
    """Let SIGTERM and SIGINT end the process with `Stop`: a request is abandoned, a day being stored is finished."""

    def stop(number: int, _frame: object) -> None:
        _signals.append(number)
        if len(_signals) > 1:
            raise Stop

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def _stopping() -> bool:
    watchdog.alive()  # whatever takes its time asks this now and then
    return bool(_signals)


def _end_if_asked() -> None:
    if _stopping():
        raise Stop


def run_once(settings: Settings, trigger: str = "once") -> RunReport:
    """One sync, after waiting for the lease.

    Raises:
        StorageError: the database cannot be used, or another daemon took over.
    """
    audit.open_log(settings)
    database = Database(settings.database_url)
    try:
        schema.upgrade(database)
        take_over(database, settings)
        governor = Governor(settings.requests_per_minute)
        with _leased(database, governor) as held:
            report = SyncRunner(settings, database, connector(settings, governor, _stopping), stop=_stopping).run(
                held, trigger
            )
            _end_if_asked()
            return report
    finally:
        database.dispose()


def run_forever(settings: Settings) -> None:
    """Sync now, then every hour and whenever somebody asks for it. Ends with `Stop`.

    Raises:
        StorageError: the database cannot be used at all, and waiting does not help.
    """
    audit.open_log(settings)
    database = Database(settings.database_url)
    _upgrade_when_it_answers(database)
    take_over(database, settings)
    governor = Governor(settings.requests_per_minute)
    runner = SyncRunner(settings, database, connector(settings, governor, _stopping), stop=_stopping)
    source = RosterSource(settings, database, _stopping)
    while True:
        with _leased(database, governor) as held, contextlib.suppress(LeaseLost):
            _work(database, runner, source, held)


def _upgrade_when_it_answers(database: Database) -> None:
    """Bring the database to this version; one that cannot be reached or written yet is asked again and again.

    Raises:
        StorageError: it is damaged, or of a newer version.
    """
    seconds = 1
    while True:
        try:
            schema.upgrade(database)
        except StorageError as error:
            if not isinstance(error.__cause__, OperationalError):
                raise
            log.warning("%s The database is asked again in %d s.", error, seconds)
        else:
            return
        for _ in range(seconds):
            time.sleep(POLL_SECONDS)
            _end_if_asked()
        seconds = min(2 * seconds, LONGEST_WAIT)


def _work(database: Database, runner: SyncRunner, source: RosterSource, held: HeldLease) -> None:
    """Run after run, until the lease is lost."""
    timetable, trigger, rested = Timetable(), "start", False
    while True:
        source.reread(held, now())
        if trigger:
            timetable.begin()
            report = _run(runner, held, trigger)
            if report is not None and report.can_go_on:
                # In turn: a run that continues another looks at the newest days once a day, the next one in any case.
                trigger = "hourly" if trigger == CONTINUED else CONTINUED
                continue
        time.sleep(POLL_SECONDS)
        _end_if_asked()
        rests = _yes(_key_rests, database)
        if _yes(_take_requests, database):
            trigger = "request"
        elif rests:
            trigger = ""  # the hour goes by; the key is tried again when it has rested
        elif rested or timetable.is_due():
            trigger = "hourly"
        else:
            trigger = ""
        rested = rests


def _run(runner: SyncRunner, held: HeldLease, trigger: str) -> RunReport | None:
    """One run; other trouble than a lost lease is logged, and the next hour tries again."""
    report = None
    try:
        report = runner.run(held, trigger)
    except LeaseLost:
        raise
    except UptakeError as error:
        log.error("%s", error)  # noqa: TRY400 - a sentence for the operator, no defect to trace
    except Exception:
        log.exception("A run failed unexpectedly; the next hour tries again.")
    _end_if_asked()
    return report


def _yes(question: Callable[[Database], bool], database: Database) -> bool:
    """The answer to a question; no, while the database cannot give any: the next look asks again."""
    try:
        return question(database)
    except UptakeError as error:
        log.warning("%s", error)
    except Exception:
        log.exception("The database could not be looked at; the next look tries again.")
    return False


def _key_rests(database: Database) -> bool:
    with database.read() as connection:
        return rejection.rests_until(connections.read(connection), now()) is not None


def _take_requests(database: Database) -> bool:
    with database.read() as connection:
        waiting = connection.execute(select(SYNC_REQUEST.c.id).where(SYNC_REQUEST.c.taken_at.is_(None))).first()
    if waiting is None:
        return False
    with database.write() as connection:
        connection.execute(update(SYNC_REQUEST).where(SYNC_REQUEST.c.taken_at.is_(None)).values(taken_at=now()))
    return True


@contextlib.contextmanager
def _leased(database: Database, governor: Governor) -> Iterator[HeldLease]:
    held = _wait_for_lease(database)
    done = threading.Event()
    heart = threading.Thread(target=_beat, args=(database, held, governor, done), name="lease", daemon=True)
    heart.start()
    try:
        yield held
    finally:
        done.set()
        with contextlib.suppress(UptakeError, DBAPIError):
            lease.release(database, held, now())


def _wait_for_lease(database: Database) -> HeldLease:
    told = ""
    while not isinstance(got := _try_to_take_lease(database), HeldLease):
        if told != got:
            log.warning("%s", got)
            told = got
        time.sleep(POLL_SECONDS)
        _end_if_asked()
    return got


def _try_to_take_lease(database: Database) -> HeldLease | str:
    """The lease, or why it is not to be had for now."""
    try:
        got = lease.take(database, lease.this_process(), now())
    except (StorageError, DBAPIError) as error:
        return str(error)
    return got if isinstance(got, HeldLease) else f"Another sync is at work ({got}); waiting for it to end."


def _beat(database: Database, held: HeldLease, governor: Governor, done: threading.Event) -> None:
    stuck = False
    while not done.wait(lease.RENEW_SECONDS):
        was, stuck = stuck, watchdog.is_stuck()  # it may go on, as after a pause of the machine
        if stuck and not was:
            minutes = watchdog.LONGEST / 60
            log.error("The sync has been stuck for %.0f min, so it leaves the lease to others.", minutes)
        if stuck:
            continue
        try:
            lease.renew(database, held, now, governor.used_last_minute())
        except (UptakeError, DBAPIError) as error:
            log.warning("%s", error)
