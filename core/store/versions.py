"""Counters that grow with every change, so that readers know when what they hold is old."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from core.store.tables import Version

DATA = "data"
DIRECTORY = "directory"


def read(connection: Connection, name: str) -> int:
    """The counter's present value, 0 before the first change."""
    return connection.execute(select(Version.number).where(Version.name == name)).scalar() or 0


def bump(connection: Connection, name: str) -> None:
    """Count one change, in the transaction that makes it."""
    connection.execute(update(Version).where(Version.name == name).values(number=Version.number + 1))
