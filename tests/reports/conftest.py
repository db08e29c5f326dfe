"""A company drawn at random in a database that no test changes, seen by its admin."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.store.engine import schema
from core.store.engine.database import Database
from core.visibility import Identity, Scope, scope_of, viewer_for
from tests.reports import world as worlds
from tests.reports.world import ADMIN, World
from tests.support import databases


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def drawn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Database]]:
    """The company and its database."""
    if request.param == "postgresql":
        request.getfixturevalue("postgresql_server")
    database = Database(databases.fresh_database(request.param, tmp_path_factory.mktemp("drawn")))
    schema.upgrade(database)
    world = worlds.draw(1)
    worlds.fill(database, world)
    yield world, database
    database.dispose()
    databases.drop_database(database.url)


@pytest.fixture
def world(drawn: tuple[World, Database]) -> World:
    """What was drawn."""
    return drawn[0]


@pytest.fixture
def scope(drawn: tuple[World, Database]) -> Scope:
    """The scope of an admin."""
    viewer = viewer_for(drawn[1], {ADMIN}, Identity(ADMIN, True), worlds.TODAY)
    return scope_of(drawn[1], viewer)
