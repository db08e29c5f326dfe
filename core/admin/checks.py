"""An examination of the installation: each check says what it found and, where needed, what to do.

Checks change nothing, but for the database file that SQLite makes when it is opened for the first time.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from core import audit
from core.admin.access import AdminViewer
from core.admin.roles import Holder, holders
from core.admin.sign_in_check import Provider, ask_provider
from core.admin.status import Status, status
from core.errors import NotLogged, StorageError
from core.settings import Settings
from core.store.connection.connections import ConnectionState
from core.store.engine import file_systems, schema_version
from core.store.engine.database import Database
from core.sync.lateness import KeyState, State
from core.viewers import Role, addresses
from core.wording import counted

_CLOCK_TOLERANCE = dt.timedelta(minutes=2)


class Level(StrEnum):
    """`ok`; `attention`: works, but somebody should look; `broken`: something does not work."""

    OK = "ok"
    ATTENTION = "attention"
    BROKEN = "broken"


@dataclass(frozen=True)
class Check:
    """One finding, as a sentence."""

    level: Level
    subject: str
    sentence: str


def examine(admin: AdminViewer, settings: Settings) -> Iterator[Check]:
    """Look at files, database, sign-in, the connection to Claude, the daemon and the clock, one after the other."""
    yield from _files(settings)
    audit.open_log(settings)
    try:
        database = Database(settings.database_url)
    except (SQLAlchemyError, ValueError):
        yield Check(Level.BROKEN, "database", "UPTAKE_DATABASE_URL cannot be read as the address of a database.")
        database = None
    now, given = None, list[Holder]()
    if database is not None:
        try:
            now = yield from _database(admin, database, settings)
            given = holders(admin, database, settings) if now is not None else given
        finally:
            database.dispose()
    provider = ask_provider(settings.oidc_metadata_url)
    yield _sign_in(provider, settings)
    yield from _admins(settings, given)
    if now is not None:
        yield from _sync(now)
    yield _clock(provider, now, dt.datetime.now(dt.UTC))


def _files(settings: Settings) -> Iterator[Check]:
    places = [settings.data_dir, settings.data_dir / "secret.key"]
    address = make_url(settings.database_url) if settings.database_url.startswith("sqlite") else None
    if address is not None and address.database:
        places.append(Path(address.database))
        if reason := file_systems.trouble(Path(address.database).parent):
            yield Check(Level.BROKEN, "disk", f"{reason} Set UPTAKE_DATA_DIR to a folder on a disk of this machine.")
    if not settings.data_dir.exists():
        yield Check(Level.OK, "data folder", f"{settings.data_dir} is made when it is first needed.")
    closed = settings.data_dir.is_dir() and not settings.data_dir.stat().st_mode & 0o077
    for place in filter(Path.exists, places):
        inside = place.parent == settings.data_dir and closed
        subject = "data folder" if place == settings.data_dir else "file"
        if not os.access(place, os.R_OK | os.W_OK):
            yield Check(Level.BROKEN, subject, f"{place} cannot be read and written by this user. Check its owner.")
        elif place.stat().st_mode & 0o077 and not inside:
            wanted = "700" if place.is_dir() else "600"
            yield Check(Level.ATTENTION, subject, f"{place} is open to other users. Run: chmod {wanted} {place}")
        else:
            yield Check(Level.OK, subject, f"{place} is closed to other users.")


def _database(admin: AdminViewer, database: Database, settings: Settings) -> Generator[Check, None, Status | None]:
    """The findings, and as the generator's value the status, None when there is none to be had."""
    try:
        current = schema_version.is_current(database)
        with database.read() as connection:
            journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar() if database.is_sqlite else None
        stands = status(admin, database, settings) if current else None
        log = _access_log(database) if current else None
    except StorageError as error:
        yield Check(Level.BROKEN, "database", str(error))
        return None
    except SQLAlchemyError as error:
        yield Check(Level.BROKEN, "database", f"The database cannot be read ({type(error).__name__}).")
        return None
    yield Check(Level.OK, "database", "It can be reached.")
    if current:
        yield Check(Level.OK, "schema", "It is the one of this version.")
    else:
        yield Check(
            Level.ATTENTION,
            "schema",
            "The database is empty or of another version. The next `uptake run` sets it up or upgrades it, and "
            "refuses one of a newer version.",
        )
    if log is not None:
        yield log
    if journal == "wal":
        yield Check(Level.OK, "write-ahead log", "On: pages can be read while the daemon writes.")
    elif journal is not None:
        sentence = f"Off (mode {journal}): put the database on a local disk, network folders do not allow it."
        yield Check(Level.BROKEN, "write-ahead log", sentence)
    return stands


