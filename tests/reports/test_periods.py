"""Ranges of days: presets, what they are compared with, weeks and buckets."""

from __future__ import annotations

import datetime as dt

import pytest

from core.reports.periods import PRESETS, Grain, Period, bucket, buckets, last_weeks, preset

DAY = dt.timedelta(days=1)
EVERY_DAY = [dt.date(2023, 12, 20) + DAY * n for n in range(800)]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("key", "through", "first", "last"),
    [
        ("7d", "2026-11-21", "2026-11-15", "2026-11-21"),
        ("28d", "2026-01-03", "2025-12-07", "2026-01-03"),
        ("90d", "2024-03-30", "2024-01-01", "2024-03-30"),
        ("90d", "2023-03-30", "2022-12-31", "2023-03-30"),
        ("month", "2024-02-29", "2024-02-01", "2024-02-29"),
        ("month", "2026-12-01", "2026-12-01", "2026-12-01"),
        ("last_month", "2024-03-31", "2024-02-01", "2024-02-29"),
        ("last_month", "2026-01-01", "2025-12-01", "2025-12-31"),
        ("quarter", "2026-11-21", "2026-10-01", "2026-11-21"),
        ("quarter", "2026-01-01", "2026-01-01", "2026-01-01"),
        ("last_quarter", "2026-11-21", "2026-07-01", "2026-09-30"),
        ("last_quarter", "2026-02-10", "2025-10-01", "2025-12-31"),
    ],
)
def test_a_preset_means_these_days(key, through, first, last):
    assert preset(key, day(through)) == Period(day(first), day(last))


def test_every_preset_but_custom_has_a_meaning_on_every_day():
    for key in PRESETS.keys() - {"custom"}:
        for through in EVERY_DAY:
            period = preset(key, through)
            assert period.last <= through
            assert (period.last == through) == (not key.startswith("last_"))
    with pytest.raises(KeyError):
        preset("custom", EVERY_DAY[0])


@pytest.mark.parametrize("length", [1, 6, 7, 8, 28, 29, 90, 92, 365, 366])
def test_the_period_before_has_the_same_length_and_weekdays_and_does_not_overlap(length):
    for first in EVERY_DAY[::13]:
        period = Period(first, first + DAY * (length - 1))
        before = period.before()
        assert len(before) == len(period) == length
        assert before.last < period.first
        assert before.first.weekday() == period.first.weekday()
        assert (period.first - before.last).days <= 7


def test_complete_weeks_are_all_mondays_to_sundays_inside():
    for first in EVERY_DAY[:60]:
        for length in (1, 6, 7, 8, 13, 14, 20, 31):
            period = Period(first, first + DAY * (length - 1))
            inside = [
                Period(start, start + DAY * 6)
                for start in period
                if start.isoweekday() == 1 and start + DAY * 6 in period
            ]
            assert period.complete_weeks() == inside


def test_the_last_weeks_end_on_the_newest_sunday():
    for through in EVERY_DAY:
        weeks = last_weeks(through, 4)
        assert len(weeks) == 28
        assert weeks.first.isoweekday() == 1
        assert 0 <= (through - weeks.last).days < 7


def test_buckets_are_iso_weeks_and_calendar_months():
    for one in EVERY_DAY:
        assert bucket(one, Grain.DAY) == one
        assert bucket(one, Grain.WEEK).isocalendar()[:2] == one.isocalendar()[:2]
        assert bucket(one, Grain.WEEK).isoweekday() == 1
        assert bucket(one, Grain.MONTH) == dt.date(one.year, one.month, 1)


def test_the_buckets_of_a_range_are_those_of_its_days():
    for first in EVERY_DAY[::17]:
        for length in (1, 6, 31, 95):
            period = Period(first, first + DAY * (length - 1))
            for grain in Grain:
                assert buckets(period, grain) == sorted({bucket(one, grain) for one in period})


def test_a_range_that_ends_before_it_begins_is_refused_by_its_days():
    with pytest.raises(ValueError, match="2026-11-02 to 2026-11-01"):
        Period(day("2026-11-02"), day("2026-11-01"))


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-09-01", "2026-11-30", "1 Sep to 30 Nov 2026"),
        ("2025-12-29", "2026-01-04", "29 Dec 2025 to 4 Jan 2026"),
        ("2024-02-29", "2024-02-29", "29 Feb 2024"),
    ],
)
def test_a_period_is_written_without_doubt_about_the_year(first, last, words):
    assert str(Period(day(first), day(last))) == words


def test_a_period_counts_and_contains_its_days():
    period = Period(day("2024-02-28"), day("2024-03-01"))
    assert [one.isoformat() for one in period] == ["2024-02-28", "2024-02-29", "2024-03-01"]
    assert len(period) == 3
    assert day("2024-02-29") in period
    assert day("2024-03-02") not in period


def test_of_a_period_the_part_within_another_is_taken_if_any_is():
    bounds = Period(day("2026-01-01"), day("2026-11-28"))
    assert Period(day("2025-12-30"), day("2026-01-02")).within(bounds) == Period(day("2026-01-01"), day("2026-01-02"))
    assert Period(day("2026-11-28"), day("2026-12-24")).within(bounds) == Period(day("2026-11-28"), day("2026-11-28"))
    assert bounds.within(Period(day("2025-01-01"), day("2027-01-01"))) == bounds
    assert Period(day("2025-12-30"), day("2025-12-31")).within(bounds) is None
    assert Period(day("2026-11-29"), day("2026-12-24")).within(bounds) is None
