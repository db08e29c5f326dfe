"""The rules of the brief, one function each: from a person's figures to the lines that they are worth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from core import wording
from core.catalogue import PRODUCTS, STAT, Product, Ratio
from core.reports.briefs import runs
from core.reports.briefs.figures import BriefFigures, headline_counts
from core.reports.briefs.line import BriefLine
from core.reports.measures import trends
from core.reports.measures.brief_rules import BriefRules
from core.reports.periods import DAY, Period
from core.reports.wording import definitions, findings

_WORKING_DAYS = "Active working days"
_PRODUCT_DAY = "Active in a product"

TERMS = {
    _WORKING_DAYS: definitions.WORKING_DAYS,
    _PRODUCT_DAY: "A UTC day on which any counter of the product is above zero.",
    **runs.TERMS,
}
"""Name → meaning of the definitions that a line can name and that are not of a statistic."""


def in_all(figures: BriefFigures) -> list[BriefLine]:
    """The lines for everybody with use: on how many days, of which products, of which most often."""
    lines = []
    if working := figures.usage.working_days(figures.period):
        text = f"Active on {working} working days."
        lines.append(BriefLine(text, _WORKING_DAYS, fact=text))
    days = {product.label: sum(day in figures.period for day in figures.days_of(product)) for product in PRODUCTS}
    used = [label for label, count in days.items() if count]
    text = f"{len(used)} of {len(PRODUCTS)} products used{f': {_listed(used)}' if used else ''}."
    lines.append(BriefLine(text, _PRODUCT_DAY, fact=text if len(used) < len(PRODUCTS) else ""))
    if used:
        most = max(days.values())
        labels = _listed([label for label in used if days[label] == most])
        text = f"Most often used: {labels}, on {wording.counted(most, 'day')}, weekends included."
        lines.append(BriefLine(text, _PRODUCT_DAY, fact=text))
    return lines


def tried_once(figures: BriefFigures, rules: BriefRules) -> dict[str, BriefLine]:
    """Key of a product → its line, if used on a single day since its data begins, in the period and not just now.

    In a gap in the data, and before it, there may have been use, so only the days after the last gap are looked at.
    """
    found = {}
    for product in PRODUCTS:
        days = figures.days_of(product)
        if len(days) == 1 and days[0] in figures.period and (figures.ends - days[0]).days >= rules.tried_days:
            begins = figures.unbroken(figures.told_on(product, days[0]), figures.ends)
            if begins is None or begins > days[0]:
                continue
            if begins != figures.begins and (figures.ends - begins).days + 1 < rules.known_days:
                continue
            when = wording.day(days[0])
            found[product.key] = BriefLine(
                f"{product.label}: used on one day, {when}, and on no other since {_since(figures, product, begins)}.",
                _PRODUCT_DAY,
                product.key,
                fact=f"{product.label} was used on one day, {when}.",
            )
    return found


def _since(figures: BriefFigures, product: Product, begins: dt.date) -> str:
    """From which day on no use of a product can be told from no data, in words."""
    if begins == figures.begins:
        return f"data began on {wording.day(begins)}"
    if begins == figures.begins_of(product):
        return f"its data began on {wording.day(begins)}"
    if figures.is_told_throughout(product):
        return f"all its counters are measured, from {wording.day(begins)} on"
    return f"its data without a gap began on {wording.day(begins)}"


def first_uses(figures: BriefFigures, rules: BriefRules, skip: Iterable[str]) -> dict[str, BriefLine]:
    """Key of a product or statistic → its line: products used for the first time, and new statistics of the others.

    A sum over products has no line beside the part that made it new.
    """
    found: dict[str, BriefLine] = {}
    told = set(skip)
    for product in PRODUCTS:
        days = figures.days_of(product)
        if product.key in told or not days or not _is_first(figures, days, figures.told_on(product, days[0]), rules):
            continue
        count = sum(day in figures.period for day in days)
        found[product.key] = BriefLine(
            f"{product.label}: first used on {wording.day(days[0])}, on {wording.counted(count, 'day')} of the period.",
            _PRODUCT_DAY,
            product.key,
            fact=f"{product.label} was first used on {wording.day(days[0])}.",
        )
    told |= found.keys()
    for stat in headline_counts():
        days = figures.used(stat.measures)
        if stat.product not in told and _is_first(figures, days, stat.measures, rules):
            amount = findings.with_unit(stat, figures.usage.total(stat))
            found[stat.key] = BriefLine(
                f"{stat.label}: first on {wording.day(days[0])}, {amount} in the period.",
                stat.label,
                stat.product,
                stat.key,
            )
    parts = [set(one.measures) for one in headline_counts() if one.key in found]
    sums = {stat.key for stat in headline_counts() if any(part < set(stat.measures) for part in parts)}
    return {key: line for key, line in found.items() if key not in sums}


def _is_first(figures: BriefFigures, days: list[dt.date], keys: Iterable[str], rules: BriefRules) -> bool:
    """Whether the first of the days is a first use: in the period, after enough days that would have shown one."""
    if not days or days[0] not in figures.period:
        return False
    since = figures.unbroken(keys, days[0] - DAY)
    return since is not None and (days[0] - since).days >= rules.known_days


def lapsed(figures: BriefFigures, rules: BriefRules) -> list[BriefLine]:
    """Lines about products with a habit that ended in the period, or in the one before where the two compare.

    Quiet are the days since the last use, up to the last day of somebody who left, and without marked ones: neither
    leaving nor leave is a lapse. Every counter of the habit has to be measured on each of them.
    """
    start = figures.usage.compared.first if figures.usage.compared else figures.period.first
    until = f"up to the last day, {wording.day(figures.ends)}" if figures.usage.archived else "since"
    lines = []
    for product in PRODUCTS:
        days = figures.days_of(product)
        if not days or days[-1] < start:
            continue
        passed = (figures.ends - days[-1]).days
        quiet = passed - figures.usage.marked_days(days[-1] + DAY, figures.ends)
        if quiet < rules.quiet_days:
            continue
        habit = Period.ending(days[-1], rules.habit_span)
        used = sum(day in habit for day in days)
        since = figures.unbroken(figures.used_in(product, habit), figures.ends)
        if used < rules.habit_days or since is None or since > days[-1] + DAY:
            continue
        quiet_days = wording.counted(quiet, "day") if quiet == passed else f"{quiet} days without a mark"
        last = wording.day(days[-1])
        lines.append(
            BriefLine(
                f"{product.label}: last used on {last}, on {wording.counted(used, 'day')} of the {rules.habit_span} "
                f"up to then; not in the {quiet_days} {until}.",
                _PRODUCT_DAY,
                product.key,
                span=None if days[-1] in figures.period else Period(start, figures.period.last),
                fact=f"{product.label} was last used on {last}.",
            )
        )
    return lines


def acceptance(figures: BriefFigures, rules: BriefRules) -> list[BriefLine]:
    """The line about the edit acceptance rate with its n, and its change where both periods have enough decisions."""
    ratio = STAT["edit_acceptance_rate"]
    during = figures.history.during(figures.period)
    if not isinstance(ratio, Ratio) or (decided := trends.denominator(during, ratio)) < ratio.thin_below:
        return []
    rate = trends.total(during, ratio)
    text = f"{ratio.label}: {wording.percent(rate)} of {wording.number(decided)} edits decided"
    fell, before = False, figures.usage.compared
    if before is not None and figures.comparable:
        earlier = figures.history.during(before)
        then, of = trends.total(earlier, ratio), trends.denominator(earlier, ratio)
        if of >= ratio.thin_below:
            change = (findings.amount_change(ratio, rate, then) or "").removesuffix(" vs before")
            text += f", was {wording.percent(then)} of {wording.number(of)} ({change})"
            fell = findings.points_between(rate or 0, then or 0) <= -rules.rate_points
    return [BriefLine(f"{text}.", ratio.label, ratio.product, ratio.key, fact=f"{text}." if fell else "")]


def _listed(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]
