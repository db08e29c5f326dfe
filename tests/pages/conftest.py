"""The persona company as of today, and the pages as each of its people sees them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.store.engine.database import Database
from core.ui.session import resources
from tests.pages.visits import company_on, open_cold
from tests.support import databases, personas
from tests.support.company import Company, environment_of
from tests.support.imports import migrate_and_import


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Sixty days of the persona company, up to yesterday."""
    yield from company_on("sqlite", tmp_path_factory.mktemp("pages"))


@pytest.fixture
def settings(company: Company, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The settings of a process that serves the company."""
    for name, value in environment_of(company.database.url, company.folder).items():
        monkeypatch.setenv(name, value)
    yield monkeypatch
    resources.close()


@pytest.fixture
def visit(settings: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Open an address cold, as somebody's first request; None is somebody who is not signed in."""
    return open_cold


def _import_personas(url: str) -> None:
    migrate_and_import(url, personas.CSV.encode(), dt.datetime.now(dt.UTC).date())


@pytest.fixture
def empty(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., AppTest]]:
    """A company whose first sync is still to come."""
    database = Database(databases.prepared_database("sqlite", tmp_path, _import_personas))
    for name, value in environment_of(database.url, tmp_path).items():
        monkeypatch.setenv(name, value)
    yield open_cold
    resources.close()
    database.dispose()


@pytest.fixture
def own(company: Company, settings: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Company]:
    """A copy of the company that a test may change."""
    company.database.dispose()
    resources.close()
    database = Database(databases.copy_of(company.database.url, tmp_path))
    settings.setenv("UPTAKE_DATABASE_URL", database.url)
    settings.setenv("UPTAKE_DATA_DIR", str(tmp_path))
    resources.database()  # makes the access log of this process known
    yield dataclasses.replace(company, database=database, folder=tmp_path)
    resources.close()
    database.dispose()
    databases.drop_database(database.url)
