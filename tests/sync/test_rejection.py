"""A rejected key is tried once an hour at most, whoever asks, and a new one at once."""

from __future__ import annotations

import datetime as dt
import json
import time

import pytest
from sqlalchemy import insert, select
from starlette.responses import Response

from core.admin import syncs
from core.admin.access import operator
from core.admin.status import status
from core.store.connection import connections
from core.store.tables.usage import SYNC_REQUEST, SYNC_RUN
from core.sync import daemon, rejection
from core.sync.lease import HeldLease
from core.sync.roster_source import RosterSource
from tests.support import stored
from tests.sync.conftest import KEY, SECRET, malformed

HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)


def refusing(status_code: int):
    body = json.dumps({"type": "error", "error": {"type": "x", "message": "no"}})
    return lambda _day, _number: Response(body, status_code, media_type="application/json")


def willing(_day, _number) -> None:
    """The API answers as usual."""


@pytest.mark.parametrize(("code", "first"), [(401, 2), (403, 1), (404, 1)])
def test_a_rejected_key_costs_one_request_an_hour_whoever_asks_r01_r02_r03(
    runner, world, database, *, held, code: int, first: int
):
    runner().run(held, "start")
    before, asked = stored.dump(database), world.requests
    world.answer = refusing(code)
    runner().run(held, "hourly")
    assert world.requests - asked == first  # a 401 has to be given twice to count
    for hour in range(1, 4):
        asked = world.requests
        for trigger in ("hourly", "request", "once", "start"):
            world.now += 14 * MINUTE
            report = runner().run(held, trigger)
            assert report.outcome == "failed"
            assert report.message.startswith("The API rejected the key ")
            assert "unless another key is set. What is stored is safe." in report.message
        assert world.requests == asked, hour
        world.now += 4 * MINUTE
        assert f"({code})" in runner().run(held, "hourly").message or code == 404
        assert world.requests == asked + 1, hour
    assert stored.dump(database) == before


def test_the_sentence_says_when_it_was_and_when_the_next_try_is_r01(runner, world, database, held):
    world.answer = refusing(401)
    runner().run(held, "start")
    world.now += 12 * MINUTE
    assert runner().run(held, "request").message == (
        "The API rejected the key 12 minutes ago, so it is not asked again before 10:00 UTC, unless another key is "
        "set. What is stored is safe."
    )


def test_a_new_key_is_used_by_the_next_run_r01(runner, world, database, held):
    world.answer = refusing(403)
    runner().run(held, "start")
    world.answer = willing
    assert runner().run(held, "request").outcome == "failed"
    with database.write() as connection:
        connections.replace(connection, SECRET, KEY, "dora@example.com", world.now)
    report = runner().run(held, "request")
    assert (report.outcome, report.days_checked) == ("ok", 6)


def test_a_key_that_works_again_is_found_to_within_the_hour_r01(runner, world, held):
    world.answer = refusing(401)
    runner().run(held, "start")
    world.answer = willing
    world.now += HOUR
    assert runner().run(held, "hourly").outcome == "ok"


@pytest.mark.parametrize("trouble", [refusing(503), refusing(429), malformed])
def test_other_trouble_in_between_does_not_bring_the_next_try_forward_r01(runner, world, database, *, held, trouble):
    world.answer = refusing(401)
    runner().run(held, "start")
    world.answer, asked = trouble, world.requests
    for _ in range(3):
        world.now += HOUR
        runner().run(held, "hourly")
        runner().run(held, "request")
    assert world.requests - asked == 3
    with database.read() as connection:
        found = connections.read(connection)
    assert found is not None
    assert found.state == "rejected" and "(401)" in found.message


def test_a_try_that_a_fast_clock_dated_in_the_future_puts_nothing_off_r39(runner, world, held):
    world.answer = refusing(401)
    world.now += dt.timedelta(days=2)
    runner().run(held, "start")
    world.now -= dt.timedelta(days=2)
    world.answer = willing
    assert runner().run(held, "hourly").outcome == "ok"


@pytest.fixture
def no_file(database, make_settings) -> RosterSource:
    """No directory file is watched."""
    return RosterSource(make_settings(database.url), database, lambda: False)


@pytest.fixture
def impatient(monkeypatch) -> list[int]:
    """The daemon's loop looks again without sleeping; after fifty looks somebody stops it."""
    looks: list[int] = []

    def look(_seconds: float) -> None:
        looks.append(1)
        if len(looks) > 50:
            raise daemon.Stop

    monkeypatch.setattr(time, "sleep", look)
    return looks


def test_the_daemon_answers_each_request_for_a_sync_without_asking_the_api_r01(
    runner, world, database, *, held: HeldLease, impatient, no_file
):
    world.now = daemon.now()
    world.answer = refusing(403)
    made = runner()
    begun = made.run

    def run(held: HeldLease, trigger: str):
        with database.write() as connection:  # somebody clicks during every run
            connection.execute(insert(SYNC_REQUEST).values(asked_by="dora@example.com", asked_at=world.now))
        return begun(held, trigger)

    made.run = run
    with pytest.raises(daemon.Stop):
        daemon._work(database, made, no_file, held)
    assert world.requests == 1
    with database.read() as connection:
        outcomes = connection.execute(select(SYNC_RUN.c.trigger, SYNC_RUN.c.outcome)).all()
    assert len(outcomes) > 40
    assert set(outcomes[1:]) == {("request", "failed")}


def test_the_daemon_tries_again_once_the_key_has_rested_or_another_is_set_r01(
    runner, world, database, *, held, impatient, no_file, monkeypatch
):
    world.now = daemon.now()
    world.answer = refusing(403)
    made = runner()
    begun, triggers = made.run, []

    def run(held: HeldLease, trigger: str):
        triggers.append(trigger)
        return begun(held, trigger)

    look = time.sleep

    def replace_key_at_the_third_look(seconds: float) -> None:
        look(seconds)
        if len(impatient) == 3:
            world.answer = willing
            with database.write() as connection:
                connections.replace(connection, SECRET, KEY, "dora@example.com", world.now)

    monkeypatch.setattr(time, "sleep", replace_key_at_the_third_look)
    made.run = run
    with pytest.raises(daemon.Stop):
        daemon._work(database, made, no_file, held)
    assert triggers == ["start", "hourly"]
    with database.read() as connection:
        assert connection.execute(select(SYNC_RUN.c.outcome)).scalars().all() == ["failed", "ok"]


def test_page_and_command_line_say_that_the_key_rests_r01(runner, world, database, held, make_settings):
    world.now = daemon.now()
    world.answer = refusing(403)
    assert syncs.resting(operator(), database) is None
    runner().run(held, "start")
    sentence = syncs.resting(operator(), database)
    assert sentence is not None and sentence.startswith("The API rejected the key just now")
    assert status(operator(), database, make_settings(database.url)).claude.resting == sentence


def test_the_next_try_is_an_hour_after_the_last_and_no_earlier():
    at = dt.datetime(2026, 11, 22, 13, 0, 30, tzinfo=dt.UTC)
    known = connections.KnownConnection("…ests", "dora", at, connections.ConnectionState.REJECTED, "no", at)
    assert rejection.rests_until(known, at + HOUR - dt.timedelta(seconds=1)) == at + HOUR
    assert rejection.rests_until(known, at + HOUR) is None
    assert "14:01 UTC" in str(rejection.sentence(known, at + 12 * MINUTE))
