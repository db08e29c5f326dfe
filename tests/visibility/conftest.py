"""The persona company in a database that no test changes, one for each engine and module; and a small one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.store.day_writes import DayWriter
from core.store.engine import schema
from core.store.engine.database import Database
from tests.support import databases, personas
from tests.visibility.small_company import DAY, USERS, import_directory


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def settled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The people and days of `tests.support.personas`, for reading only."""
    if request.param == "postgresql":
        request.getfixturevalue("postgresql_server")
    url = databases.fresh_database(request.param, tmp_path_factory.mktemp("settled"))
    database = Database(url)
    schema.upgrade(database)
    personas.fill(database)
    yield database
    database.dispose()
    databases.drop_database(url)


@pytest.fixture
def small_company(tmp_path: Path) -> Iterator[Database]:
    """The company with one day of use, in SQLite."""
    database = Database(databases.prepared_database("sqlite", tmp_path, databases.migrate))
    import_directory(database)
    with database.write() as connection:
        rows = [(f"user_{name}", f"{name}@example.com", {"chat_messages": 1 << n}) for n, name in enumerate(USERS)]
        DayWriter(connection).store(connection, DAY, [personas.page(rows)], b"day", dt.datetime.now(dt.UTC))
    yield database
    database.dispose()
