"""How a team takes up Claude: who of the headcount is active, how regularly, in which products, and what changed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.catalogue import PRODUCTS, Product
from core.reports import activity as activities
from core.reports.activity import Activity, Share
from core.reports.periods import DAY, Period
from core.reports.tiers import Tier, tiers, window
from core.visibility import Members, Scope, Team

MONTH_DAYS = 28
"""Length of the window of "monthly active": four whole weeks, so that weekdays weigh alike."""


@dataclass(frozen=True)
class Adoption:
    """The figures of the Adoption page for one team, product and period.

    Attributes:
        active, active_before: distinct active people of the period, and of the one before (None: not covered by data).
        weekly, weekly_before: active people in the 7 days that end with the period, and a period earlier.
        stickiness: mean working-day DAU divided by MAU, 0 to 1; None without a full window.
        weeks: per complete ISO week (index: its Monday) the distinct active people and the headcount.
        average_week: mean over those weeks of active people / headcount, 0 to 1.
        by_product: per complete ISO week the distinct active people of each product; NaN where it was not measured.
        last_seven, daily: per day of the period the distinct people active in the 7 days that end with it, and on it
            alone; NaN where days lack.
        tier_counts, tier_weeks: people per habit tier (empty: not covered by data), and the weeks that decided.
        funnel: label and people, each step inside the one before.
        transitions: people who were retained, new, reactivated, lapsed, still inactive; None when not covered.
        missing_days: days of the period without data.
    """

    period: Period
    product: Product
    active: Share
    active_before: Share | None
    weekly: Share | None
    weekly_before: Share | None
    stickiness: float | None
    weeks: pd.DataFrame
    average_week: float | None
    by_product: pd.DataFrame
    last_seven: pd.Series
    daily: pd.Series
    tier_counts: dict[Tier, int]
    tier_weeks: Period
    funnel: tuple[tuple[str, int], ...]
    transitions: dict[str, int] | None
    missing_days: int


def adoption(scope: Scope, team: Team, product: Product, period: Period, first_day: dt.date) -> Adoption:
    """Compute the figures; `first_day` is the oldest day stored, where "ever" begins."""
    members = scope.members(team)
    start = min(first_day, period.first)
    stored = scope.stored_days(start, period.last)
    history = activities.load(scope, team, product, Period(start, period.last), stored)
    employed = members.employed(period.last)
    before = period.before()
    weeks = period.complete_weeks()
    recent = Period(min(period.first, period.last - DAY * (MONTH_DAYS - 1)), period.last)
    each = {item.key: activities.load(scope, team, item, recent, stored) for item in PRODUCTS}
    tier_weeks = window(period)
    known = history.covers(tier_weeks)
    habit = tiers(history, tier_weeks) if known else np.full(team.size, Tier.NONE)
    weekly = _weekly(history, members, weeks)
    return Adoption(
        period=period,
        product=product,
        active=_share(history, members, period),
        active_before=_share(history, members, before) if history.covers(before) else None,
        weekly=_last_week(history, members, period),
        weekly_before=_last_week(history, members, before),
        stickiness=_stickiness(history, employed, period),
        weeks=weekly,
        average_week=_average_week(weekly),
        by_product=_by_product(each, members, weeks),
        last_seven=history.distinct(7, period),
        daily=history.distinct(1, period),
        tier_counts={tier: int((habit[employed] == tier).sum()) for tier in Tier} if known else {},
        tier_weeks=tier_weeks,
        funnel=_funnel(history, each, members, period, habit),
        transitions=_transitions(history, employed, before, period) if history.covers(before) else None,
        missing_days=int((~history.known[-len(period) :]).sum()),
    )


def _share(history: Activity, members: Members, period: Period) -> Share:
    """Distinct people active in a period out of those employed on its last day."""
    employed = members.employed(period.last)
    return Share(int((history.anyone(period) & employed).sum()), int(employed.sum()))


def _last_week(history: Activity, members: Members, period: Period) -> Share | None:
    week = Period(period.last - DAY * 6, period.last)
    return _share(history, members, week) if history.covers(week) else None


def _stickiness(history: Activity, employed: np.ndarray, period: Period) -> float | None:
    month = Period(period.last - DAY * (MONTH_DAYS - 1), period.last)
    if not history.covers(month):
        return None
    monthly = int((history.anyone(month) & employed).sum())
    working = [(history.anyone(Period(day, day)) & employed).sum() for day in month if day.weekday() < 5]
    return float(np.mean(working)) / monthly if monthly else None


def _weekly(history: Activity, members: Members, weeks: list[Period]) -> pd.DataFrame:
    shares = {week.first: _share(history, members, week) for week in weeks if history.covers(week)}
    index = pd.DatetimeIndex(list(shares))
    return pd.DataFrame(
        {"active": [s.count for s in shares.values()], "headcount": [s.of for s in shares.values()]}, index=index
    )


def _average_week(weeks: pd.DataFrame) -> float | None:
    """Weeks in which nobody was employed yet, or any more, have no rate."""
    staffed = weeks[weeks["headcount"] > 0] if len(weeks) else weeks
    return float((staffed["active"] / staffed["headcount"]).mean()) if len(staffed) else None


def _by_product(each: dict[str, Activity], members: Members, weeks: list[Period]) -> pd.DataFrame:
    counts = {
        key: [_share(item, members, week).count if item.covers(week) else np.nan for week in weeks]
        for key, item in each.items()
    }
    frame = pd.DataFrame(counts, index=pd.DatetimeIndex([week.first for week in weeks]))
    return frame.dropna(how="all")


def _funnel(
    history: Activity, each: dict[str, Activity], members: Members, period: Period, habit: np.ndarray
) -> tuple[tuple[str, int], ...]:
    month = Period(period.last - DAY * (MONTH_DAYS - 1), period.last)
    roster = members.employed(period.last)
    account = roster & members.has_account
    ever = account & history.ever()
    inside = month if month.first >= history.period.first else period
    recent = ever & history.anyone(inside)
    habitual = recent & np.isin(habit, (Tier.REGULAR, Tier.POWER))
    products = sum(item.anyone(inside).astype(int) for item in each.values())
    several = habitual & (np.asarray(products) >= 2)
    labels = (
        "In the directory",
        "Has a Claude account",
        "Ever active",
        f"Active in {MONTH_DAYS} days",
        "Regular or power",
        "Uses two or more products",
    )
    counts = (roster, account, ever, recent, habitual, several)
    return tuple((label, int(mask.sum())) for label, mask in zip(labels, counts, strict=True))


def _transitions(history: Activity, employed: np.ndarray, before: Period, period: Period) -> dict[str, int]:
    then, now = history.anyone(before) & employed, history.anyone(period) & employed
    earlier = history.ever_before(before.first)
    return {
        "Retained": int((then & now).sum()),
        "New": int((now & ~then & ~earlier).sum()),
        "Reactivated": int((now & ~then & earlier).sum()),
        "Lapsed": int((then & ~now).sum()),
        "Still inactive": int((employed & ~then & ~now).sum()),
    }
