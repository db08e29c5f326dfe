"""What a database reports, in plain words: what is wrong, what is safe and what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError

from core.errors import StorageError

_BUSY = "The database is busy: another process keeps it locked. Nothing was changed; try again in a minute."
_FULL = "The disk is full, so nothing was written. Free some space; what was stored before is safe."
_DISK = (
    "The disk refuses to read or write the database: it is full, a quota is used up, or it is broken. See the system's "
    "log; what was stored before is kept."
)
_FILE = (
    "The database file cannot be opened or written. Check that its folder exists, belongs to this user and is not "
    "read-only."
)
_DAMAGED = "The database file is damaged or is no database. Restore a backup; nothing was changed."
_OTHER_SCHEMA = "The database is empty or of another version. Run `uptake doctor`, then start Uptake again."
_NO_SUCH = ("no such table", "no such column")
_ENDED = "The database server ended the connection, so nothing was changed. See that it runs; it is asked again."

_SQLITE = {
    ("SQLITE_BUSY", "SQLITE_LOCKED"): _BUSY,
    ("SQLITE_FULL",): _FULL,
    ("SQLITE_IOERR",): _DISK,
    ("SQLITE_CANTOPEN", "SQLITE_READONLY"): _FILE,
    ("SQLITE_NOTADB", "SQLITE_CORRUPT"): _DAMAGED,
}
"""Sentences for what SQLite reports, by the beginnings of its result codes (sqlite.org/rescode.html)."""

_POSTGRESQL = {
    "53100": _FULL,
    "55P03": _BUSY,  # waited too long for a lock
    "57014": _BUSY,  # an administrator or a time limit cancelled the statement
    "40001": _BUSY,  # serialization failure
    "40P01": _BUSY,  # deadlock
    "57P01": _ENDED,
    "57P02": _ENDED,
    "25P03": _ENDED,  # idle in a transaction for too long
    "25006": "The database server accepts no changes: it is a read-only copy. Check UPTAKE_DATABASE_URL.",
    "42P01": _OTHER_SCHEMA,  # no such table
    "42703": _OTHER_SCHEMA,  # no such column
}
"""Sentences for what a PostgreSQL server reports, by SQLSTATE (PostgreSQL manual, appendix A)."""


@contextmanager
def in_plain_words() -> Iterator[None]:
    """Raise what the database reports as a sentence, where there is one.

    Raises:
        StorageError: in place of the driver's error.
    """
    try:
        yield
    except DBAPIError as error:
        if sentence := _sentence(error):
            raise StorageError(sentence) from error
        if state := getattr(error.orig, "sqlstate", None):
            # PostgreSQL repeats the row that it refuses; an error ends up in a log, where no person may be named.
            refusal = RuntimeError(f"{type(error.orig).__name__}, SQLSTATE {state}")
            raise DBAPIError(error.statement, None, refusal, hide_parameters=True) from None
        raise


def _sentence(error: DBAPIError) -> str | None:
    code = getattr(error.orig, "sqlite_errorname", None) or ""
    for beginnings, sentence in _SQLITE.items():
        if code.startswith(beginnings):
            return sentence
    if isinstance(error.orig, sqlite3.OperationalError) and str(error.orig).startswith(_NO_SUCH):
        return _OTHER_SCHEMA
    if (state := getattr(error.orig, "sqlstate", None)) in _POSTGRESQL:
        return _POSTGRESQL[state]
    if error.connection_invalidated:  # in use, and closed before the server's last word could be read
        return _ENDED
    if isinstance(error, OperationalError) and "connection" in str(error.orig):
        return "The database server does not answer. Check UPTAKE_DATABASE_URL and that the server is running."
    return None
