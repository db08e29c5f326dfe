"""Which schema a database has, told without Alembic: who only serves pages has no need of it in memory."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from core.store.engine.database import Database

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"
_TABLE = "alembic_version"
"""Where Alembic notes the revision."""


def newest() -> str:
    """The revision of this version: migrations are named by their revisions, which ascend."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def is_current(database: Database) -> bool:
    """Whether the database has the schema of this version.

    Raises:
        StorageError: the database cannot be read.
    """
    with database.read() as connection:
        return is_there(connection)


def is_there(connection: Connection) -> bool:
    """Whether a connection sees the schema of this version."""
    if not inspect(connection).has_table(_TABLE):
        return False
    found = connection.execute(text(f"SELECT version_num FROM {_TABLE}")).scalars().all()
    return found == [newest()]
