"""The persona company as of today, and the pages as each of its people sees them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.people.roster import read_csv
from core.store.directory import directory
from core.store.engine.database import Database
from core.ui.session import resources
from tests.support import databases, personas
from tests.support.company import Company, build, claims_of, environment_of
from tests.support.screen import ENTRY, ROOT


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Sixty days of the persona company, up to yesterday."""
    yield from company_on("sqlite", tmp_path_factory.mktemp("pages"))


def company_on(kind: str, folder: Path) -> Iterator[Company]:
    """The company in a new database of one of `databases.KINDS`, which is gone at the end."""
    made = build(databases.fresh_database(kind, folder), folder)
    yield made
    made.database.dispose()
    databases.drop_database(made.database.url)


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


def open_cold(email: str | None, path: str | None = None, **query: str) -> AppTest:
    at = AppTest.from_file(str(ENTRY), default_timeout=30)
    at.user = claims_of(email) if email else {"is_logged_in": False}
    if path and "_" in path.rpartition("/")[2]:
        at.run()  # before the first run, AppTest knows a script by its file's name only, which is not its address
    at.query_params.update(query)
    if path:
        with suppress(ValueError):  # a page that is not theirs
            at.switch_page(str(ROOT / path))
    return at.run()


def _take_in(url: str) -> None:
    databases.migrate(url)
    database = Database(url)
    with database.write() as connection:
        directory.apply(connection, read_csv(personas.CSV.encode()), dt.datetime.now(dt.UTC).date())
    database.dispose()


@pytest.fixture
def empty(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., AppTest]]:
    """A company whose first sync is still to come."""
    database = Database(databases.prepared_database("sqlite", tmp_path, _take_in))
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
