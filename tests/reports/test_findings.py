"""The sentences above the charts: people instead of per cent in small groups, one person and several."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from core import wording
from core.catalogue import ANY, PRODUCT, STAT
from core.reports.adoption import adoption_findings
from core.reports.adoption.funnel import Funnel
from core.reports.measures import gaps
from core.reports.measures.activity import Share
from core.reports.measures.tiers import Tier
from core.reports.measures.time_series import ActiveSeries
from core.reports.periods import Grain, Period
from core.reports.wording import findings

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
        (Share(126, 250), Share(124, 250), "under 1 point more, was 124 of 250"),
        (Share(506, 1000), Share(494, 1000), "+2 points, was 494 of 1 000"),
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
    assert wording.number(value) == words
    assert findings.value(COUNT, value) == words


@pytest.mark.parametrize(("rate", "words"), [(None, "–"), (0.0, "0\u202f%"), (0.876, "88\u202f%"), (1.0, "100\u202f%")])
def test_a_rate_is_whole_per_cent(rate, words):
    assert wording.percent(rate) == words
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


def by_day(first: str, active: list[int], *, whole: list[bool] | None = None, product: str = ANY.key) -> Any:
    """The figures of a team of 83, of which only the course by day is given."""
    starts = [dt.date.fromisoformat(first) + dt.timedelta(days=number) for number in range(len(active))]
    counts, then = np.array(active, dtype=float), np.full(len(active), np.nan)
    course = ActiveSeries(starts, counts, np.full(len(active), 83), np.array(whole or [True] * len(active)), then)
    return cast("Any", SimpleNamespace(course=course, grain=Grain.DAY, product=PRODUCT[product]))


def test_by_day_the_newest_working_day_is_compared_with_the_earliest_same_weekday():
    weeks = [31, 30, 29, 28, 24, 1, 2] * 3  # Mondays to Sundays, the last one to a Saturday
    weeks[18] = 26  # the last Friday
    title = adoption_findings.course_title(by_day("2026-11-09", weeks[:20]))
    assert title == "26 of 83 people active on Fri 27 Nov, 2 more than 2 weeks earlier"
    assert adoption_findings.course_title(by_day("2026-11-16", [5] * 12)).endswith(
        "Fri 27 Nov, as many as 1 week earlier"
    )


def test_of_a_team_whose_headcount_changed_both_shares_are_told():
    team = by_day("2026-11-20", [12, 0, 0, 9, 9, 9, 9, 11])
    team.course.headcount[:] = [27, 27, 27, 19, 19, 19, 19, 19]
    assert adoption_findings.course_title(team) == "11 of 19 people active on Fri 27 Nov; 1 week earlier 12 of 27"


def test_a_day_without_complete_data_is_neither_the_newest_nor_the_earliest():
    whole = [False, *[True] * 20, False]  # Mon 9 to Mon 30 November
    title = adoption_findings.course_title(by_day("2026-11-09", [1] * 4 + [9] * 18, whole=whole))
    assert title == "9 of 83 people active on Fri 27 Nov, as many as 2 weeks earlier"
    whole = [False] * 5 + [True] * 17
    title = adoption_findings.course_title(by_day("2026-11-09", [1] * 5 + [9] * 17, whole=whole))
    assert title == "9 of 83 people active on Mon 30 Nov, as many as 2 weeks earlier"


def test_by_day_a_range_without_an_earlier_same_weekday_says_that_nothing_is_compared():
    title = adoption_findings.course_title(by_day("2026-11-22", [0, 4, 4, 3, 1, 5, 0], product="code"))
    assert title == (
        "5 of 83 people active in Claude Code on Fri 27 Nov; the range has no earlier Friday to compare with"
    )


def test_a_range_of_a_weekend_tells_of_its_newest_day():
    title = adoption_findings.course_title(by_day("2026-11-28", [2, 3]))
    assert title == "3 of 83 people active on Sun 29 Nov; the range has no earlier Sunday to compare with"


@pytest.mark.parametrize(
    ("asked", "shown", "words"),
    [
        (Grain.WEEK, Grain.WEEK, ""),
        (Grain.WEEK, Grain.DAY, "This range is drawn by day: it does not hold two whole weeks."),
        (Grain.MONTH, Grain.WEEK, "This range is drawn by week: it does not hold two whole months."),
    ],
)
def test_a_range_too_short_for_what_was_asked_for_says_by_what_it_is_drawn(asked, shown, words):
    assert findings.drawn_by(asked, shown) == words


def test_weeks_of_nobody_are_in_no_average_week_of_a_small_team_or_a_large_one():
    assert findings.average_week([Share(0, 0), Share(7, 7)], Share(7, 7)) == "7.0 people"
    assert findings.average_week([Share(0, 0), Share(17, 17)], Share(17, 17)) == "100 %"
    assert findings.average_week([Share(0, 0)], Share(0, 7)) == wording.DASH


def test_the_word_behind_a_value_is_that_of_one_or_of_several_and_none_behind_a_rate():
    assert [findings.unit(COUNT, amount) for amount in (1, 2, None)] == ["conversation", *["conversations"] * 2]
    assert findings.unit(RATE, 0.81) == ""


HEADLINE = ("active", "tier_counts", "tier_weeks", "stickiness", "monthly")


def team(before: dict[str, Any] | None = None, **figures: Any) -> Any:
    """Figures of a team of the page Adoption, as far as a sentence asks for them."""
    steps = (("In the directory", 20), ("Has a Claude account", 18), ("Ever active", 4))
    usual = {"product": ANY, "funnel": Funnel(steps), "active": Share(4, 20), "tier_counts": {}}
    told = usual | {"in_products": {}} | figures
    now = SimpleNamespace(**{name: told.pop(name) for name in HEADLINE if name in told})
    return cast("Any", SimpleNamespace(now=now, before=SimpleNamespace(**before or {}), **told))


def test_a_lead_is_named_only_where_no_other_team_is_as_low():
    low = [gaps.TeamShare(number, name, Share(0, 9)) for number, name in enumerate(("Ada", "Bo"))]
    one, two = (gaps.Gaps(tuple(low[:count]), count, count, 5, (), ()) for count in (1, 2))
    assert adoption_findings.gaps_title(team(gaps=one)) == "Adoption is lowest in the team of Ada: 0 of 9"
    assert adoption_findings.gaps_title(team(gaps=two)) == "Adoption is lowest in 2 teams alike"


def test_a_team_without_anybody_without_use_is_told_so():
    none = gaps.Gaps((), 0, 0, 0, (), ())
    assert adoption_findings.gaps_title(team(gaps=none, active=Share(20, 20))) == "Everybody of this team used Claude"
    assert adoption_findings.gaps_title(team(gaps=none)) == "16 people of 20 did not use Claude"


def test_no_product_is_called_the_leading_one_beside_others_with_as_many_people():
    shares = {"chat": Share(5, 20), "code": Share(5, 20), "slack": Share(1, 20)}
    title = adoption_findings.products_title(team(in_products=shares))
    assert title == "Over the range Claude Chat and Claude Code reach most, 5 of 20 people each; 3 products in use"
    del shares["slack"]
    assert (
        adoption_findings.products_title(team(in_products=shares))
        == "2 products in use over the range, each by 5 people"
    )
    title = adoption_findings.products_title(team(in_products=shares | {"chat": Share(6, 20)}))
    assert title == "Over the range Claude Chat reaches most, 6 of 20 people; 2 products in use"


def test_whoever_is_new_is_told_beside_the_habits_and_stops_nowhere():
    counts = dict.fromkeys(Tier, 0) | {Tier.REGULAR: 9, Tier.POWER: 3, Tier.LIGHT: 2, Tier.NEW: 5, Tier.NONE: 1}
    assert adoption_findings.habit_title(team(tier_counts=counts)) == ("12 of 20 use Claude regularly; 5 are new to it")
    assert adoption_findings.habit_title(team(tier_counts=counts | {Tier.NEW: 0, Tier.LIGHT: 7})) == (
        "12 of 20 use Claude regularly"
    )
    steps = (("In the directory", 20), ("Has a Claude account", 19), ("Ever active", 19), ("Active in 28 days", 19))
    way = team(funnel=Funnel((*steps, ("Regular or power", 12), ("Uses two or more products", 9)), 5))
    assert adoption_findings.funnel_title(way) == (
        "Most stop before “regular or power”: 2 people, not counting 5 who began lately"
    )
    way = team(funnel=Funnel((*steps, ("Regular or power", 14), ("Uses two or more products", 9)), 5))
    assert adoption_findings.funnel_title(way) == (
        "Most stop before “has a Claude account”: 1 person, not counting 5 who began lately"
    )
    everybody = tuple((label, 20) for label, _ in steps)
    way = team(funnel=Funnel((*everybody, ("Regular or power", 19), ("Uses two or more products", 9)), 1))
    assert adoption_findings.funnel_title(way) == "Everybody in the directory uses it; 1 of them began lately"


def test_cards_say_what_habits_and_stickiness_were_before():
    counts = dict.fromkeys(Tier, 0) | {Tier.REGULAR: 9, Tier.LIGHT: 11}
    weeks, period = {dt.date(2026, 11, 2): Share(10, 20)}, Period(dt.date(2026, 11, 2), dt.date(2026, 11, 29))
    known = {"tier_counts": counts, "tier_weeks": period, "weeks": weeks, "stickiness": 0.5, "monthly": 12}
    then = {"tier_counts": counts | {Tier.REGULAR: 8, Tier.LIGHT: 12}, "stickiness": 0.4, "monthly": 10}
    large, small = team(then, **known), team(then, **known, active=Share(4, 9))
    assert adoption_findings.habit_change(large) == "+5 points, was 8 of 20"
    assert adoption_findings.stickiness_change(large) == "was 40\u202f%; average week: 50\u202f%"
    assert adoption_findings.stickiness_change(small) == "was 4.0 of 10 people; average week: 10.0 people"
    alone = team({"tier_counts": {}, "stickiness": None}, **known)
    assert adoption_findings.habit_change(alone) == "2 Nov to 29 Nov 2026"
    assert adoption_findings.stickiness_change(alone) == "average week: 50\u202f%"


def test_a_funnel_of_one_product_names_it():
    title = adoption_findings.funnel_title(team(product=PRODUCT["code"]))
    assert title == "Most stop before “ever active” in Claude Code: 14 people"


def test_of_a_team_in_which_nobody_is_employed_nothing_else_is_said():
    nobody = team(
        funnel=Funnel((("In the directory", 0),) * 4), active=Share(0, 0), gaps=gaps.Gaps((), 0, 0, 0, (), ())
    )
    away = team(active=Share(0, 0), gaps=gaps.Gaps((), 0, 0, 0, (), ()))
    assert adoption_findings.gaps_title(away) == "Everybody of this team was away"
    for title in (adoption_findings.funnel_title, adoption_findings.gaps_title, adoption_findings.habit_title):
        assert title(nobody) == "Nobody of this team is employed on the last day of the range"
