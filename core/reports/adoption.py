"""How a team takes up Claude: who of the headcount is active, how regularly, in which products, and what changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from core.catalogue import PRODUCTS, Product
from core.reports import activity as activities
from core.reports import context
from core.reports.activity import Activity, Share, bits_of
from core.reports.context import Context, Staff, share_of
from core.reports.course import Course, Lines
from core.reports.gaps import Gaps, gaps
from core.reports.periods import Grain, Period, bucket_days, buckets, shown_grain
from core.reports.tiers import Tier, tiers, window
from core.visibility import Members, Scope, Team

MONTH_DAYS = 28
"""Length of the window of "monthly active": four whole weeks, so that weekdays weigh alike."""


@dataclass(frozen=True, eq=False)
class Adoption:
    """The figures of the Adoption page for one team, product and period.

    Attributes:
        active, active_before: distinct active people of the period, and of the one before (None: one of the two is not
            covered by data).
        away: people who are left out of that headcount, as they marked every working day and used nothing.
        weekly, weekly_before: active people in the 7 days that end with the period, and a period earlier.
        stickiness: mean working-day DAU divided by MAU, 0 to 1, without marked unused days; None without a full window.
        monthly: MAU, the distinct people of the 28 days that end with the period; None without all of them.
        weeks: per complete ISO week (by its Monday) that data covers, the distinct active people of the headcount.
        asked, grain: how long a point of `course` and `by_product` was to be, and is; see `shown_grain`.
        course: the active people per day, week or month of the period.
        by_product: for the whole ones of these, the distinct active people of each product; NaN where not measured.
        in_products: of the products measured on any day of the period, the people active in it.
        gaps: what is taken up least.
        tier_counts, tier_weeks: people per habit tier (empty: not covered by data), and the weeks that decided.
        funnel: label and people, each step inside the one before; ends before habits where these are not known.
        transitions: people who were retained, new, reactivated, lapsed, still inactive; None like `active_before`.
        missing_days: days of the period without data.
    """

    team: Team
    period: Period
    product: Product
    active: Share
    away: int
    active_before: Share | None
    weekly: Share | None
    weekly_before: Share | None
    stickiness: float | None
    monthly: int | None
    weeks: dict[dt.date, Share]
    asked: Grain
    grain: Grain
    course: Course
    by_product: Lines
    in_products: dict[str, Share]
    gaps: Gaps
    tier_counts: dict[Tier, int]
    tier_weeks: Period
    funnel: tuple[tuple[str, int], ...]
    transitions: dict[str, int] | None
    missing_days: int


def adoption(
    scope: Scope, team: Team, product: Product, period: Period, first_day: dt.date, *, grain: Grain = Grain.WEEK
) -> Adoption:
    """Compute the figures; `first_day` is the oldest day stored, where "ever" begins."""
    members = scope.members(team)
    start = min(first_day, period.first)
    stored = scope.stored_days(start, period.last)
    employed = members.employed(period.last)
    before = period.before()
    month = Period.ending(period.last, MONTH_DAYS)
    recent = Period(min(period.first, month.first), period.last)
    wanted = dict.fromkeys(PRODUCTS, recent) | {product: Period(start, period.last)}
    read = activities.load_each(scope, team, wanted, stored, Period(before.first, period.last))
    history, each = read[product], {item.key: read[item] for item in PRODUCTS}
    tier_weeks = window(period)
    staff = Staff(members, context.load(scope, team))
    habit = tiers(history, tier_weeks, context=staff.context)
    compared = history.covers(before) and history.covers(period)
    shown = shown_grain(grain, period)

    @cache
    def share(span: Period) -> Share:
        return share_of(history, staff, span)

    course = _course(history, share, period, shown)
    in_products = {key: share_of(item, staff, period) for key, item in each.items() if _measured_in(item, period)}
    active = history.anyone(period)
    counted = context.counted(employed, active, staff.context, period)
    return Adoption(
        team=team,
        period=period,
        product=product,
        active=share(period),
        away=int(employed.sum() - counted.sum()),
        active_before=share(before) if compared else None,
        weekly=_last_week(history, share, period),
        weekly_before=_last_week(history, share, before),
        stickiness=_stickiness(history, employed, staff.context, month),
        monthly=history.count(month, employed) if history.covers(month) else None,
        weeks={week.first: share(week) for week in period.complete_weeks() if history.covers(week)},
        asked=grain,
        grain=shown,
        course=course,
        by_product=_by_product(each, staff, course.whole_spans(shown)),
        in_products=in_products,
        gaps=gaps(team, members, counted, active, in_products),
        tier_counts=_in_each_tier(habit[employed]) if history.covers(tier_weeks) else {},
        tier_weeks=tier_weeks,
        funnel=_funnel(history, each, members, period, habit),
        transitions=_transitions(history, employed, before, period) if compared else None,
        missing_days=int((~history.known[-len(period) :]).sum()),
    )


def _in_each_tier(habit: np.ndarray) -> dict[Tier, int]:
    return dict(zip(Tier, np.bincount(habit, minlength=len(Tier)).tolist(), strict=True))


def _course(history: Activity, share: Callable[[Period], Share], period: Period, grain: Grain) -> Course:
    shift = period.first - period.before().first
    rows, starts = [], buckets(period, grain)
    for start in starts:
        days = bucket_days(start, grain)
        inside = Period(max(days.first, period.first), min(days.last, period.last))
        whole = days == inside and history.covers(inside)
        earlier = Period(days.first - shift, days.last - shift)
        compared = whole and grain is not Grain.MONTH and history.covers(earlier)
        now = share(inside)
        rows.append(
            (
                now.count if whole or _measured_in(history, inside) else np.nan,
                now.of,
                whole,
                share(earlier).count if compared else np.nan,
            )
        )
    active, headcount, is_whole, then = zip(*rows, strict=True)
    return Course(
        starts, np.array(active, dtype=float), np.array(headcount), np.array(is_whole), np.array(then, dtype=float)
    )


def _measured_in(history: Activity, period: Period) -> bool:
    """Whether any day of a period says anything."""
    first = (period.first - history.period.first).days
    return bool(history.known[first : first + len(period)].any())


def _last_week(history: Activity, share: Callable[[Period], Share], period: Period) -> Share | None:
    week = Period.ending(period.last, 7)
    return share(week) if history.covers(week) else None


def _stickiness(history: Activity, employed: np.ndarray, marked: Context, month: Period) -> float | None:
    """Active working days of the month's active people, out of all working days that they did not mark unused."""
    if not history.covers(month):
        return None
    monthly, here = history.anyone(month) & employed, bits_of(employed)
    working = [Period(day, day) for day in month if context.is_working(day)]
    used = sum(history.count_packed(day, here) for day in working)
    of = len(working) * int(monthly.sum()) - int(marked.unused(history, month)[monthly].sum())
    return used / of if of else None


