"""Which team a page shows: the one that the address names, else the one chosen last on any page; and the picker."""

from __future__ import annotations

import datetime as dt

import numpy as np
import streamlit as st

from core import wording
from core.reports.teams.teams import EVERYBODY
from core.ui.session import session_cache, url_state
from core.ui.widgets import choices, past_switch
from core.visibility import EVERYONE, Scope, Team

CHOSEN = "team_picker"
"""Under this name the session keeps the team that was chosen last."""

NOT_YOURS = "The address asks for a team that is none of yours. Shown is the whole of what you can see."

MOST_TEAMS = 50
"""So many teams are offered at once, besides the chosen one; the others are found by a search."""


def in_address(scope: Scope, leading: np.ndarray, otherwise: Team) -> Team:
    """The team of the address, else the one chosen last, else `otherwise`; the address then names it.

    `leading` is a mask over everybody in the scope: who leads a team that the page can show.
    """
    named = st.query_params.get("team")
    asked = url_state.number("team") if named else st.session_state.get(CHOSEN)
    if asked == scope.whole.team_id:
        team = scope.whole
    elif isinstance(asked, int) and asked in scope.members(scope.whole).ids[leading]:
        team = scope.team(asked)
    else:
        team = otherwise
    st.session_state[CHOSEN] = team.team_id
    if named and asked != team.team_id:
        choices.say(NOT_YOURS)
    if named != str(team.team_id):
        st.query_params["team"] = str(team.team_id)
    return team


def picker(scope: Scope, through: dt.date, *, then: bool = False) -> Team:
    """The team picker: everybody below the viewer who leads people. The address decides, so the way back works.

    For teams as they were it offers former leads, too, and no headcounts, which are those of today.
    """
    leads = past_switch.leading(scope) if then else np.asarray(scope.members(scope.whole).reports > 0)
    team = in_address(scope, leads, scope.whole)
    search = ""
    if np.count_nonzero(leads) > MOST_TEAMS:
        search = st.text_input("Find a team", key="team_search", placeholder="Name, title, department", width=180) or ""
    if then:
        options = options_of(scope, team, search, None, leads)
    else:
        options = session_cache.report(scope, options_of, team, search, through)
    st.selectbox(
        "Team",
        list(options),
        format_func=lambda number: options.get(number, ""),
        key=CHOSEN,
        on_change=_open_team,
        persist_state="session",
        width=300,
        help="A team is a manager's whole reporting chain, the manager included."
        + (f" At most {MOST_TEAMS} are listed; find others by their manager." if search or len(options) > 1 else ""),
    )
    if search and len(options) == 1:
        st.caption("No other team matches.", width="content")
    return team


def _open_team() -> None:
    chosen = st.session_state.get(CHOSEN)
    if isinstance(chosen, int):
        url_state.put("team", str(chosen))


def options_of(
    scope: Scope, chosen: Team, search: str, through: dt.date | None, leads: np.ndarray | None = None
) -> dict[int, str]:
    """The chosen team, and at most `MOST_TEAMS` others that match, the nearest to the viewer first.

    With the headcounts of the day `through`, if there is one. `leads` is a mask of who leads a team, if today's lines
    do not say it.
    """
    members = scope.members(scope.whole)
    employed = np.concatenate(([0], np.cumsum(members.employed(through)))) if through else None
    found = np.flatnonzero(members.reports > 0 if leads is None else leads)
    if wanted := " ".join(search.casefold().split()):
        texts = (members.names, members.titles, members.departments)
        found = np.array(
            [at for at in found.tolist() if wanted in " ".join(t[at] or "" for t in texts).casefold()], int
        )
    if len(found) > MOST_TEAMS:
        found = found[members.depth[found] <= np.sort(members.depth[found])[MOST_TEAMS - 1]]
    order = sorted(found.tolist(), key=lambda at: (members.depth[at], members.names[at].casefold()))[:MOST_TEAMS]

    def label(name: str, first: int, end: int) -> str:
        return name if employed is None else f"{name} ({wording.number(employed[end] - employed[first])})"

    options = {EVERYONE: label(EVERYBODY, 0, len(members.ids))} if scope.viewer.sees_everyone else {}
    if chosen.team_id != EVERYONE and chosen.left - scope.whole.left not in order:
        order.insert(0, chosen.left - scope.whole.left)
    labels = set(options.values())
    for at in order:
        text = label(members.names[at], at, at + int(members.reports[at]) + 1)
        options[int(members.ids[at])] = f"{text} · {members.emails[at]}" if text in labels else text
        labels.add(text)
    return options
