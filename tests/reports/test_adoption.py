"""Every figure of the Adoption page against one that is worked out from the drawn rows."""

from __future__ import annotations

import datetime as dt
from random import Random
from unittest import mock

import numpy as np
import pytest

from core.catalogue import ANY, PRODUCT, PRODUCTS
from core.reports.adoption.adoption import adoption
from core.reports.measures import gaps
from core.reports.measures.activity import Activity, Share, load, mean_rate
from core.reports.measures.time_series import points
from core.reports.periods import Grain, Period
from core.visibility import EVERYONE
from tests.reports.expected import Expected
from tests.reports.world import DAY, EMPTY, FIRST, GAP, LAST, days

DRAWS = 30
"""For each engine."""


def test_people_at_the_top_who_lead_nobody_hide_no_team_below_the_one_who_leads():
    #       a lead, three teams of one below it, and two people without a manager
    depth, reports = np.array([0, 1, 2, 1, 2, 1, 2, 0, 0]), np.array([6, 1, 0, 1, 0, 1, 0, 0, 0])
    members, team = mock.Mock(depth=depth, reports=reports), mock.Mock(team_id=EVERYONE, size=len(depth))
    assert gaps._directly_below(team, members).tolist() == [1, 3, 5]
    members.reports = np.array([6, 1, 0, 1, 0, 1, 0, 1, 0])
    assert gaps._directly_below(team, members).tolist() == [0, 7]


@pytest.mark.parametrize(("size", "is_named"), [(4, False), (5, True), (6, True)])
def test_a_team_of_five_people_is_compared_and_one_of_four_is_not(size, is_named):
    #                        a lead, a team of seven who use Claude, and one of whom nobody does
    depth, reports = np.array([0, 1, *[2] * 6, 1, *[2] * (size - 1)]), np.array([7 + size, 6, *[0] * 6, size - 1])
    people = len(depth)
    members = mock.Mock(
        depth=depth,
        reports=np.concatenate([reports, np.zeros(people - len(reports), dtype=int)]),
        ids=np.arange(100, 100 + people),
        names=tuple(f"Name {place}" for place in range(people)),
    )
    found = gaps.gaps(
        mock.Mock(team_id=100, size=people), members, np.full(people, True), np.arange(people) < 8, products={}
    )
    assert found.compared == 1 + is_named
    assert [(each.team_id, each.active) for each in found.teams] == [(108, Share(0, size))] * is_named


def test_three_teams_under_the_rate_are_named_and_all_of_them_are_counted():
    #                 a lead, a team of five who use Claude, and four teams of five of whom nobody does
    depth, reports = np.array([0, *[1, 2, 2, 2, 2] * 5]), np.array([25, *[4, 0, 0, 0, 0] * 5])
    people = len(depth)
    names = tuple(f"Name {place:02}" for place in range(people))
    members = mock.Mock(depth=depth, reports=reports, ids=np.arange(100, 100 + people), names=names)
    team, active = mock.Mock(team_id=100, size=people), np.arange(people) < 6
    found = gaps.gaps(team, members, np.full(people, True), active, products={})
    assert [each.team_id for each in found.teams] == [106, 111, 116]
    assert (found.below, found.lowest, found.compared) == (4, 4, 5)


@pytest.mark.parametrize("number", range(DRAWS))
def test_the_figures_of_any_team_product_and_range_are_those_of_the_rows(world, scope, number):
    rng = Random(f"adoption:{number}")  # noqa: S311 - repeatable on purpose
    person = rng.choice([*world.managers, *[p for p in world.managers if len(world.chain(p)) > 2] * 3])
    whole = rng.random() < 0.15
    team = scope.team(EVERYONE) if whole else scope.team(world.ids[person])
    product = rng.choice([ANY, ANY, *(PRODUCT[key] for key in ("chat", "code", "cowork", "excel", "slack"))])
    last = LAST - DAY * rng.choice([0, 0, 0, 1, 2, 3, 6, 20, 41])
    first = max(FIRST, last - DAY * rng.choice([0, 6, 13, 27, 27, 34, 60, 97]))
    people = list(world.managers) if whole else world.chain(person)
    Expected(world, people, product.key, first, last).check(
        adoption(scope, team, product, Period(first, last), FIRST, grain=rng.choice(list(Grain)))
    )


@pytest.mark.parametrize("back", [0, 3, 11])
@pytest.mark.parametrize("length", [7, 10, 28])
def test_figures_of_the_period_before_are_those_of_that_period_seen_alone(world, scope, length, back):
    """Whoever came or left in between counts as on the last day of the period before."""
    period = Period.ending(LAST - DAY * back, length)
    before = period.before()
    month = (before.last - DAY * 27, before.last)
    leads = sorted(world.managers, key=lambda person: -len(world.chain(person)))[1:3]
    for team in (scope.whole, *(scope.team(world.ids[lead]) for lead in leads)):
        for product in (ANY, PRODUCT["chat"]):
            got, alone = (adoption(scope, team, product, each, FIRST) for each in (period, before))
            assert got.before == alone.now
            assert got.active_before == alone.now.active
            assert got.before.monthly is not None and got.before.tier_counts
    if length == 28:  # so long that somebody who used Claude left in between, and others came
        then, now = ({p for p in world.managers if world.employed(p, each.last)} for each in (before, period))
        assert any(world.active_in(person, "any", *month) for person in then - now)
        assert now - then


