"""Skills or connectors on the page Organisation: a chart and a table of their use by name, and what is left out."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core import wording
from core.reports import organisation as reports
from core.reports.charts import charts
from core.reports.organisation import OrganisationFigures, Tools
from core.reports.periods import Period
from core.reports.wording.markdown import literal
from core.ui.frame import navigation, theme
from core.ui.session import resources
from core.ui.widgets import stat_views
from core.ui.widgets.chart_files import ChartSubject
from core.viewers import Role
from core.visibility import FEWEST_OTHERS, Scope

MOST_BARS = 12
FEW = f"fewer than {FEWEST_OTHERS}"
_NOT_TOLD = "not told"
_MEASURES = {
    "invocations": "Invocations",
    "reads": "Read calls",
    "writes": "Write calls",
    "unclassified": "Unclassified calls",
}
_NOUNS = {"skills": "invocations", "connectors": "calls"}


def show(scope: Scope, found: OrganisationFigures, tools: Tools, what: str, note: str) -> None:
    """The first of them in a chart and all in a table, or why there is nothing; `note` is what their counts mean."""
    if not resources.settings().names_of_skills:
        st.caption(f"Names of skills and connectors are switched off here (UPTAKE_NAMES_OF_SKILLS), so no {what} show.")
        return
    if tools.data_through is None:
        not_read(scope, what.capitalize())
        return
    stat_views.missing_days_note(tools.missing)
    if tools.rows.empty:
        told = "Nothing can be told of this range." if tools.withheld else f"No day of this range has {what} yet."
        days = f"on {tools.days_told}" if tools.days_told else "in this range"
        st.caption(f"No {what} were used {days}." if tools.stored else told)
        return
    if tools.told.empty:
        days = f"any of {tools.days_told}" if tools.days_told else "any day of this range"
        st.caption(f"No {what} are known to have been used by {FEWEST_OTHERS} people or more on {days}.")
    else:
        _chart(scope, tools, found.period, what)
    st.caption(" ".join([note, *_legend(tools)]))
    _table(tools, what)


def _legend(tools: Tools) -> list[str]:
    """What the table shows of people, and what stands in it for a number."""
    said = []
    if tools.partly:
        said += ["Some were not measured on every day, so these sums are a part."]
    if not tools.told.empty:
        busiest = "the busiest day that can be told" if tools.withheld else "the busiest day"
        said += [f"Distinct users of a day never add up over days, so {busiest} is shown."]
    untold = tools.rows.index[tools.rows["days"].isna()]
    if any(name not in tools.only_few for name in untold):
        days = "the days that can be told" if tools.withheld else "each of its days"
        rest = "; on the other days it may have been more" if tools.withheld else ""
        said += [f"{_NOT_TOLD.capitalize()}: on {days} {FEW} people, or an unknown number, used it{rest}."]
    return [*said, "A dash: not measured." if untold.empty else "A dash: not measured, or left out."]


def _chart(scope: Scope, tools: Tools, period: Period, what: str) -> None:
    """The first of them by use, or by the people of their busiest day where use was not measured.

    On how many days it rests stands in the sentence and in the note, which are in a file's picture, and in the table.
    """
    measures, noun = list(tools.measures), _NOUNS[what]
    told = tools.told
    by_use = bool(told[measures].notna().any(axis=None))
    top = told.head(MOST_BARS)
    shown = top[measures].rename(columns=_MEASURES) if by_use else top[["users"]].rename(columns={"users": "People"})
    rests_on = {"Rests on": tools.rests_on} if tools.rests_on else {}
    days = f", on {tools.days_told}" if tools.days_told else ""
    said = [f"{period}, whole organisation{days}, {what} through {wording.weekday(tools.data_through or period.last)}."]
    if tools.few:
        one = what.removesuffix("s")
        said += [f"Of each {one}, days are left out on which {FEW} people, or an unknown number, used it."]
    if len(told) > MOST_BARS:
        said += [f"The first {MOST_BARS} of {len(told)}."]
    stat_views.chart(
        reports.tools_title(tools, noun),
        charts.ranked(shown, noun if by_use else "people", theme.chart_theme()),
        lambda: shown.assign(**rests_on),
        key=f"{what}_chart",
        name=what,
        note=" ".join(said),
        whose=ChartSubject(scope, scope.whole, period, of_all=True),
    )


def _table(tools: Tools, what: str) -> None:
    numbers: dict[Any, Any] = {
        _MEASURES[name]: st.column_config.NumberColumn(format="localized") for name in tools.measures
    }
    shown = tools.rows.rename(columns=_MEASURES).rename_axis("Name").reset_index()
    people: Any = st.column_config.NumberColumn("People, busiest day", format="localized")
    if len(tools.told) < len(tools.rows):
        shown["users"] = [
            _people(tools, *row) for row in zip(shown["Name"], shown["users"], shown["days"], strict=True)
        ]
        people = st.column_config.TextColumn("People, busiest day", alignment="right")
    st.dataframe(
        shown,
        hide_index=True,
        height="content" if len(tools.rows) <= MOST_BARS else 460,
        placeholder=wording.DASH,
        column_config={
            "Name": st.column_config.TextColumn(pinned=True, width=240),
            **numbers,
            "users": people,
            "busiest": st.column_config.DateColumn("Busiest day", format="D MMM YYYY"),
            "days": st.column_config.NumberColumn("Days counted" if tools.few or tools.withheld else "Days used"),
        },
        alt=f"The organisation's {what} with their use and their busiest day",
        key=f"{what}_table_all",
    )


def _people(tools: Tools, name: str, users: Any, days: Any) -> str:
    """The users of the busiest day in words, as no number stands for one that is left out."""
    if pd.isna(days):
        return FEW if name in tools.only_few else _NOT_TOLD
    return wording.number(None if pd.isna(users) else int(users))


def not_read(scope: Scope, what: str) -> None:
    """Say that Claude has not been asked, or did not answer, and show admins where to look."""
    st.caption(
        f"{literal(what)} of this range have not been read from Claude so far. Usage per person is not affected."
    )
    if scope.viewer.may(Role.CONNECTION):
        st.page_link(navigation.file_of("connection"), label="See why on Connection", icon=":material/cable:")
