"""Faults of the database: full, locked, absent, its connections ended, the process killed in mid write (R46 to R53)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from core.errors import StorageError
from tests.sync.faults.case import HEALED, Case
from tests.sync.faults.disks import absent, full_disk, locked, other, quota, writer
from tests.sync.faults.hosts import Around, Killed
from tests.sync.faults.stage import Stage

_SQLITE_ONLY, _POSTGRESQL_ONLY = ("sqlite",), ("postgresql",)
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
        around=quota,
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
