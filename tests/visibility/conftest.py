"""The persona company in a database that no test changes: one for each engine and module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.store import schema
from core.store.database import Database
from tests import databases, personas


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def settled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The people and days of `tests.personas`, for reading only."""
    if request.param == "postgresql":
        request.getfixturevalue("postgresql_server")
    url = databases.fresh_database(request.param, tmp_path_factory.mktemp("settled"))
    database = Database(url)
    schema.upgrade(database)
    personas.fill(database)
    yield database
    database.dispose()
    databases.drop_database(url)
