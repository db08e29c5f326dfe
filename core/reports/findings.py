"""Sentences that say what a figure shows; under a headcount of ten they speak in people, not in per cent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from core.catalogue import ANY, PRODUCT, Product, Ratio, Stat
from core.reports.activity import Share, mean_rate
from core.reports.adoption import Adoption
from core.reports.context import is_working
from core.reports.periods import Grain, Period
from core.reports.tiers import Tier

SMALL = 10
"""Under this headcount a per cent says more than the numbers do."""

DASH = "–"
_THIN = "\u202f"
_ONE = {"searches": "search"}
"""Units of which one is another word than the plural without its s."""


def number(value: float | None) -> str:
    """A count with thin separators; a dash for what was not measured."""
    return DASH if value is None else f"{value:,.0f}".replace(",", _THIN)


def percent(rate: float | None) -> str:
    """A rate as whole per cent; a dash when there was nothing to divide by."""
    return DASH if rate is None else f"{rate:.0%}".replace("%", f"{_THIN}%")


def value(stat: Stat | Ratio, amount: float | None) -> str:
    """A statistic's value with its unit's form."""
    return percent(amount) if isinstance(stat, Ratio) else number(amount)


def counted(stat: Stat | Ratio, amount: float | None) -> str:
    """A statistic's value with its unit, unless that is in its label: "3 PRs", but "30" of the chat messages."""
    if isinstance(stat, Ratio) or stat.unit in stat.label.casefold():
        return value(stat, amount)
    return f"{number(amount)} {_ONE.get(stat.unit, stat.unit.removesuffix('s')) if amount == 1 else stat.unit}"


def people(count: int) -> str:
    """ "1 person", "5 people"."""
    return f"{count} person" if count == 1 else f"{number(count)} people"


def _signed(amount: int) -> str:
    """ "+82", "−3", "±0", with thin separators."""
    sign = "+" if amount > 0 else "−" if amount < 0 else "±"
    return f"{sign}{number(abs(amount))}"


def adoption_rate(share: Share) -> str:
    """A rate with both its numbers; for a small group the numbers alone."""
    return str(share) if share.of < SMALL else f"{percent(share.rate)} · {share}"


def stickiness(figures: Adoption) -> str:
    """What part of the month's people a working day has; for a small team how many of them."""
    if figures.stickiness is None or figures.monthly is None or figures.active.of >= SMALL:
        return percent(figures.stickiness)
    return f"{figures.stickiness * figures.monthly:.1f} of {figures.monthly} people"


def average_week(weeks: Collection[Share], team: Share) -> str:
    """The mean weekly rate of a team, whose share of the whole range is given; for a small one the mean in people."""
    some = [share for share in weeks if share.of]
    if not some or team.of >= SMALL:
        return percent(mean_rate(some))
    return f"{sum(share.count for share in some) / len(some):.1f} people"


def share_change(now: Share, before: Share | None) -> str | None:
    """How a share of people changed; None when the period before is not covered by data."""
    if before is None or now.rate is None or before.rate is None:
        return None
    difference = now.count - before.count
    if min(now.of, before.of) < SMALL:
        words = "no change" if difference == 0 else f"{people(abs(difference))} {'more' if difference > 0 else 'fewer'}"
        return f"was {before}: {words}"
    points = points_between(now.rate, before.rate)
    return f"{_points(points)}, was {before}" if points else f"no change, was {before}"


def amount_change(stat: Stat | Ratio, now: float | None, before: float | None) -> str | None:
    """How a statistic changed; in points for a rate, in numbers for a count; None without a value to compare with."""
    if now is None or before is None:
        return None
    if isinstance(stat, Ratio):
        return f"{_points(points_between(now, before))} vs before"
    return f"{_signed(round(now - before))} vs before"


def trend_title(
    stat: Stat | Ratio, now: float | None, before: float | None, period: Period, decided: int | None = None
) -> str:
    """What the trend of one statistic amounts to, in a sentence. A rate of few `decided` cases says how few."""
    change = "" if now is None or before is None else f", {_than_before(stat, now, before)}"
    if isinstance(stat, Ratio) and decided is not None and decided < stat.thin_below:
        change = f", only {decided} decided"
    return f"{stat.label}: {counted(stat, now)}, {period}{change}"


def _than_before(stat: Stat | Ratio, now: float, before: float) -> str:
    if isinstance(stat, Ratio):
        points = points_between(now, before)
        return f"{_points(points)} against the period before" if points else "as in the period before"
    difference = round(now - before)
    if not difference:
        return "as many as in the period before"
    return f"{number(abs(difference))} {'more' if difference > 0 else 'fewer'} than in the period before"


