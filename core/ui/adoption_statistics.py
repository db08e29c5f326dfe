"""The lower half of the Adoption page: per product, what the people do with it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.catalogue import ACROSS, ANY, PRODUCTS, stats_of
from core.reports import activity, medians, trends
from core.reports.adoption import Adoption
from core.reports.marks import Mark
from core.ui import choices, product_views
from core.ui.chart_files import Whose
from core.ui.filter_bar import Filters
from core.ui.product_views import Figures
from core.visibility import Scope


def _medians(whose: Whose, product: str, data: Adoption) -> dict[str, float]:
    """The medians of a product's statistics; for large teams only when asked for: each person's rows are read."""
    active = _active(whose, product, data)
    rows = medians.cost(whose.team, whose.period)
    if active < medians.FEWEST:
        st.caption(f"Medians per active person are not told: fewer than {medians.FEWEST} people are active.")
        return {}
    if rows > medians.MOST:
        days = max(medians.MOST // whose.team.size, 1)
        st.caption(
            "Medians per active person are not told: there is too much to read. Choose a team below, or a range of at "
            f"most {days} days."
        )
        return {}
    if rows > medians.MOST_AT_ONCE and not choices.switch(
        "Medians per active person", "medians", help="Reads every person's days, so it takes a moment."
    ):
        return {}
    return medians.medians(whose.scope, whose.team, stats_of(product), whose.period, active)


def _active(whose: Whose, product: str, data: Adoption) -> int:
    """The active people of a product; of what spans products, those who are active in any."""
    if product != ACROSS:
        share = data.in_products.get(product)
        return share.count if share is not None else 0
    if data.product is ANY:
        return data.active.count
    used = activity.load(whose.scope, whose.team, ANY, whose.period)
    return used.count(whose.period, whose.scope.members(whose.team).employed(whose.period.last))


def statistics(scope: Scope, filters: Filters, data: Adoption, noted: Sequence[Mark]) -> None:
    """Per product: the statistics as trends and totals."""
    before = filters.period.before() if data.active_before is not None else None

    def load(product: str) -> Figures:
        stats = stats_of(product)
        now = trends.daily_measures(scope, filters.team, stats, filters.period)
        then = None if before is None else trends.daily_measures(scope, filters.team, stats, before)
        whose = Whose(scope, filters.team, filters.period)
        return Figures(whose, now, then, data.grain, _medians(whose, product, data))

    st.subheader("What people do with it", anchor=False)
    used = [key for key, share in data.in_products.items() if share.count]
    chosen = [filters.product.key] if filters.product is not ANY else used
    product_views.sections(chosen or [product.key for product in PRODUCTS], load, noted)
