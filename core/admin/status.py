"""How things stand, in one picture: the connection, how far the data reaches, the daemon, the directory."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from importlib import metadata

import msgspec
from sqlalchemy import Connection, func, select

from core.admin.access import AdminViewer
from core.api.endpoints import EARLIEST_DAY
from core.errors import StorageError
from core.settings import Settings
from core.store import connections, reads
from core.store.database import Database
from core.store.tables import ACCOUNT, ACCOUNT_LINK, EMPLOYEE, LEASE, SYNC_DAY, SYNC_RUN, UNKNOWN_FIELD
from core.sync import lease
from core.sync.window import YOUNG


@dataclass(frozen=True)
class Key:
    """What may be said of the API key; `hint` is its last four characters.

    `state`: absent, waiting (in the settings, to be stored by the next run), stored, unreadable.
    """

    state: str
    hint: str | None = None
    set_by: str | None = None
    set_at: dt.datetime | None = None


@dataclass(frozen=True)
class Claude:
    """The connection; `message` is what the API said last.

    `state`: not connected, unchecked, connected, rejected, unavailable.
    """

    state: str
    message: str
    checked_at: dt.datetime | None
    key: Key


@dataclass(frozen=True)
class LastRun:
    """The newest run, finished or not; `outcome` as in `core.admin.syncs.Run`."""

    started_at: dt.datetime
    finished_at: dt.datetime | None
    outcome: str
    message: str


@dataclass(frozen=True)
class DayCounts:
    """How many days are in which state. Every stored day counts, also those before the back-fill.

    `provisional`: stored, and younger than three days behind the newest, when the API still revises much. `failed`: the
    last read failed, a version stored before is kept. `missing`: of the back-fill and not read yet; None while the API
    has not named its newest day.
    """

    complete: int
    provisional: int
    failed: int
    missing: int | None


@dataclass(frozen=True)
class Daemon:
    """Who holds, or held last, the right to write usage, and whether that holder is alive."""

    holder: str | None
    alive: bool


@dataclass(frozen=True)
class Directory:
    """People of the directory, archived ones included, and Claude's users with and without an employee."""

    people: int
    matched_accounts: int
    unmatched_accounts: int


@dataclass(frozen=True)
class Status:
    """Everything at one moment. `newest_day` is the newest day that the API is known to serve."""

    version: str
    demo: bool
    claude: Claude
    data_through: dt.date | None
    newest_day: dt.date | None
    last_success: dt.datetime | None
    last_run: LastRun | None
    daemon: Daemon
    days: DayCounts
    directory: Directory
    unknown_fields: tuple[str, ...]


def version() -> str:
    """The installed version of Uptake."""
    try:
        return metadata.version("uptake")
    except metadata.PackageNotFoundError:
        return "unknown"


def status(_admin: AdminViewer, database: Database, settings: Settings) -> Status:
    """How things stand now.

    Raises:
        StorageError: the database cannot be read.
    """
    with database.read("core.admin") as connection:
        fresh = reads.freshness(connection)
        newest = connection.execute(select(func.max(SYNC_DAY.c.day))).scalar()
        return Status(
            version=version(),
            demo=settings.demo,
            claude=_claude(connection, settings),
            data_through=fresh.data_through,
            newest_day=newest,
            last_success=fresh.last_synced,
            last_run=_last_run(connection),
            daemon=_daemon(connection),
            days=_days(connection, newest, settings.backfill_days),
            directory=_directory(connection),
            unknown_fields=tuple(
                connection.execute(select(UNKNOWN_FIELD.c.path).order_by(UNKNOWN_FIELD.c.path)).scalars()
            ),
        )


def as_json(status: Status) -> str:
    """The status for scripts: one JSON object, days as YYYY-MM-DD, moments in UTC."""
    return msgspec.json.format(msgspec.json.encode(status), indent=2).decode()


def _claude(connection: Connection, settings: Settings) -> Claude:
    stored = connections.read(connection)
    if stored is None:
        return Claude("not connected", "", None, Key("waiting" if settings.claude_api_key else "absent"))
    try:
        connections.key(connection, settings.secret_key)
        state = "stored"
    except StorageError:
        state = "unreadable"
    key = Key(state, stored.key_hint, stored.set_by, stored.set_at)
    return Claude(stored.state, stored.message, stored.checked_at, key)


def _last_run(connection: Connection) -> LastRun | None:
    columns = [SYNC_RUN.c[name] for name in LastRun.__dataclass_fields__]
    row = connection.execute(select(*columns).order_by(SYNC_RUN.c.id.desc()).limit(1)).first()
    return None if row is None else LastRun(*row)


def _daemon(connection: Connection) -> Daemon:
    held = connection.execute(select(LEASE.c.holder, LEASE.c.expires_at).where(LEASE.c.name == lease.NAME)).first()
    if held is None:
        return Daemon(None, alive=False)
    return Daemon(held.holder, alive=held.expires_at > dt.datetime.now(dt.UTC))


def _days(connection: Connection, newest: dt.date | None, backfill_days: int) -> DayCounts:
    """Days are read newest first, so the newest one ever asked for is the newest that the API named."""
    rows = connection.execute(select(SYNC_DAY.c.day, SYNC_DAY.c.revision, SYNC_DAY.c.problem)).all()
    if newest is None:
        return DayCounts(0, 0, 0, None)
    stored = [row.day for row in rows if row.revision > 0 and row.problem is None]
    provisional = sum(newest - day < YOUNG for day in stored)
    failed = sum(row.problem is not None for row in rows)
    first = max(EARLIEST_DAY, newest - dt.timedelta(days=backfill_days - 1))
    known = sum(first <= row.day for row in rows if row.revision > 0 or row.problem is not None)
    missing = max((newest - first).days + 1 - known, 0)
    return DayCounts(len(stored) - provisional, provisional, failed, missing)


def _directory(connection: Connection) -> Directory:
    people, accounts, matched = (
        connection.execute(select(func.count()).select_from(table)).scalar() or 0
        for table in (EMPLOYEE, ACCOUNT, ACCOUNT_LINK)
    )
    return Directory(people, matched, accounts - matched)
