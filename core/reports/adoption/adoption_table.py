"""The figures of the Adoption page in one table, to take along: what its cards, bars and steps stand for."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from core.catalogue import ANY, PRODUCT
from core.reports.adoption.adoption import Adoption
from core.reports.adoption.adoption_findings import habitual
from core.reports.measures.activity import Share, mean_rate
from core.reports.measures.tiers import ORDER
from core.reports.wording.findings import SMALL

_COLUMNS = ("People", "Out of", "Rate", "People before", "Out of before", "Rate before")


def table(figures: Adoption) -> pd.DataFrame:
    """A row a figure: people, out of how many, the rate (0 to 1), and the same of the period before.

    Empty is what was not measured, what is not compared, and the rate of a team so small that it is told in people.
    """
    rows = [(part, name, *_cells(now), *_cells(before)) for part, name, now, before in _shares(figures)]
    if figures.now.active.of >= SMALL:
        week, sticky, before = mean_rate(figures.weeks.values()), figures.now.stickiness, figures.before.stickiness
        rows.append(("Cards", "Average week", None, None, week, None, None, None))
        rows.append(("Cards", "Stickiness", None, None, sticky, None, None, before))
    found = pd.DataFrame(rows, columns=["Part of the page", "Figure", *_COLUMNS])
    return found.convert_dtypes().set_index("Figure")


def _cells(share: Share | None) -> tuple[int | None, int | None, float | None]:
    if share is None:
        return None, None, None
    return share.count, share.of, share.rate if share.of >= SMALL else None


def _shares(figures: Adoption) -> Iterator[tuple[str, str, Share | None, Share | None]]:
    yield "Cards", "Active in the range", figures.now.active, figures.active_before
    yield "Cards", f"Active in the 7 days to {figures.period.last}", figures.now.weekly, figures.before.weekly
    habits, earlier = figures.now.tier_counts, figures.before.tier_counts
    yield "Cards", "Regular or power users", habitual(habits), habitual(earlier)
    for tier in ORDER if habits else ():
        then = Share(earlier[tier], sum(earlier.values())) if earlier else None
        yield f"Habits, {figures.now.tier_weeks}", tier.label, Share(habits[tier], sum(habits.values())), then
    for label, count in figures.funnel.steps:
        yield "The way to a habit", label, Share(count, figures.funnel.headcount), None
    came_and_went = figures.transitions.by_label if figures.transitions else {}
    for label, count in came_and_went.items():
        yield "Against the period before", label, Share(count, sum(came_and_went.values())), None
    for key, share in figures.in_products.items() if figures.product is ANY else ():
        yield "Products in the range", PRODUCT[key].label, share, None
