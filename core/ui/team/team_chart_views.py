"""The charts of the Teams page: the organisation below as areas, and habits team by team."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.catalogue import ANY, Product
from core.reports.charts import team_charts
from core.reports.charts.charts import ChartTheme
from core.reports.charts.drawing import Drawing
from core.reports.measures.activity import Share
from core.reports.measures.tiers import ORDER, Tier
from core.reports.teams.teams import LEVELS, SMALLEST_AREA, Area, TeamRow, Teams
from core.reports.wording import findings
from core.ui.frame import theme
from core.ui.session import session_cache
from core.ui.widgets import stat_views
from core.ui.widgets.chart_files import ChartSubject
from core.ui.widgets.filter_bar import Filters
from core.visibility import PastTeam, Scope


def charts(scope: Scope, filters: Filters, data: Teams) -> None:
    """Where Claude is used below, and how regularly; wide, one above the other."""
    look, whose = theme.chart_theme(), subject_of_rows(scope, filters, data)
    if len(data.areas) > 1:
        stat_views.chart(
            _areas_title(data),
            session_cache.derived(_areas_drawing, data, look),
            lambda: _areas_table(data),
            key="teams_areas",
            name="teams as areas",
            note=(
                f"As wide as the headcount; the colour is the adoption rate, 0 to 100 %. "
                f"{_depth(data, then=isinstance(filters.team, PastTeam))}; teams of fewer than {SMALLEST_AREA} "
                "people, and people without a team, are the gaps."
            ),
            whose=whose,
        )
    known = _known(data)
    if known:
        more = f" The first {team_charts.MOST_BARS} of {len(known)}." if len(known) > team_charts.MOST_BARS else ""
        stat_views.chart(
            _habits_title(known, data.product),
            session_cache.derived(_habits_drawing, data, look),
            lambda: _habits_table(known),
            key="teams_habits",
            name="habits by team",
            note=f"Share of the headcount, numbers in people, over {data.tier_weeks}.{more}",
            whose=whose,
        )
    elif data.rows:
        measured = "" if data.product is ANY else f" on which {data.product.noun} was measured"
        st.caption(f"Habits need data of every day of {data.tier_weeks}{measured}.")


def subject_of_rows(scope: Scope, filters: Filters, data: Teams) -> ChartSubject:
    """Whose figures the rows are, for the files made of them."""
    return ChartSubject(scope, filters.team, filters.period, alone=data.alone, product=data.product)


def _areas_drawing(data: Teams, look: ChartTheme) -> Drawing:
    return team_charts.icicle(data.areas, look)


def _known(data: Teams) -> list[TeamRow]:
    """The rows whose people's habits are known."""
    return [row for row in data.rows if row.counts.tiers]


def _habits_drawing(data: Teams, look: ChartTheme) -> Drawing:
    return team_charts.habits(_known(data), look)


def _depth(data: Teams, *, then: bool) -> str:
    deepest = max(area.level for area in data.areas)
    if then:
        return "Only the first level: below it, the reporting lines changed from day to day"
    return f"Down to {'the first level' if deepest == 1 else f'{deepest} levels'} below, {LEVELS} at most"


def _areas_title(data: Teams) -> str:
    drawn = data.areas[1:]
    most = sum(2 * area.counts.active.count > area.counts.active.of for area in drawn)
    where = findings.inside(data.product)
    if len(drawn) == 1:
        return f"{data.areas[1].name}: {data.areas[1].counts.active} people are active{where}"
    teams = f"all {len(drawn)}" if most == len(drawn) else f"{most} of the {len(drawn)}"
    return f"In {teams} teams drawn below the top, more than half of the people are active{where}"


def _areas_table(data: Teams) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Level": [area.level for area in data.areas],
            "Team": [area.name for area in data.areas],
            "Headcount": [area.counts.headcount for area in data.areas],
            "Adoption": [_rate(area) for area in data.areas],
        }
    ).set_index("Team")


def _rate(area: Area) -> str:
    return findings.adoption_rate(area.counts.active)


def _habits_title(rows: list[TeamRow], product: Product) -> str:
    shares = [share for row in rows if (share := row.counts.habitual)]
    habit = Share(sum(share.count for share in shares), sum(share.of for share in shares))
    if not habit.of:
        return "Everybody below was away in these weeks"
    what = "Claude" if product is ANY else product.noun
    new = sum(row.counts.tiers[Tier.NEW] for row in rows)
    return f"{habit} people below use {what} regularly{findings.besides_new(new)}"


def _habits_table(rows: list[TeamRow]) -> pd.DataFrame:
    people = {tier.label: [row.counts.tiers[tier] for row in rows] for tier in ORDER}
    return pd.DataFrame({"Team": [row.name for row in rows], **people}).set_index("Team")
