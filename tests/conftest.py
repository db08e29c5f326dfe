"""What every test may ask for: an empty database of either kind, and a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

from tests import browsers, databases

pytest_plugins = ["tests.absences"]


@pytest.fixture(scope="session")
def postgresql_server() -> None:
    """There is a PostgreSQL server; without one the test is reported as not run."""
    try:
        databases.server()
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
