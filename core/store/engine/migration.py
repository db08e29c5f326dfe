"""From an earlier schema to a later one, by Alembic."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from core.errors import StorageError
from core.store.engine.schema_version import MIGRATIONS


def config(connection: Connection | None = None) -> Config:
    """What Alembic's commands are given: where the migrations are, and the transaction to run them in."""
    found = Config()
    found.set_main_option("script_location", str(MIGRATIONS))
    found.attributes["connection"] = connection
    return found


def upgrade(connection: Connection) -> None:
    """Create or upgrade the schema, in the connection's transaction.

    Raises:
        StorageError: the database was written by a newer version of Uptake or another program.
    """
    _refuse_newer_and_foreign(connection)
    command.upgrade(config(connection), "head")


def _refuse_newer_and_foreign(connection: Connection) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()}
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
