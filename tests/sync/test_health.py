"""How the data stands, measured after runs against the simulated API, on both databases."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import json
import logging
from collections.abc import Iterator
from contextlib import suppress

import pytest
from sqlalchemy import Engine, event, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session
from starlette.responses import Response

from core.admin import syncs
from core.admin.access import operator
from core.logs import configure_logging
from core.store.connection import offers
from core.store.connection.offers import OFFERED_DAY
from core.store.engine.database import Database
from core.store.tables.usage import LEASE, SYNC_DAY, SYNC_RUN, SyncDay
from core.sync import health
from core.sync.health import Health
from core.sync.lateness import State
from core.web import metrics
from tests.sync.conftest import KEY, malformed

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def stands(world, database, make_settings):
    """The health in the world's present; keyword arguments change the settings."""

    def measure(**more: str) -> Health:
        with database.read() as connection:
            return health.health(connection, make_settings(database.url, **more), world.now)

    return measure


def test_after_a_good_run_all_is_well_and_every_figure_is_there(runner, world, database, held, stands):
    runner().run(held, "start")
    newest = world.newest_first(1)[0]
    found = stands()
    assert found.state is State.HEALTHY
    assert f"data reaches {newest:%-d %b %Y}" in found.reason
    assert (found.data_through, found.newest_offered, found.lag_days) == (newest, newest, 0)
    assert (found.last_attempt, found.last_success, found.key) == (world.now, world.now, "stored")
    counts = {"complete": 3, "revised": 0, "provisional": 3, "failed": 0, "missing": 0, "held": 0}
    assert dataclasses.asdict(found.days) == counts


def test_days_of_which_a_number_changed_are_counted_as_revised_and_new_fields_change_none(
    runner, world, database, held, stands
):
    runner().run(held, "start")
    one, two = world.newest_first(6)[-2:]
    world.say(one, ann=6, ben=one.day)
    world.days[two][0]["a_new_field"] = 1
    world.now += HOUR
    syncs.read_again(operator(), database, two, one)
    runner().run(held, "request")
    found = stands().days
    assert (found.complete, found.revised, found.provisional, found.in_order) == (2, 1, 3, 6)


def test_a_key_that_the_api_rejects_is_told_as_such(runner, world, held, stands):
    runner().run(held, "start")
    world.answer = lambda _day, _number: Response(json.dumps({"error": {"message": "no"}}), 401)
    world.now += HOUR
    runner().run(held, "hourly")
    assert stands().key == "rejected"
    assert 'uptake_key_state{state="rejected"} 1.0' in metrics.render("1", stands())
    world.answer = lambda _day, _number: None
    world.now += 2 * HOUR
    runner().run(held, "hourly")
    assert stands().key == "stored"


def test_before_anything_happened_nothing_is_claimed(database, stands):
    found = stands(CLAUDE_API_KEY="")
    assert (found.state, found.key, found.daemon_alive) == (State.NOT_CONNECTED, "absent", False)
    assert (found.data_through, found.newest_offered, found.lag_days) == (None, None, None)
    assert (found.last_attempt, found.last_success, found.days.missing) == (None, None, None)
    assert (stands().state, stands().key) == (State.UNKNOWN, "waiting")


def test_a_daemon_that_stops_makes_the_data_late_after_the_patience(runner, world, held, stands):
    runner().run(held, "start")
    world.now += 3 * HOUR
    assert stands().state is State.HEALTHY
    world.now += dt.timedelta(minutes=1)
    assert (stands().state, stands(LATE_AFTER_HOURS="4").state) == (State.LATE, State.HEALTHY)


def _answer(status: int, kind: str):
    body = json.dumps({"type": "error", "error": {"type": kind, "message": "no"}})
    return lambda _day, _number: Response(body, status, media_type="application/json")


@pytest.mark.parametrize(
    "trouble",
    [
        (_answer(401, "authentication_error"), "The API rejects the key"),
        (_answer(503, "api_error"), "The API could not be read"),
    ],
)
def test_runs_that_fail_are_attempts_and_no_success(runner, world, held, stands, trouble):
    answer, cause = trouble
    runner().run(held, "start")
    good = world.now
    world.answer = answer
    for _ in range(4):
        world.now += HOUR
        runner().run(held, "hourly")
    found = stands()
    assert (found.last_attempt, found.last_success) == (world.now, good)
    assert (found.state, found.daemon_alive) == (State.LATE, True)
    assert cause in found.reason


