"""The first screen of the Adoption page: its headline and its charts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from core import wording
from core.catalogue import ANY, PRODUCT
from core.reports.adoption import adoption as reports
from core.reports.adoption import adoption_findings
from core.reports.adoption.adoption import Adoption
from core.reports.charts import annotation_marks, charts, product_chart, time_charts
from core.reports.charts.charts import ChartTheme
from core.reports.charts.drawing import Drawing
from core.reports.charts.marks import Mark, at_points
from core.reports.measures import time_series
from core.reports.measures.tiers import ORDER, RULES
from core.reports.periods import Grain
from core.reports.wording import definitions, findings
from core.ui.frame import empty_states, theme
from core.ui.session import session_cache
from core.ui.team import gap_views
from core.ui.widgets import stat_views
from core.ui.widgets.chart_files import ChartSubject
from core.ui.widgets.filter_bar import Filters
from core.visibility import Scope


def figures(scope: Scope, filters: Filters) -> Adoption:
    """The adoption figures for what the filters ask."""
    return session_cache.report(
        scope, reports.adoption, filters.team, filters.product, filters.period, filters.first_day, grain=filters.grain
    )


def remarks(scope: Scope, data: Adoption) -> None:
    """What to know before the numbers: days and products without data, who is away, and what to do without any use."""
    stat_views.missing_days_note(data.missing_days, data.product)
    stat_views.in_part_note(scope, data.period, data.product)
    stat_views.away_note(data.away)
    if data.funnel.headcount and not data.now.active.count:
        empty_states.no_use(data.product)


def headline(data: Adoption) -> None:
    """Four cards: how many, lately, how regularly, how often."""
    habit, before = adoption_findings.habitual(data.now.tier_counts), data.period.before()
    with st.grid(4, min_column_width=212, key="headline"):
        stat_views.headline(
            "Adoption rate",
            findings.adoption_rate(data.now.active),
            change=findings.share_change(data.now.active, data.active_before),
            definition=f"{definitions.ADOPTION_RATE} Compared with {before}.",
        )
        stat_views.headline(
            f"Active in the 7 days to {wording.short_day(data.period.last)}",
            str(data.now.weekly) if data.now.weekly else wording.DASH,
            change=_weekly_change(data),
            definition=f"{definitions.LAST_DAYS} Compared with those of the period before ({before}).",
        )
        stat_views.headline(
            "Regular or power users",
            str(habit) if habit else wording.DASH,
            change=session_cache.derived(adoption_findings.habit_change, data),
            definition=f"{adoption_findings.habit_weeks(data)} {RULES.in_words()}",
        )
        stat_views.headline(
            "Stickiness",
            adoption_findings.stickiness(data),
            change=session_cache.derived(adoption_findings.stickiness_change, data),
            definition=f"{definitions.STICKINESS} Average week: {definitions.AVERAGE_WEEK} {definitions.SMALL_GROUPS}",
        )


def _weekly_change(data: Adoption) -> str | None:
    """How the last week changed, and which week it is compared with: a long range ago, so the day is said."""
    change = findings.share_change(data.now.weekly, data.before.weekly) if data.now.weekly else None
    return change and f"{change} (to {data.period.before().last:%-d\u00a0%b})"


def marks(scope: Scope, filters: Filters) -> tuple[Mark, ...]:
    """What admins noted about the days of the range."""
    return session_cache.report(scope, annotation_marks.of_team, filters.team, filters.period)


def overview(scope: Scope, data: Adoption, noted: tuple[Mark, ...]) -> None:
    """Is it growing, in which products, and where not."""
    whose = ChartSubject(scope, data.team, data.period)
    left, middle, right = st.columns([5, 5, 4])
    with left:
        _course(replace(whose, product=data.product), data, noted)
    with middle:
        _products(whose, data, noted)
    with right:
        gap_views.where_not(data)


def _course(whose: ChartSubject, data: Adoption, noted: tuple[Mark, ...]) -> None:
    look = theme.chart_theme()
    color = look.accent if data.product is ANY else look.products[data.product.key]
    stat_views.chart(
        session_cache.derived(adoption_findings.course_title, data),
        session_cache.derived(_course_drawing, data, noted, look, color),
        lambda: _course_table(data),
        key="course",
        name="active people over time",
        note=session_cache.derived(_course_note, data),
        marks=noted,
        whose=whose,
        compact=True,
    )


def _course_table(data: Adoption) -> pd.DataFrame:
    course = data.course
    columns = {
        "Active people": course.active,
        "Headcount": course.headcount,
        "Complete": course.whole,
        "Period before": course.before,
    }
    return time_series.table(course.starts, columns, data.grain)


def _course_drawing(data: Adoption, noted: tuple[Mark, ...], look: ChartTheme, color: str) -> Drawing:
    figure = time_charts.course(data.course, data.grain, look, color)
    return time_charts.add_marks(figure, noted, data.course.starts, data.grain, look)


def _course_note(data: Adoption) -> str:
    notes = [_grain(data), f"Distinct people active per {data.grain}; dotted: headcount.", _compared(data)]
    if not data.course.whole.all():
        notes.append(f"Ring: a {data.grain} with days outside the range or without data, not to be compared.")
    if data.grain is Grain.DAY:
        notes.append("Shaded: weekends. The sentence compares the newest working day with the same weekday.")
    return " ".join(filter(None, notes))


def _grain(data: Adoption) -> str:
    return findings.drawn_by(data.asked, data.grain)


def _compared(data: Adoption) -> str:
    """What the line of the period before is, or why there is none."""
    before = data.period.before()
    if data.grain is Grain.MONTH:
        return "No line of the period before: its months do not hold the same days."
    if not np.isnan(data.course.before).all():
        return f"Grey: the same {data.grain}s of the period before, {before}."
    return f"No line of the period before: data does not cover {before}."


def _products(whose: ChartSubject, data: Adoption, noted: tuple[Mark, ...]) -> None:
    noted = session_cache.derived(_at_products, data, noted)
    stat_views.chart(
        adoption_findings.products_title(data),
        session_cache.derived(_products_drawing, data, noted, theme.chart_theme()),
        lambda: _products_table(data),
        key="products",
        name="products over time",
        note=(
            f"{_grain(data)} People active per product and complete {data.grain}; one person can use several "
            f"products. Thick: the chosen product, else the {product_chart.EMPHASISED} that reach most lately."
        ).strip(),
        marks=noted,
        whose=whose,
        compact=True,
    )


def _products_table(data: Adoption) -> pd.DataFrame:
    columns = {PRODUCT[key].label: line for key, line in data.by_product.lines.items()}
    return time_series.table(data.by_product.starts, columns, data.grain)


def _at_products(data: Adoption, noted: tuple[Mark, ...]) -> tuple[Mark, ...]:
    return tuple(at_points(noted, data.by_product.starts, data.grain))


def _products_drawing(data: Adoption, noted: tuple[Mark, ...], look: ChartTheme) -> Drawing | None:
    if not any(np.nansum(line) > 0 for line in data.by_product.lines.values()):
        return None
    figure = product_chart.products(data.by_product, data.grain, look, data.product.key)
    return time_charts.add_marks(figure, noted, data.by_product.starts, data.grain, look)


def _tiers_drawing(data: Adoption, look: ChartTheme) -> Drawing | None:
    return charts.tier_bar(data.now.tier_counts, look) if any(data.now.tier_counts.values()) else None


def _funnel_drawing(data: Adoption, look: ChartTheme) -> Drawing:
    return charts.funnel(data.funnel.steps, look)


def habits(scope: Scope, data: Adoption) -> None:
    """Who has made it a habit, where people stop, and who took it up or paused."""
    look, whose = theme.chart_theme(), ChartSubject(scope, data.team, data.period, product=data.product)
    left, middle, right = st.columns([5, 5, 4])
    with left:
        stat_views.chart(
            adoption_findings.habit_title(data),
            session_cache.derived(_tiers_drawing, data, look),
            lambda: pd.DataFrame(
                {"People": {tier.label: data.now.tier_counts.get(tier) for tier in ORDER}}
            ).rename_axis("Habit"),
            key="tiers",
            name="habits",
            note=f"By active days and weeks, never by volume. {RULES.in_words()}",
            whose=whose,
            compact=True,
            otherwise="There is nobody to count."
            if data.now.tier_counts
            else f"They need data of every day of {data.now.tier_weeks}.",
        )
    with middle:
        stat_views.chart(
            adoption_findings.funnel_title(data),
            session_cache.derived(_funnel_drawing, data, look),
            lambda: pd.DataFrame({"People": dict(data.funnel.steps)}).rename_axis("Step"),
            key="funnel",
            name="the way to a habit",
            note=definitions.FUNNEL,
            whose=whose,
            compact=True,
        )
    with right, st.container(border=True, height="stretch", gap="xsmall", key="transitions_card"):
        _transitions(data)


def _transitions(data: Adoption) -> None:
    if data.transitions is None:
        st.markdown("**Who took it up and who paused**")
        st.caption("The period before is not covered by data, so nothing can be compared.")
        return
    st.markdown(
        f"**{adoption_findings.transitions_title(data.transitions)}**",
        help=f"{definitions.CAME_AND_WENT} That is {data.period.before()}.",
    )
    st.markdown(
        "  \n".join(f"{label} · **{wording.number(count)}**" for label, count in data.transitions.by_label.items())
    )
