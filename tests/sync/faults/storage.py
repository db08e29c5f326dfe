"""Faults of the database: full, locked, absent, its connections ended, the process killed in mid write (R46 to R53)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from core.errors import StorageError
from tests.sync.faults.case import HEALED, Case
from tests.sync.faults.disks import absent, full_disk, locked, other, quota, read_only, writer
from tests.sync.faults.hosts import STOPPED, Around, Killed
from tests.sync.faults.stage import Stage

_SQLITE_ONLY, _POSTGRESQL_ONLY = ("sqlite",), ("postgresql",)
_NOWHERE = "a run cannot be noted in a database that takes or has nothing"
_ENDED = "The database server ended the connection, so nothing was changed"
_BUSY = "The database is busy: another process keeps it locked"
_READ_ONLY = "The database server accepts no changes: it is a read-only copy"
_NO_SERVER = "SQLite has no server whose connection could end"


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

        event.listen(writer(stage), "before_cursor_execute", before)
        try:
            yield
        finally:
            event.remove(writer(stage), "before_cursor_execute", before)

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


def _refuse(code: str) -> Callable[[Stage, Any], None]:
    """The server refuses a statement with an error of its own."""

    def act(_stage: Stage, connection: Any) -> None:
        connection.exec_driver_sql(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END $$")

    return act


def _idle(stage: Stage, connection: Any) -> None:
    """The server ends a transaction in which nothing happens for too long."""
    pid = connection.connection.driver_connection.info.backend_pid
    connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '1ms'")
    with other(stage) as console:
        while console.execute(f"SELECT 1 FROM pg_stat_activity WHERE pid = {pid}").fetchone():
            pass


def _in_mid_transaction(name: str, says: str, happen: Callable[[Stage, Any], None]) -> Case:
    return Case(
        id="R51",
        name=name,
        says=says,
        around=_at_statement("day_revision", 1, happen),
        kinds=_POSTGRESQL_ONLY,
        why_not_all=_NO_SERVER,
    )


@contextmanager
def _lost_at_commit(stage: Stage) -> Iterator[None]:
    """The server ends the connection just before the third day's COMMIT."""
    met = 0

    def before(connection: Any) -> None:
        nonlocal met
        met += 1
        if met == 9:
            _backend("pg_terminate_backend")(stage, connection)

    event.listen(writer(stage), "commit", before)
    try:
        yield
    finally:
        event.remove(writer(stage), "commit", before)


@contextmanager
def _lost_after_commit(stage: Stage) -> Iterator[None]:
    """The server ends every connection that returns to the pool."""

    def after(driver: Any, _record: object) -> None:
        with other(stage) as console:
            console.execute(f"SELECT pg_terminate_backend({driver.info.backend_pid})")

    event.listen(writer(stage), "checkin", after)
    try:
        yield
    finally:
        event.remove(writer(stage), "checkin", after)


ALL = (
    Case(
        id="R46",
        name="killed while a day is stored",
        says=STOPPED,
        around=_at_statement("team_day", 2, _kill),
        raises=Killed,
    ),
    Case(
        id="R46",
        name="killed before the record of a day",
        says=STOPPED,
        around=_at_statement("day_revision", 1, _kill),
        raises=Killed,
    ),
    Case(
        id="R49",
        name="disk full",
        says="The disk is full, so nothing was written",
        around=full_disk,
        phases=("first connect", "back-fill"),
        why_not_all="one more day of two dozen people fits into the pages that SQLite has",
    ),
    Case(
        id="R49",
        name="file size limit",
        says="The disk refuses to read or write the database",
        around=quota,
        kinds=_SQLITE_ONLY,
        why_not_all="the files of a PostgreSQL server are written by the server",
    ),
    Case(
        id="R49",
        name="read-only disk or copy",
        says={
            "sqlite": "The database file cannot be opened or written",
            "postgresql": _READ_ONLY,
        },
        around=read_only,
        raises=StorageError,
        why_not_on_page=_NOWHERE,
    ),
    Case(
        id="R50",
        name="locked",
        says=_BUSY,
        around=locked,
        raises=StorageError,
        why_not_on_page=_NOWHERE,
    ),
    Case(
        id="R53",
        name="absent",
        says={
            "sqlite": "The database file was deleted while Uptake was running",
            "postgresql": "The database server does not answer",
        },
        around=absent,
        raises=StorageError,
        why_not_on_page=_NOWHERE,
    ),
    _in_mid_transaction("connection ended", _ENDED, _backend("pg_terminate_backend")),
    _in_mid_transaction("idle for too long", _ENDED, _idle),
    _in_mid_transaction("serialization failure", _BUSY, _refuse("40001")),
    _in_mid_transaction("deadlock", _BUSY, _refuse("40P01")),
    _in_mid_transaction("cancelled statement", _BUSY, _refuse("57014")),
    _in_mid_transaction("read-only copy after a fail-over", _READ_ONLY, _refuse("25006")),
    Case(
        id="R51",
        name="connection ended at COMMIT",
        says=_ENDED,
        around=_lost_at_commit,
        kinds=_POSTGRESQL_ONLY,
        why_not_all=_NO_SERVER,
    ),
    Case(
        id="R51",
        name="pooled connections ended, as by a fail-over",
        ends=HEALED,
        around=_lost_after_commit,
        kinds=_POSTGRESQL_ONLY,
        why_not_all=_NO_SERVER,
    ),
)
