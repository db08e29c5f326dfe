"""The headline figures of a team: how many use Claude in a period, how regularly and how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.bits import bits_of, how_many
from core.reports.measures.activity import Activity, Share
from core.reports.measures.context import Context, is_working
from core.reports.measures.tiers import Tier, window
from core.reports.periods import MONTH_DAYS, WEEK_DAYS, Period


@dataclass(frozen=True)
class Headline:
    """What the cards of Adoption say of one period.

    Attributes:
        active: distinct active people, out of the headcount of the period's last day.
        is_covered: data has every day of the period; `active` cannot be compared otherwise.
        weekly: the same of the 7 days that end with the period; None: not covered by data.
        monthly: MAU, the distinct people of the 28 days that end with the period; None: not covered.
        stickiness: mean working-day DAU divided by that MAU, 0 to 1, without marked unused days; None without MAU.
        tier_counts: people per habit tier; empty: not covered.
        tier_weeks: the weeks that decide about habits.
    """

    active: Share
    is_covered: bool
    weekly: Share | None
    monthly: int | None
    stickiness: float | None
    tier_counts: dict[Tier, int]
    tier_weeks: Period


def spans(period: Period) -> tuple[Period, Period]:
    """What `headline` wants the shares of: the period, and the 7 days that end with it."""
    return period, Period.ending(period.last, WEEK_DAYS)


def headline(
    history: Activity,
    marked: Context,
    employed: np.ndarray,
    period: Period,
    *,
    habit: np.ndarray,
    share: Mapping[Period, Share],
) -> Headline:
    """The figures of one period.

    Args:
        history: activity of the team, which reaches back as far as is stored.
        marked: what the people of the team say of their days.
        employed: mask over the people: the headcount of the period's last day.
        period: the days that are told of.
        habit: tier of each person at the end of the period.
        share: the active people of each of `spans`.
    """
    whole, week = spans(period)
    month, weeks = Period.ending(period.last, MONTH_DAYS), window(period)
    has_month, has_weeks = history.covers(month), history.covers(weeks)
    return Headline(
        active=share[whole],
        is_covered=history.covers(period),
        weekly=share[week] if history.covers(week) else None,
        monthly=history.count(month, employed) if has_month else None,
        stickiness=_stickiness(history, marked, employed, month) if has_month else None,
        tier_counts=_people_per_tier(habit[employed]) if has_weeks else {},
        tier_weeks=weeks,
    )


def _stickiness(history: Activity, marked: Context, employed: np.ndarray, month: Period) -> float | None:
    """Active working days of the month's active people, out of all working days that they did not mark unused."""
    monthly, here = history.anyone(month) & employed, bits_of(employed)
    working = [Period(day, day) for day in month if is_working(day)]
    used = int(how_many(history.union(working) & here).sum())
    of = len(working) * int(monthly.sum()) - int(marked.unused(history, month)[monthly].sum())
    return used / of if of else None


def _people_per_tier(habit: np.ndarray) -> dict[Tier, int]:
    return dict(zip(Tier, np.bincount(habit, minlength=len(Tier)).tolist(), strict=True))
