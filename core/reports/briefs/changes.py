"""Which counts grew and which fell against the period before, by one measure of what is worth telling."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from core.catalogue import ACROSS, PRODUCTS, Stat
from core.reports.briefs.figures import BriefFigures, headline_counts
from core.reports.briefs.line import BriefLine
from core.reports.measures import context, trends
from core.reports.measures.brief_rules import BriefRules
from core.reports.wording import findings
from core.wording import number, percent

_MADE = frozenset({"artifacts", "commits", "edits", "files", "lines", "PRs", "projects"})
"""Units of counts of what use produced; changes of them are told, not asked about."""


def grown(figures: BriefFigures, rules: BriefRules, skip: Iterable[str]) -> list[BriefLine]:
    """Headline counts that grew against the period before; `skip` names products and statistics told already."""
    return _changed(figures, rules, skip, lambda now, then: now - then)


def fallen(figures: BriefFigures, rules: BriefRules, skip: Iterable[str]) -> list[BriefLine]:
    """Headline counts that fell against the period before; none where the person marked days of the period."""
    if context.during(figures.usage.marks, figures.period):
        return []
    return _changed(figures, rules, skip, lambda now, then: then - now)


def _changed(
    figures: BriefFigures, rules: BriefRules, skip: Iterable[str], by: Callable[[float, float], float]
) -> list[BriefLine]:
    before, told, lines = figures.usage.compared, set(skip), []
    if before is None or not figures.comparable:
        return []
    earlier, asked = figures.history.during(before), set[str]()
    per_product = dict.fromkeys((*(product.key for product in PRODUCTS), ACROSS), 0)
    for stat in headline_counts():
        if {stat.key, stat.product} & told or per_product[stat.product] == rules.change_lines:
            continue
        now, then = figures.usage.total(stat), trends.total(earlier, stat)
        if now is None or then is None or by(now, then) < max(rules.change_amount, then * rules.change_share):
            continue
        if figures.whole(stat.measures, before.first, figures.period.last):
            # One question a product is enough, and it asks about use, not about what came of it.
            asks = stat.unit not in _MADE and stat.product not in asked
            asked |= {stat.product} if asks else set()
            lines.append(_change(stat, now, then, rules, asks=asks))
            per_product[stat.product] += 1
    return lines


def _change(stat: Stat, now: float, then: float, rules: BriefRules, *, asks: bool) -> BriefLine:
    """The line about a statistic that grew or fell; with `asks`, a question about it may follow."""
    told = then >= rules.percent_base and now < 2 * then
    share = f", {percent(abs(now - then) / then)}" if told else ""
    numbers = f"{stat.label}: {findings.with_unit(stat, now)}, was {number(then)}"
    return BriefLine(
        f"{numbers} ({number(abs(now - then))} {'more' if now > then else 'fewer'}{share}).",
        stat.label,
        stat.product,
        stat.key,
        fact=f"{numbers}." if asks else "",
    )
