"""What every test may ask for: an empty database of either kind, and a browser."""

from __future__ import annotations

import datetime as dt
import gc
import os
import ssl
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, Error, sync_playwright
from streamlit.components.v2 import manifest_scanner

from core.people.roster import read_csv
from core.store.directory import directory
from core.store.directory.directory import DirectoryChange
from core.store.engine.database import Database
from tests.running import browsers
from tests.support import databases, personas

ROOT = Path(__file__).resolve().parents[1]
pytest_plugins = ["tests.running.absences"]
pytest.register_assert_rewrite(
    "tests.admin", "tests.pages", "tests.reports", "tests.store", "tests.viewers", "tests.visibility"
)
"""An assertion of a helper beside the tests says as much as one of a test."""

# How long an example takes says how busy the machine is, and nothing about the product.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

LONG = ("tests/browser", "tests/sync", "tests/cli", "tests/web", "tests/visibility")
"""These wait most, for processes, clocks and a browser: begun first, they do not hold up the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long folders first; where files are shared out among processes they go out in this order."""

    def place(item: pytest.Item) -> int:
        folder = item.path.relative_to(ROOT).as_posix()
        return next((number for number, long in enumerate(LONG) if folder.startswith(long)), len(LONG))

    items.sort(key=place)


def pytest_collection_finish() -> None:
    """All that is imported by now stays: looking through it for garbage again and again is a twentieth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 50)


@pytest.fixture(autouse=True, scope="session")
def installed_packages_are_looked_through_once() -> Iterator[None]:
    """Streamlit's test runner reads the description of each for every page: four fifths of the time of a test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(autouse=True, scope="session")
def certificates_of_authorities_are_read_once() -> Iterator[None]:
    """Every new client of HTTP reads them all, 30 ms each time, also for plain http."""
    create = ssl.create_default_context
    known = cache(lambda _keys, *given, **named: create(*given, **named))  # with other keys to be logged it is another
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            ssl,
            "create_default_context",
            lambda *given, **named: known(os.environ.get("SSLKEYLOGFILE"), *given, **named),
        )
        yield


@pytest.fixture(autouse=True)
def main_module() -> Iterator[None]:
    """Streamlit runs a page as the main module and leaves it there; every later child process would run it again."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(autouse=True)
def settings_of_a_new_start() -> None:
    """A process reads its settings once; each test is another one."""
    if (cached := sys.modules.get("core.ui.session.resources")) is not None:
        cached._settings.cache_clear()


@pytest.fixture(scope="session")
def postgresql_server() -> None:
    """There is a PostgreSQL server; without one the test is reported as not run."""
    try:
        databases.forgo_durability()
    except databases.PostgresAbsent as absence:
        pytest.skip(str(absence))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh database without tables: the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "postgresql":
        request.getfixturevalue("postgresql_server")
    url = databases.fresh_database(request.param, tmp_path)
    yield url
    databases.drop_database(url)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated database without data: the test runs once on SQLite and once on PostgreSQL."""
    yield from databases.copied(request, tmp_path, databases.migrate)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def filled(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with the people and the sixty days of `tests.support.personas`, on either engine."""
    yield from databases.copied(request, tmp_path, personas.migrate_and_fill)


@pytest.fixture
def import_csv(database: Database) -> Callable[..., DirectoryChange]:
    """Imports a directory file, given as text, into `database`."""

    def apply(text: str, today: dt.date = personas.TODAY) -> DirectoryChange:
        with database.write() as connection:
            return directory.apply(connection, read_csv(text.encode()), today)

    return apply


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium, one for each module of tests; each test opens a context of its own.

    It does not live longer, because Playwright keeps an event loop running in which no other test can start its own.
    """
    program = browsers.find()
    if program is None:
        pytest.skip(browsers.ABSENT)
    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(executable_path=program, args=browsers.flags())
        except Error as error:
            pytest.skip(f"{program} could not be started: {error.message.splitlines()[0]}")
        yield chromium
        chromium.close()
