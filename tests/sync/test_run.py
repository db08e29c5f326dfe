"""A run from the API to the database: what it stores, what it says, and what trouble leaves alone."""

from __future__ import annotations

import datetime as dt
import json
import logging
from pathlib import Path

import pytest
from sqlalchemy import make_url, select
from starlette.responses import Response

from core.api.client import AnalyticsClient
from core.errors import CursorLost
from core.store.connection import connections, opening
from core.store.tables.usage import DAY_REVISION, SYNC_DAY, SYNC_RUN, UNKNOWN_FIELD
from core.sync import health
from core.sync.key import KeyRing
from core.sync.pipeline import DaySync
from simulator.wire import usage_row
from tests.support import stored
from tests.sync.conftest import KEY, SECRET, malformed

HOUR = dt.timedelta(hours=1)


def _last_run(database):
    with database.read() as connection:
        return connection.execute(select(SYNC_RUN).order_by(SYNC_RUN.c.id.desc())).first()


def _state(database) -> tuple[str, str]:
    with database.read() as connection:
        found = connections.read(connection)
    assert found is not None
    return found.state, found.message


def _messages(database) -> dict[tuple[str, dt.date], int]:
    with database.read("test") as connection:
        return {key: counts.get("chat_messages", 0) for key, counts in stored.user_days(connection).items()}


def _refuse(status: int, kind: str, message: str):
    body = json.dumps({"type": "error", "error": {"type": kind, "message": message}})
    return lambda _day, _number: Response(body, status, media_type="application/json")


def _web_page(_day, _number):
    return Response("<!doctype html><html><title>Sign in to the guest network</title></html>", media_type="text/html")


def _oversize(_day, _number):
    return Response(b" " * (65 * 1024 * 1024), media_type="application/json")


TROUBLES = [
    pytest.param(_refuse(401, "authentication_error", "invalid x-api-key"), "rejected", id="wrong key r01"),
    pytest.param(_refuse(403, "permission_error", "read:analytics scope required"), "rejected", id="scope r02"),
    pytest.param(_refuse(503, "api_error", "try later"), "unavailable", id="out of reach r08"),
    pytest.param(_refuse(429, "rate_limit_error", "slow down"), "unavailable", id="too many r06"),
    pytest.param(_web_page, "unavailable", id="HTML r10"),
    pytest.param(malformed, "unavailable", id="cut off r11"),
]


def test_a_first_run_stores_every_day_and_records_itself(runner, world, database, held):
    report = runner().run(held, "start")
    assert (report.outcome, report.days_planned, report.days_checked, report.days_changed) == ("ok", 6, 6, 6)
    expected = {(f"user_{n}", day): c for day in world.newest_first(6) for n, c in (("ann", 5), ("ben", day.day))}
    assert _messages(database) == expected
    run = _last_run(database)
    assert (run.trigger, run.outcome, run.message) == ("start", "ok", "6 days read, 6 of them new or changed.")
    assert run.requests == report.requests == world.requests
    assert run.finished_at == world.now
    assert _state(database) == ("connected", "The API serves data up to Sat 21 Nov 2026 (UTC).")


def test_a_run_leaves_no_pooled_connection_behind_with_its_page_cache(runner, database, held):
    runner().run(held, "start")
    assert [engine.pool.checkedin() for engine in (database._writer, database._reader)] == [0, 0]


def test_a_second_run_reads_young_days_only_and_changes_nothing(runner, world, database, held):
    runner().run(held, "start")
    before = stored.dump(database)
    world.now += HOUR
    report = runner().run(held, "hourly")
    assert (report.days_planned, report.days_checked, report.days_changed) == (3, 3, 0)
    assert stored.dump(database) == before
    with database.read() as connection:
        assert connection.execute(select(DAY_REVISION.c.revision)).scalars().all() == [1] * 6


def test_a_revised_day_is_replaced_and_a_new_day_is_added_r34(runner, world, database, held):
    runner().run(held, "start")
    revised = world.newest_first(2)[1]
    world.say(revised, ann=6, cat=1)
    world.now += dt.timedelta(days=1)
    newest = world.newest_first(1)[0]
    world.say(newest, ben=2)
    report = runner().run(held, "hourly")
    assert (report.outcome, report.days_changed) == ("ok", 2)
    found = _messages(database)
    assert {user: n for (user, day), n in found.items() if day == revised} == {"user_ann": 6, "user_cat": 1}
    assert {user: n for (user, day), n in found.items() if day == newest} == {"user_ben": 2}
    with database.read() as connection:
        row = connection.execute(select(SYNC_DAY.c.revision, SYNC_DAY.c.rows).where(SYNC_DAY.c.day == revised)).one()
    assert tuple(row) == (2, 2)