def test_months_have_no_line_of_the_period_before_and_weeks_and_days_have_one():
    half = Period(dt.date(2026, 1, 1), dt.date(2026, 6, 30))
    history = Activity(half, np.full((len(half), 1), True), np.full(len(half), True))
    period = Period(dt.date(2026, 5, 1), dt.date(2026, 6, 30))
    assert history.covers(period.before())
    months = points(history, period, Grain.MONTH)
    assert [(point.is_whole, point.earlier) for point in months] == [(True, None)] * 2
    for grain in (Grain.WEEK, Grain.DAY):
        whole = [point for point in points(history, period, grain) if point.is_whole]
        assert {point.inside.first - point.earlier.first for point in whole if point.earlier} == {DAY * 63}
        assert all(point.earlier for point in whole)


def test_a_step_of_the_funnel_lies_inside_the_one_before(world, scope):
    for product in (ANY, *PRODUCTS):
        counts = [count for _, count in adoption(scope, scope.whole, product, Period(FIRST, LAST), FIRST).funnel.steps]
        assert len(counts) >= 5
        assert counts == sorted(counts, reverse=True)
        assert counts[0] > counts[-1]


def test_transitions_and_tiers_leave_nobody_out(world, scope):
    got = adoption(scope, scope.whole, ANY, Period(LAST - DAY * 27, LAST), FIRST)
    headcount = sum(world.employed(person, LAST) for person in world.managers)
    assert got.transitions is not None
    assert sum(got.transitions.by_label.values()) == sum(got.now.tier_counts.values()) == got.now.active.of == headcount


def test_a_team_without_anybody_employed_has_no_rate_and_no_average(world, scope):
    gone = next(p for p, end in world.ends.items() if end and end < LAST and len(world.chain(p)) == 1)
    got = adoption(scope, scope.person(world.ids[gone]), ANY, Period(LAST - DAY * 13, LAST), FIRST)
    assert got.now.active == Share(0, 0)
    assert got.now.active.rate is None
    assert mean_rate(got.weeks.values()) is None
    assert got.now.stickiness is None


def test_distinct_people_of_any_window_are_those_of_the_sets(world, scope):
    history = load(scope, scope.whole, ANY, Period(FIRST, LAST))
    for window in (1, 7, 28):
        for day in days(FIRST, LAST):
            start = day - DAY * (window - 1)
            assert history.covers(Period(start, day)) == world.covered(start, day)
            active = {p for p in world.managers if world.active_in(p, "any", start, day)}
            assert int(history.anyone(Period(start, day)).sum()) == len(active), (window, day)


def test_days_that_are_not_stored_are_not_known_and_empty_ones_are(scope):
    history = load(scope, scope.whole, ANY, Period(GAP - DAY, EMPTY))
    known = dict(zip(history.period, history.known, strict=True))
    assert not known[GAP]
    assert known[EMPTY]
    assert not history.mask[-1].any()
    assert not history.covers(Period(GAP, GAP))
    assert history.covers(Period(EMPTY, EMPTY))
    assert not history.covers(Period(GAP - DAY * 2, GAP - DAY))
    assert not history.covers(Period(EMPTY, EMPTY + DAY))


def test_two_accounts_of_one_person_are_one_active_person(world, scope):
    twice = next(owner for user, owner in world.accounts.items() if user == "user_twice_a")
    both = [day for day in world.stored if len(world.person_rows(twice, day)) >= 2]
    day = next(day for day in both if world.active(twice, "any", day))
    history = load(scope, scope.person(world.ids[twice]), ANY, Period(day, day))
    assert history.days_active(history.period).tolist() == [1]
    assert history.anyone(history.period).tolist() == [True]


def test_days_after_somebody_left_are_not_theirs(world, scope):
    left, end = world.accounts["user_who_left"], world.ends[world.accounts["user_who_left"]]
    assert max(day for user, day in world.rows if user == "user_who_left") > end
    history = load(scope, scope.person(world.ids[left]), ANY, Period(FIRST, LAST))
    assert history.days_active(Period(FIRST, end)).item() > 0
    assert history.days_active(Period(end + DAY, LAST)).item() == 0


@pytest.mark.parametrize(
    ("count", "of", "words"), [(31, 44, "31 of 44"), (0, 0, "0 of 0"), (1204, 31000, "1\u202f204 of 31\u202f000")]
)
def test_a_share_always_says_both_numbers(count, of, words):
    assert str(Share(count, of)) == words
