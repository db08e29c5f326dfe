"""The figures of a team of the drawn company, by the printed rules, from sets and sums of the drawn rows."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from core.catalogue import PRODUCTS, Ratio, Stat
from core.reports.adoption.adoption import Adoption
from core.reports.measures.activity import Share, mean_rate
from core.reports.measures.tiers import Tier
from core.reports.periods import Grain
from tests.reports.world import DAY, FIRST, World, days


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


def expected_total(world: World, person: str, stat: Stat | Ratio, period: list[dt.date]) -> float | None:
    def added(keys: tuple[str, ...]) -> int | None:
        values = [world.value(person, key, day) for key in keys for day in period]
        known = [value for value in values if value is not None]
        return sum(known) if known else None

    if isinstance(stat, Stat):
        return added(stat.measures)
    top, bottom = added(stat.numerator), added(stat.denominator)
    return None if top is None or not bottom else top / bottom
