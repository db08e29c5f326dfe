"""The sentences of the page Adoption: what a chart of a team shows, and the figures of its cards in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import pairwise

from core import wording
from core.catalogue import ANY, PRODUCT
from core.reports.adoption.adoption import Adoption
from core.reports.adoption.transitions import Transitions
from core.reports.measures.activity import Share
from core.reports.measures.context import is_working
from core.reports.measures.tiers import Tier
from core.reports.periods import Grain
from core.reports.wording.findings import SMALL, average_week, besides_new, inside, people, share_change

NOBODY_EMPLOYED = "Nobody of this team is employed on the last day of the range"


def stickiness(figures: Adoption) -> str:
    """What part of the month's people a working day has; for a small team how many of them."""
    return _sticky(figures.now.stickiness, figures.now.monthly, figures.now.active.of)


def stickiness_change(figures: Adoption) -> str:
    """What it was at the end of the period before; and the average week, which asks the same of whole weeks."""
    week = f"average week: {average_week(figures.weeks.values(), figures.now.active)}"
    if figures.now.stickiness is None or figures.before.stickiness is None:
        return week
    return f"was {_sticky(figures.before.stickiness, figures.before.monthly, figures.now.active.of)}; {week}"


def _sticky(rate: float | None, monthly: int | None, headcount: int) -> str:
    if rate is None or monthly is None or headcount >= SMALL:
        return wording.percent(rate)
    return f"{rate * monthly:.1f} of {monthly} people"


def habit_change(figures: Adoption) -> str:
    """How the habits changed since the end of the period before; the weeks that they are of, where nothing compares."""
    now, before = habitual(figures.now.tier_counts), habitual(figures.before.tier_counts)
    change = share_change(now, before) if now else None
    return change or str(figures.now.tier_weeks)


def habit_weeks(figures: Adoption) -> str:
    """Of which weeks the habits are, and with which they are compared, if with any."""
    compared = f", compared with {figures.before.tier_weeks}" if figures.before.tier_counts else ""
    return f"Of {figures.now.tier_weeks}{compared}."


def course_title(figures: Adoption) -> str:
    """How many people are active lately, and how that has changed, in a sentence."""
    course = figures.course
    told = {start: at for at, start in enumerate(course.starts) if course.whole[at]}
    if not told:
        return "No day of the range has complete data yet"
    starts = _like_days(list(told)) if figures.grain is Grain.DAY else list(told)
    oldest, newest = told[starts[0]], told[starts[-1]]
    first, last = (Share(int(course.active[at]), int(course.headcount[at])) for at in (oldest, newest))
    active = f"{last} people active{inside(figures.product)}"
    if figures.grain is Grain.DAY:
        active = f"{active} on {wording.short_weekday(starts[-1])}"
        if len(starts) == 1:
            return f"{active}; the range has no earlier {starts[-1]:%A} to compare with"
    elif len(starts) == 1:
        return f"{active} in the {figures.grain}"
    else:
        active = f"{active} in the last complete {figures.grain}"
    difference, earlier = last.count - first.count, _earlier(starts, figures.grain)
    if first.of != last.of:  # fewer people of a team that shrank may well be a larger part of it
        return f"{active}; {earlier} {first}"
    if difference == 0:
        return f"{active}, as many as {earlier}"
    return f"{active}, {wording.number(abs(difference))} {'more' if difference > 0 else 'fewer'} than {earlier}"


def _like_days(days: Sequence[dt.date]) -> Sequence[dt.date]:
    """The days that may be compared with the newest working day: those of the same weekday, itself the last.

    A Saturday against a Monday would read as a collapse. A range without any working day tells of its newest day.
    """
    told = [day for day in days if is_working(day)] or days
    return [day for day in told if day.weekday() == told[-1].weekday()]


def _earlier(starts: Sequence[dt.date], grain: Grain) -> str:
    """ "12 weeks earlier": from the last start back to the first; days of the same weekday lie whole weeks apart."""
    first, last = starts[0], starts[-1]
    if grain is Grain.MONTH:
        unit, count = Grain.MONTH, (last.year - first.year) * 12 + last.month - first.month
    else:
        unit, count = Grain.WEEK, (last - first).days // 7
    return f"{count} {unit} earlier" if count == 1 else f"{count} {unit}s earlier"


