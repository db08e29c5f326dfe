"""The lower half of the Adoption page: per product, what the people do with it."""

from __future__ import annotations

import streamlit as st

from core.catalogue import ACROSS, ANY, PRODUCTS, stats_of
from core.reports.adoption import adoption_table
from core.reports.adoption.adoption import Adoption
from core.reports.charts.marks import Mark
from core.reports.measures import activity, medians, trends
from core.reports.measures.daily import Daily
from core.reports.periods import Period
from core.ui.session import session_cache
from core.ui.widgets import choices, product_views, stat_views
from core.ui.widgets.chart_files import ChartSubject
from core.ui.widgets.filter_bar import Filters
from core.ui.widgets.product_views import PeriodMeasures, ProductFigures
from core.visibility import Scope, Team


def _medians(whose: ChartSubject, product: str, data: Adoption) -> tuple[tuple[str, float], ...]:
    """The medians of a product's statistics; for large teams only when asked for: each person's rows are read."""
    active = _active(whose, product, data)
    rows = medians.cost(whose.team, whose.period)
    if active < medians.FEWEST:
        st.caption(f"Medians per active person are not told: fewer than {medians.FEWEST} people are active.")
        return ()
    if rows > medians.MOST:
        days = max(medians.MOST // whose.team.size, 1)
        st.caption(
            "Medians per active person are not told: there is too much to read. Choose a team below, or a range of at "
            f"most {days} days."
        )
        return ()
    if rows > medians.MOST_AT_ONCE and not choices.switch(
        "Medians per active person", "medians", help="Reads every person's days, so it takes a moment."
    ):
        return ()
    return session_cache.report(whose.scope, _medians_of, whose.team, product, whose.period, active)


def _medians_of(scope: Scope, team: Team, product: str, period: Period, active: int) -> tuple[tuple[str, float], ...]:
    return tuple(medians.medians(scope, team, stats_of(product), period, active).items())


def _measured(scope: Scope, team: Team, product: str, period: Period) -> Daily:
    return trends.daily_measures(scope, team, stats_of(product), period)


def _active(whose: ChartSubject, product: str, data: Adoption) -> int:
    """The active people of a product; of what spans products, those who are active in any."""
    if product != ACROSS:
        share = data.in_products.get(product)
        return share.count if share is not None else 0
    if data.product is ANY:
        return data.now.active.count
    return session_cache.report(whose.scope, _active_in_any, whose.team, whose.period)


def _active_in_any(scope: Scope, team: Team, period: Period) -> int:
    used = activity.load(scope, team, ANY, period)
    return used.count(period, scope.members(team).employed(period.last))


def statistics(scope: Scope, filters: Filters, data: Adoption, noted: tuple[Mark, ...]) -> None:
    """Per product: the statistics as trends and totals."""
    before = filters.period.before() if data.active_before is not None else None

    whose = ChartSubject(scope, filters.team, filters.period)

    def load(product: str) -> ProductFigures:
        now = session_cache.report(scope, _measured, filters.team, product, filters.period)
        then = None if before is None else session_cache.report(scope, _measured, filters.team, product, before)
        figures = session_cache.derived(PeriodMeasures, filters.period, now, then, data.grain)
        return ProductFigures(whose, figures, lambda: _medians(whose, product, data))

    st.subheader("What people do with it", anchor=False)
    used = [key for key, share in data.in_products.items() if share.count]
    chosen = [filters.product.key] if filters.product is not ANY else used
    product_views.sections(chosen or [product.key for product in PRODUCTS], load, noted)


def in_a_table(scope: Scope, data: Adoption) -> None:
    """The page's figures, to take along."""
    stat_views.figures_of_page(
        "The figures of this page",
        lambda: adoption_table.table(data),
        key="adoption_figures",
        whose=ChartSubject(scope, data.team, data.period, product=data.product),
    )
