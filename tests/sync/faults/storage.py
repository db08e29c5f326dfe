"""Faults of the database: full, locked, absent, its connections ended, the process killed in mid write (R46 to R53)."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, event, make_url

from core.errors import StorageError
from tests.sync.faults.case import HEALED, Case
from tests.sync.faults.hosts import Around, Killed
from tests.sync.faults.stage import Stage

_SQLITE_ONLY, _POSTGRESQL_ONLY = ("sqlite",), ("postgresql",)
_NO_SERVER = "SQLite has no server whose connection could end"


def _writer(stage: Stage) -> Engine:
    return stage.database._writer


def _at_statement(words: str, turn: int, happen: Callable[[Stage, Any], None]) -> Around:
    """Something happens at a statement of a writing transaction that holds the words."""

    @contextmanager
    def around(stage: Stage) -> Iterator[None]:
        met = 0

        def before(connection: Any, _cursor: object, statement: str, *_: object) -> None:
            nonlocal met
            met += words in statement
            if words in statement and met == turn:
                happen(stage, connection)

        event.listen(_writer(stage), "before_cursor_execute", before)
        try:
            yield
        finally:
            event.remove(_writer(stage), "before_cursor_execute", before)

    return around


def _kill(_stage: Stage, _connection: object) -> None:
    raise Killed


def _backend(function: str) -> Callable[[Stage, Any], None]:
    """Ends the server's side of a connection, or its statement, from another one."""

    def act(stage: Stage, connection: Any) -> None:
        pid = connection.connection.driver_connection.info.backend_pid
        with other(stage) as console:
            console.execute(f"SELECT {function}({pid})")

    return act


@contextmanager
def other(stage: Stage) -> Iterator[psycopg.Connection[Any]]:
    """Another connection to the same PostgreSQL database."""
    address = make_url(stage.database.url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as console:
        yield console


@contextmanager
def _lost_at_commit(stage: Stage) -> Iterator[None]:
    """The server ends the connection just before the third day's COMMIT."""
    met = 0

    def before(connection: Any) -> None:
        nonlocal met
        met += 1
        if met == 9:
            _backend("pg_terminate_backend")(stage, connection)

    event.listen(_writer(stage), "commit", before)
    try:
        yield
    finally:
        event.remove(_writer(stage), "commit", before)


@contextmanager
def _lost_after_commit(stage: Stage) -> Iterator[None]:
    """The server ends every connection that returns to the pool."""

    def after(driver: Any, _record: object) -> None:
        with other(stage) as console:
            console.execute(f"SELECT pg_terminate_backend({driver.info.backend_pid})")

    event.listen(_writer(stage), "checkin", after)
    try:
        yield
    finally:
        event.remove(_writer(stage), "checkin", after)


@contextmanager
def full_disk(stage: Stage) -> Iterator[None]:
    """No room for more: SQLite may not grow; PostgreSQL reports what it does when a write finds no space."""
    if not stage.database.is_sqlite:
        with other(stage) as console:
            console.execute(
                "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$"
            )
            console.execute("CREATE TRIGGER no_room BEFORE INSERT ON day_revision EXECUTE FUNCTION no_room()")
            try:
                yield
            finally:
                console.execute("DROP FUNCTION no_room CASCADE")
        return

    _writer(stage).dispose()
    with closing(sqlite3.connect(make_url(stage.database.url).database or "", isolation_level=None)) as program:
        program.execute("VACUUM")  # so that no page is free
        program.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def limit(driver: Any, *_: object) -> None:
        pages = driver.execute("PRAGMA page_count").fetchone()[0]
        driver.execute(f"PRAGMA max_page_count={pages}")

    event.listen(_writer(stage), "checkout", limit)
    try:
        yield
    finally:
        event.remove(_writer(stage), "checkout", limit)
        _writer(stage).dispose()


@contextmanager
def _quota(stage: Stage) -> Iterator[None]:
    """The system lets no file of this process grow beyond what SQLite's log has already."""
    _writer(stage).dispose()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        _writer(stage).dispose()


@contextmanager
def locked(stage: Stage) -> Iterator[None]:
    """Another program keeps the database locked; the wait for it is cut short."""

    def hurry(driver: Any, *_: object) -> None:
        if stage.database.is_sqlite:
            driver.execute("PRAGMA busy_timeout=10")
        else:
            driver.execute("SET lock_timeout = '20ms'")
            driver.commit()

    _writer(stage).dispose()
    event.listen(_writer(stage), "checkout", hurry)
    try:
        with _holding_a_lock(stage):
            yield
    finally:
        event.remove(_writer(stage), "checkout", hurry)
        _writer(stage).dispose()


@contextmanager
def _holding_a_lock(stage: Stage) -> Iterator[None]:
    if not stage.database.is_sqlite:
        with other(stage) as console, console.transaction():
            console.execute("LOCK TABLE sync_run IN EXCLUSIVE MODE")
            yield
        return
    with closing(sqlite3.connect(make_url(stage.database.url).database or "", isolation_level=None)) as program:
        program.execute("BEGIN IMMEDIATE")
        yield
        program.execute("ROLLBACK")


@contextmanager
def absent(stage: Stage) -> Iterator[None]:
    """The database is not where it was."""
    stage.database.dispose()
    address = make_url(stage.database.url)
    if not stage.database.is_sqlite:
        server = address.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
        with psycopg.connect(server, autocommit=True) as console:
            console.execute(f"ALTER DATABASE {address.database} RENAME TO {address.database}_away")
            try:
                yield
            finally:
                stage.database.dispose()
                console.execute(f"ALTER DATABASE {address.database}_away RENAME TO {address.database}")
        return
    path = Path(address.database or "")
    path.rename(path.with_suffix(".away"))
    try:
        yield
    finally:
        stage.database.dispose()
        path.unlink(missing_ok=True)
        path.with_suffix(".away").rename(path)


ALL = (
    Case(
        id="R46",
        name="killed while a day is stored",
        says="stopped",
        around=_at_statement("team_day", 2, _kill),
        raises=Killed,
    ),
    Case(
        id="R46",
        name="killed before the record of a day",
        says="stopped",
        around=_at_statement("day_revision", 1, _kill),
        raises=Killed,
    ),
    Case(
        id="R49",
        name="disk full",
        says="disk is full",
        around=full_disk,
        raises=StorageError,
        phases=("first connect", "back-fill"),
        why_not_all="one more day of two dozen people fits into the pages that SQLite has",
    ),
    Case(
        id="R49",
        name="file size limit",
        around=_quota,
        raises=StorageError,
        kinds=_SQLITE_ONLY,
        why_not_all="the files of a PostgreSQL server are written by the server",
    ),
    Case(id="R50", name="locked", says="", around=locked, raises=StorageError),
    Case(id="R53", name="absent", says="", around=absent, raises=StorageError),
    Case(
        id="R51",
        name="connection ended in mid transaction",
        says="ended the connection",
        around=_at_statement("day_revision", 1, _backend("pg_terminate_backend")),
        kinds=_POSTGRESQL_ONLY,
        why_not_all=_NO_SERVER,
    ),
    Case(
        id="R51",
        name="connection ended at COMMIT",
        says="ended the connection",
        around=_lost_at_commit,
        kinds=_POSTGRESQL_ONLY,
        why_not_all=_NO_SERVER,
    ),
    Case(
        id="R52",
        name="pooled connections ended",
        ends=HEALED,
        around=_lost_after_commit,
        kinds=_POSTGRESQL_ONLY,
        why_not_all=_NO_SERVER,
    ),
)