def products_title(figures: Adoption) -> str:
    """Which product leads and how many are in use, in a sentence."""
    used = {key: share.count for key, share in figures.in_products.items() if share.count}
    if not used:
        return "No product was used in the range"
    if figures.product is not ANY:
        share = figures.in_products.get(figures.product.key)
        return f"{figures.product.label}: {share or wording.DASH} people in the range"
    leading = [key for key, count in used.items() if count == max(used.values())]
    names, share = [PRODUCT[key].label for key in leading], figures.in_products[leading[0]]
    count = "1 product" if len(used) == 1 else f"{len(used)} products"
    if len(leading) == 1:
        return f"Over the range {names[0]} reaches most, {share} people; {count} in use"
    if len(leading) == len(used):
        return f"{count} in use over the range, each by {people(share.count)}"
    told = " and ".join(names) if len(names) == 2 else f"{names[0]}, {names[1]} and {len(names) - 2} more"
    alike = all(figures.in_products[key] == share for key in leading)
    each = f"{share} people" if alike else people(share.count)
    return f"Over the range {told} reach most, {each} each; {count} in use"


def gaps_title(figures: Adoption) -> str:
    """Where use is lowest: the team directly below, or how many people are without any, in a sentence."""
    found = figures.gaps
    if found.lowest > 1:
        return f"Adoption is lowest in {found.lowest} teams alike"
    if found.teams:
        lowest = found.teams[0]
        return f"Adoption is lowest in the team of {lowest.name}: {lowest.active}"
    if not figures.funnel.headcount:
        return NOBODY_EMPLOYED
    if not figures.now.active.of:
        return "Everybody of this team was away"
    without = figures.now.active.of - figures.now.active.count
    used = "Claude" if figures.product is ANY else figures.product.noun
    if not without:
        return f"Everybody of this team used {used}"
    return f"{people(without)} of {wording.number(figures.now.active.of)} did not use {used}"


def habit_title(figures: Adoption) -> str:
    """How many people have a habit, and how many have just begun, who may well use it in most weeks; in a sentence."""
    if not figures.funnel.headcount:
        return NOBODY_EMPLOYED
    share = habitual(figures.now.tier_counts)
    if share is None:
        return "Too little data to tell habits"
    used = "Claude" if figures.product is ANY else figures.product.noun
    return f"{share} use {used} regularly{besides_new(figures.now.tier_counts[Tier.NEW])}"


def funnel_title(figures: Adoption) -> str:
    """Where most people stop on the way to a habit, in a sentence."""
    way, new = figures.funnel, figures.funnel.newcomers
    if not way.headcount:
        return NOBODY_EMPLOYED
    lost = [(before[1] - after[1], after[0]) for before, after in pairwise(way.to_a_habit)]
    if way.tells_habits:
        lost[-1] = (lost[-1][0] - new, lost[-1][1])
    most, label = max(lost, key=lambda each: each[0])
    if not most:
        if way.tells_habits and not new:
            return "Everybody in the directory has made it a habit"
        return f"Everybody in the directory uses it{f'; {wording.number(new)} of them began lately' if new else ''}"
    aside = f", not counting {wording.number(new)} who began lately" if new else ""
    return f"Most stop before “{label[0].lower()}{label[1:]}”{inside(figures.product)}: {people(most)}{aside}"


def transitions_title(counts: Transitions) -> str:
    """How many took it up, and how many used it before but not now, be it for leave, in a sentence."""
    return f"{people(counts.new + counts.reactivated)} took it up or came back, {wording.number(counts.lapsed)} paused"


def habitual(counts: Mapping[Tier, int]) -> Share | None:
    """The people with a regular or power habit, of those whom one can tell of; None while data does not reach back."""
    told = sum(counts.values()) - counts.get(Tier.AWAY, 0)
    return Share(counts[Tier.REGULAR] + counts[Tier.POWER], told) if counts else None