@pytest.mark.parametrize(("answer", "state"), TROUBLES)
def test_trouble_from_the_first_request_on_is_told_and_changes_nothing(runner, world, database, *, held, answer, state):
    runner().run(held, "start")
    before = stored.dump(database)
    world.now += HOUR
    world.answer = answer
    report = runner().run(held, "hourly")
    assert report.outcome == "failed"
    run = _last_run(database)
    assert (run.outcome, run.message, run.days_checked) == ("failed", report.message, 0)
    assert _state(database) == (state, report.message)
    assert report.message.endswith(".") and KEY not in report.message
    assert stored.dump(database) == before
    world.answer = lambda _day, _number: None
    world.now += HOUR
    assert runner().run(held, "hourly").outcome == "ok"
    assert _state(database)[0] == "connected"
    assert stored.dump(database) == before


@pytest.mark.parametrize(("answer", "state"), TROUBLES)
def test_trouble_in_the_middle_of_a_run_keeps_whole_days_and_the_next_run_heals(
    runner, world, database, *, held, answer, state
):
    days = world.newest_first(6)
    world.answer = lambda day, number: answer(day, number) if day <= days[2] else None
    report = runner().run(held, "start")
    assert report.outcome in {"failed", "partial"}
    assert _last_run(database).outcome == report.outcome
    if state == "rejected":
        assert _state(database)[0] == "rejected"
    assert {day for _, day in _messages(database)} == set(days[:2])
    world.answer = lambda _day, _number: None
    world.now += HOUR
    assert runner().run(held, "hourly").outcome == "ok"
    assert {day for _, day in _messages(database)} == set(days)
    with database.read() as connection:
        assert set(connection.execute(select(SYNC_DAY.c.problem)).scalars()) == {None}


def test_a_run_that_waits_for_the_api_says_meanwhile_why_and_for_how_long(runner, world, database, held):
    shown: list[str] = []

    def answer(_day: dt.date, number: int) -> Response | None:
        shown.append(_last_run(database).message)
        return Response(status_code=429, headers={"retry-after": "600"}) if number == 2 else None

    world.answer = answer
    assert runner().run(held, "hourly").outcome == "ok"
    assert shown[:2] == ["", ""]
    assert shown[2].startswith("The Analytics API refuses more requests for now (429)")
    assert shown[2].endswith("It is asked again in 10 min.")
    assert shown[-1] == ""
    assert _last_run(database).message == "6 days read, 6 of them new or changed."


def test_a_day_that_cannot_be_understood_does_not_stop_the_others_r11(runner, world, database, held):
    days = world.newest_first(6)
    runner().run(held, "start")
    before = _messages(database)
    world.now += HOUR
    world.say(days[0], ann=99)
    world.answer = lambda day, number: malformed(day, number) if day == days[1] else None
    report = runner().run(held, "hourly")
    assert (report.outcome, report.days_planned, report.days_checked) == ("partial", 3, 2)
    assert report.message == "1 of 3 days could not be read; their last good state is kept."
    found = _messages(database)
    assert found["user_ann", days[0]] == 99
    assert {k: n for k, n in found.items() if k[1] == days[1]} == {k: n for k, n in before.items() if k[1] == days[1]}


@pytest.mark.parametrize("answer", [_refuse(500, "api_error", "no"), _web_page, _oversize], ids=["500", "HTML", "size"])
def test_a_day_without_a_usable_answer_is_noted_and_does_not_stop_older_ones_r08_r10_r12(
    runner, world, database, *, held, answer
):
    days = world.newest_first(6)
    world.answer = lambda day, number: answer(day, number) if day == days[2] and world.endpoint == "users" else None
    report = runner().run(held, "start")
    assert (report.outcome, report.days_planned, report.days_checked) == ("partial", 6, 5)
    assert {day for _, day in _messages(database)} == set(days) - {days[2]}
    with database.read() as connection:
        failed = connection.execute(select(SYNC_DAY.c.day, SYNC_DAY.c.problem).where(SYNC_DAY.c.problem.is_not(None)))
        assert [(row.day, "Stored data stays as it is" in row.problem) for row in failed] == [(days[2], True)]


