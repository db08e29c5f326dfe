"""Counters that grow with every change, so that readers know when what they hold is old.

Every page asks for them several times, and to build a statement takes longer than to run it: so they are built once.
"""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, bindparam, select, update

from core.store.tables.usage import VERSION

DATA = "data"
DIRECTORY = "directory"
ACCESS = "access"
"""Grows with roles, ended sessions, and what admins change of bindings; a first sign-in changes nothing for others."""
CONTEXT = "context"
"""Grows with what people say about days: the marks and notes of employees about their own, and admins' annotations."""
TOTALS = "totals"
"""Grows with the figures that Claude counts of the whole organisation."""

_NUMBER = select(VERSION.c.number).where(VERSION.c.name == bindparam("name"))
_EVERY = select(VERSION.c.name, VERSION.c.number)
_OF_REPORTS = (DATA, DIRECTORY, CONTEXT, TOTALS)

_seen: WeakKeyDictionary[Connection, Mapping[str, int]] = WeakKeyDictionary()


def read(connection: Connection, name: str) -> int:
    """The counter's present value, 0 before the first change."""
    return connection.execute(_NUMBER, {"name": name}).scalar() or 0


def bump(connection: Connection, name: str) -> None:
    """Count one change, in the transaction that makes it."""
    connection.execute(update(VERSION).where(VERSION.c.name == name).values(number=VERSION.c.number + 1))


def seen(connection: Connection) -> Mapping[str, int]:
    """Every counter by name, as a read-only transaction sees it from its begin to its end; asked once in it."""
    if connection not in _seen:
        _seen[connection] = {row.name: row.number for row in connection.execute(_EVERY)}
    return _seen[connection]


def now(connection: Connection, name: str) -> int:
    """A counter's value as a read-only transaction sees it from its begin to its end; 0 before the first change."""
    return seen(connection).get(name, 0)


def permissions(connection: Connection) -> tuple[int, int]:
    """The counters of everything that decides who may see what, in a read: the directory's, and that of access."""
    return now(connection, DIRECTORY), now(connection, ACCESS)


def of_reports(connection: Connection) -> dict[str, int]:
    """The counters of everything that reports are made of, in a read: usage, directory, what people say, and totals."""
    return {name: now(connection, name) for name in _OF_REPORTS}


def lock(connection: Connection, name: str) -> None:
    """Let no other transaction past this point before the present one ends, without counting a change."""
    connection.execute(select(VERSION.c.number).where(VERSION.c.name == name).with_for_update()).first()
