"""Sums over time and people: null is not zero, and a rate is a sum divided by a sum."""

from __future__ import annotations

import datetime as dt
from typing import cast

import numpy as np
import pytest

from core.catalogue import STAT, STATS, Ratio, Stat
from core.reports.measures import trends
from core.reports.measures.daily import Daily
from core.reports.people.person import person_usage
from core.reports.periods import Grain, Period, bucket
from core.visibility import EVERYONE
from tests.reports.expected import expected_total
from tests.reports.world import DAY, EMPTY, FIRST, GAP, LAST, LATE, LATE_FROM, UNKNOWN, World, days

WHOLE = Period(FIRST, LAST)
RATE = cast("Ratio", STAT["edit_acceptance_rate"])


def team_value(world: World, people: list[str], key: str, day: dt.date) -> int | None:
    """A team's counter of a stored day; None when nobody's row of the day measured it, not even in part."""
    found = sum(counts.get(key, 0) for person in people for _, counts in world.person_rows(person, day))
    return found if found or world.measured(key, day) else None


def teams(world: World) -> list[str]:
    """One large team, whose sums are stored, and several small ones."""
    return [max(world.managers, key=lambda p: len(world.chain(p))), *list(world.managers)[1:9]]


def test_the_daily_sums_of_a_team_are_those_of_its_rows(world, scope):
    stats = [stat for stat in STATS if stat.key in {LATE, UNKNOWN, "skill_usage", "excel_messages", RATE.key}]
    for person in [*teams(world), None]:
        team = scope.team(world.ids[person] if person else EVERYONE)
        people = world.chain(person) if person else list(world.managers)
        sums = trends.daily_measures(scope, team, stats, WHOLE)
        assert sums.days == world.stored
        for key in (LATE, UNKNOWN, "excel_messages", "edits_accepted", "edits_rejected", "excel_skills_used"):
            got = [None if np.isnan(value) else int(value) for value in sums.columns([key])[:, 0]]
            assert got == [team_value(world, people, key, day) for day in world.stored], key


def test_a_day_that_is_not_stored_is_absent_and_an_empty_one_is_zero(scope):
    sums = trends.daily_measures(scope, scope.whole, [STAT["chat_messages"]], Period(GAP, GAP))
    assert len(sums) == 0
    assert trends.total(sums, STAT["chat_messages"]) is None
    assert len(sums.by(Grain.WEEK)) == 0
    assert len(trends.statistic(sums, STAT["chat_messages"])) == 0
    empty = trends.daily_measures(scope, scope.whole, [STAT["chat_messages"]], Period(EMPTY, EMPTY))
    assert trends.total(empty, STAT["chat_messages"]) == 0


def test_what_was_never_measured_has_no_total(world, scope):
    sums = trends.daily_measures(scope, scope.whole, [STAT[UNKNOWN], STAT[LATE]], Period(EMPTY + DAY, LAST))
    assert trends.total(sums, STAT[UNKNOWN]) is None
    assert trends.total(sums, STAT[LATE]) is not None
    before = trends.daily_measures(scope, scope.whole, [STAT[LATE]], Period(LATE_FROM - DAY * 5, LATE_FROM - DAY))
    assert trends.total(before, STAT[LATE]) is None


@pytest.mark.parametrize("grain", Grain)
def test_a_bucket_is_the_sum_of_its_measured_days(world, scope, grain):
    sums = trends.daily_measures(scope, scope.whole, [STAT[LATE]], WHOLE)
    got = sums.by(grain)
    buckets: dict[dt.date, list[int]] = {}
    for day in world.stored:
        start = {
            Grain.DAY: day,
            Grain.WEEK: day - DAY * (day.isoweekday() - 1),
            Grain.MONTH: dt.date(day.year, day.month, 1),
        }[grain]
        value = team_value(world, list(world.managers), LATE, day)
        buckets.setdefault(start, []).extend([] if value is None else [value])
    assert got.days == list(buckets)
    assert [None if np.isnan(x) else x for x in got.columns([LATE])[:, 0]] == [
        sum(b) if b else None for b in buckets.values()
    ]


def edits(accepted: list[float], rejected: list[float]) -> Daily:
    days_of = [FIRST + DAY * number for number in range(len(accepted))]
    return Daily(days_of, ("edits_accepted", "edits_rejected"), np.array([accepted, rejected]).T)


def test_days_without_data_stand_between_the_others_as_not_measured():
    found = Daily([FIRST, FIRST + DAY * 3], ("commits",), np.array([[1.0], [2.0]])).without_gaps()
    assert found.days == days(FIRST, FIRST + DAY * 3)
    assert [None if np.isnan(amount) else amount for amount in found.amounts[:, 0]] == [1, None, None, 2]


def test_a_rate_is_a_sum_divided_by_a_sum_and_not_a_mean_of_rates_r27():
    """R27"""
    sums = edits([1.0, 90.0], [1.0, 10.0])
    assert trends.total(sums, RATE) == pytest.approx(91 / 102)
    assert trends.statistic(sums, RATE).tolist() == [0.5, 0.9]
    assert trends.denominator(sums, RATE) == 102


