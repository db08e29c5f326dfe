"""The daemon outlives a database that is away, or refuses what it was asked, for a while."""

from __future__ import annotations

import datetime as dt
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest
from sqlalchemy.exc import DBAPIError

from core.errors import StorageError
from core.store.engine import schema
from core.store.engine.database import Database
from core.store.usage import rollups
from core.sync import daemon, lease
from core.sync.roster_source import RosterSource
from tests.support import stored


def _odd() -> DBAPIError:
    """What the database says where there is no sentence for it."""
    return DBAPIError("SELECT 1", None, Exception("odd"))


@pytest.fixture
def sleeps(monkeypatch) -> list[float]:
    """Nobody sleeps; after fifty times the daemon is stopped."""
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 50:
            raise daemon.Stop

    monkeypatch.setattr(time, "sleep", sleep)
    return slept


@pytest.mark.parametrize("question", ["_key_rests", "_take_requests"])
@pytest.mark.parametrize("error", [_odd(), StorageError("Away.")])
def test_a_look_at_the_database_that_fails_does_not_end_the_daemon_r51(
    runner, database, held, make_settings, *, monkeypatch, sleeps, question, error
):

    def fail(_database: Database) -> bool:
        raise error

    monkeypatch.setattr(daemon, question, fail)
    source = RosterSource(make_settings(database.url), database, lambda: False)
    with pytest.raises(daemon.Stop):
        daemon._work(database, runner(), source, held)
    assert len(sleeps) == 50


def test_a_lease_that_cannot_be_asked_for_is_asked_for_again_r51(database, monkeypatch, sleeps):
    answers: list[Exception | lease.HeldLease] = [_odd(), StorageError("Away."), lease.HeldLease(7)]

    def take(*_arguments: object) -> lease.HeldLease:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(lease, "take", take)
    assert daemon._wait_for_lease(database) == lease.HeldLease(7)
    assert len(sleeps) == 2


def test_a_database_server_that_does_not_answer_at_the_start_is_asked_again_r51(caplog, sleeps):
    with closing(socket.socket()) as silent, suppress(daemon.Stop):
        silent.bind(("127.0.0.1", 0))  # bound and not listening: every connection is refused
        url = f"postgresql+psycopg://nobody@127.0.0.1:{silent.getsockname()[1]}/uptake"
        daemon._upgrade_when_it_answers(Database(url))
    said = [record.getMessage() for record in caplog.records]
    assert said[0] == (
        "The database server does not answer. Check UPTAKE_DATABASE_URL and that the server is running. "
        "The database is asked again in 1 s."
    )
    assert [line.rpartition("in ")[2] for line in said] == ["1 s.", "2 s.", "4 s.", "8 s.", "16 s.", "32 s."]


def test_a_database_of_a_newer_version_is_not_waited_for(database, monkeypatch, sleeps):
    def refuse(_database: Database) -> None:
        raise StorageError("The database was written by a newer version of Uptake.")

    monkeypatch.setattr(schema, "upgrade", refuse)
    with pytest.raises(StorageError, match="newer version"):
        daemon._upgrade_when_it_answers(database)
    assert sleeps == []


@pytest.fixture
def signals(monkeypatch) -> Iterator[None]:
    """The daemon's handlers, with nothing asked so far."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    monkeypatch.setattr(daemon, "_signals", [])
    daemon.stop_on_signals()
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("signals")
@pytest.mark.parametrize("first", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
def test_one_signal_lets_a_day_be_stored_and_a_second_one_takes_it_back_r61(
    runner, world, database, *, held, monkeypatch, first, second
):
    write_day = rollups.write_day
    stored_days: list[dt.date] = []

    def interrupted(connection, organisation, day, *rest) -> None:
        write_day(connection, organisation, day, *rest)
        stored_days.append(day)
        if len(stored_days) == 2:
            signal.raise_signal(first)
            if twice:
                signal.raise_signal(second)

    monkeypatch.setattr(rollups, "write_day", interrupted)
    made, twice = runner(), True
    made._stop = daemon._stopping
    with pytest.raises(daemon.Stop):
        made.run(held, "start")
    assert _days(database) == set(world.newest_first(1))
    stored_days.clear()
    daemon._signals.clear()
    world.say(world.newest_first(1)[0], ann=9)
    twice = False
    assert made.run(held, "start").outcome == "stopped"
    assert _days(database) == set(world.newest_first(2))


def _days(database: Database) -> set[dt.date]:
    with database.read("test") as connection:
        stored.assert_sums_and_bitmaps_are_right(connection)
        return {day for _, day in stored.user_days(connection)}
