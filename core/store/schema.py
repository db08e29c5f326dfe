"""Bringing a database to the schema of this version, by Alembic."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from core.errors import StorageError
from core.store.database import Database
from core.store.schema_version import MIGRATIONS


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


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
        _refuse_newer_and_foreign(connection)
        command.upgrade(_config(connection), "head")


def _refuse_newer_and_foreign(connection: Connection) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in known:
        message = (
            f"The database was written by a newer version of Uptake (schema {current}). "
            "Install that version, or restore a backup made before the upgrade; nothing was changed."
        )
        raise StorageError(message)
    if current is None and set(inspect(connection).get_table_names()) - {"alembic_version"}:
        raise StorageError(
            "The database holds tables of another program, so nothing was changed. Set UPTAKE_DATABASE_URL to the "
            "address of Uptake's own database, or of an empty one."
        )
