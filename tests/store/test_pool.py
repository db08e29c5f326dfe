"""A pooled connection that was interrupted: whoever takes it next finds nothing of what was before."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from core.errors import StorageError, UnscopedRead
from core.store.engine.database import Database
from tests.support import databases, personas

CANARY = text("SELECT 'canary ' || count(*) FROM employee")
EVERYBODY = text("SELECT email FROM employee ORDER BY id")
COUNTS_FOR_EVER = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    "postgresql": "SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b",
}


class Interrupted(BaseException):
    """Comes from outside, as a signal or the end of a page's thread does."""


def _assert_the_next_ones_are_right(database: Database) -> None:
    """Several, so that every connection of the pool is taken again."""
    expected = f"canary {len(personas.MANAGER)}"
    for _ in range(3):
        with database.read("test") as one, database.read("test") as another:
            assert [one.execute(CANARY).scalar(), another.execute(CANARY).scalar()] == [expected, expected]
        with database.read() as connection, pytest.raises(UnscopedRead):
            connection.execute(CANARY)
        with database.write() as connection:
            assert connection.execute(CANARY).scalar() == expected


def test_an_interrupted_reader_leaves_no_row_and_no_gate_to_the_next_one_r52(filled):
    """R52"""

    def begin_to_read() -> None:
        with filled.read("test") as connection:
            assert connection.execute(EVERYBODY).fetchone()[0] in personas.MANAGER
            raise Interrupted

    for _ in range(3):
        with pytest.raises(Interrupted):
            begin_to_read()
    _assert_the_next_ones_are_right(filled)


def test_an_interrupted_writer_leaves_nothing_that_the_next_one_commits_r52(filled):
    """R52"""

    def begin_to_write() -> None:
        with filled.write() as connection:
            connection.execute(text("UPDATE employee SET manager_id = NULL"))
            raise Interrupted

    for _ in range(3):
        with pytest.raises(Interrupted):
            begin_to_write()
    with filled.write() as connection:
        connection.execute(text("UPDATE version SET number = number + 1"))
    with filled.read("test") as connection:
        assert connection.execute(text("SELECT count(*) FROM employee WHERE manager_id IS NULL")).scalar() == 1
    _assert_the_next_ones_are_right(filled)


def _cancel(connection: Connection, database: Database) -> None:
    """What an administrator or a time limit does to a statement that takes too long."""
    driver = connection.connection.driver_connection
    assert driver is not None
    if database.is_sqlite:
        driver.interrupt()
    else:
        driver.cancel_safe()


def _until_at_work(connection: Connection, database: Database) -> Callable[[], object]:
    """A function that returns once the connection is in the middle of its statement."""
    driver = connection.connection.driver_connection
    assert driver is not None
    if database.is_sqlite:
        begun = threading.Event()

        def note() -> int:
            begun.set()
            return 0  # go on

        driver.set_progress_handler(note, 1_000)
        return lambda: begun.wait(30)
    query = text("SELECT state = 'active' FROM pg_stat_activity WHERE pid = :pid")
    pid = {"pid": driver.info.backend_pid}

    def is_active() -> bool:
        with database.read() as console:  # anew, as a transaction sees one state of the server only
            return bool(console.execute(query, pid).scalar())

    def wait() -> None:
        while not is_active():
            pass

    return wait


@contextmanager
def _meanwhile(wait: Callable[[], object], act: Callable[[], object]) -> Iterator[None]:
    def work() -> None:
        wait()
        act()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    thread.join()


def _count_for_ever(database: Database, connection: Connection, act: Callable[[], object]) -> None:
    with _meanwhile(_until_at_work(connection, database), act):
        connection.execute(text(COUNTS_FOR_EVER[connection.dialect.name]))


def test_a_statement_that_is_cancelled_hands_on_no_result_r52(filled):
    """R52"""
    with pytest.raises((StorageError, DBAPIError), match="busy|interrupted"), filled.read("test") as connection:
        _count_for_ever(filled, connection, lambda: _cancel(connection, filled))
    _assert_the_next_ones_are_right(filled)


@pytest.fixture
def interrupt() -> Iterator[Callable[[], object]]:
    """A function that interrupts this thread wherever it is."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Interrupted

    before = signal.signal(signal.SIGUSR1, stop)
    here = threading.get_ident()
    yield lambda: signal.pthread_kill(here, signal.SIGUSR1)
    signal.signal(signal.SIGUSR1, before)


@pytest.mark.postgresql
@pytest.mark.usefixtures("postgresql_server")
def test_a_wait_for_the_server_that_a_signal_ends_hands_on_no_result_r52(tmp_path, interrupt):
    """R52. SQLite works in this process and hears of no signal before it has finished."""
    database = Database(databases.prepared_database("postgresql", tmp_path, personas.migrate_and_fill))
    with pytest.raises((Interrupted, StorageError, DBAPIError)), database.read("test") as connection:
        _count_for_ever(database, connection, interrupt)
    _assert_the_next_ones_are_right(database)
    database.dispose()
    databases.drop_database(database.url)


def _hang_up(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    with socket.socket(fileno=os.dup(driver.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)
    connection.execute(CANARY)


@pytest.mark.postgresql
@pytest.mark.usefixtures("postgresql_server")
def test_a_connection_that_closes_without_a_last_word_is_called_ended_by_the_server_r51(tmp_path):
    """R51. The server's reason for ending it can be lost with it."""
    database = Database(databases.prepared_database("postgresql", tmp_path, personas.migrate_and_fill))
    with pytest.raises(StorageError, match="The database server ended the connection"), database.write() as connection:
        _hang_up(connection)
    _assert_the_next_ones_are_right(database)
    database.dispose()
    databases.drop_database(database.url)
