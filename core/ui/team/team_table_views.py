"""A row for each team below somebody: how many take Claude up, and either in which products or with what habits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from core import wording
from core.catalogue import PRODUCT, PRODUCTS
from core.reports.measures.activity import Share
from core.reports.measures.tiers import RULES, Tier
from core.reports.teams import team_comparison, team_table
from core.reports.teams.team_activity import TeamCounts
from core.reports.teams.teams import Teams
from core.reports.wording import definitions, findings
from core.reports.wording.markdown import literal
from core.ui.frame import navigation
from core.ui.session import session_cache
from core.ui.team import team_chart_views
from core.ui.widgets import choices, stat_views
from core.ui.widgets.filter_bar import Filters
from core.visibility import Scope

_APART = 1e-9
"""Added per row to rates that are shown as words, so that equal rates keep words of their own and still sort."""

_LONG = 8
"""Letters of a heading that fit into a narrow column."""

_VIEWS = {"products": "Products", "habits": "Habits"}
_TIERS = (Tier.POWER, Tier.REGULAR, Tier.LIGHT, Tier.NEW, Tier.NONE)


def table(scope: Scope, filters: Filters, data: Teams) -> None:
    """The teams by name; a name that is clicked opens that team."""
    if not data.rows:
        st.info("Nobody stands below here. Go back up, or open People to see everybody of this team.")
        _way_to_people()
        return
    # On the left, for over the right end of a table its own buttons appear once the mouse is on it.
    with st.container(horizontal=True, vertical_alignment="center"):
        view = _view()
        stat_views.rows(
            "The rows in people",
            lambda: team_table.table(data),
            key="teams_rows",
            whose=team_chart_views.subject_of_rows(scope, filters, data),
        )
        _list(scope, data)
        st.caption(_explanation(data), width="content")
        if not _leads_on(data):
            _way_to_people()
    ids = [row.team_id for row in data.rows]
    key = f"teams_{data.path[-1].team_id}_{view}"
    shares = _habits(data) if view == "habits" else _products(data)
    st.dataframe(
        _styled(data, shares),
        hide_index=True,
        key=key,
        height="content" if len(ids) <= 25 else 900,
        placeholder=wording.DASH,
        column_config={"Team": _names(f"{key}_name", ids), **_columns(list(shares), view)},
        alt=f"Teams with headcount, adoption, weeks and {view}",
    )


def _list(scope: Scope, data: Teams) -> None:
    """The teams once more, as a list that the keyboard opens: the buttons in a table are for the mouse."""
    teams = session_cache.report(
        scope, team_comparison.team_labels, tuple(row.team_id for row in data.rows if row.team_id)
    )
    if teams:
        key = f"open_team_{data.path[-1].team_id}"
        st.selectbox(
            "Open a team",
            list(teams),
            index=None,
            format_func=lambda number: teams.get(number, ""),
            key=key,
            placeholder="Open a team",
            label_visibility="collapsed",
            width=200,
            on_change=_open_listed,
            args=(key,),
        )


def _open_listed(key: str) -> None:
    """Open the team that was chosen."""
    number = st.session_state[key]
    if number is not None:
        open_team(number)


def _leads_on(data: Teams) -> bool:
    """Whether any row leads a team, which can be opened."""
    return any(row.team_id is not None for row in data.rows)


def _way_to_people() -> None:
    st.page_link(
        navigation.file_of("people"),
        label="People",
        icon=":material/groups:",
        query_params=navigation.query_for("people"),
        width="content",
    )


def open_team(team_id: int) -> None:
    """Go to a team; the address says which."""
    st.query_params["team"] = str(team_id)


def _view() -> str:
    return choices.buttons("Columns", "columns", _VIEWS, "products", label_visibility="collapsed", width="content")


def _names(key: str, ids: list[int | None]) -> Any:
    """The column of names, each of which opens its team."""
    return st.column_config.ButtonColumn(
        width=170, type="tertiary", alignment="left", key=key, on_click=_open_name, args=(key, ids)
    )


def _open_name(key: str, ids: list[int | None]) -> None:
    """Open the team of the name that was clicked; a row number from the browser is only a request."""
    clicked = st.session_state[key]
    number = ids[clicked["row"]] if clicked and 0 <= clicked["row"] < len(ids) else None
    if number is not None:
        open_team(number)


def _explanation(data: Teams) -> str:
    lead = f"{literal(data.path[-1].name)} and the rows together are" if data.lead else "The rows together are"
    opens = "Click a name to open that team." if _leads_on(data) else "None of them leads a team."
    whole = f"{lead} the {findings.people(data.chain.headcount)} of this chain. {opens}"
    gone = f" Left out: {wording.counted(data.empty, 'team')} in which nobody is employed." if data.empty else ""
    return f"{whole}{gone} Under {findings.SMALL} people, numbers are in people."


def _products(data: Teams) -> dict[str, list[Share | None]]:
    """The products that anybody of the chain used, the most used first, so that a narrow screen cuts off the others."""
    reach = {item.key: data.chain.products[item.key].count for item in PRODUCTS if item.key in data.chain.products}
    used = sorted((key for key in reach if reach[key]), key=lambda key: -reach[key])
    return {PRODUCT[key].label: [row.counts.products[key] for row in data.rows] for key in used or list(reach)[:1]}


def _habits(data: Teams) -> dict[str, list[Share | None]]:
    """Of those who are not away all the time, how many have which habit."""
    return {tier.label: [_with_habit(row.counts, tier) for row in data.rows] for tier in _TIERS}


def _with_habit(counts: TeamCounts, tier: Tier) -> Share | None:
    return Share(counts.tiers[tier], counts.headcount - counts.tiers[Tier.AWAY]) if counts.tiers else None


def _styled(data: Teams, shares: Mapping[str, list[Share | None]]) -> Any:
    """The rows as numbers to sort by, with the words to show in their place."""
    numbers: dict[str, list[float]] = {}
    words: dict[str, dict[float, str]] = {}
    for label, texts in {
        "Adoption": [(row.counts.active.rate, findings.adoption_rate(row.counts.active)) for row in data.rows],
        **{label: [_share(share) for share in column] for label, column in shares.items()},
    }.items():
        numbers[label] = [(rate or 0.0) + place * _APART for place, (rate, _) in enumerate(texts)]
        words[label] = dict(zip(numbers[label], (text for _, text in texts), strict=True))
    frame = pd.DataFrame(
        {
            "Team": [row.name for row in data.rows],
            "Adoption": numbers.pop("Adoption"),
            "Headcount": [row.counts.headcount for row in data.rows],
            "Weeks": [[share.rate or 0.0 for share in row.counts.weeks] for row in data.rows],
            **numbers,
            "Title": [row.title for row in data.rows],
        }
    )
    shown: dict[Any, Any] = {"Headcount": wording.number}
    return frame.style.format(shown | {label: _words(texts) for label, texts in words.items()})


def _words(texts: dict[float, str]) -> Any:
    return lambda value: texts.get(value, wording.DASH)


def _share(share: Share | None) -> tuple[float | None, str]:
    """To sort by, and in words: per cent, or people in a small team."""
    if share is None:
        return None, wording.DASH
    return share.rate, str(share) if share.of < findings.SMALL else wording.percent(share.rate)


def _columns(labels: list[str], view: str) -> dict[str, Any]:
    headings = {label: label for label in labels} | {item.label: item.short for item in PRODUCTS}
    meant = {label: f"People active in {label} in the range, out of the headcount." for label in labels}
    if view == "habits":
        meant = dict.fromkeys(labels, RULES.in_words())
    return {
        "Headcount": st.column_config.NumberColumn(help=definitions.HEADCOUNT, width=85),
        "Adoption": st.column_config.NumberColumn(help=definitions.ADOPTION_RATE, width=158),
        "Weeks": st.column_config.BarChartColumn(
            "Per week",
            width=90,
            y_min=0,
            y_max=1,
            help="Active people / headcount of each complete week, from none to all. No bar: nobody used it, or nobody "
            "was there to use it.",
        ),
        **{
            label: st.column_config.NumberColumn(
                headings[label],
                help=meant[label],
                width=90 if view == "habits" else 80 if len(headings[label]) > _LONG else 64,
            )
            for label in labels
        },
    }