def test_three_days_in_a_row_without_an_answer_end_the_run_once_and_not_for_ever_r08(runner, world, database, held):
    days = world.newest_first(6)
    down = _refuse(503, "api_error", "try later")
    world.answer = lambda day, number: down(day, number) if day in days[1:4] and world.endpoint == "users" else None
    report = runner().run(held, "start")
    assert (report.outcome, report.days_checked) == ("failed", 1)
    assert "(503)" in report.message
    world.now += HOUR
    report = runner().run(held, "hourly")
    assert (report.outcome, report.days_planned, report.days_checked) == ("partial", 6, 3)
    assert {day for _, day in _messages(database)} == {days[0], *days[4:]}


def test_a_limit_that_is_used_up_in_the_middle_of_a_day_is_not_that_day_s_fault_r07(runner, world, database, held):
    days = world.newest_first(6)
    full = _refuse(429, "rate_limit_error", "slow down")
    world.answer = lambda day, number: full(day, number) if day == days[2] else None
    assert runner().run(held, "start").outcome == "failed"
    with database.read() as connection:
        assert set(connection.execute(select(SYNC_DAY.c.problem)).scalars()) == {None}


def test_a_newest_day_whose_first_row_cannot_be_counted_does_not_stop_the_others_r26(runner, world, database, held):
    newest, *others = world.newest_first(6)
    world.days[newest][0]["chat_metrics"]["message_count"] = -1
    report = runner().run(held, "start")
    assert (report.outcome, report.days_planned, report.days_checked) == ("partial", 6, 5)
    assert _state(database) == ("connected", f"The API serves data up to {newest:%a %-d %b %Y} (UTC).")
    assert {day for _, day in _messages(database)} == set(others)


@pytest.mark.parametrize(("ahead", "words"), [(-4, "4 days behind"), (2, "2 days ahead of")])
def test_a_host_whose_clock_is_wrong_reads_the_days_that_the_api_serves_and_says_so_r39(
    runner, world, database, *, held, make_settings, ahead, words
):
    made, asked = runner(), []
    opened, host = made._connect, lambda: world.now + dt.timedelta(days=ahead)

    def connect(key: str) -> AnalyticsClient:
        client = opened(key)
        client._clock = host
        return client

    made._connect, made._clock = connect, host
    made._ring = KeyRing(made._settings, database, host)
    world.answer = lambda day, _number: asked.append(day)
    report = made.run(held, "start")
    newest = world.newest_first(1)[0]
    assert (report.outcome, report.days_checked) == ("ok", 6)
    assert {day for _, day in _messages(database)} == set(world.newest_first(6))
    assert len([day for day in asked if day > newest]) <= 1  # the first answer tells the time
    told = f"The clock of this machine is {words} the API's, which was used to tell the day."
    assert told in _last_run(database).message
    assert _state(database)[1].startswith(f"The API serves data up to {newest:%a %-d %b %Y} (UTC). {told}")
    with database.read() as connection:
        stands = health.health(connection, make_settings(database.url), host())
    assert (stands.newest_offered, stands.lag_days) == (newest, 0)


def test_somebody_whom_a_rename_hid_from_every_page_is_there_after_the_next_looks_r20(runner, world, database, held):
    days = world.newest_first(6)
    for day in days:
        world.say(day, ann=5)
    runner().run(held, "start")
    for day in days:
        world.say(day, ann=5, ben=day.day)
    seen = []
    for hours in (1, 6):
        world.now += hours * HOUR
        runner().run(held, "hourly")
        seen.append({day for user, day in _messages(database) if user == "user_ben"})
    assert seen == [set(days[:3]), set(days)]
    with database.read() as connection:
        appeared = select(DAY_REVISION.c.appeared, DAY_REVISION.c.vanished).where(DAY_REVISION.c.revision == 2)
        assert {tuple(row) for row in connection.execute(appeared)} == {(1, 0)}


