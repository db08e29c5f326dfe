"""Counters that grow with every change, so that readers know when what they hold is old.

Every page asks for them several times, and to build a statement takes longer than to run it: so they are built once.
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select, update

from core.store.tables import VERSION

DATA = "data"
DIRECTORY = "directory"
ACCESS = "access"
"""Grows with roles, bindings of identities and ended sessions."""
CONTEXT = "context"
"""Grows with the marks that employees make about their own days."""
TOTALS = "totals"
"""Grows with the figures that Claude counts of the whole organisation."""

_NUMBER = select(VERSION.c.number).where(VERSION.c.name == bindparam("name"))
_PERMISSIONS = select(VERSION.c.name, VERSION.c.number).where(VERSION.c.name.in_((DIRECTORY, ACCESS)))
_REPORTS = select(VERSION.c.name, VERSION.c.number).where(VERSION.c.name.in_((DATA, DIRECTORY, CONTEXT, TOTALS)))


def read(connection: Connection, name: str) -> int:
    """The counter's present value, 0 before the first change."""
    return connection.execute(_NUMBER, {"name": name}).scalar() or 0


def bump(connection: Connection, name: str) -> None:
    """Count one change, in the transaction that makes it."""
    connection.execute(update(VERSION).where(VERSION.c.name == name).values(number=VERSION.c.number + 1))


def permissions(connection: Connection) -> tuple[int, int]:
    """The counters of everything that decides who may see what: the directory's, and that of access."""
    found = {row.name: row.number for row in connection.execute(_PERMISSIONS)}
    return found.get(DIRECTORY, 0), found.get(ACCESS, 0)


def of_reports(connection: Connection) -> dict[str, int]:
    """The counters of everything that reports are made of: usage, directory, people's own marks, and totals."""
    return {row.name: row.number for row in connection.execute(_REPORTS)}


def lock(connection: Connection, name: str) -> None:
    """Let no other transaction past this point before the present one ends, without counting a change."""
    connection.execute(select(VERSION.c.number).where(VERSION.c.name == name).with_for_update()).first()
