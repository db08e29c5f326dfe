"""The database, opened for a program that runs outside the pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import ArgumentError

from core import audit
from core.errors import SettingsError, StorageError
from core.settings import Settings
from core.store.engine import schema, schema_version
from core.store.engine.database import Database

__all__ = ["Database", "opened"]


@contextmanager
def opened(settings: Settings, *, upgrade: bool) -> Iterator[Database]:
    """The database of the settings, closed at the end of the block.

    With `upgrade` it is created or brought to this version's schema first; without, it has to have that already.

    Raises:
        SettingsError: UPTAKE_DATABASE_URL is no address of a database.
        StorageError: the database cannot be used, or does not have the schema of this version.
    """
    try:
        database = Database(settings.database_url)
    except (ArgumentError, ValueError) as error:
        # The error's own text would repeat the address, and with it a password.
        raise SettingsError(
            "UPTAKE_DATABASE_URL is not the address of a database: its port, host or name cannot be read."
        ) from error
    audit.open_log(settings)
    try:
        if upgrade:
            schema.upgrade(database)
        elif not schema_version.is_current(database):
            raise StorageError(
                "The database is empty or of another version of Uptake. Start Uptake once with `uptake run`, which "
                "sets it up or upgrades it; nothing was changed."
            )
        yield database
    finally:
        database.dispose()
