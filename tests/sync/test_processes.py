"""Daemons as processes: their exit status, and that a stop or a kill at any moment leaves whole days only."""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text, update
from starlette.responses import Response

from core.admin import syncs
from core.admin.access import operator
from core.cli import sync
from core.people.roster import read_csv
from core.store.directory import directory
from core.store.engine.database import Database
from core.store.tables.usage import EMPLOYEE, LEASE, SYNC_DAY, SYNC_REQUEST, SYNC_RUN
from core.sync import lease
from core.sync.lease import HeldLease
from simulator.api import utc_now
from tests.support import databases, stored
from tests.sync import daemons
from tests.sync.conftest import KEY, World, environment, malformed

ROOT = Path(__file__).parents[2]
DAYS = 12
PEOPLE = 60
ENDS = 25.0
"""Seconds in which a daemon that was told to has ended: more than a stall takes, less than what it waited for."""


@pytest.fixture
def today(world) -> list[dt.date]:
    """The API lives in the present, as the daemon does, and serves a dozen days of sixty people."""
    world.now = utc_now()
    world.days.clear()
    for day in world.newest_first(DAYS):
        world.say(day, **{f"p{n}": n * day.day for n in range(PEOPLE)})
    return world.newest_first(DAYS)


@pytest.fixture
def daemon(served, tmp_path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts `sync_daemon.py` against the simulated API."""
    started: list[subprocess.Popen[str]] = []

    def start(database_url: str, *arguments: str, base_url: str = "", **more: str) -> subprocess.Popen[str]:
        values = environment(base_url or served[1], database_url, tmp_path, **({"BACKFILL_DAYS": f"{DAYS}"} | more))
        process = subprocess.Popen(
            [sys.executable, "sync_daemon.py", *arguments],
            cwd=ROOT,
            env={k: v for k, v in os.environ.items() if not k.startswith("UPTAKE_")} | values,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def _wait_until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.005)


def _has_asked(world: World, requests: int) -> bool:
    return world.requests >= requests


def _revise(world: World, today: list[dt.date]) -> None:
    """Change the days that every run reads, so that there is something to store whenever one runs."""
    for day in today[:3]:
        world.say(day, **{f"p{n}": n + world.requests for n in range(PEOPLE)})


def _whole_days(database: Database) -> set[dt.date]:
    """The stored days; fails when one of them is not whole."""
    with database.read("test") as connection:
        rows = {row.day: row.rows for row in connection.execute(select(SYNC_DAY.c.day, SYNC_DAY.c.rows))}
        found = stored.user_days(connection)
        stored.assert_sums_and_bitmaps_are_right(connection)
    assert {day: sum(on == day for _, on in found) for day in rows} == rows == dict.fromkeys(rows, PEOPLE)
    assert {day for _, day in found} == set(rows)
    return set(rows)


def test_one_sync_exits_with_0_when_every_day_could_be_read_and_with_1_otherwise(world, today, daemon, database):
    process = daemon(database.url, "--once")
    assert process.wait(30) == 0
    output = process.stderr.read()
    assert f"{DAYS} days read, {DAYS} of them new or changed." in output
    assert KEY not in output and "p1@example.com" not in output
    assert _whole_days(database) == set(today)

    world.answer = lambda day, number: malformed(day, number) if day == today[1] else None
    process = daemon(database.url, "--once")
    assert process.wait(30) == 1
    assert "1 of 3 days could not be read" in process.stderr.read()
    assert _whole_days(database) == set(today)


def test_settings_that_make_no_sense_exit_with_1_and_a_sentence(daemon, tmp_path):
    process = daemon(f"sqlite:///{tmp_path / 'uptake.db'}", BACKFILL_DAYS="many")
    assert process.wait(30) == 1
    assert process.stderr.read() == "UPTAKE_BACKFILL_DAYS must be a whole number from 1 to 3660, not 'many'.\n"


def test_a_signal_in_the_middle_of_a_slow_back_fill_ends_it_there_r61(world, today, daemon, database):
    process = daemon(database.url, REQUESTS_PER_MINUTE="120")
    _wait_until(lambda: world.requests >= 4)
    process.send_signal(signal.SIGINT)
    assert process.wait(ENDS) == 0
    assert "Traceback" not in process.stderr.read()
    whole = _whole_days(database)
    assert 0 < len(whole) < DAYS
    assert whole == set(today[: len(whole)])
    with database.read() as connection:
        assert connection.execute(select(SYNC_RUN.c.outcome)).scalars().all() == ["stopped"]


def test_a_signal_while_the_api_does_not_answer_ends_the_daemon_without_the_answer_r61(daemon, tmp_path):
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        base_url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        process = daemon(f"sqlite:///{tmp_path / 'uptake.db'}", base_url=base_url)
        connection, _ = silent.accept()
        with closing(connection):
            assert connection.recv(16).startswith(b"GET ")
            process.terminate()
            assert process.wait(ENDS) == 0
    assert "Traceback" not in process.stderr.read()


def test_a_signal_at_any_moment_ends_the_daemon_with_0_and_whole_days_r61(world, today, database, make_settings):
    dice = random.Random(11)  # noqa: S311 - repeatable
    settings = make_settings(database.url, BACKFILL_DAYS=f"{DAYS}")
    for moment in range(5):
        _revise(world, today)
        asked, limit = world.requests, dice.randint(1, 4)
        process = daemons.start(daemons.until_stopped, settings)
        _wait_until(partial(_has_asked, world, asked + limit))
        time.sleep(dice.uniform(0, 0.03))
        process.terminate()
        process.join(ENDS)
        assert process.exitcode == 0, f"moment {moment}"
        whole = _whole_days(database)
        assert whole == set(today[: len(whole)])


def test_a_kill_at_any_moment_leaves_whole_days_and_the_next_run_completes_them_r24_r46_r47(
    world, today, tmp_path, make_settings
):
    urls = []
    for name in ("killed", "spared"):
        (tmp_path / name).mkdir()
        urls.append(databases.prepared_database("sqlite", tmp_path / name, databases.migrate))
    database, faultless = map(Database, urls)
    dice = random.Random(7)  # noqa: S311 - repeatable
    visible: set[dt.date] = set()
    for _ in range(5):
        with database.write() as connection:
            connection.execute(text("DELETE FROM lease"))  # else each daemon would wait for its killed forerunner's
        _revise(world, today)
        asked, limit = world.requests, dice.randint(1, 4)
        process = daemons.start(daemons.once, make_settings(urls[0], BACKFILL_DAYS=f"{DAYS}"))
        _wait_until(partial(_has_asked, world, asked + limit))
        time.sleep(dice.uniform(0, 0.025))
        process.kill()
        process.join(ENDS)
        assert process.exitcode in {-signal.SIGKILL, 0}
        whole = _whole_days(database)
        assert whole >= visible
        visible = whole
        with database.read() as connection:
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
    with database.write() as connection:
        connection.execute(text("DELETE FROM lease"))
    daemons.once(make_settings(urls[0], BACKFILL_DAYS=f"{DAYS}"))
    daemons.once(make_settings(urls[1], BACKFILL_DAYS=f"{DAYS}"))
    assert _whole_days(database) == set(today)
    assert stored.dump(database) == stored.dump(faultless)
    with database.read() as connection:
        outcomes = connection.execute(select(SYNC_RUN.c.outcome)).scalars().all()
    assert "running" not in outcomes
    database.dispose()
    faultless.dispose()


def test_a_request_for_a_sync_is_taken_and_run(world, today, database, make_settings):
    process = daemons.start(daemons.until_stopped, make_settings(database.url, BACKFILL_DAYS=f"{DAYS}"))
    _wait_until(lambda: _runs(database) == [("start", "ok")])
    world.say(today[0], **{f"p{n}": 900 for n in range(PEOPLE)})
    with database.write() as connection:
        connection.execute(insert(SYNC_REQUEST).values(asked_by="dora@example.com", asked_at=utc_now()))
    _wait_until(lambda: _runs(database) == [("start", "ok"), ("request", "ok")])
    with database.read("test") as connection:
        assert connection.execute(select(SYNC_REQUEST.c.taken_at)).scalar_one() is not None
        assert stored.user_days(connection)["user_p7", today[0]]["chat_messages"] == 900
    process.terminate()
    process.join(ENDS)
    assert process.exitcode == 0


def _runs(database: Database) -> list[tuple[str, str]]:
    with database.read() as connection:
        rows = connection.execute(select(SYNC_RUN.c.trigger, SYNC_RUN.c.outcome).order_by(SYNC_RUN.c.id))
        return [tuple(row) for row in rows]


def test_a_daemon_that_is_frozen_and_woken_after_another_took_over_changes_nothing_r55(
    world, today, database, make_settings
):
    settings = make_settings(database.url, BACKFILL_DAYS=f"{DAYS}")
    frozen = daemons.start(daemons.once, settings)
    pid = frozen.pid
    assert pid is not None

    def freeze(day: dt.date, _number: int) -> None:
        if day == today[2] and world.endpoint == "users":
            world.answer = lambda _day, _number: None
            os.kill(pid, signal.SIGSTOP)  # what is answered now, it reads when it wakes

    world.answer = freeze
    _wait_until(lambda: world.answer is not freeze)
    for day in today[:3]:
        world.say(day, **{f"p{n}": 2 * n * day.day for n in range(PEOPLE)})
    with database.write() as connection:  # as in the time that its lease takes to run out
        connection.execute(update(LEASE).values(expires_at=utc_now()))
    daemons.once(settings)
    right = stored.dump(database)
    assert _whole_days(database) == set(today)
    os.kill(pid, signal.SIGCONT)
    frozen.join(ENDS)
    assert frozen.exitcode == 1
    assert stored.dump(database) == right
    assert _runs(database) == [("once", "stopped"), ("once", "ok")]


def test_daemon_sync_by_hand_back_fill_and_imports_at_once_come_one_after_the_other_r56(
    world, today, database, make_settings
):
    settings = make_settings(database.url, BACKFILL_DAYS=f"{DAYS}")
    process = daemons.start(daemons.until_stopped, settings)
    _wait_until(lambda: _has_asked(world, 2))
    by_hand = threading.Thread(target=lambda: outcomes.append(sync._by_daemon(operator(), database, settings)))
    outcomes: list[tuple[str, str] | None] = []
    by_hand.start()
    for turn in range(8):
        with database.write() as connection:
            directory.apply(connection, read_csv(_chart(turn).encode()), today[0])
        if turn == 4:
            assert syncs.read_again(operator(), database, today[-1], today[0]) > 0
    by_hand.join(30)
    asked = len(outcomes)
    syncs.request_sync(operator(), database)
    _wait_until(lambda: not _waiting(database) and len(_runs(database)) > 2 and _runs(database)[-1][1] != "running")
    process.terminate()
    process.join(ENDS)
    assert (process.exitcode, asked) == (0, 1)
    assert outcomes[0] is not None and outcomes[0][0] == "ok"
    assert _whole_days(database) == set(today)
    assert _messages(database) == []
    with database.read("test") as connection:
        managers = select(EMPLOYEE.c.manager_id, func.count()).group_by(EMPLOYEE.c.manager_id)
        assert sorted(count for _, count in connection.execute(managers)) == [1, 29, 30]
        pending = select(SYNC_DAY.c.day).where(SYNC_DAY.c.checked_at.is_(None))
        assert connection.execute(pending).all() == []


def _messages(database: Database) -> list[str]:
    """What the runs say that did not end well."""
    with database.read() as connection:
        return list(connection.execute(select(SYNC_RUN.c.message).where(SYNC_RUN.c.outcome != "ok")).scalars())


def _chart(turn: int) -> str:
    """Everybody below the first; every other time half of them below the thirtieth."""
    lines = ["email,name,manager_email", "p0@example.com,Person 0,"]
    for number in range(1, PEOPLE):
        manager = 29 if turn % 2 and number > 29 else 0
        lines.append(f"p{number}@example.com,Person {number},p{manager}@example.com")
    return "\n".join(lines)


def _waiting(database: Database) -> bool:
    with database.read() as connection:
        return (
            connection.execute(select(SYNC_REQUEST.c.id).where(SYNC_REQUEST.c.taken_at.is_(None))).first() is not None
        )


def _until_it_says(process: subprocess.Popen[str], words: str) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if words in line:
            return
    raise AssertionError(f"it ended and never said {words!r}")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_daemon_that_waits_for_another_one_r61(daemon, database, number):
    lease.take(database, "another", utc_now() + dt.timedelta(hours=1))
    process = daemon(database.url)
    _until_it_says(process, "Another sync is at work (another)")
    process.send_signal(number)
    assert process.wait(ENDS) == 0
    with database.read() as connection:
        assert connection.execute(select(LEASE.c.holder)).scalars().all() == ["another"]


def test_a_signal_ends_a_daemon_that_waits_for_its_database_r61(daemon):
    process = daemon("postgresql://nobody@127.0.0.1:9/nothing")
    _until_it_says(process, "The database is asked again in 1 s.")
    process.terminate()
    assert process.wait(ENDS) == 0


def test_a_signal_ends_a_daemon_that_was_asked_to_wait_for_ten_minutes_r61(world, today, daemon, database):
    world.answer = lambda _day, _number: Response(status_code=429, headers={"retry-after": "600"})
    process = daemon(database.url)
    _wait_until(lambda: _is_told(database, "It is asked again in 10 min."))
    process.terminate()
    assert process.wait(ENDS) == 0
    assert _runs(database) == [("start", "stopped")]


def test_a_signal_ends_a_daemon_that_waits_for_its_next_hour_and_the_lease_is_free_r61(world, today, daemon, database):
    process = daemon(database.url)
    _wait_until(lambda: _runs(database) == [("start", "ok")])
    process.terminate()
    assert process.wait(ENDS) == 0
    assert isinstance(lease.take(database, "the next one", utc_now()), HeldLease)


def _is_told(database: Database, words: str) -> bool:
    with database.read() as connection:
        return any(words in message for message in connection.execute(select(SYNC_RUN.c.message)).scalars())
