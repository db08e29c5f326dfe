"""The Teams page: the way down, the headline of the chosen team, and a row for each team below it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.catalogue import PRODUCT, PRODUCTS
from core.reports import findings, team_comparison
from core.reports import teams as reports
from core.reports.activity import Share
from core.reports.teams import Step, Teams
from core.reports.tiers import RULES
from core.ui import filter_bar, navigation, past_switch, stat_views
from core.ui.filter_bar import Filters
from core.ui.text import literal
from core.visibility import Scope, Team

_PICKER = "team_picker"
_APART = 1e-9
"""Added per row to rates that are shown as words, so that equal rates keep words of their own and still sort."""


def chosen_team(scope: Scope) -> Team:
    """The team of the address, else the one chosen last on another page; the address then names it."""
    asked = filter_bar.number_in_url("team")
    remembered = st.session_state.get(_PICKER)
    wanted = asked if asked is not None else remembered if isinstance(remembered, int) else None
    team = reports.chosen(scope, wanted, past_switch.leading(scope))
    st.session_state[_PICKER] = team.team_id
    if st.query_params.get("team") != str(team.team_id):
        st.query_params["team"] = str(team.team_id)
    return team


def way_down(path: tuple[Step, ...]) -> None:
    """Every level from the reader's whole chain to the chosen team, each a way back."""
    if len(path) < 2:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="way_down"):
        for step in path[:-1]:
            st.button(
                literal(step.name), key=f"step_{step.team_id}", type="tertiary", on_click=_open, args=(step.team_id,)
            )
            st.markdown("›", width="content")
        st.markdown(f"**{literal(path[-1].name)}**", width="content")


def _open(team_id: int) -> None:
    st.query_params["team"] = str(team_id)


def figures(scope: Scope, filters: Filters) -> Teams:
    """The figures for what the filters ask."""
    return reports.teams(scope, filters.team, filters.product, filters.period, filters.first_day)


def headline(data: Teams) -> None:
    """The chosen team as a whole."""
    counts = data.chain
    habit, rates = counts.habitual, [share.rate or 0.0 for share in counts.weeks]
    with st.grid(min_column_width=200, key="teams_headline"):
        stat_views.headline(
            "Headcount",
            findings.number(counts.headcount),
            change=_below(data),
            definition="People of the chain employed on the last day of the range, its lead included.",
        )
        stat_views.headline(
            "Adoption rate",
            findings.adoption_rate(counts.active),
            change=findings.share_change(counts.active, counts.before),
            definition=_ADOPTION + f" Compared with {data.period.before()}. The line: the rate of each complete week.",
            spark=rates,
        )
        stat_views.headline(
            "Average week",
            team_comparison.average_week(counts),
            change=f"{len(data.weeks)} complete weeks",
            definition="Mean over the complete weeks (Monday to Sunday) of active people / headcount.",
        )
        stat_views.headline(
            "Regular or power users",
            str(habit) if habit else findings.DASH,
            change=f"{data.tier_weeks}",
            definition=RULES.in_words(),
        )


def _below(data: Teams) -> str:
    count = sum(row.team_id is not None for row in data.rows)
    if not count:
        return "nobody below leads a team"
    return f"{count} team below" if count == 1 else f"{count} teams below"


_ADOPTION = (
    "Distinct people active in the range, out of the headcount on its last day. Active means any counter above zero."
)


def table(data: Teams) -> None:
    """A row for each team, by name; a chosen row opens that team."""
    if not data.rows:
        st.info("Nobody stands below here. Go back up, or open People to see everybody of this team.")
        st.page_link(navigation.file_of("people"), label="People", icon=":material/groups:")
        return
    st.caption(_explanation(data))
    ids = [row.team_id for row in data.rows]
    key = f"teams_{data.path[-1].team_id}"
    st.dataframe(
        _styled(data),
        hide_index=True,
        key=key,
        on_select=lambda: _open_row(key, ids),
        selection_mode="single-row",
        height="content" if len(ids) <= 25 else 900,
        placeholder=findings.DASH,
        column_config=_columns(data),
        alt="Teams with headcount, adoption, weeks, habits and products",
    )


