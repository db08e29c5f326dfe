"""Engines: one that writes, one that only reads and refuses usage reads from outside the gate."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, create_engine, event, make_url

from core.errors import StorageError, UnscopedRead
from core.store.engine.errors import in_plain_words
from core.store.engine.same_file import SameFile

_OF_PEOPLE = (
    "user_day",
    "user_day_was",
    "team_day",
    "active_bits",
    "account",
    "account_link",
    "employee",
    "reporting_line",
    "context_mark",
    "context_note",
)
_OF_THE_DIRECTORY = ("directory_import", "directory_source")
_OF_MATCHING = ("account_match", "matching_decision")
_OF_ACCESS = ("sign_in_identity", "role_grant", "introduction")
_OF_THE_LOG = ("access_log", "access_log_person")
_OF_THE_CHARTS = ("annotation",)
_OF_THE_ORGANISATION = ("organisation_day", "skill_day", "connector_day")
GUARDED = (
    *_OF_PEOPLE,
    *_OF_THE_DIRECTORY,
    *_OF_MATCHING,
    *_OF_ACCESS,
    *_OF_THE_LOG,
    *_OF_THE_ORGANISATION,
    *_OF_THE_CHARTS,
)
"""Tables that say something about a person or name what people use. The reader engine opens them for the gate only."""

_GUARDED = re.compile(r"\b(" + "|".join(GUARDED) + r")(_\d+)*\b", re.IGNORECASE)  # partitions: user_day_2026_11
_GATE = "uptake_gate"
_BUSY_SECONDS = 10

URL_OF = "uptake_url"
"""The execution option of every connection that holds its database's URL."""

_moment: ContextVar[tuple[Database, Connection] | None] = ContextVar("uptake_moment", default=None)

_after_commit: WeakKeyDictionary[Connection, list[Callable[[], None]]] = WeakKeyDictionary()


def after_commit(connection: Connection, act: Callable[[], None]) -> None:
    """Have something done when the transaction of `Database.write()` is committed; not when it is rolled back."""
    _after_commit.setdefault(connection, []).append(act)


class Database:
    """The one place that opens connections. `write()` is a transaction, `read()` a read-only snapshot.

    Reads end with their block: an open read transaction would keep SQLite's log growing, so no session is kept
    between two runs of a page.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._writer = _engine(url, read_only=False)
        self._reader = _engine(url, read_only=True)
        if self.is_sqlite and (path := make_url(url).database) and path != ":memory:":
            file = SameFile(Path(path))
            for engine in (self._writer, self._reader):
                file.watch(engine)
        event.listen(self._reader, "before_cursor_execute", _refuse_unscoped)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that commits at the end of the block and rolls back on any error.

        Raises:
            StorageError: the database cannot be opened or stays locked, is full, or cannot be written; its file was
                deleted or replaced since it was opened.
        """
        with in_plain_words(), self._writer.connect() as connection:
            with connection.begin():
                yield connection
            for act in _after_commit.pop(connection, ()):
                act()

    @contextmanager
    def read(self, gate: str | None = None) -> Iterator[Connection]:
        """A read-only transaction; `gate` names the function on whose authority guarded tables are read.

        Raises:
            StorageError: the database cannot be opened; its file was deleted or replaced since it was opened.
            UnscopedRead: a guarded table was named without a gate.
        """
        held = _moment.get()
        if held is None or held[0] is not self:
            with in_plain_words(), self._reader.connect() as connection, connection.begin():
                yield connection.execution_options(**{_GATE: gate})
            return
        shared, around = held[1], held[1].get_execution_options().get(_GATE)
        try:
            with in_plain_words():
                yield shared.execution_options(**{_GATE: gate})
        finally:
            shared.execution_options(**{_GATE: around})

    @contextmanager
    def moment(self) -> Iterator[None]:
        """Have every `read()` of the block see what the first one saw, over one connection; each under its own gate.

        For a few short reads in a row: other connections wait for none of it, but writers' logs grow meanwhile. Inside
        another one it is that one.

        Raises:
            StorageError: the database cannot be opened; its file was deleted or replaced since it was opened.
        """
        held = _moment.get()
        if held is not None and held[0] is self:
            yield
            return
        with in_plain_words(), self._reader.connect() as connection, connection.begin():
            was = _moment.set((self, connection))
            try:
                yield
            finally:
                _moment.reset(was)

    def dispose(self) -> None:
        """Close all pooled connections."""
        self._writer.dispose()
        self._reader.dispose()


def _engine(url: str, *, read_only: bool) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        from core.store.engine import postgresql  # noqa: PLC0415 - its driver takes memory, and most have SQLite

        return postgresql.engine(url, read_only=read_only, patience=_BUSY_SECONDS, marks={URL_OF: url})
    _make_parent(url)
    engine = create_engine(
        url, hide_parameters=True, execution_options={URL_OF: url}, connect_args={"timeout": _BUSY_SECONDS}
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions are opened by the listener below
        cursor = connection.cursor()
        _switch_to_wal(cursor)
        # Kibibytes of each connection: a sync writes a large day from end to end; readers, of whom there are many at
        # once, have the same pages in the cache of the operating system.
        cache = -16_384 if read_only else -32_768
        for pragma in ("synchronous=FULL", "foreign_keys=ON", f"cache_size={cache}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute(f"PRAGMA query_only={'ON' if read_only else 'OFF'}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if read_only:  # straight to the driver, as pages begin many: this touches no file and cannot fail
            driver: Any = connection.connection.driver_connection
            driver.execute("BEGIN")
            return
        # A deferred writer that has read fails at once when somebody else commits in between (SQLITE_BUSY_SNAPSHOT),
        # whatever the busy timeout says; so writers take their lock at the start.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _switch_to_wal(cursor: sqlite3.Cursor) -> None:
    """Set the journal mode, which a file keeps. Processes that open a new file at once get in each other's way.

    SQLite reports the lock of this one change at once, whatever the busy timeout says.
    """
    end = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return


def _make_parent(url: str) -> None:
    path = make_url(url).database
    if path and path != ":memory:":
        try:
            Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            message = f"The database folder {Path(path).parent} cannot be made: {error}."
            raise StorageError(message) from error


def _refuse_unscoped(
    connection: Connection, _cursor: object, statement: str, _parameters: object, _context: object, _many: object
) -> None:
    """The tripwire: it looks at the text of each statement, so no layer above (ORM, Core, text, pandas) slips by."""
    if connection.get_execution_options().get(_GATE) is None and (found := _GUARDED.search(statement)):
        message = f"The table {found.group()} was read outside the gate."
        raise UnscopedRead(message)
