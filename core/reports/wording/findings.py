"""Sentences that say what a figure shows; under a headcount of ten they speak in people, not in per cent."""

from __future__ import annotations

from collections.abc import Collection

from core.catalogue import ANY, Product, Ratio, Stat
from core.reports.measures.activity import Share, mean_rate
from core.reports.periods import Grain, Period
from core.wording import number, percent

SMALL = 10
"""Under this headcount a per cent says more than the numbers do."""

_ONE = {"searches": "search"}
"""Units of which one is another word than the plural without its s."""


def value(stat: Stat | Ratio, amount: float | None) -> str:
    """A statistic's value with its unit's form."""
    return percent(amount) if isinstance(stat, Ratio) else number(amount)


def with_unit(stat: Stat | Ratio, amount: float | None) -> str:
    """A statistic's value with its unit, unless that is in its label: "3 PRs", but "30" of the chat messages."""
    if isinstance(stat, Ratio) or stat.unit in stat.label.casefold():
        return value(stat, amount)
    return f"{number(amount)} {unit(stat, amount)}"


def unit(stat: Stat | Ratio, amount: float | None) -> str:
    """The word behind a value: "session" of one, "sessions" of others; none behind a rate, which has its sign."""
    if isinstance(stat, Ratio):
        return ""
    return _ONE.get(stat.unit, stat.unit.removesuffix("s")) if amount == 1 else stat.unit


def people(count: int) -> str:
    """ "1 person", "5 people"."""
    return f"{count} person" if count == 1 else f"{number(count)} people"


def _signed(amount: int) -> str:
    """ "+82", "−3", "±0", with thin separators."""
    sign = "+" if amount > 0 else "−" if amount < 0 else "±"
    return f"{sign}{number(abs(amount))}"


def besides_new(count: int) -> str:
    """Behind a number of people with a habit: how many have just begun, who may well have use in most weeks."""
    return f"; {number(count)} {'is' if count == 1 else 'are'} new to it" if count else ""


def adoption_rate(share: Share) -> str:
    """A rate with both its numbers; for a small group the numbers alone."""
    return str(share) if share.of < SMALL else f"{percent(share.rate)} · {share}"


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
    if points := points_between(now.rate, before.rate):
        return f"{_points(points)}, was {before}"
    if now.rate == before.rate:
        return f"no change, was {before}"
    return f"under 1 point {'more' if now.rate > before.rate else 'less'}, was {before}"


def amount_change(stat: Stat | Ratio, now: float | None, before: float | None) -> str | None:
    """How a statistic changed; in points for a rate, in numbers for a count; None without a value to compare with."""
    if now is None or before is None:
        return None
    if isinstance(stat, Ratio):
        return f"{_points(points_between(now, before))} vs before"
    return f"{_signed(round(now - before))} vs before"


def trend_title(
    stat: Stat | Ratio, now: float | None, before: float | None, period: Period, cases: int | None = None
) -> str:
    """What the trend of one statistic amounts to, in a sentence. A rate of few `cases` says how few."""
    change = "" if now is None or before is None else f", {_than_before(stat, now, before)}"
    if isinstance(stat, Ratio) and cases is not None and cases < stat.thin_below:
        change = f", only {cases} {stat.counted}"
    return f"{stat.label}: {with_unit(stat, now)}, {period}{change}"


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


def inside(product: Product) -> str:
    """ " in Claude Code", or nothing when it is about any product."""
    return "" if product is ANY else f" in {product.noun}"


def drawn_by(asked: Grain, shown: Grain) -> str:
    """Why charts show days or weeks where longer ones were asked for, in a sentence; nothing when they do not."""
    if asked is shown:
        return ""
    return f"This range is drawn by {shown}: it does not hold two whole {asked}s."