def _by_product(each: dict[str, Activity], staff: Staff, spans: list[Period]) -> Lines:
    def counts(item: Activity) -> list[float]:
        return [
            item.count_packed(span, staff.employed(span.last)[0]) if item.covers(span) else np.nan for span in spans
        ]

    lines = {key: np.array(counts(item), dtype=float) for key, item in each.items()}
    return Lines([span.first for span in spans], lines)


def _funnel(
    history: Activity, each: dict[str, Activity], members: Members, period: Period, habit: np.ndarray
) -> tuple[tuple[str, int], ...]:
    month = Period.ending(period.last, MONTH_DAYS)
    roster = members.employed(period.last)
    account = roster & members.has_account
    ever = account & history.ever()
    inside = Period(max(month.first, history.period.first), period.last)
    recent = ever & history.anyone(inside)
    habitual = recent & ((habit == Tier.REGULAR) | (habit == Tier.POWER))
    several = habitual & activities.in_several(list(each.values()), inside)
    labels = (
        "In the directory",
        "Has a Claude account",
        "Ever active",
        "Active in 1 day" if len(inside) == 1 else f"Active in {len(inside)} days",
        "Regular or power",
        "Uses two or more products",
    )
    counts = (roster, account, ever, recent, habitual, several)
    steps = tuple((label, int(np.count_nonzero(mask))) for label, mask in zip(labels, counts, strict=True))
    return steps[:4] if (habit == Tier.UNKNOWN).any() else steps


def _transitions(history: Activity, employed: np.ndarray, before: Period, period: Period) -> dict[str, int]:
    then, now = history.anyone(before) & employed, history.anyone(period) & employed
    earlier = history.ever_before(before.first)
    return {
        "Retained": int(np.count_nonzero(then & now)),
        "New": int(np.count_nonzero(now & ~then & ~earlier)),
        "Reactivated": int(np.count_nonzero(now & ~then & earlier)),
        "Lapsed": int(np.count_nonzero(then & ~now)),
        "Still inactive": int(np.count_nonzero(employed & ~then & ~now)),
    }
