"""A day without rows does not say what it measured; the days around it do."""

from __future__ import annotations

import datetime as dt

import pytest

from core.store.usage.measured import by_nobody

MONDAY = dt.date(2026, 11, 2)


def told(*days):
    """What each day did not measure, of pairs of what it says and how many rows it has."""
    return list(by_nobody((MONDAY + dt.timedelta(days=at), *day) for at, day in enumerate(days)).values())


@pytest.mark.parametrize(
    ("before", "after", "between"),
    [
        ("", "", set()),
        ("slack", "slack", {"slack"}),
        ("slack", "", {"slack"}),
        ("", "slack", {"slack"}),
        ("slack,word", "word,excel", {"slack", "word", "excel"}),
    ],
)
def test_a_day_without_rows_measured_what_the_days_before_and_after_it_both_measured(before, after, between):
    assert told((before, 3), ("", 0), ("", 0), (after, 1))[1:3] == [between, between]


def test_at_the_ends_the_only_neighbour_tells():
    assert told(("", 0), ("slack", 1), ("", 0)) == [{"slack"}] * 3


def test_of_days_of_which_none_has_rows_nothing_is_said_against_a_measure():
    assert told(("", 0), ("", 0)) == [frozenset()] * 2
    assert told() == []


def test_a_day_with_rows_tells_for_itself():
    assert told(("slack", 2), ("", 1), ("slack", 5)) == [{"slack"}, frozenset(), {"slack"}]