def _access_log(database: Database) -> Check:
    try:
        audit.confirm(database)
    except NotLogged as error:
        return Check(Level.BROKEN, "access log", str(error))
    return Check(Level.OK, "access log", "It goes on. `uptake log verify` examines every entry.")


def _sign_in(provider: Provider | None, settings: Settings) -> Check:
    if provider is None:
        sentence = "Nobody can sign in: set UPTAKE_OIDC_METADATA_URL, UPTAKE_OIDC_CLIENT_ID and …_CLIENT_SECRET."
        return Check(Level.ATTENTION, "sign-in", sentence)
    if provider.problem:
        return Check(Level.BROKEN, "sign-in", provider.problem)
    if provider.issuer.rstrip("/") != (settings.oidc_issuer or "").rstrip("/"):
        sentence = f"Nobody can sign in: the provider names itself {provider.issuer}. Set UPTAKE_OIDC_ISSUER to that."
        return Check(Level.BROKEN, "sign-in", sentence)
    return Check(Level.OK, "sign-in", f"The provider {provider.issuer} answers.")


def _admins(settings: Settings, given: Iterable[Holder]) -> Iterator[Check]:
    held = [holder for holder in given if holder.role is Role.ADMIN]
    idle = {holder.email: holder.in_force for holder in held if holder.by is None and not holder.counts}
    admins = (addresses(settings.admins) | {holder.email for holder in held if holder.counts}) - idle.keys()
    for email, reason in sorted(idle.items()):
        sentence = f"{email} of UPTAKE_ADMINS makes nobody an admin ({reason}). Is it written as the provider says it?"
        yield Check(Level.ATTENTION, "admins", sentence)
    if not admins and not idle:
        yield Check(
            Level.ATTENTION,
            "admins",
            "There is no admin: set UPTAKE_ADMINS to one or more e-mail addresses, or run `uptake roles grant`.",
        )
    elif admins:
        yield Check(Level.OK, "admins", f"{', '.join(sorted(admins))}.")


def _sync(now: Status) -> Iterator[Check]:
    yield from _key(now)
    if now.daemon.alive:
        yield Check(Level.OK, "sync daemon", f"At work ({now.daemon.holder}).")
    else:
        yield Check(Level.ATTENTION, "sync daemon", "None is at work. Start one with `uptake run`.")
    if now.state is State.LATE:
        yield Check(Level.BROKEN, "data", now.reason)
    elif now.state is State.HEALTHY:
        yield Check(Level.OK, "data", now.reason)
    if now.days.failed:
        sentence = f"{counted(now.days.failed, 'day')} could not be read last time"
        yield Check(Level.ATTENTION, "days", f"{sentence}; see `uptake status` or the Connection page.")


def _key(now: Status) -> Iterator[Check]:
    key, claude = now.claude.key, now.claude
    if key.state is KeyState.UNREADABLE:
        yield Check(Level.BROKEN, "secret key", claude.message)
        return
    if key.state in {KeyState.STORED, KeyState.REJECTED} and claude.checked_at is not None:
        yield Check(Level.OK, "secret key", "The last sync could open what is stored.")
    if key.state in {KeyState.ABSENT, KeyState.DISCONNECTED}:
        yield Check(Level.ATTENTION, "Claude", "No API key is stored yet. Run `uptake connect`.")
    elif claude.state == ConnectionState.REJECTED:
        yield Check(Level.BROKEN, "Claude", " ".join(filter(None, (claude.message, claude.resting))))
    elif claude.state == ConnectionState.CONNECTED:
        yield Check(Level.OK, "Claude", f"Connected with the key {key.hint}. {claude.message}")
    else:
        sentence = claude.message or "The API key was not tried yet; the next sync does that."
        yield Check(Level.ATTENTION, "Claude", sentence)


def _clock(provider: Provider | None, stands: Status | None, now: dt.datetime) -> Check:
    """Days are UTC days by this machine's clock, and the sync is planned by it."""
    other = provider.date if provider is not None else None
    if other is not None and abs(now - other) > _CLOCK_TOLERANCE:
        sentence = (
            f"This machine says {now:%Y-%m-%d %H:%M} UTC, the sign-in provider {other:%Y-%m-%d %H:%M}. Set it right."
        )
        return Check(Level.BROKEN, "clock", sentence)
    newest = stands.newest_day if stands is not None else None
    if newest is not None and newest > now.date():
        sentence = f"This machine says {now:%Y-%m-%d}, but data up to {newest} is stored. Set the clock right."
        return Check(Level.BROKEN, "clock", sentence)
    compared = "agrees with the sign-in provider's" if other is not None else "is plausible"
    return Check(Level.OK, "clock", f"It {compared}: {now:%Y-%m-%d %H:%M} UTC.")
