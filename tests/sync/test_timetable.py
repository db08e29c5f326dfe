"""The hourly run comes, whatever somebody does to the clock."""

from __future__ import annotations

import datetime as dt
import inspect
import time

import pytest

from core.sync.timetable import Timetable


class Clock:
    """A monotonic clock, and a wall clock that `schedule` reads; each is moved by the test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 0.0
        self.wall = dt.datetime(2026, 10, 25, 0, 30)  # noqa: DTZ001 - schedule reads local time without a zone
        clock = self

        class Wall(dt.datetime):
            @classmethod
            def now(cls, _zone: dt.tzinfo | None = None) -> Wall:
                return cls.fromisoformat(clock.wall.isoformat())

        monkeypatch.setattr("schedule.datetime.datetime", Wall)

    def pass_by(self, minutes: float, wall_minutes: float | None = None) -> None:
        self.seconds += minutes * 60
        self.wall += dt.timedelta(minutes=minutes if wall_minutes is None else wall_minutes)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def runs_in(clock: Clock, timetable: Timetable, minutes: int) -> list[int]:
    """The minutes at which a run begins."""
    found = []
    for minute in range(minutes):
        if timetable.is_due():
            timetable.begin()
            found.append(minute)
        clock.pass_by(1)
    return found


def test_a_run_is_due_every_hour(clock):
    assert runs_in(clock, Timetable(lambda: clock.seconds), 241) == [60, 120, 180, 240]


@pytest.mark.parametrize("minutes", [-60, -30, -2 * 24 * 60], ids=["end of summer time", "Lord Howe", "two days back"])
def test_a_clock_that_is_set_back_delays_no_run_r39_r40(clock, minutes):
    timetable = Timetable(lambda: clock.seconds)
    assert runs_in(clock, timetable, 30) == []
    clock.pass_by(0, minutes)
    assert runs_in(clock, timetable, 100) == [30, 90]


@pytest.mark.parametrize("minutes", [60, 30, 2 * 24 * 60], ids=["summer time", "Lord Howe", "two days ahead"])
def test_a_clock_that_is_set_ahead_causes_one_run_at_most_r39_r40(clock, minutes):
    timetable = Timetable(lambda: clock.seconds)
    assert runs_in(clock, timetable, 10) == []
    clock.pass_by(0, minutes)
    assert len(runs_in(clock, timetable, 55)) <= 1
    assert 1 <= len(runs_in(clock, timetable, 60)) <= 2


def test_a_machine_that_was_suspended_for_three_days_catches_up_once_r44(clock):
    timetable = Timetable(lambda: clock.seconds)
    assert runs_in(clock, timetable, 10) == []
    clock.pass_by(0, 3 * 24 * 60)  # the monotonic clock stands still meanwhile
    assert runs_in(clock, timetable, 61) == [0, 60]


def test_a_run_that_takes_longer_than_an_hour_is_followed_by_one_run_r42(clock):
    timetable = Timetable(lambda: clock.seconds)
    clock.pass_by(200)
    assert runs_in(clock, timetable, 50) == [0]


def test_unless_told_otherwise_it_goes_by_the_clock_that_nobody_can_set_and_has_an_hour_to_go():
    assert inspect.signature(Timetable).parameters["clock"].default is time.monotonic
    assert not Timetable().is_due()
