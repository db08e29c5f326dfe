"""Counters that grow with every change, so that readers know when what they hold is old."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from core.store.tables import VERSION

DATA = "data"
DIRECTORY = "directory"


def read(connection: Connection, name: str) -> int:
    """The counter's present value, 0 before the first change."""
    return connection.execute(select(VERSION.c.number).where(VERSION.c.name == name)).scalar() or 0


def bump(connection: Connection, name: str) -> None:
    """Count one change, in the transaction that makes it."""
    connection.execute(update(VERSION).where(VERSION.c.name == name).values(number=VERSION.c.number + 1))
