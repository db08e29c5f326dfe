"""How things stand, in one picture: the connection, how far the data reaches, the daemon, the directory."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import msgspec
from sqlalchemy import Connection, func, select

from core.admin.access import ConnectionAdmin
from core.api import totals
from core.settings import Settings
from core.store.connection import connections, look_back, pacing
from core.store.connection.connections import ConnectionState
from core.store.engine.database import Database
from core.store.tables.usage import ACCOUNT, ACCOUNT_LINK, EMPLOYEE, LEASE, SYNC_RUN, UNKNOWN_FIELD
from core.sync import lease, pace, rejection
from core.sync.health import DayCounts, health, key_state
from core.sync.lateness import KeyState, State
from core.sync.planning import ENDPOINT
from core.version import version


@dataclass(frozen=True)
class Key:
    """What may be said of the API key; `hint` is its last four characters."""

    state: KeyState
    hint: str | None = None
    set_by: str | None = None
    set_at: dt.datetime | None = None


@dataclass(frozen=True)
class Claude:
    """The connection; `message` is what the API said last.

    `state` is `State.NOT_CONNECTED` before the first key. `resting`: a sentence about when a rejected key is tried
    again, None when the API may be asked at once.
    """

    state: ConnectionState | Literal[State.NOT_CONNECTED]
    message: str
    checked_at: dt.datetime | None
    key: Key
    resting: str | None = None


@dataclass(frozen=True)
class LastRun:
    """The newest run, finished or not; `outcome` is a word of `RunOutcome`."""

    started_at: dt.datetime
    finished_at: dt.datetime | None
    outcome: str
    message: str
    days_checked: int


@dataclass(frozen=True)
class Daemon:
    """Who holds, or held last, the right to write usage, whether that holder is alive, and how much it asks the API."""

    holder: str | None
    alive: bool
    requests_last_minute: int = 0


@dataclass(frozen=True)
class RequestRate:
    """Requests a minute: the setting, what the daemon allows itself at present, and why that is less, if it is."""

    configured: int
    allowed: int
    reason: str | None


@dataclass(frozen=True)
class EarliestDay:
    """The earliest day that the API serves of the usage per person, and when it was asked for older ones."""

    earliest: dt.date
    asked_at: dt.datetime


@dataclass(frozen=True)
class UnknownField:
    """A field of the API's answers that is not counted yet, and the UTC day whose data had it first."""

    path: str
    first_seen: dt.date


@dataclass(frozen=True)
class Directory:
    """People of the directory, archived ones included, and Claude's users with and without an employee."""

    people: int
    matched_accounts: int
    unmatched_accounts: int


@dataclass(frozen=True)
class Status:
    """Everything at one moment; `state` and what follows from it as in `core.sync.health.Health`.

    `newest_day` is the newest day that the API has offered, `late` whether `state` is that. `past` is None while no
    day was refused for its age.
    """

    version: str
    demo: bool
    state: State
    late: bool
    reason: str
    claude: Claude
    data_through: dt.date | None
    newest_day: dt.date | None
    lag_days: int | None
    last_attempt: dt.datetime | None
    last_success: dt.datetime | None
    last_run: LastRun | None
    daemon: Daemon
    pace: RequestRate
    past: EarliestDay | None
    days: DayCounts
    directory: Directory
    unknown_fields: tuple[UnknownField, ...]


def status(_admin: ConnectionAdmin, database: Database, settings: Settings) -> Status:
    """How things stand now.

    Raises:
        StorageError: the database cannot be read.
    """
    now = dt.datetime.now(dt.UTC)
    with database.read("core.admin") as connection:
        stands = health(connection, settings, now)
        return Status(
            version=version(),
            demo=settings.demo,
            state=stands.state,
            late=stands.state is State.LATE,
            reason=stands.reason,
            claude=_claude(connection, settings, now),
            data_through=stands.data_through,
            newest_day=stands.newest_offered,
            lag_days=stands.lag_days,
            last_attempt=stands.last_attempt,
            last_success=stands.last_success,
            last_run=_last_run(connection),
            daemon=_daemon(connection),
            pace=_pace(connection, settings.requests_per_minute),
            past=_past(connection),
            days=stands.days,
            directory=_directory(connection),
            unknown_fields=_unknown_fields(connection),
        )


def as_json(status: Status) -> str:
    """The status for scripts: one JSON object, days as YYYY-MM-DD, moments in UTC."""
    return msgspec.json.format(msgspec.json.encode(status), indent=2).decode()


def _claude(connection: Connection, settings: Settings, now: dt.datetime) -> Claude:
    stored = connections.read(connection)
    state = key_state(settings, stored)
    if stored is None:
        return Claude(State.NOT_CONNECTED, "", None, Key(state))
    key = Key(state, stored.key_hint, stored.set_by, stored.set_at)
    return Claude(stored.state, stored.message, stored.checked_at, key, rejection.sentence(stored, now))


def _last_run(connection: Connection) -> LastRun | None:
    columns = [SYNC_RUN.c[name] for name in LastRun.__dataclass_fields__]
    row = connection.execute(select(*columns).order_by(SYNC_RUN.c.id.desc()).limit(1)).first()
    return None if row is None else LastRun(*row)


def _daemon(connection: Connection) -> Daemon:
    columns = (LEASE.c.holder, LEASE.c.expires_at, LEASE.c.requests_last_minute)
    held = connection.execute(select(*columns).where(LEASE.c.name == lease.NAME)).first()
    if held is None or held.expires_at <= dt.datetime.now(dt.UTC):
        return Daemon(held.holder if held else None, alive=False)
    return Daemon(held.holder, alive=True, requests_last_minute=held.requests_last_minute)


def _pace(connection: Connection, configured: int) -> RequestRate:
    kept = pacing.pace(connection)
    return RequestRate(configured, pace.allowed(kept, configured), pace.sentence(kept, configured))


def _past(connection: Connection) -> EarliestDay | None:
    found = look_back.floor(connection, ENDPOINT)
    return None if found is None else EarliestDay(found.earliest, found.asked_at)


def _unknown_fields(connection: Connection) -> tuple[UnknownField, ...]:
    columns = (UNKNOWN_FIELD.c.path, UNKNOWN_FIELD.c.first_seen)
    rows = connection.execute(select(*columns).order_by(UNKNOWN_FIELD.c.path))
    return tuple(UnknownField(*row) for row in rows if not totals.is_known(row.path))


def _directory(connection: Connection) -> Directory:
    people, accounts, matched = (
        connection.execute(select(func.count()).select_from(table)).scalar() or 0
        for table in (EMPLOYEE, ACCOUNT, ACCOUNT_LINK)
    )
    return Directory(people, matched, accounts - matched)
