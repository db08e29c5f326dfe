"""Where the API's past ends is found out by asking, remembered, and asked again now and then."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from starlette.responses import Response

from core.admin import syncs
from core.admin.access import operator
from core.store.connection import connections, look_back
from core.store.connection.look_back import Floor
from core.sync import daemon, health
from core.sync.days import LONGEST
from core.sync.look_back import Search, first_day, probe
from core.sync.roster_source import RosterSource
from core.sync.run import SyncRunner
from core.sync.window import SETTLED
from tests.sync.conftest import KEY, SECRET

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
WEEK = 7 * DAY
NEWEST = dt.date(2026, 11, 21)
AT = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
MANY = {"BACKFILL_DAYS": "38"}
MORE = {"BACKFILL_DAYS": "46"}


def back(days: int) -> dt.date:
    return NEWEST - dt.timedelta(days=days)


class Past:
    """An API that serves no day before `earliest`, and none of `holes`; it keeps which days it was asked for."""

    def __init__(self, world, earliest: dt.date) -> None:
        self.earliest, self.holes, self.asked = earliest, set[dt.date](), list[dt.date]()
        self.world = world
        for day in world.newest_first(38):
            world.say(day, ann=5)
        world.answer = self.answer

    def answer(self, day: dt.date, _number: int) -> Response | None:
        if self.world.endpoint != "users":
            return None
        self.asked.append(day)
        if day >= self.earliest and day not in self.holes:
            return None
        body = {"type": "error", "error": {"type": "invalid_request_error", "message": "Data is not available."}}
        return Response(json.dumps(body), 400, media_type="application/json")

    def old(self) -> list[dt.date]:
        """The days asked for since the last look, without the newest three, which every run reads."""
        asked, self.asked = [day for day in self.asked if day < back(2)], []
        return asked


@pytest.fixture
def past(world) -> Past:
    return Past(world, back(32))


def floor_of(database) -> Floor | None:
    with database.read() as connection:
        return look_back.floor(connection, "users")


def days(database, world, make_settings) -> health.DayCounts:
    with database.read() as connection:
        return health.health(connection, make_settings(database.url, **MANY), world.now).days


def only_users(make, backfill: dict[str, str] | None = None) -> SyncRunner:
    return make(NAMES_OF_SKILLS="no", **(backfill or MANY))


def test_the_end_of_the_past_is_found_with_three_requests_and_is_no_failure_r38(
    runner, world, database, *, held, past, make_settings
):
    report = only_users(runner).run(held, "start")
    assert (report.outcome, report.days_planned, report.days_checked) == ("ok", 33, 33)
    assert [day for day in past.old() if day < back(32)] == [back(33), back(34), back(35)]
    assert floor_of(database) == Floor(back(32), world.now, 38)
    found = days(database, world, make_settings)
    assert (found.missing, found.failed, found.complete) == (0, 0, 30)


def test_later_runs_ask_for_no_day_before_it_until_a_week_has_gone_by(runner, world, database, held, past):
    only_users(runner, MORE).run(held, "start")
    past.old()
    for _ in range(3):
        world.now += HOUR
        only_users(runner, MORE).run(held, "hourly")
    assert past.old() == []
    world.now += WEEK
    for day in world.newest_first(8):
        world.say(day, ann=5)
    only_users(runner, MORE).run(held, "hourly")
    assert [day for day in past.old() if day < back(32)] == [back(33)]
    found = floor_of(database)
    assert found is not None and (found.earliest, found.asked_at) == (back(32), world.now)


def test_a_past_that_turns_out_to_be_longer_is_read(runner, world, database, held, past):
    only_users(runner, MORE).run(held, "start")
    past.earliest = back(35)
    world.now += WEEK
    for day in world.newest_first(8):
        world.say(day, ann=5)
    only_users(runner, MORE).run(held, "hourly")
    assert floor_of(database) is None
    world.now += HOUR
    past.old()
    only_users(runner, MORE).run(held, "hourly")
    assert {back(n) for n in range(34, 39)} == {day for day in past.old() if day < back(33)}
    found = floor_of(database)
    assert found is not None and found.earliest == back(35)


@pytest.mark.parametrize("reason", ["another key", "a longer back-fill"])
def test_another_key_or_setting_is_a_reason_to_ask_again(runner, world, database, *, held, past, reason):
    only_users(runner).run(held, "start")
    past.old()
    world.now += HOUR
    if reason == "another key":
        with database.write() as connection:
            connections.replace(connection, SECRET, KEY, "dora@example.com", world.now)
        only_users(runner).run(held, "request")
        assert past.old() == [back(33), back(34), back(35)]
    else:
        runner(NAMES_OF_SKILLS="no", BACKFILL_DAYS="40").run(held, "start")
        assert past.old() == [back(33)]


def test_a_stored_day_that_is_served_no_more_stays_and_is_neither_missing_nor_failed_r38(
    runner, world, database, *, held, past, make_settings
):
    only_users(runner).run(held, "start")
    past.earliest = back(10)
    assert syncs.read_again(operator(), database, back(32), back(28)) == 5
    world.now += HOUR
    report = only_users(runner).run(held, "request")
    assert report.outcome == "ok"
    found = days(database, world, make_settings)
    assert (found.missing, found.failed, found.complete + found.provisional) == (0, 0, 33)
    past.old()
    world.now += HOUR
    only_users(runner).run(held, "hourly")
    assert past.old() == []


def test_a_hole_between_served_days_is_a_failure_and_asked_for_again_r37(
    runner, world, database, *, held, past, make_settings
):
    past.holes = {back(7), back(8)}
    assert only_users(runner).run(held, "start").outcome == "partial"
    found = days(database, world, make_settings)
    assert (found.failed, found.missing) == (2, 0)
    past.holes, world.now = set(), world.now + HOUR
    assert only_users(runner).run(held, "hourly").outcome == "ok"
    assert days(database, world, make_settings).failed == 0


def test_a_day_that_failed_and_then_is_too_old_is_given_up_r38(runner, world, database, *, held, past, make_settings):
    past.holes = {back(31)}
    only_users(runner).run(held, "start")
    past.earliest = back(30)
    world.now += HOUR
    assert only_users(runner).run(held, "hourly").outcome == "ok"
    found = days(database, world, make_settings)
    assert (found.failed, found.missing, found.complete + found.provisional) == (0, 0, 32)
    past.old()
    world.now += HOUR
    only_users(runner).run(held, "hourly")
    assert past.old() == []


def test_a_newest_day_that_is_taken_back_is_not_taken_for_the_end_of_the_past():
    search = Search(NEWEST, stored={back(1)})
    assert not search.refuse(NEWEST, None)
    assert not search.refuse(back(1), back(2))
    search.serve(back(1))
    assert search.refuse(back(2), None)
    assert search.end(None) is None
    assert search.holes == [back(2)]


@pytest.mark.parametrize(("age", "is_hole"), [(SETTLED - DAY, True), (SETTLED, False)])
def test_a_refused_day_ends_the_past_from_the_age_on_at_which_days_are_settled(age, is_hole):
    search, day = Search(NEWEST), NEWEST - age
    search.serve(day + DAY)
    assert search.refuse(day, None)
    assert (search.end(None), search.holes) == ((None, [day]) if is_hole else (day + DAY, []))


def test_the_first_day_and_the_probe_keep_to_the_api_s_floor_and_the_setting():
    assert first_day(NEWEST, 3_660, None) == dt.date(2026, 1, 1)
    assert first_day(NEWEST, 10, Floor(back(39), AT, 60)) == back(9)
    assert probe(NEWEST, 10, Floor(back(39), AT - 2 * WEEK, 60), AT) == []
    assert probe(NEWEST, 60, Floor(back(39), AT - WEEK, 60), AT) == [back(40)]
    assert probe(NEWEST, 60, Floor(back(39), AT - 6 * DAY, 60), AT) == []
    assert probe(NEWEST, 60, Floor(back(39), AT + 6 * DAY, 60), AT) == [back(40)]
    assert probe(NEWEST, 3_660, Floor(dt.date(2026, 1, 1), AT - 2 * WEEK, 60), AT) == []


def test_a_long_back_fill_is_cut_so_that_new_days_are_not_kept_waiting_r42_r66(runner, world, database, held, past):
    made = only_users(runner)
    began = world.now

    def tick(_report, _day) -> None:
        world.now += LONGEST / 9

    made._progress = tick
    report = made.run(held, "start")
    assert (report.outcome, report.days_checked, report.days_left) == ("ok", 10, 28)
    assert report.message.endswith("The next run begins at once and reads 28 more days of the past.")
    assert world.now - began < HOUR
    assert only_users(runner).run(held, "continued").days_checked == 23


def test_older_days_have_their_turn_where_the_newest_take_as_long_as_a_run_may_r66(
    runner, world, database, *, held, past, monkeypatch
):
    made = only_users(runner)
    read: list[dt.date] = []
    triggers: list[str] = []

    def tick(_report, day: dt.date) -> None:
        world.now += LONGEST / 2.5
        read.append(day)

    begun = made.run

    def run(held, trigger: str):
        triggers.append(trigger)
        if len(triggers) > 4:
            raise daemon.Stop
        return begun(held, trigger)

    made._progress = tick
    monkeypatch.setattr(made, "run", run)
    with pytest.raises(daemon.Stop):
        daemon._work(database, made, RosterSource(made._settings, database, lambda: False), held)
    assert triggers[:4] == ["start", "continued", "hourly", "continued"]
    assert read == [*map(back, range(3)), *map(back, range(3, 6)), *map(back, range(3)), *map(back, range(6, 9))]