def test_a_day_whose_pages_contradict_each_other_does_not_stop_the_others_r19(runner, world, database, held):
    day = world.newest_first(2)[1]
    world.days[day] = [
        usage_row("user_ann", f"{name}@example.com", **{"chat_metrics.message_count": count})
        for name, count in (("ann", 1), ("anna", 2))
    ]
    report = runner().run(held, "start")
    assert (report.outcome, report.days_checked) == ("partial", 5)
    with database.read() as connection:
        row = connection.execute(select(SYNC_DAY).where(SYNC_DAY.c.day == day)).one()
    assert (row.revision, "twice with different numbers" in row.problem) == (0, True)


@pytest.mark.parametrize("losses", [1, 2])
def test_a_lost_cursor_restarts_the_day_once_r21(database, held, losses):
    day, asked = dt.date(2026, 11, 20), []
    pages = {
        None: {"data": [usage_row("user_ann", "ann@example.com")], "next_page": "second"},
        "second": {"data": [usage_row("user_ben", "ben@example.com")], "next_page": None},
    }

    def fetch(_day: dt.date, cursor: str | None) -> bytes:
        asked.append(cursor)
        if cursor == "second" and asked.count("second") <= losses:
            raise CursorLost("The cursor expired.")
        return json.dumps(pages[cursor]).encode()

    sync = DaySync(database, held, lambda: dt.datetime.now(dt.UTC))
    if losses == 1:
        change = sync.sync_day(fetch, day).change
        assert change is not None and change.rows == 2
    else:
        with pytest.raises(CursorLost):
            sync.sync_day(fetch, day)
    assert asked == [None, "second"] * 2
    assert set(_messages(database)) == ({("user_ann", day), ("user_ben", day)} if losses == 1 else set())


def test_a_run_that_is_stopped_ends_after_its_day_and_says_nothing_bad_of_the_api(runner, world, database, held):
    running = runner()
    running._stop = lambda: world.requests >= 3
    report = running.run(held, "start")
    assert (report.outcome, report.days_checked) == ("stopped", 2)
    assert _last_run(database).outcome == "stopped"
    assert _state(database)[0] == "connected"
    assert runner().run(held, "start").outcome == "ok"


def test_without_a_key_a_run_says_so_and_asks_nothing_r64(runner, world, database, held):
    report = runner(CLAUDE_API_KEY="").run(held, "start")
    assert (report.outcome, world.requests) == ("failed", 0)
    assert report.message.startswith("No API key is stored yet.")


def test_the_key_of_the_settings_is_stored_sealed_and_never_in_plain(runner, database, held, caplog):
    with caplog.at_level(logging.DEBUG):
        runner().run(held, "start")
        assert runner(CLAUDE_API_KEY="").run(held, "hourly").outcome == "ok"
    assert KEY not in caplog.text
    with database.read() as connection:
        assert opening.api_key(connection, SECRET) == KEY
    if database.is_sqlite:
        path = Path(make_url(database.url).database or "")
        for file in path.parent.glob(path.name + "*"):
            assert KEY.encode() not in file.read_bytes()
        assert b"user_ann" in b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))


def test_a_key_that_another_secret_sealed_is_told_and_the_stored_days_stay(runner, database, held):
    runner().run(held, "start")
    before = stored.dump(database)
    report = runner(SECRET_KEY=SECRET[::-1]).run(held, "hourly")
    assert report.outcome == "failed"
    assert "UPTAKE_SECRET_KEY is not the one" in report.message
    assert stored.dump(database) == before


def test_a_day_with_a_new_field_of_any_name_is_stored_on_either_database_r25(runner, world, database, held):
    newest = world.newest_first(1)[0]
    row = usage_row("user_ann", "ann@example.com", **{"chat_metrics.message_count": 8})
    page = json.dumps({"data": [row | {"new\0field": {"a": 1}}], "next_page": None, "more\0": 1})

    def answer(day: dt.date, _number: int) -> Response | None:
        return Response(page, media_type="application/json") if (day, world.endpoint) == (newest, "users") else None

    world.answer = answer
    assert runner().run(held, "start").outcome == "ok"
    assert _messages(database)["user_ann", newest] == 8
    with database.read() as connection:
        named = set(connection.execute(select(UNKNOWN_FIELD.c.path)).scalars())
    assert {r"new\x00field.a", r"(page).more\x00"} <= named
