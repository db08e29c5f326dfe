"""The parts of the Adoption page: its headline, its charts and the statistics per product."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.catalogue import PRODUCT, PRODUCTS, STATS
from core.reports import adoption as reports
from core.reports import charts, findings, trends
from core.reports.adoption import Adoption
from core.reports.periods import Grain
from core.reports.tiers import RULES, Tier
from core.ui import stat_views, theme
from core.ui.filter_bar import Filters
from core.visibility import Scope

_TIER_ORDER = (Tier.POWER, Tier.REGULAR, Tier.LIGHT, Tier.NEW, Tier.NONE)


def figures(scope: Scope, filters: Filters) -> Adoption:
    """The adoption figures for what the filters ask."""
    return reports.adoption(scope, filters.team, filters.product, filters.period, filters.first_day)


def headline(data: Adoption) -> None:
    """Four cards: how many, lately, how regularly, how often."""
    habit = findings.habitual(data)
    rates = (data.weeks["active"] / data.weeks["headcount"]).dropna().tolist() if len(data.weeks) else []
    with st.grid(min_column_width=200, key="headline"):
        stat_views.headline(
            "Adoption rate",
            findings.adoption_rate(data.active),
            change=findings.share_change(data.active, data.active_before),
            definition=(
                "Distinct people active in the range, out of the headcount on its last day. Active means any counter "
                f"above zero. Compared with {data.period.before()}. The line: the rate of each complete week."
            ),
            spark=rates,
        )
        stat_views.headline(
            "Active in the last 7 days",
            str(data.weekly) if data.weekly else findings.DASH,
            change=findings.share_change(data.weekly, data.weekly_before) if data.weekly else None,
            definition=(
                "Distinct people active in the 7 days that end with the range, out of the headcount; compared with the "
                f"7 days that end with the period before ({data.period.before()}). The line: the same, day by day."
            ),
            spark=data.last_seven.dropna().tolist(),
        )
        stat_views.headline(
            "Regular or power users",
            str(habit) if habit else findings.DASH,
            change=f"{data.tier_weeks}",
            definition=RULES.in_words(),
        )
        stat_views.headline(
            "Stickiness",
            findings.percent(data.stickiness),
            change=f"average week: {findings.percent(data.average_week)}",
            definition=(
                "Mean number of people active on a working day, divided by the people active in the 28 days that end "
                "with the range. Beneath: mean over the complete weeks of active people / headcount."
            ),
        )


def overview(data: Adoption) -> None:
    """Is it growing, and in which products."""
    look = theme.look()
    color = look.products.get(data.product.key, look.accent)
    left, right = st.columns(2)
    with left:
        _activity(data, look, color)
    with right:
        labels = {product.key: product.label for product in PRODUCTS}
        stat_views.chart(
            findings.products_title(data),
            None if data.by_product.empty else charts.products_by_week(data.by_product, look),
            data.by_product.rename(columns=labels),
            key="products",
            note="People active per product and complete week; one person can use several products.",
        )


def _activity(data: Adoption, look: charts.Look, color: str) -> None:
    """People active per week; in a range of hardly a week, per day."""
    if len(data.weeks) > 1:
        stat_views.chart(
            findings.weekly_title(data),
            charts.weekly_active(data.weeks, look, color),
            data.weeks.rename(columns={"active": "Active people", "headcount": "Headcount"}),
            key="weekly",
            note="People active per complete week (Monday to Sunday); dotted: headcount.",
        )
        return
    stat_views.chart(
        findings.daily_title(data),
        charts.trend(data.daily, "people", Grain.DAY, data.period, look=look, color=color),
        data.daily.rename("Active people").to_frame(),
        key="daily",
        note="People active per day; a longer range shows whole weeks. Shaded: weekends.",
    )


def habits(data: Adoption) -> None:
    """Who has made it a habit, where people stop, and who came and went."""
    look = theme.look()
    left, middle, right = st.columns([4, 4, 3])
    with left:
        stat_views.chart(
            findings.habit_title(data),
            charts.tier_bar(data.tier_counts, look) if data.tier_counts else None,
            pd.DataFrame({"People": {tier.label: data.tier_counts.get(tier) for tier in _TIER_ORDER}}),
            key="tiers",
            note="By active days and weeks, never by volume.",
        )
    with middle:
        stat_views.chart(
            "From the directory to a habit",
            charts.funnel(data.funnel, look),
            pd.DataFrame({"People": dict(data.funnel)}),
            key="funnel",
            note="Each step counts people of the step before it.",
        )
    with right, st.container(border=True, height="stretch"):
        st.markdown("**Who came and who went**")
        if data.transitions is None:
            st.caption("The period before is not covered by data, so nothing can be compared.")
        else:
            st.table(pd.DataFrame({"People": data.transitions}))
            st.caption(f"Against {data.period.before()}: a period of the same length with the same weekdays.")


def statistics(scope: Scope, filters: Filters, data: Adoption) -> None:
    """Per product: the statistics as trends and totals."""
    measures = trends.daily_measures(scope, filters.team, STATS, filters.period)
    before = filters.period.before()
    compared = None
    if data.active_before is not None:
        compared = trends.daily_measures(scope, filters.team, STATS, before)
    products = [filters.product] if filters.product in PRODUCTS else [PRODUCT[key] for key in _used(data)]
    st.subheader("What people do with it", anchor=False)
    stat_views.product_sections([p.key for p in products], measures, compared, filters.period, filters.grain)


def _used(data: Adoption) -> list[str]:
    """Products that anybody used, else all."""
    used = [
        product.key for product in PRODUCTS if product.key in data.by_product and data.by_product[product.key].any()
    ]
    return used or [product.key for product in PRODUCTS]
