"""The sentences above the charts: people instead of per cent in small groups, one person and several."""

from __future__ import annotations

import pytest

from core.catalogue import STAT
from core.reports import findings
from core.reports.activity import Share

RATE, COUNT = STAT["edit_acceptance_rate"], STAT["conversations"]


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (Share(6, 8), Share(5, 8), "was 5 of 8: 1 person more"),
        (Share(3, 8), Share(5, 8), "was 5 of 8: 2 people fewer"),
        (Share(5, 8), Share(5, 8), "was 5 of 8: no change"),
        (Share(5, 9), Share(5, 10), "was 5 of 10: no change"),
        (Share(5, 10), Share(5, 9), "was 5 of 9: no change"),
        (Share(22, 44), Share(11, 44), "+25 points, was 11 of 44"),
        (Share(23, 100), Share(22, 100), "+1 point, was 22 of 100"),
        (Share(22, 44), Share(22, 44), "no change, was 22 of 44"),
        (Share(5, 8), None, None),
        (Share(0, 0), Share(5, 8), None),
        (Share(5, 8), Share(0, 0), None),
    ],
)
def test_a_change_of_a_share_speaks_in_people_while_the_group_is_small(now, before, words):
    assert findings.share_change(now, before) == words


def test_no_per_cent_stands_in_the_change_of_a_small_group():
    for of in range(1, findings.SMALL):
        for count in range(of + 1):
            assert "point" not in (findings.share_change(Share(count, of), Share(of - count, of)) or "point")


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 people"), (1, "1 person"), (2, "2 people"), (1200, "1\u202f200 people")]
)
def test_people_are_counted_in_the_right_number(count, words):
    assert findings.people(count) == words


@pytest.mark.parametrize(("value", "words"), [(None, "–"), (0, "0"), (999.0, "999"), (1234567, "1\u202f234\u202f567")])
def test_what_was_not_measured_is_a_dash_and_never_zero(value, words):
    assert findings.number(value) == words
    assert findings.value(COUNT, value) == words


@pytest.mark.parametrize(("rate", "words"), [(None, "–"), (0.0, "0\u202f%"), (0.876, "88\u202f%"), (1.0, "100\u202f%")])
def test_a_rate_is_whole_per_cent(rate, words):
    assert findings.percent(rate) == words
    assert findings.value(RATE, rate) == words


@pytest.mark.parametrize(
    ("stat", "now", "before", "words"),
    [
        (COUNT, 1500, 200, "+1\u202f300 vs before"),
        (COUNT, 2, 5, "−3 vs before"),
        (COUNT, None, 5, None),
        (COUNT, 5, None, None),
        (RATE, 0.9, 0.85, "+5 points vs before"),
        (RATE, None, 0.5, None),
    ],
)
def test_a_change_needs_both_values(stat, now, before, words):
    assert findings.amount_change(stat, now, before) == words
