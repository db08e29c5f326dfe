"""The parts of the pages My usage and Person: the same for the employee and for the manager."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.catalogue import STAT
from core.reports import annotated, calendars, trends
from core.reports.person import PersonUsage, person_usage
from core.reports.tiers import RULES
from core.ui import product_views, stat_views, theme
from core.ui.empty_states import no_use
from core.ui.filter_bar import Filters
from core.ui.product_views import Figures
from core.ui.text import literal
from core.visibility import Scope

_CARDS = ("conversations", "chat_messages", "code_sessions", "edit_acceptance_rate")


def usage_of(scope: Scope, employee_id: int, filters: Filters) -> PersonUsage:
    """One person's usage for what the filters ask."""
    return person_usage(scope, employee_id, filters.period, filters.first_day)


def heading(usage: PersonUsage) -> None:
    """Who this is, in plain text."""
    st.title(literal(usage.name), anchor=False)
    st.text(" · ".join(part for part in (usage.title, usage.department, usage.email) if part))


def headline(usage: PersonUsage, filters: Filters) -> None:
    """Active days, habit, and the statistics that most people have."""
    during = usage.during(usage.period)
    before = None if usage.before is None else usage.during(usage.before)
    series = stat_views.whole_buckets(trends.by_grain(during, filters.grain), filters.grain, usage.period)
    days_before = usage.days_active_before
    with st.grid(min_column_width=190, key="headline"):
        stat_views.headline(
            "Active days",
            f"{usage.days_active} of {len(usage.period)}",
            change=None if days_before is None else f"was {days_before}",
            definition="Days of the range (weekends included) with any counter above zero.",
        )
        stat_views.headline("Habit", usage.tier.label, change=f"{usage.tier_weeks}", definition=RULES.in_words())
        for stat in (STAT[key] for key in _CARDS if usage.total(STAT[key])):
            stat_views.statistic(stat, during, before, series)


def calendar(usage: PersonUsage) -> None:
    """The days on which the person used Claude."""
    look = theme.look()
    days = pd.DataFrame(
        {
            "Active": usage.activity.mask[-len(usage.period) :, 0],
            "Data stored": usage.activity.known[-len(usage.period) :],
        },
        index=pd.DatetimeIndex(list(usage.period)),
    )
    stat_views.chart(
        f"Active on {usage.days_active} days, {usage.period}",
        calendars.active_days(usage.activity, usage.period, look, look.accent),
        days,
        key="calendar",
        note="Filled: any counter above zero. Blank: no data for that day yet.",
    )


def statistics(scope: Scope, usage: PersonUsage, filters: Filters) -> None:
    """Per product used: the statistics as trends and totals."""
    if not usage.products:
        no_use(literal(usage.name))
        return
    before = None if usage.before is None else usage.during(usage.before)
    figures = Figures(usage.during(usage.period), before, usage.period, filters.grain)
    product_views.sections(usage.products, lambda _: figures, annotated.of_team(scope, usage.team, usage.period))


def who_can_see(scope: Scope, employee_id: int) -> None:
    """The employee's right to know: the managers above, by name, and the admins."""
    watchers = scope.watchers(employee_id)
    with st.container(border=True):
        st.markdown("**Who can see this**")
        if watchers:
            names = ", ".join(literal(name) for name in watchers)
            st.write(
                f"Besides you: {names} (your reporting chain), and the admins of Uptake. Nobody else; no colleague."
            )
        else:
            st.write("Besides you: the admins of Uptake. Nobody else; no colleague.")
        st.caption("Uptake reads counts only. No conversation, prompt, code or file ever reaches it.")