def points_between(now: float, before: float) -> int:
    """By how many points a rate changed, of the rates as `percent` shows them: both often stand beside it."""
    return int(f"{now * 100:.0f}") - int(f"{before * 100:.0f}")


def _points(change: int) -> str:
    return f"{_signed(change)} {'point' if abs(change) == 1 else 'points'}"


def _in(product: Product) -> str:
    """ " in Claude Code", or nothing when it is about any product."""
    return "" if product is ANY else f" in {product.label}"


def course_title(figures: Adoption) -> str:
    """How many people are active lately, and how that has changed, in a sentence."""
    course = figures.course
    told = {start: at for at, start in enumerate(course.starts) if course.whole[at]}
    if not told:
        return "No day of the range has complete data yet"
    starts = _like_days(list(told)) if figures.grain is Grain.DAY else list(told)
    oldest, newest = told[starts[0]], told[starts[-1]]
    last = Share(int(course.active[newest]), int(course.headcount[newest]))
    active = f"{last} people active{_in(figures.product)}"
    if figures.grain is Grain.DAY:
        active = f"{active} on {starts[-1]:%a %-d %b}"
        if len(starts) == 1:
            return f"{active}; the range has no earlier {starts[-1]:%A} to compare with"
    elif len(starts) == 1:
        return f"{active} in the {figures.grain}"
    else:
        active = f"{active} in the last complete {figures.grain}"
    difference, earlier = last.count - int(course.active[oldest]), _earlier(starts, figures.grain)
    if difference == 0:
        return f"{active}, as many as {earlier}"
    return f"{active}, {number(abs(difference))} {'more' if difference > 0 else 'fewer'} than {earlier}"


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


def drawn_by(asked: Grain, shown: Grain) -> str:
    """Why charts show days or weeks where longer ones were asked for, in a sentence; nothing when they do not."""
    if asked is shown:
        return ""
    return f"This range is drawn by {shown}: it does not hold two whole {asked}s."


def products_title(figures: Adoption) -> str:
    """Which product leads and how many are in use, in a sentence."""
    used = {key: share.count for key, share in figures.in_products.items() if share.count}
    if not used:
        return "No product was used in the range"
    if figures.product is not ANY:
        share = figures.in_products.get(figures.product.key)
        return f"{figures.product.label}: {share or DASH} people in the range"
    leading = max(used, key=used.__getitem__)
    count = "1 product" if len(used) == 1 else f"{len(used)} products"
    return f"{PRODUCT[leading].label} reaches most, {figures.in_products[leading]} people; {count} in use"


def gaps_title(figures: Adoption) -> str:
    """Where use is lowest: the team directly below, or how many people are without any, in a sentence."""
    found = figures.gaps
    if found.teams:
        lowest = found.teams[0]
        return f"Least in the team of {lowest.name}: {lowest.active}"
    without = figures.active.of - figures.active.count
    used = "Claude" if figures.product is ANY else figures.product.label
    return f"{people(without)} of {number(figures.active.of)} did not use {used}"


def habit_title(figures: Adoption) -> str:
    """How many people have a habit, in a sentence."""
    used = "Claude" if figures.product is ANY else figures.product.label
    return f"{share} use {used} in most weeks" if (share := habitual(figures)) else "Too little data to tell habits"


_HABIT_STEP = 5
"""Steps of the funnel up to a habit; the one behind it is no step to take."""


def funnel_title(figures: Adoption) -> str:
    """Where most people stop on the way to a habit, in a sentence."""
    steps = figures.funnel
    lost = [(before[1] - after[1], after[0]) for before, after in pairwise(steps[:_HABIT_STEP])]
    most, label = max(lost, key=lambda each: each[0])
    if not most:
        return f"Everybody in the directory {'has made it a habit' if len(steps) >= _HABIT_STEP else 'uses it'}"
    return f"Most stop before “{label[0].lower()}{label[1:]}”: {people(most)}"


def transitions_title(counts: Mapping[str, int]) -> str:
    """How many took it up, and how many used it before but not now, be it for leave, in a sentence."""
    came = counts["New"] + counts["Reactivated"]
    return f"{people(came)} took it up or came back, {number(counts['Lapsed'])} paused"


def habitual(figures: Adoption) -> Share | None:
    """The people with a regular or power habit, of those whom one can tell of; None while data does not reach back."""
    counts = figures.tier_counts
    told = sum(counts.values()) - counts.get(Tier.AWAY, 0)
    return Share(counts[Tier.REGULAR] + counts[Tier.POWER], told) if counts else None
