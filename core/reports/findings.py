"""Sentences that say what a figure shows; under a headcount of ten they speak in people, not in per cent."""

from __future__ import annotations

from core.catalogue import ANY, PRODUCT, Product, Ratio, Stat
from core.reports.activity import Share
from core.reports.adoption import Adoption
from core.reports.tiers import Tier

SMALL = 10
"""Under this headcount a per cent says more than the numbers do."""

DASH = "–"
_THIN = "\u202f"


def number(value: float | None) -> str:
    """A count with thin separators; a dash for what was not measured."""
    return DASH if value is None else f"{value:,.0f}".replace(",", _THIN)


def percent(rate: float | None) -> str:
    """A rate as whole per cent; a dash when there was nothing to divide by."""
    return DASH if rate is None else f"{rate:.0%}".replace("%", f"{_THIN}%")


def value(stat: Stat | Ratio, amount: float | None) -> str:
    """A statistic's value with its unit's form."""
    return percent(amount) if isinstance(stat, Ratio) else number(amount)


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


def share_change(now: Share, before: Share | None) -> str | None:
    """How a share of people changed; None when the period before is not covered by data."""
    if before is None or now.rate is None or before.rate is None:
        return None
    difference = now.count - before.count
    if max(now.of, before.of) < SMALL:
        words = "no change" if difference == 0 else f"{people(abs(difference))} {'more' if difference > 0 else 'fewer'}"
        return f"was {before}: {words}"
    points = round((now.rate - before.rate) * 100)
    return f"{_points(points)}, was {before}" if points else f"no change, was {before}"


def amount_change(stat: Stat | Ratio, now: float | None, before: float | None) -> str | None:
    """How a statistic changed; in points for a rate, in numbers for a count; None without a value to compare with."""
    if now is None or before is None:
        return None
    if isinstance(stat, Ratio):
        return f"{_points(round((now - before) * 100))} vs before"
    return f"{_signed(round(now - before))} vs before"


def _points(change: int) -> str:
    return f"{_signed(change)} {'point' if abs(change) == 1 else 'points'}"


def _in(product: Product) -> str:
    """ " in Claude Code", or nothing when it is about any product."""
    return "" if product is ANY else f" in {product.label}"


def weekly_title(figures: Adoption) -> str:
    """What the weekly chart shows, in a sentence."""
    weeks = figures.weeks
    if weeks.empty:
        return "The range holds no complete week yet"
    last = Share(int(weeks["active"].iloc[-1]), int(weeks["headcount"].iloc[-1]))
    inside = _in(figures.product)
    if len(weeks) == 1:
        return f"{last} people were active{inside} in the week"
    difference = last.count - int(weeks["active"].iloc[0])
    if difference == 0:
        return f"{last} people were active{inside} in the last complete week, as many as {len(weeks) - 1} weeks earlier"
    change = f"{number(abs(difference))} {'more' if difference > 0 else 'fewer'}"
    return f"{last} people active{inside} in the last complete week, {change} than {len(weeks) - 1} weeks earlier"


def daily_title(figures: Adoption) -> str:
    """What the daily chart of a short range shows, in a sentence."""
    return f"{figures.active} people were active{_in(figures.product)} on some day of the range"


def products_title(figures: Adoption) -> str:
    """Which product leads and how many are in use, in a sentence."""
    if figures.by_product.empty:
        return "The range holds no complete week yet"
    used = figures.by_product.iloc[-1]
    if not used.max() > 0:
        return "No product was used in the last complete week"
    label = PRODUCT[str(used.idxmax())].label
    return f"{label} reaches most people ({number(used.max())}); {int((used > 0).sum())} products in use"


def habit_title(figures: Adoption) -> str:
    """How many people have a habit, in a sentence."""
    used = "Claude" if figures.product is ANY else figures.product.label
    return f"{share} use {used} in most weeks" if (share := habitual(figures)) else "Too little data to tell habits"


def habitual(figures: Adoption) -> Share | None:
    """The people with a regular or power habit; None while data does not cover the weeks that decide."""
    counts = figures.tier_counts
    return Share(counts[Tier.REGULAR] + counts[Tier.POWER], sum(counts.values())) if counts else None
