"""Which days a run reads, from what is stored and what the API offers."""

from __future__ import annotations

import datetime as dt

import pytest

from core.sync.window import StoredDay, days_to_read

NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
NEWEST = dt.date(2026, 11, 21)
EARLIEST = NEWEST - dt.timedelta(days=99)
ALL = [NEWEST - dt.timedelta(days=back) for back in range(100)]


def _stored(hours_ago: float = 0.5, *, failed: bool = False, stored: bool = True) -> StoredDay:
    return StoredDay(stored, NOW - dt.timedelta(hours=hours_ago), failed)


def _ages(stored: dict[dt.date, StoredDay], newest: dt.date = NEWEST, earliest: dt.date = EARLIEST) -> list[int]:
    return [(NEWEST - day).days for day in days_to_read(stored, newest, earliest, NOW)]


def test_an_empty_database_asks_for_every_day_newest_first_and_none_before_the_earliest():
    assert days_to_read({}, NEWEST, EARLIEST, NOW) == ALL


@pytest.mark.parametrize(
    ("hours_ago", "ages"),
    [
        (0, range(3)),
        (0.5, range(3)),
        (5.9, range(3)),
        (6, range(7)),
        (23.9, range(7)),
        (24, range(30)),
        (10_000, range(30)),
    ],
)
def test_stored_days_are_looked_at_less_often_the_older_they_are(hours_ago, ages):
    assert _ages(dict.fromkeys(ALL, _stored(hours_ago))) == list(ages)


def test_a_failed_day_and_one_never_stored_are_due_whatever_their_age():
    stored = dict.fromkeys(ALL, _stored()) | {
        ALL[50]: _stored(failed=True),
        ALL[60]: _stored(stored=False, failed=True),
        ALL[70]: StoredDay(stored=True, checked_at=None, failed=False),
    }
    del stored[ALL[40]]
    assert _ages(stored) == [0, 1, 2, 40, 50, 60, 70]


def test_after_a_hundred_days_off_every_missing_day_is_asked_for_r38():
    old = {day: _stored(hours_ago=2_400) for day in ALL[90:]}
    assert _ages(old) == list(range(90))


def test_stored_days_of_the_future_and_of_long_ago_are_never_asked_for_r45():
    outside = {dt.date(2999, 12, 31): _stored(failed=True), dt.date(1999, 1, 1): _stored(failed=True)}
    assert _ages(dict.fromkeys(ALL, _stored()) | outside) == [0, 1, 2]


def test_a_day_before_the_earliest_that_was_asked_for_and_failed_is_asked_for_again():
    asked = {
        EARLIEST - dt.timedelta(days=9): _stored(failed=True),
        EARLIEST - dt.timedelta(days=8): _stored(),
        EARLIEST - dt.timedelta(days=7): _stored(stored=False, failed=True),
        EARLIEST - dt.timedelta(days=6): StoredDay(stored=True, checked_at=None, failed=False),
    }
    assert _ages(dict.fromkeys(ALL, _stored()) | asked) == [0, 1, 2, 105, 106, 108]


def test_a_last_look_in_the_future_puts_nothing_off_r39():
    ahead = _stored(hours_ago=-48)
    assert _ages(dict.fromkeys(ALL, ahead)) == list(range(30))


def test_a_newest_day_before_the_earliest_asks_for_nothing():
    for days in (1, 2, 100):
        assert _ages({}, newest=EARLIEST - dt.timedelta(days=days)) == []
    assert len(_ages({}, newest=EARLIEST)) == 1


def test_looking_again_keeps_to_a_budget_and_comes_to_every_day_in_turn():
    """A hundred thousand seats take a hundred requests a day of data: 50 a minute are 3,000 an hour."""
    stored = {
        day: StoredDay(stored=True, checked_at=NOW - dt.timedelta(hours=30), failed=False, pages=100) for day in ALL
    }
    now, looked = NOW, dict.fromkeys(ALL[:30], 0)
    for _ in range(48):
        read = days_to_read(stored, NEWEST, EARLIEST, now, 1_500)
        assert read[:3] == ALL[:3]
        assert sum(stored[day].pages for day in read) <= 1_500
        for day in read:
            stored[day] = StoredDay(stored=True, checked_at=now, failed=False, pages=100)
            looked[day] += 1
        now += dt.timedelta(hours=1)
    assert min(looked.values()) >= 2


def test_the_budget_puts_off_no_missing_and_no_asked_for_day_and_always_looks_at_one():
    stored = {
        day: StoredDay(stored=True, checked_at=NOW - dt.timedelta(hours=30), failed=False, pages=900) for day in ALL
    }
    del stored[ALL[40]]
    stored[ALL[50]] = StoredDay(stored=True, checked_at=None, failed=False, pages=900)
    stored[ALL[20]] = StoredDay(stored=True, checked_at=NOW - dt.timedelta(hours=99), failed=False, pages=900)
    assert days_to_read(stored, NEWEST, EARLIEST, NOW, 1_500) == [*ALL[:3], ALL[20], ALL[40], ALL[50]]


def test_a_run_that_continues_another_looks_at_the_newest_days_once_a_day():
    stored = dict.fromkeys(ALL, _stored(hours_ago=23)) | {ALL[1]: _stored(failed=True), ALL[2]: _stored(hours_ago=24)}
    read = days_to_read(stored, NEWEST, EARLIEST, NOW, continues=True)
    assert read == [ALL[1], ALL[2], *ALL[3:7]]