def test_a_newest_day_that_is_always_malformed_makes_the_data_late_although_others_are_read_r36(
    runner, world, held, stands
):
    runner().run(held, "start")
    world.now += DAY
    newest = world.newest_first(1)[0]
    # The newest day is answered, so it counts as offered, but no row of it can be counted.
    world.say(newest, ann=-1)
    for hour in range(5):
        report = runner().run(held, "hourly")
        assert report.outcome == "partial"
        assert stands().state is (State.LATE if hour > 3 else State.HEALTHY), hour
        world.now += HOUR
    found = stands()
    assert (found.lag_days, found.days.failed, found.newest_offered) == (1, 1, newest)
    assert "has offered a newer day" in found.reason


def test_a_run_in_which_no_day_could_be_read_is_no_success(runner, world, database, held, stands):
    runner().run(held, "start")
    good = world.now
    first = world.requests
    world.answer = lambda day, number: malformed(day, number) if number > first + 1 else None
    world.now += HOUR
    assert runner().run(held, "hourly").outcome == "partial"
    assert stands().last_success == good


def test_an_older_day_that_fails_longer_than_the_patience_makes_the_data_late_although_others_are_read_r08(
    runner, world, held, stands
):
    poisoned, answer = world.newest_first(3)[2], _answer(500, "api_error")
    world.answer = lambda day, number: answer(day, number) if day == poisoned and world.endpoint == "users" else None
    began = world.now
    for hour in range(5):
        assert runner().run(held, "hourly").outcome == "partial"
        found = stands()
        assert (found.state, found.days.failed) == (State.LATE if hour > 3 else State.HEALTHY, 1), hour
        world.now += HOUR
    assert found.reason.startswith(f"A day could not be read since {began:%-d %b %Y %H:%M} UTC.")
    world.answer = lambda _day, _number: None
    runner().run(held, "hourly")
    assert stands().state is State.HEALTHY


def test_a_day_that_the_api_does_not_serve_raises_no_alarm_r37(runner, world, held, stands):
    hole = world.newest_first(3)[2]
    body = json.dumps({"type": "error", "error": {"type": "x", "message": "Data is not yet available for this day."}})
    world.answer = lambda day, _number: (
        Response(body, 400, media_type="application/json") if day == hole and world.endpoint == "users" else None
    )
    for _ in range(5):
        runner().run(held, "hourly")
        world.now += HOUR
    assert (stands().state, stands().days.failed) == (State.HEALTHY, 1)


def test_days_read_by_a_run_that_then_failed_are_no_success(runner, world, held, stands):
    runner().run(held, "start")
    good, full = world.now, _answer(429, "rate_limit_error")
    world.answer = lambda day, number: full(day, number) if day == world.newest_first(2)[1] else None
    for _ in range(4):
        world.now += HOUR
        report = runner().run(held, "hourly")
        assert (report.outcome, report.days_checked) == ("failed", 1)
    assert (stands().last_success, stands().state) == (good, State.LATE)


def test_a_long_run_that_reads_day_after_day_is_not_late(runner, world, database, held, stands):
    runner().run(held, "start")
    with database.write() as connection:
        connection.execute(
            update(SYNC_RUN).values(outcome="running", finished_at=None, started_at=world.now - 9 * HOUR)
        )
        oldest = connection.execute(select(SYNC_DAY.c.day).order_by(SYNC_DAY.c.day)).scalars().first()
        connection.execute(update(SYNC_DAY).values(checked_at=world.now - 8 * HOUR))
        connection.execute(update(SYNC_DAY).where(SYNC_DAY.c.day == oldest).values(checked_at=world.now))
    assert (stands().state, stands().last_success) == (State.HEALTHY, world.now)


def test_a_success_that_a_fast_clock_dated_in_the_future_hides_nothing_r39(runner, world, database, held, stands):
    world.now += 2 * DAY
    runner().run(held, "start")
    world.now -= 2 * DAY
    found = stands()
    assert (found.last_success, found.state) == (None, State.UNKNOWN)
    runner().run(held, "hourly")
    assert stands().last_success == world.now


