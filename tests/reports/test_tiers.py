"""The habit tiers at each of their boundaries."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from core.reports.measures.activity import Activity
from core.reports.measures.tiers import RULES, Tier, TierRules, tiers, window
from core.reports.periods import Period

MONDAY = dt.date(2026, 10, 26)
DAY = dt.timedelta(days=1)
WEEKS = Period(MONDAY, MONDAY + DAY * 27)
HISTORY = Period(MONDAY - DAY * 30, MONDAY + DAY * 27)


def tier_of(*active: int, rules: TierRules = RULES) -> Tier:
    """The tier of somebody active on these days, counted from the window's first Monday."""
    mask = np.zeros((len(HISTORY), 1), dtype=bool)
    mask[[30 + place for place in active]] = True
    return Tier(int(tiers(Activity(HISTORY, mask, np.ones(len(HISTORY), dtype=bool)), WEEKS, rules)[0]))


EARLIER = -1


@pytest.mark.parametrize(
    ("active", "tier"),
    [
        ([], Tier.NONE),
        ([EARLIER], Tier.NONE),
        ([EARLIER, 0], Tier.LIGHT),
        ([EARLIER, 27], Tier.LIGHT),
        ([EARLIER, 0, 13], Tier.LIGHT),
        ([EARLIER, *range(14)], Tier.LIGHT),
        ([EARLIER, 0, 13, 14], Tier.REGULAR),
        ([EARLIER, 6, 7, 27], Tier.REGULAR),
        ([EARLIER, *range(21)], Tier.REGULAR),
        ([EARLIER, 0, 7, 14, 21], Tier.REGULAR),
        ([EARLIER, 0, 7, 14, *range(20, 28)], Tier.REGULAR),
        ([EARLIER, 0, 7, 14, *range(19, 28)], Tier.POWER),
        ([EARLIER, *range(28)], Tier.POWER),
        ([0], Tier.NEW),
        ([27], Tier.NEW),
        (list(range(28)), Tier.NEW),
        ([-30, 0], Tier.LIGHT),
    ],
)
def test_a_tier_goes_by_days_and_weeks(active, tier):
    assert tier_of(*active) == tier


def test_eleven_days_in_four_weeks_are_regular_and_twelve_are_power():
    eleven = [0, 1, 2, 7, 8, 9, 14, 15, 16, 21, 22]
    assert tier_of(EARLIER, *eleven) is Tier.REGULAR
    assert tier_of(EARLIER, *eleven, 23) is Tier.POWER


def test_other_rules_give_other_tiers():
    loose = TierRules(version=2, regular_weeks=1, power_days=4)
    assert tier_of(EARLIER, 3, rules=loose) is Tier.REGULAR
    assert tier_of(EARLIER, 0, 7, 14, 21, rules=loose) is Tier.POWER


def test_the_window_is_the_four_complete_weeks_before_the_end_of_the_range():
    for late in range(7):
        assert window(Period(MONDAY, WEEKS.last + DAY * late)) == WEEKS
    assert window(Period(MONDAY, WEEKS.last - DAY)).last == WEEKS.last - DAY * 7


def test_the_definition_names_its_cut_offs_and_version():
    words = TierRules(version=7, regular_weeks=2, power_days=9).in_words()
    assert "2 or more of the 4 weeks" in words
    assert "9 or more days" in words
    assert words.endswith("Version 7 of these cut-offs.")