def test_a_rate_of_nothing_is_nothing_r27():
    """R27"""
    sums = edits([0.0, 0.0], [0.0, np.nan])
    assert trends.total(sums, RATE) is None
    assert np.isnan(trends.statistic(sums, RATE)).all()
    unmeasured = edits([np.nan], [np.nan])
    assert trends.total(unmeasured, RATE) is None
    assert trends.denominator(unmeasured, RATE) == 0


def test_what_is_accepted_is_a_part_of_what_it_is_divided_by_so_that_no_rate_exceeds_one_r27():
    """R27"""
    for stat in STAT.values():
        if isinstance(stat, Ratio):
            assert set(stat.numerator) <= set(stat.denominator), stat.key
    sums = edits([50.0, 0.0], [0.0, 3.0])
    assert trends.statistic(sums, RATE).tolist() == [1.0, 0.0]
    assert trends.total(sums, RATE) == pytest.approx(50 / 53)


def test_a_sum_of_several_counters_takes_those_that_were_measured():
    stat = cast("Stat", STAT["skill_usage"])
    sums = Daily([FIRST, FIRST + DAY], stat.measures, np.full((2, len(stat.measures)), np.nan))
    assert trends.total(sums, stat) is None
    sums = Daily(sums.days, stat.measures, sums.amounts.copy())
    sums.amounts[1, stat.measures.index("excel_skills_used")] = 3.0
    assert trends.total(sums, stat) == 3
    assert np.isnan(trends.statistic(sums, stat)).tolist() == [True, False]


@pytest.mark.parametrize("length", [7, 28])
def test_the_figures_of_a_person_are_those_of_their_rows(world, scope, length):
    period = Period(LAST - DAY * (length - 1), LAST)
    inside = days(period.first, period.last)
    for person in [*list(world.managers)[::5], *list(world.managers)[-2:]]:
        usage = person_usage(scope, world.ids[person], period, FIRST)
        assert usage.days_active == sum(world.active(person, "any", day) for day in inside)
        for stat in STATS:
            assert usage.total(stat) == pytest.approx(expected_total(world, person, stat, inside)), stat.key
        before = period.before()
        earlier = days(before.first, before.last)
        assert (usage.before is None) == (not world.covered(before.first, before.last))
        if usage.before:
            assert usage.activity.days_active(before)[0] == sum(world.active(person, "any", day) for day in earlier)
            for stat in STATS:
                assert trends.total(usage.history.during(before), stat) == pytest.approx(
                    expected_total(world, person, stat, earlier)
                )
        shown = ("chat", "code", "cowork", "excel", "slack")
        used = {product for product in shown if world.active_in(person, product, period.first, period.last)}
        assert set(usage.products) == used
        assert usage.email == person
        assert usage.name == f"Name {person.partition('@')[0]}"


def test_a_person_without_any_account_has_zeros_where_something_was_measured(world, scope):
    nobody = next(p for p in world.managers if p not in world.accounts.values())
    usage = person_usage(scope, world.ids[nobody], Period(LAST - DAY * 6, LAST), FIRST)
    assert usage.total(STAT["chat_messages"]) == 0
    assert usage.total(STAT[UNKNOWN]) is None
    assert usage.total(RATE) is None
    assert usage.products == ()


def test_a_counter_that_the_api_has_just_begun_to_tell_is_compared_with_nothing(scope):
    stats = [STAT[LATE], STAT["chat_messages"], STAT[UNKNOWN]]
    now = trends.daily_measures(scope, scope.whole, stats, Period(LATE_FROM + DAY * 3, LATE_FROM + DAY * 9))
    before = trends.daily_measures(scope, scope.whole, stats, Period(LATE_FROM - DAY * 4, LATE_FROM + DAY * 2))
    assert trends.total(before, STAT[LATE]) is not None
    assert trends.total_before(before, now, STAT[LATE]) is None
    assert trends.total_before(before, now, STAT["chat_messages"]) == trends.total(before, STAT["chat_messages"])
    assert trends.total_before(before, now, STAT[UNKNOWN]) is None
    assert trends.total_before(None, now, STAT["chat_messages"]) is None


@pytest.mark.parametrize("grain", Grain)
def test_a_week_is_whole_when_the_range_holds_it_and_each_of_its_days_is_stored(world, scope, grain):
    period = Period(FIRST + DAY * 2, FIRST + DAY * 73)
    sums = trends.daily_measures(scope, scope.whole, [STAT["chat_messages"]], period)
    told = trends.whole(sums, grain, period)
    for first, whole in zip(sums.by(grain).days, told, strict=True):
        days_of = [day for day in days(first, first + DAY * 40) if bucket(day, grain) == first]
        assert whole == (
            days_of[0] >= period.first and days_of[-1] <= period.last and world.covered(days_of[0], days_of[-1])
        )
    assert not told.all() or grain is Grain.DAY
    assert len(trends.whole_buckets(sums, grain, period)) == told.sum()