def _open_row(key: str, ids: list[int | None]) -> None:
    """Open the team of the chosen row; a row number from the browser is only a request."""
    chosen = st.session_state[key]["selection"]["rows"]
    number = ids[chosen[0]] if chosen and 0 <= chosen[0] < len(ids) else None
    if number is not None:
        _open(number)


def _explanation(data: Teams) -> str:
    lead = f"{literal(data.path[-1].name)} and the rows together are" if data.lead else "The rows together are"
    opens = "Choose a row to open that team."
    if all(row.team_id is None for row in data.rows):
        opens = "None of them leads a team; the page People has them one by one."
    whole = f"{lead} the {findings.people(data.chain.headcount)} of this chain. {opens}"
    gone = f" {data.empty} without anybody employed are left out." if data.empty else ""
    return f"{whole}{gone} Under {findings.SMALL} people, numbers are in people."


def used_products(data: Teams) -> list[str]:
    """The products that anybody of the chain used, in the order of the pages; at least the first."""
    used = [item.key for item in PRODUCTS if item.key in data.chain.products and data.chain.products[item.key].count]
    return used or [item.key for item in PRODUCTS[:1] if item.key in data.chain.products]


def _styled(data: Teams) -> Any:
    """The rows as numbers to sort by, with the words to show in their place."""
    products = used_products(data)
    frame = pd.DataFrame({"Team": [row.name for row in data.rows]})
    frame["Headcount"] = [row.counts.headcount for row in data.rows]
    words: dict[str, dict[float, str]] = {}
    for label, texts in {
        "Adoption": [(row.counts.active.rate, findings.adoption_rate(row.counts.active)) for row in data.rows],
        "Regular or power": [_share(row.counts.habitual) for row in data.rows],
        **{PRODUCT[key].label: [_share(row.counts.products[key]) for row in data.rows] for key in products},
    }.items():
        values = [(rate or 0.0) + place * _APART for place, (rate, _) in enumerate(texts)]
        words[label] = dict(zip(values, (text for _, text in texts), strict=True))
        frame[label] = values
    frame.insert(3, "Weeks", [[share.rate or 0.0 for share in row.counts.weeks] for row in data.rows])
    frame["Title"] = [row.title for row in data.rows]
    return frame.style.format({label: _words(texts) for label, texts in words.items()})


def _words(texts: dict[float, str]) -> Any:
    return lambda value: texts.get(value, findings.DASH)


def _share(share: Share | None) -> tuple[float | None, str]:
    """To sort by, and in words: per cent, or people in a small team."""
    if share is None:
        return None, findings.DASH
    return share.rate, str(share) if share.of < findings.SMALL else findings.percent(share.rate)


def _columns(data: Teams) -> dict[str, Any]:
    return {
        "Team": st.column_config.TextColumn(width=150),
        "Headcount": st.column_config.NumberColumn(help="People employed on the last day of the range.", width=85),
        "Adoption": st.column_config.NumberColumn(help=_ADOPTION, width=120),
        "Weeks": st.column_config.BarChartColumn(
            "Per week",
            width=100,
            y_min=0,
            y_max=1,
            help="Active people / headcount of each complete week, from none to all.",
        ),
        "Regular or power": st.column_config.NumberColumn(help=RULES.in_words(), width=115),
        **{
            PRODUCT[key].label: st.column_config.NumberColumn(
                PRODUCT[key].label.removesuffix(" agent").removeprefix("Claude ").capitalize(),
                help=f"People active in {PRODUCT[key].label} in the range, out of the headcount.",
                width=75,
            )
            for key in used_products(data)
        },
    }
