"""Every figure of the Adoption page against one that is worked out from the drawn rows."""

from __future__ import annotations

import datetime as dt
import math
from random import Random
from unittest import mock

import numpy as np
import pytest

from core.catalogue import ANY, PRODUCT, PRODUCTS
from core.reports.adoption import gaps
from core.reports.adoption.adoption import Adoption, adoption
from core.reports.measures.activity import Activity, Share, load, mean_rate
from core.reports.measures.tiers import Tier
from core.reports.measures.time_series import points
from core.reports.periods import Grain, Period
from core.visibility import EVERYONE
from tests.reports.world import DAY, EMPTY, FIRST, GAP, LAST, World, days

DRAWS = 30
"""For each engine."""


def weeks_of(first: dt.date, last: dt.date) -> list[tuple[dt.date, dt.date]]:
    return [(day, day + DAY * 6) for day in days(first, last) if day.weekday() == 0 and day + DAY * 6 <= last]


def shifted(first: dt.date, last: dt.date) -> tuple[dt.date, dt.date]:
    back = DAY * (math.ceil(((last - first).days + 1) / 7) * 7)
    return first - back, last - back


class Expected:
    """The figures of a team, product and range by the printed rules."""

    def __init__(self, world: World, team: list[str], product: str, first: dt.date, last: dt.date) -> None:
        self.world, self.team, self.product, self.first, self.last = world, team, product, first, last

    def share(self, first: dt.date, last: dt.date) -> Share:
        employed = [person for person in self.team if self.world.employed(person, last)]
        return Share(sum(self.world.active_in(p, self.product, first, last) for p in employed), len(employed))

    def covered_share(self, first: dt.date, last: dt.date) -> Share | None:
        return self.share(first, last) if self.world.covered(first, last) else None

    def now(self) -> list[str]:
        return [person for person in self.team if self.world.employed(person, self.last)]

    def month(self) -> tuple[dt.date, dt.date]:
        return self.last - DAY * 27, self.last

    def stickiness(self) -> float | None:
        if not self.world.covered(*self.month()):
            return None
        monthly = sum(self.world.active_in(p, self.product, *self.month()) for p in self.now())
        working = [day for day in days(*self.month()) if day.weekday() < 5]
        daily = [sum(self.world.active(p, self.product, day) for p in self.now()) for day in working]
        return sum(daily) / len(daily) / monthly if monthly else None

    def compares(self) -> bool:
        return self.world.covered(*shifted(self.first, self.last)) and self.world.covered(self.first, self.last)

    def tier_weeks(self) -> list[tuple[dt.date, dt.date]]:
        sunday = max(day for day in days(self.last - DAY * 6, self.last) if day.weekday() == 6)
        return weeks_of(sunday - DAY * 27, sunday)

    def tells_habits(self) -> bool:
        weeks = self.tier_weeks()
        return self.world.covered(weeks[0][0], weeks[-1][1])

    def tier(self, person: str) -> Tier:
        weeks = self.tier_weeks()
        used = [day for day in days(weeks[0][0], weeks[-1][1]) if self.world.active(person, self.product, day)]
        in_weeks = sum(any(first <= day <= last for day in used) for first, last in weeks)
        if not used:
            return Tier.NONE
        if not self.world.active_in(person, self.product, FIRST, weeks[0][0] - DAY):
            return Tier.NEW
        if in_weeks == 4 and len(used) >= 12:
            return Tier.POWER
        return Tier.REGULAR if in_weeks >= 3 else Tier.LIGHT

    def funnel(self) -> list[int]:
        world, product = self.world, self.product
        first, last = max(self.month()[0], min(FIRST, self.first)), self.last
        roster = self.now()
        account = [p for p in roster if p in {world.accounts[user] for user, _ in world.rows}]
        ever = [p for p in account if world.active_in(p, product, FIRST, self.last)]
        recent = [p for p in ever if world.active_in(p, product, first, last)]
        habit = [p for p in recent if self.tier(p) in {Tier.REGULAR, Tier.POWER}]
        several = [p for p in habit if sum(world.active_in(p, q.key, first, last) for q in PRODUCTS) >= 2]
        steps = (roster, account, ever, recent, habit, several)
        return [len(step) for step in (steps if self.tells_habits() else steps[:4])]

    def transitions(self) -> dict[str, int] | None:
        before = shifted(self.first, self.last)
        if not self.compares():
            return None
        counts = dict.fromkeys(("Retained", "New", "Reactivated", "Lapsed", "Still inactive"), 0)
        for person in self.now():
            then = self.world.active_in(person, self.product, *before)
            now = self.world.active_in(person, self.product, self.first, self.last)
            earlier = self.world.active_in(person, self.product, FIRST, before[0] - DAY)
            if now:
                counts["Retained" if then else "Reactivated" if earlier else "New"] += 1
            else:
                counts["Lapsed" if then else "Still inactive"] += 1
        return counts

    def check(self, got: Adoption) -> None:
        before = shifted(self.first, self.last)
        assert got.now.active == self.share(self.first, self.last)
        assert got.active_before == (self.share(*before) if self.compares() else None)
        assert got.now.weekly == self.covered_share(self.last - DAY * 6, self.last)
        assert got.before.weekly == self.covered_share(before[1] - DAY * 6, before[1])
        assert got.now.stickiness == pytest.approx(self.stickiness())
        covered = [week for week in weeks_of(self.first, self.last) if self.world.covered(*week)]
        shares = [self.share(*week) for week in covered]
        assert got.weeks == dict(zip([monday for monday, _ in covered], shares, strict=True))
        rates = [share.count / share.of for share in shares if share.of]
        assert mean_rate(got.weeks.values()) == (pytest.approx(sum(rates) / len(rates)) if rates else None)
        self.check_course(got)
        self.check_gaps(got)
        tiers = {tier: sum(self.tier(p) == tier for p in self.now()) for tier in Tier}
        assert got.now.tier_counts == (tiers if self.tells_habits() else {})
        assert [count for _, count in got.funnel.steps] == self.funnel()
        assert (got.transitions and got.transitions.by_label) == self.transitions()
        assert got.missing_days == sum(day not in self.world.stored for day in days(self.first, self.last))

    def buckets(self, grain: Grain) -> list[tuple[dt.date, dt.date]]:
        """First and last days of all days, weeks or months that touch the range."""
        inside = days(self.first, self.last)
        if grain is Grain.DAY:
            return [(day, day) for day in inside]
        if grain is Grain.WEEK:
            mondays = sorted({day - DAY * day.weekday() for day in inside})
            return [(monday, monday + DAY * 6) for monday in mondays]
        firsts = sorted({day.replace(day=1) for day in inside})
        return [(first, (first + DAY * 32).replace(day=1) - DAY) for first in firsts]

    def check_course(self, got: Adoption) -> None:
        back = self.first - shifted(self.first, self.last)[0]
        buckets = self.buckets(got.grain)
        course = got.course
        assert course.starts == [first for first, _ in buckets]
        for at, (first, last) in enumerate(buckets):
            inside = (max(first, self.first), min(last, self.last))
            whole = inside == (first, last) and self.world.covered(first, last)
            share = self.share(*inside)
            assert course.whole[at] == whole
            assert course.headcount[at] == share.of
            stored = [day for day in days(*inside) if day in self.world.stored]
            assert course.active[at] == (share.count if stored else pytest.approx(math.nan, nan_ok=True))
            earlier = (first - back, last - back)
            if whole and got.grain is not Grain.MONTH and self.world.covered(*earlier):
                assert course.before[at] == self.share(*earlier).count
            else:
                assert math.isnan(course.before[at])
        spans = [span for span, whole in zip(buckets, course.whole, strict=True) if whole]
        for product in PRODUCTS:
            alone = Expected(self.world, self.team, product.key, self.first, self.last)
            assert got.by_product.lines[product.key].tolist() == [alone.share(*span).count for span in spans]
            if any(day in self.world.stored for day in days(self.first, self.last)):
                assert got.in_products[product.key] == alone.share(self.first, self.last)

    def check_gaps(self, got: Adoption) -> None:
        world = self.world
        managers = {manager for manager in world.managers.values() if manager}
        tops = [person for person in self.team if world.managers[person] not in self.team and person in managers]
        direct = tops if len(tops) > 1 else [person for person in self.team if world.managers[person] in tops]
        teams = {person: world.chain(person) for person in direct if person in managers}
        shares = {
            person: Expected(world, chain, self.product, self.first, self.last).share(self.first, self.last)
            for person, chain in teams.items()
        }
        large = {world.ids[person]: share for person, share in shares.items() if share.of >= 5}
        whole = self.share(self.first, self.last)
        lower = sorted(
            share.count / share.of
            for share in large.values()
            if len(large) > 1 and share.count * whole.of < whole.count * share.of
        )
        assert (got.gaps.compared, got.gaps.below) == (len(large), len(lower))
        assert [each.active.rate for each in got.gaps.teams] == lower[:3]
        assert all(each.active == large[each.team_id] for each in got.gaps.teams)
        used = {key: share for key, share in got.in_products.items() if share.count}
        assert {product.key for product in got.gaps.unused} == got.in_products.keys() - used.keys()
        assert got.gaps.lowest == sum(rate == lower[0] for rate in lower)
        fewest = min((each.count for each in used.values()), default=0)
        least = {key: share for key, share in used.items() if share.count == fewest}
        assert {product.key: share for product, share in got.gaps.least} == (least if len(least) < len(used) else {})


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
