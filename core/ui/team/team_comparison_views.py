"""Two to four teams of the reader's choice side by side. The choice stands in the address, by number."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.catalogue import PRODUCT
from core.people.text import number_of
from core.reports.charts import annotation_marks, team_charts, time_charts
from core.reports.charts.charts import ChartTheme
from core.reports.charts.drawing import Drawing
from core.reports.charts.marks import Mark, at_points
from core.reports.periods import Grain
from core.reports.teams import team_comparison
from core.reports.teams.team_comparison import FEWEST, MOST, Comparison, Lines
from core.reports.teams.teams import Teams
from core.reports.wording import findings
from core.ui.frame import theme
from core.ui.session import session_cache
from core.ui.widgets import choices, stat_views
from core.ui.widgets.chart_files import ChartSubject
from core.ui.widgets.filter_bar import Filters
from core.visibility import PastTeam, Scope, Team
from core.wording import DASH

_PARAMETER, _CHOICE, _ADDRESS, _SEARCH = "compare", "compare_choice", "compare_address", "compare_search"
_NONE_OF_YOURS = "The address asks for teams to compare that are none of yours, or too many; they are left out."
_FEW = 60
"""Up to so many teams are all offered; of more, those in the table, or those that a search finds."""


def comparison(scope: Scope, filters: Filters, data: Teams) -> None:
    """The choice, and the chosen teams as lines and in columns."""
    if team_comparison.count_teams(scope) < FEWEST:
        if st.query_params.pop(_PARAMETER, None):
            choices.say(_NONE_OF_YOURS)
        return
    st.subheader("Compare teams", anchor=False)
    chosen = _choice(scope, data)
    if len(chosen) < FEWEST:
        st.caption(f"Choose {FEWEST} to {MOST} teams to see them side by side.")
        return
    teams = _as_asked(scope, tuple(scope.team(number) for number in chosen), filters)
    found = session_cache.report(
        scope, team_comparison.compare, teams, filters.product, filters.period, filters.first_day
    )
    _lines(scope, teams, found, filters)
    _columns(found)


def _as_asked(scope: Scope, teams: tuple[Team, ...], filters: Filters) -> tuple[Team, ...]:
    """The teams of today, or as they were where the page shows that."""
    if isinstance(filters.team, PastTeam):
        return tuple(scope.as_they_were(teams, filters.team.days(filters.period.first)))
    return teams


def _choice(scope: Scope, data: Teams) -> list[int]:
    """The chosen teams' ids, all inside the scope; the address is followed when it has changed, else it follows."""
    asked_for = st.query_params.get(_PARAMETER, "")
    if st.session_state.get(_ADDRESS) != asked_for:
        asked = [number for text in asked_for.split("-")[:MOST] if (number := number_of(text)) is not None]
        st.session_state[_CHOICE] = list(_named(scope, asked))
        if set(asked_for.split("-")) - {""} != {str(number) for number in st.session_state[_CHOICE]}:
            choices.say(_NONE_OF_YOURS)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        options = dict(_named(scope, st.session_state.get(_CHOICE, [])))
        if team_comparison.count_teams(scope) > _FEW:
            search = st.text_input("Find a team", key=_SEARCH, placeholder="Name, title or department", width=260)
            shown = [row.team_id for row in data.rows if row.team_id is not None][:_FEW]
            options |= (
                session_cache.report(scope, team_comparison.find_teams, search) if search else _named(scope, shown)
            )
        else:
            options |= session_cache.report(scope, team_comparison.find_teams, limit=_FEW)
        chosen = st.multiselect(
            "Teams to compare",
            list(options),
            format_func=lambda number: options.get(number, ""),
            key=_CHOICE,
            max_selections=MOST,
            placeholder=f"Choose {FEWEST} to {MOST} teams",
            filter_mode="contains",
            select_all=False,  # else it is the first of the list, and Enter after a name chooses all that match
        )
    inside = [number for number in chosen if number in options][:MOST]
    standing = "-".join(map(str, inside))
    st.session_state[_ADDRESS] = standing
    if st.query_params.get(_PARAMETER, "") != standing:
        if standing:
            st.query_params[_PARAMETER] = standing
        else:
            del st.query_params[_PARAMETER]
    return inside


def _named(scope: Scope, numbers: list[int]) -> dict[int, str]:
    return session_cache.report(scope, team_comparison.team_labels, tuple(numbers))


def _lines(scope: Scope, teams: Sequence[Team], found: Comparison, filters: Filters) -> None:
    counts, names = [team.counts for team in found.teams], _names(found)
    unit = (
        "share of the headcount"
        if team_charts.in_per_cent(counts)
        else f"people, as not every team has {findings.SMALL} people"
    )
    product = PRODUCT[filters.product.key].label
    noted = session_cache.report(scope, annotation_marks.of_compared, tuple(teams), tuple(names), filters.period)
    noted = tuple(at_points(noted, [week.first for week in found.weeks], Grain.WEEK))
    stat_views.chart(
        _title(found),
        session_cache.derived(_lines_drawing, found, noted, theme.chart_theme()),
        lambda: _shares(found),
        key="compare_lines",
        name="compared teams over time",
        note=f"Active people per complete week, {product.lower()}: {unit}.",
        marks=noted,
        whose=ChartSubject(scope, scope.whole, filters.period, compared=tuple(teams), product=filters.product),
    )


def _lines_drawing(found: Comparison, noted: tuple[Mark, ...], look: ChartTheme) -> Drawing | None:
    if not found.weeks:
        return None
    figure = team_charts.lines(_names(found), [team.counts for team in found.teams], found.weeks, look)
    return time_charts.add_marks(figure, noted, [week.first for week in found.weeks], Grain.WEEK, look)


def _shares(found: Comparison) -> pd.DataFrame:
    each = zip(_names(found), found.teams, strict=True)
    return pd.DataFrame(
        {name: [str(share) for share in team.counts.weeks] for name, team in each},
        index=pd.DatetimeIndex([week.first for week in found.weeks], name="Week"),
    )


def _names(found: Comparison) -> list[str]:
    """The leads' names, numbered where two are the same: in front, for a legend cuts off the end of a long one."""
    names = [team.name for team in found.teams]
    return names if len(set(names)) == len(names) else [f"{number} · {name}" for number, name in enumerate(names, 1)]


def _title(found: Comparison) -> str:
    """What the last complete week says of each team, in the reader's order."""
    if not found.weeks:
        return "The range holds no complete week yet"
    return "In the last complete week: " + "; ".join(
        f"{name} {team.counts.weeks[-1]}" for name, team in zip(_names(found), found.teams, strict=True)
    )


def _columns(found: Comparison) -> None:
    names = _names(found)
    _table(team_comparison.headlines(found), names, "compare_headlines")
    statistics = team_comparison.statistics(found)
    if statistics:
        with st.expander("Statistics per active person", key="compare_statistics_open"):
            _table(statistics, names, "compare_statistics")
            st.caption(
                "The total divided by the people who were active in that product in the range; the total stands "
                f"beside it. A rate is a sum divided by a sum. {DASH}: not measured."
            )


def _table(lines: Lines, names: list[str], key: str) -> None:
    frame = pd.DataFrame([texts for _, texts in lines], columns=names)
    frame.insert(0, "", [label for label, _ in lines])
    st.dataframe(
        frame,
        hide_index=True,
        height="content",
        key=key,
        column_config={
            "": st.column_config.TextColumn(pinned=True, width=210),
            **{name: st.column_config.TextColumn(alignment="right") for name in names},
        },
        alt="The compared teams, a column each",
    )
