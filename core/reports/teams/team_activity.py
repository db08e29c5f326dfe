"""Who of a chain was active when, and how many of each of many teams: one pass over the people for all of them."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.bits import Packed, bits_of, set_before
from core.catalogue import ANY, PRODUCTS, Product
from core.reports.measures import context
from core.reports.measures.activity import Activity, Share, measured
from core.reports.measures.context import Context
from core.reports.measures.tiers import Tier, tiers, window
from core.reports.periods import DAY, Period
from core.reports.teams.singled_out import told_of
from core.visibility import Members, Scope, Team


@dataclass(frozen=True)
class TeamActivity:
    """Masks over the people of a chain, in pre-order, as bits.

    Attributes:
        active, active_before: active in the period, and in the one before (None: data does not cover both).
        weeks: complete ISO weeks of the period that data covers; `weekly` is one mask for each.
        habit: each person's tier, a number each; None while data does not cover the weeks that decide.
        products: by key, active in that product; absent when it was measured on no day of the period.
        marked: the days that people marked, which headcounts of rates leave out where nothing was used.
        missing_days: days of the period without data.
    """

    period: Period
    active: np.ndarray
    active_before: np.ndarray | None
    weeks: tuple[Period, ...]
    weekly: np.ndarray
    habit: np.ndarray | None
    products: dict[str, np.ndarray]
    marked: Context
    missing_days: int


class StoredDays:
    """Which days up to the end of a period say anything about which product; `first` is where "ever" begins."""

    def __init__(self, scope: Scope, period: Period, first_day: dt.date) -> None:
        self.first = min(first_day, period.first)
        self._days = scope.stored_days(self.first, period.last)
        self._through = period.last
        self._before: dict[int, list[int]] = {}

    def measured(self, period: Period) -> Callable[[str], bool]:
        """Tells of a measure whether any day of a period measured it for anybody."""
        unmeasured = [self._days[day] for day in period if day in self._days]
        never = frozenset.intersection(*unmeasured) if unmeasured else None
        return lambda key: never is not None and key not in never

    def covers(self, product: Product, period: Period) -> bool:
        """Whether every day of a period has data."""
        return self.days_of(product, period) == len(period)

    def any_of(self, product: Product, period: Period) -> bool:
        """Whether any day of a period has data."""
        return self.days_of(product, period) > 0

    def days_of(self, product: Product, period: Period) -> int:
        """How many days of a period have data."""
        before = self._before.get(product.bit) or self._counted(product)
        most, zero = len(before) - 1, self.first.toordinal()
        start, stop = (min(max(day.toordinal() - zero, 0), most) for day in (period.first, period.last + DAY))
        return before[stop] - before[start]

    def _counted(self, product: Product) -> list[int]:
        """How many days before each day have data, from the first one up to the day after the last."""
        tells = {unmeasured: measured(product, unmeasured) for unmeasured in set(self._days.values())}
        known = [day in self._days and tells[self._days[day]] for day in Period(self.first, self._through)]
        self._before[product.bit] = before = list(itertools.accumulate(known, initial=0))
        return before


def load(scope: Scope, team: Team, product: Product, period: Period, stored: StoredDays) -> TeamActivity:
    """Read it for a chain of the scope."""
    deciding, before = window(period), period.before()
    weeks = tuple(week for week in period.complete_weeks() if stored.covers(product, week))
    days = [Period(day, day) for day in deciding]
    earlier = Period(min(stored.first, deciding.first - DAY), deciding.first - DAY)
    spans = [period, before, earlier, *days, *weeks]
    others = [item for item in PRODUCTS if item.bit != product.bit and stored.any_of(item, period)]
    wanted = {product.bit: spans, **{item.bit: [period] for item in others}}
    asked = {bit: [(each.first, each.last) for each in of] for bit, of in wanted.items()}
    told = told_of(period)
    found = scope.active_in(team, asked, (told.first, told.last))
    masks = found[product.bit].rows
    habit, marked = None, context.load(scope, team)
    if stored.covers(product, deciding):
        # The row before the weeks stands for all days before them, which is as far as "new" has to look back.
        known = np.array([stored.any_of(product, earlier), *[True] * len(days)])
        seen = Activity(Period(deciding.first - DAY, deciding.last), Packed(masks[2 : 3 + len(days)], team.size), known)
        habit = tiers(seen, deciding, context=marked)
    products = {item.key: found[item.bit].rows[0] for item in others}
    if product is not ANY and stored.any_of(product, period):
        products[product.key] = masks[0]
    return TeamActivity(
        period=period,
        active=masks[0],
        active_before=masks[1] if stored.covers(product, before) and stored.covers(product, period) else None,
        weeks=weeks,
        weekly=masks[3 + len(days) :],
        habit=habit,
        products=products,
        marked=marked,
        missing_days=len(period) - stored.days_of(product, period),
    )


@dataclass(frozen=True)
class Group:
    """Slices of a chain's people that are counted together: one team, or several people without one."""

    slices: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class TeamCounts:
    """The figures of one group.

    Attributes:
        headcount: people employed on the last day of the period.
        active, before: active people of those who count on the last day of the period, and of the one before.
        weeks: one share per covered complete week.
        tiers: people per habit tier; empty while data does not cover the weeks that decide.
        products: active people per product of the period; absent where it was not measured.
    """

    headcount: int
    active: Share
    before: Share | None
    weeks: tuple[Share, ...]
    tiers: Mapping[Tier, int]
    products: Mapping[str, Share]

    @property
    def habitual(self) -> Share | None:
        """The people with a regular or power habit."""
        return (
            Share(self.tiers[Tier.REGULAR] + self.tiers[Tier.POWER], self.headcount - self.tiers[Tier.AWAY])
            if self.tiers
            else None
        )


