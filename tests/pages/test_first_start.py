"""The pages before everything is there: each says what is missing and what to do, and none breaks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from core.people.roster import read_csv
from core.store.connection import connections
from core.store.day_writes import DayWriter
from core.store.directory import directory
from core.store.engine import schema
from core.store.engine.database import Database
from core.ui.frame import navigation
from core.ui.session import resources
from tests.pages.visits import open_cold
from tests.support import personas
from tests.support.company import environment_of
from tests.support.invented import SECRET
from tests.support.screen import ROOT, everything

KEY = "sk-ant-api01-invented-for-the-tests"


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _employees(database: Database) -> None:
    with database.write() as connection:
        directory.apply(connection, read_csv(personas.CSV.encode()), _now().date())


def _key(database: Database) -> None:
    with database.write() as connection:
        connections.replace(connection, SECRET, KEY, "dora@example.com", _now())


def _days(database: Database) -> None:
    with database.write() as connection:
        for day in personas.span(_now().date())[-3:]:
            DayWriter(connection).store(connection, day, personas.pages(day, _now().date()), b"read", _now())


STATES: dict[str, tuple[Callable[[Database], None], ...]] = {
    "nothing but tables": (schema.upgrade,),
    "employees": (schema.upgrade, _employees),
    "a key": (schema.upgrade, _key),
    "employees and a key": (schema.upgrade, _employees, _key),
    "days and no employees": (schema.upgrade, _key, _days),
}


@pytest.fixture
def database(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """An empty file, and the settings of a process that serves it."""
    made = Database(f"sqlite:///{tmp_path / 'first.db'}")
    for name, value in environment_of(made.url, tmp_path).items():
        monkeypatch.setenv(name, value)
    yield made
    resources.close()
    made.dispose()


def _assert_guided(at: AppTest, place: str) -> str:
    assert not at.exception, place
    words = everything(at)
    assert "Traceback" not in words and "went wrong" not in words, place
    assert at.title or at.error or at.subheader, place
    return words


@pytest.mark.parametrize("state", STATES)
def test_every_page_can_be_opened_before_everything_is_there_r64(database, state):
    """R64"""
    for step in STATES[state]:
        step(database)
    at = open_cold(personas.OSCAR)
    opened = 0
    for page in navigation.PAGES:
        try:
            at.switch_page(str(ROOT / page.path)).run()
        except ValueError:
            continue  # not a page of who is not in the directory
        opened += 1
        words = _assert_guided(at, page.url_path)
        if page.url_path == "adoption" and "days" not in state:
            assert "No usage has been read yet" in words and "Open Connection" in words
        if page.url_path == "connection" and "key" not in state:
            assert "API key" in words
    assert opened > 10


@pytest.mark.parametrize("email", [personas.GRETA, personas.BOB, personas.IVY])
def test_who_is_no_admin_is_told_to_come_back_before_the_first_day_r64(database, email):
    """R64"""
    for step in (schema.upgrade, _employees):
        step(database)
    words = _assert_guided(open_cold(email, "pages/you/my_usage.py"), email)
    assert "first sync has not finished" in words or "No usage" in words


@pytest.mark.parametrize("email", [personas.OSCAR, personas.GRETA, "stranger@example.com"])
def test_before_the_tables_are_made_whoever_comes_reads_what_to_start_r64(database, email):
    """R64"""
    assert "brought up to date when Uptake starts: run `uptake run`" in _assert_guided(open_cold(email), email)
    schema.upgrade(database)
    _employees(database)
    words = _assert_guided(open_cold(email), email)
    assert "another version" not in words  # without a restart


def test_a_page_that_is_open_while_a_newer_version_changes_the_tables_says_so_r57(database):
    """R57"""
    for step in (schema.upgrade, _employees, _days):
        step(database)
    at = open_cold(personas.OSCAR)
    _assert_guided(at, "before")
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        connection.exec_driver_sql("ALTER TABLE employee RENAME COLUMN name TO full_name")
        connection.exec_driver_sql("ALTER TABLE sync_day RENAME TO day_of_sync")
        connection.exec_driver_sql("UPDATE version SET number = number + 1")
    for page in ("adoption", "connection", "people"):
        path = next(each.path for each in navigation.PAGES if each.url_path == page)
        words = _assert_guided(open_cold(personas.OSCAR, path), page)
        assert "of another version" in words