def test_a_lease_that_runs_out_is_nobody_s(world, database, held, stands):
    with database.write() as connection:
        connection.execute(update(LEASE).values(expires_at=world.now + dt.timedelta(seconds=1)))
    assert stands().daemon_alive
    world.now += dt.timedelta(seconds=1)
    assert not stands().daemon_alive


def test_an_offered_day_is_noted_once_and_never_one_that_is_to_come(database):
    now = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
    days = [dt.date(2026, 11, 18), dt.date(2026, 11, 20), dt.date(2026, 11, 21), dt.date(2026, 11, 23)]
    with database.write() as connection:
        for hour, day in enumerate(days):
            offers.note(connection, day, now + hour * HOUR)
            offers.note(connection, day, now + (hour + 20) * HOUR if day < now.date() else now)
    with database.read() as connection:
        assert {row.day: row.noted_at for row in connection.execute(select(OFFERED_DAY))} == {
            day: now + hour * HOUR for hour, day in enumerate(days[:3])
        }
        assert offers.offer(connection, None, now.date()) == offers.Offer(days[2], now)
        assert offers.offer(connection, days[0], now.date()) == offers.Offer(days[2], now + HOUR)
        assert offers.offer(connection, days[2], now.date()) == offers.Offer(days[2], None)


def test_a_year_of_days_takes_no_more_questions_than_a_week(world, database, make_settings):
    settings = make_settings(database.url)

    def asked(days: range) -> list[str]:
        with database.write() as connection, Session(connection) as session:
            session.add_all(SyncDay(day=world.now.date() - back * DAY, revision=1) for back in days)
            session.flush()
        found: list[str] = []

        def note(_connection, _cursor, statement, *_rest):
            found.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            health.measure(database, settings)
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        return found

    week = asked(range(1, 8))
    assert week
    assert asked(range(8, 366)) == week


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What is logged as JSON at the most talkative level, libraries turned up as well."""
    root, own = logging.getLogger(), logging.getLogger("uptake")
    handlers, levels = root.handlers[:], (root.level, own.level)
    root.handlers = []
    stream = io.StringIO()
    configure_logging("json", logging.DEBUG, stream)
    root.setLevel(logging.DEBUG)
    loud = [logging.getLogger(name) for name in ("sqlalchemy.engine", "httpx", "httpcore")]
    for library in loud:
        library.setLevel(logging.DEBUG)
    yield stream
    for library in loud:
        library.setLevel(logging.NOTSET)
    root.handlers = handlers
    root.setLevel(levels[0])
    own.setLevel(levels[1])


def test_the_log_of_a_sync_in_all_kinds_of_trouble_names_nobody(log, runner, world, database: Database, held):
    day = world.newest_first(1)[0]
    world.say(day, canaryerika=5, canaryotto=6)
    body = {
        "type": "error",
        "error": {"type": "api_error", "message": f'Canaryerika "Otto" <o@canary.example.com> {KEY}'},
    }

    def refuse(status: int):
        return lambda _day, _number: Response(json.dumps(body), status, media_type="application/json")

    page = json.dumps({"data": [{"user": {"id": "user_canary", "email_address": "o@canary.example.com"}}] * 2})
    once, again = ({"user": {"id": "user_canary"}, "chat_metrics": {"message_count": count}} for count in (1, 2))
    twice = json.dumps({"data": [once, again]})
    answers = [refuse(status) for status in (400, 401, 403, 404, 500)]
    answers += [malformed, lambda _day, _number: Response(page.replace("]", ""), media_type="application/json")]
    answers += [
        lambda _day, _number, body=body: Response(body, media_type="application/json") for body in (page, twice)
    ]
    answers += [lambda _day, _number: None]
    for answer in answers:
        world.answer = answer
        world.now += HOUR
        runner().run(held, "hourly")
    with database.write() as connection:
        connection.execute(text("DROP TABLE day_revision"))
    world.say(day, canaryerika=50)
    with suppress(DBAPIError):
        runner().run(held, "hourly")
    try:
        int("canaryerika o@canary.example.com")
    except ValueError:
        logging.getLogger("uptake.daemon").exception("A run failed unexpectedly.")
    found = log.getvalue()
    assert len(found.splitlines()) >= 5
    assert all(json.loads(line)["logger"].startswith("uptake") for line in found.splitlines())
    assert not any(word in found.lower() for word in ("canary", "otto", KEY.lower(), "x-api-key"))
