"""An installation in one of three phases, before a fault, during it and after it."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, select

from core import settings as configuration
from core.people.roster import read_csv
from core.settings import Settings
from core.store.connection import connections
from core.store.directory import directory
from core.store.engine import schema
from core.store.engine.database import Database
from core.store.tables.organisation import CONNECTOR_DAY, ENDPOINT, ENDPOINT_DAY, ORGANISATION_DAY, SKILL_DAY
from core.store.tables.usage import SYNC_DAY, SYNC_RUN
from core.store.usage import ledger
from core.sync import lease
from core.sync.journal import RunReport
from core.sync.lease import HeldLease
from core.sync.run import SyncRunner
from tests.support import databases, stored
from tests.sync.faults.api import KEY, PEOPLE, Api, Clock, address

SECRET = "c41f9b07d2e85a36b19c70f4e6d2385a"
DAYS = 5
"""The back-fill of these tests: three days that every run reads, and two older ones."""

NOW = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
PHASES = ("first connect", "steady", "back-fill")
"""Nothing is stored; all but the newest day is stored; the three newest days are stored and the past is missing."""


@dataclass
class Stage:
    """A database and the API in front of it, and runs of the sync between them."""

    database: Database
    clock: Clock
    api: Api = field(init=False)
    settings: Settings = field(init=False)
    progress: Callable[[RunReport, dt.date], None] = lambda _report, _day: None
    stop: Callable[[], bool] = lambda: False
    held: HeldLease | None = None
    backfill_days: int = DAYS

    def __post_init__(self) -> None:
        """Connect the two."""
        self.api = Api(self.clock)
        folder = Path(self.database.url.removeprefix("sqlite:///")).parent if self.database.is_sqlite else Path.cwd()
        self.settings = configuration.load(
            {
                "UPTAKE_DATA_DIR": str(folder),
                "UPTAKE_DATABASE_URL": self.database.url,
                "UPTAKE_SECRET_KEY": SECRET,
                "UPTAKE_CLAUDE_API_KEY": KEY,
                "UPTAKE_BACKFILL_DAYS": str(self.backfill_days),
            }
        )

    def run(self) -> RunReport:
        """One run of a daemon that has just started, and those that it lets follow at once; raises what ends one."""
        found = lease.take(self.database, "the daemon of this test", self.clock.host())
        assert isinstance(found, HeldLease), found
        self.held = found
        runner = SyncRunner(
            self.settings,
            self.database,
            lambda key: self.api.connect(key, self.stop),
            clock=self.clock.host,
            progress=self.progress,
            stop=self.stop,
        )
        report = runner.run(found, "test")
        for _ in range(DAYS):
            if report.days_left and report.outcome != "stopped":
                report = runner.run(found, "continued")
        return report

    def enter_key(self) -> None:
        """What an admin does about a rejected key."""
        with self.database.write() as connection:
            connections.replace(connection, SECRET, KEY, "dora@example.com", self.clock.host())

    def ask_for_all_days(self) -> None:
        """What an admin does who does not believe what was read."""
        with self.database.write() as connection:
            days = connection.execute(select(SYNC_DAY.c.day)).scalars().all()
            ledger.make_due(connection, days)

    def last_run(self) -> int:
        """The number of the newest run on record; 0 when there is none."""
        with self.database.read() as connection:
            return connection.execute(select(func.max(SYNC_RUN.c.id))).scalar() or 0

    def reasons(self, since: int = 0) -> str:
        """All that the Connection page can say of trouble; of runs only what those after the run `since` say."""
        with self.database.read() as connection:
            known = connections.read(connection)
            runs = select(SYNC_RUN.c.outcome, SYNC_RUN.c.message).where(SYNC_RUN.c.id > since)
            last = connection.execute(runs.order_by(SYNC_RUN.c.id.desc())).first()
            found = [known.message if known is not None else "", last.message if last and last.outcome != "ok" else ""]
            for column in (SYNC_DAY.c.problem, ENDPOINT_DAY.c.problem, ENDPOINT.c.problem):
                found += connection.execute(select(column).where(column.is_not(None))).scalars()
        return "\n".join(found)


def dump(database: Database) -> dict[str, Any]:
    """All that is stored and said by the API, the same for both engines; no times, revisions or fingerprints."""
    with database.read("test") as connection:
        stored.assert_sums_and_bitmaps_are_right(connection)
        found: dict[str, Any] = {
            "user_day": stored.user_days(connection),
            "team_day": stored.team_days(connection),
            "active_bits": stored.active(connection),
            "sync_day": _rows(connection, SYNC_DAY, "day", "rows", "problem", "unmeasured"),
            "endpoint_day": _rows(connection, ENDPOINT_DAY, "endpoint", "day", "rows", "problem"),
        }
        for table in (ORGANISATION_DAY, SKILL_DAY, CONNECTOR_DAY):
            found[table.name] = _rows(connection, table, *table.c.keys())
    return found


def _rows(connection: Connection, table: Table, *columns: str) -> list[tuple[Any, ...]]:
    rows = connection.execute(select(*[table.c[name] for name in columns]))
    return sorted((tuple(row) for row in rows), key=repr)


def fingerprint(found: dict[str, Any]) -> str:
    """A dump in a few letters, the same in every process."""
    parts = {part: rows.items() if isinstance(rows, dict) else rows for part, rows in found.items()}
    lines = sorted(f"{part} {_plain(row)}" for part, rows in parts.items() for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _plain(row: Any) -> str:
    return repr(tuple(sorted(part) if isinstance(part, set) else part for part in row))


def users_by_day(found: dict[str, Any]) -> dict[dt.date, dict[str, dict[str, int]]]:
    """The user-days of a dump, per stored day."""
    days: dict[dt.date, dict[str, dict[str, int]]] = {day: {} for day, rows, *_ in found["sync_day"] if rows}
    for (user, day), counts in found["user_day"].items():
        days.setdefault(day, {})[user] = counts
    return days


@functools.cache
def preparation(phase: str, now: dt.datetime) -> Callable[[str], None]:
    """What brings an empty database into a phase, as it is just before `now`."""

    def prepare(url: str) -> None:
        database = Database(url)
        schema.upgrade(database)
        with database.write() as connection:
            directory.apply(connection, read_csv(_directory().encode()), now.date())
        if phase == "steady":
            Stage(database, Clock(now - DAY)).run()
        elif phase == "back-fill":
            stage = Stage(database, Clock(now - HOUR))
            read: list[dt.date] = []
            stage.progress = lambda _report, day: read.append(day)
            stage.stop = lambda: len(read) >= 3
            stage.run()
        database.dispose()

    return prepare


def _directory() -> str:
    """Everybody below the first, half of them below the second: one team with sums of its own, and smaller ones."""
    lines = ["email,name,manager_email", f"{address(0)},Person 0,"]
    lines += [f"{address(n)},Person {n},{address(1 if n > PEOPLE // 2 else 0)}" for n in range(1, PEOPLE - 1)]
    return "\n".join(lines)


@contextmanager
def staged(kind: str, phase: str, now: dt.datetime = NOW) -> Iterator[Stage]:
    """A fresh installation in a phase, on SQLite or PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(databases.prepared_database(kind, Path(folder), preparation(phase, now)))
        try:
            yield Stage(database, Clock(now))
        finally:
            database.dispose()
            databases.drop_database(database.url)


@functools.cache
def faultless(phase: str, now: dt.datetime = NOW) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is stored before and after a run without a fault, by SQLite: the other engine has to say the same."""
    with staged("sqlite", phase, now) as stage:
        before = dump(stage.database)
        report = stage.run()
        assert report.outcome == "ok", report
        return before, dump(stage.database)


def set_time_zone(name: str | None) -> str | None:
    """Change the process's time zone; returns the one before."""
    import time

    before = os.environ.get("TZ")
    if name is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = name
    time.tzset()
    return before


def whole_days(database: Database) -> int:
    """How many days are as after an undisturbed hourly run; fails when one is neither as before it nor as after."""
    before, right = map(users_by_day, faultless("steady"))
    found = users_by_day(dump(database))
    assert all(users in (before.get(day), right.get(day)) for day, users in found.items())
    assert found.keys() >= before.keys()
    return sum(users == right[day] for day, users in found.items() if day in right)
