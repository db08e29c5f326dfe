"""The Teams page: the way down, and the headline of the chosen team."""

from __future__ import annotations

import streamlit as st

from core.reports.measures.tiers import RULES
from core.reports.teams import teams as reports
from core.reports.teams.teams import Teams
from core.reports.wording import definitions, findings
from core.reports.wording.markdown import literal
from core.ui.session import session_cache
from core.ui.team import team_table_views
from core.ui.widgets import past_switch, stat_views, team_choice
from core.ui.widgets.filter_bar import Filters
from core.visibility import Scope, Team
from core.wording import DASH, counted, number


def chosen_team(scope: Scope) -> Team:
    """The team whose rows the page shows."""
    return team_choice.in_address(scope, past_switch.leading(scope), reports.top(scope))


def way_down(scope: Scope, team: Team) -> None:
    """Every level from the reader's whole chain to the chosen team, each a way back."""
    path = reports.path_to(scope, team)
    if len(path) < 2:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="way_down"):
        for step in path[:-1]:
            st.button(
                literal(step.name),
                key=f"step_{step.team_id}",
                type="tertiary",
                on_click=team_table_views.open_team,
                args=(step.team_id,),
            )
            st.markdown("›", width="content")
        st.markdown(f"**{literal(path[-1].name)}**", width="content")


def figures(scope: Scope, filters: Filters) -> Teams:
    """The figures for what the filters ask."""
    return session_cache.report(scope, reports.teams, filters.team, filters.product, filters.period, filters.first_day)


def remarks(scope: Scope, data: Teams) -> None:
    """What to know before the numbers: days and products without data, and who is away."""
    stat_views.missing_days_note(data.missing_days, data.product)
    stat_views.in_part_note(scope, data.period, data.product)
    stat_views.away_note(data.chain.headcount - data.chain.active.of)


def headline(data: Teams) -> None:
    """The chosen team as a whole."""
    counts = data.chain
    habit, rates = counts.habitual, [share.rate for share in counts.weeks if share.rate is not None]
    with st.grid(4, min_column_width=200, key="teams_headline"):
        stat_views.headline(
            "Headcount",
            number(counts.headcount),
            change=_below(data),
            definition=f"{definitions.HEADCOUNT} The manager is among them.",
        )
        stat_views.headline(
            "Adoption rate",
            findings.adoption_rate(counts.active),
            change=findings.share_change(counts.active, counts.before),
            definition=f"{definitions.ADOPTION_RATE} Compared with {data.period.before()}. The line: the weeks.",
            spark=rates,
        )
        stat_views.headline(
            "Average week",
            findings.average_week(counts.weeks, counts.active),
            change=counted(len(data.weeks), "complete week"),
            definition=definitions.AVERAGE_WEEK,
        )
        stat_views.headline(
            "Regular or power users",
            str(habit) if habit else DASH,
            change=f"{data.tier_weeks}",
            definition=RULES.in_words(),
        )


def _below(data: Teams) -> str:
    count = sum(row.team_id is not None for row in data.rows)
    if not count:
        return "nobody below leads a team"
    return f"{count} team below" if count == 1 else f"{count} teams below"
