"""Bringing a database to the schema of this version."""

from __future__ import annotations

from core.store.engine.database import Database
from core.store.engine.schema_version import is_there


def upgrade(database: Database) -> None:
    """Create or upgrade the schema, in one transaction; a database of a newer version, or of others, is refused.

    Raises:
        StorageError: the database was written by a newer version of Uptake or another program, or cannot be written.
    """
    with database.write() as connection:
        if connection.dialect.name == "postgresql":
            # Two processes that start together would both migrate; the second waits here, for as long as the first
            # needs, and finds nothing to do.
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7251893)")
        if not is_there(connection):
            # Alembic is a fifth of the time in which a program starts, and nearly every start finds nothing to do.
            from core.store.engine import migration  # noqa: PLC0415

            migration.upgrade(connection)