def count(found: TeamActivity, members: Members, groups: Sequence[Group]) -> list[TeamCounts]:
    """The figures of each group, in their order."""
    tally, period, before = _Tally(groups), found.period, found.period.before()
    now, then, *staff = members.employed_on([span.last for span in (period, before, *found.weeks)])

    def who_count(employed: np.ndarray, active: np.ndarray, span: Period) -> np.ndarray:
        """Bits of the headcount of a rate, per span; see `context.headcount`."""
        return employed & (active | ~bits_of(found.marked.away(span))) if found.marked else employed

    of_week = [who_count(*masks) for masks in zip(staff, found.weekly, found.weeks, strict=True)]
    rows: dict[str, np.ndarray] = {
        "headcount": now,
        "active": now & found.active,
        "of active": who_count(now, found.active, period),
    }
    if found.active_before is not None:
        rows["before"] = then & found.active_before
        rows["of before"] = who_count(then, found.active_before, before)
    if found.habit is not None:
        rows |= {tier.label: now & bits_of(found.habit == tier) for tier in Tier}
    for key, mask in found.products.items():
        rows[key] = now & mask
        if found.marked:
            rows[f"of {key}"] = who_count(now, mask, period)
    one = dict(zip(rows, tally.people(list(rows.values())).tolist(), strict=True))
    weekly = tally.people([active & there for active, there in zip(found.weekly, staff, strict=True)]).T.tolist()
    staffed = tally.people(of_week).T.tolist()

    def share(key: str, group: int) -> Share:
        return Share(one[key][group], one.get(f"of {key}", one["headcount"])[group])

    return [
        TeamCounts(
            headcount=one["headcount"][group],
            active=share("active", group),
            before=share("before", group) if found.active_before is not None else None,
            weeks=tuple(map(Share, weekly[group], staffed[group])),
            tiers={tier: one[tier.label][group] for tier in Tier} if found.habit is not None else {},
            products={key: share(key, group) for key in found.products},
        )
        for group in range(len(groups))
    ]


class _Tally:
    """Counts the people of masks per group: in pre-order a team is a slice, so each is a difference of prefix sums."""

    def __init__(self, groups: Sequence[Group]) -> None:
        slices = [(left, right, group) for group, each in enumerate(groups) for left, right in each.slices]
        self._left, self._right, self._group = np.array(slices, dtype=np.int64).reshape(-1, 3).T
        self._groups = len(groups)

    def people(self, masks: Sequence[np.ndarray]) -> np.ndarray:
        """Counts [masks, groups] of masks over people, as bits."""
        result = np.zeros((len(masks), self._groups), dtype=np.int64)
        if masks:
            until = set_before(np.stack(masks), np.concatenate([self._right, self._left]))
            inside = until[:, : len(self._right)] - until[:, len(self._right) :]
            np.add.at(result.T, self._group, inside.T)
        return result
