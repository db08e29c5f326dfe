"""The switch between today's people of a team and the team as it was. Its value is a request, as all filters are."""

from __future__ import annotations

import datetime as dt

import numpy as np
import streamlit as st

from core.reports.periods import Period
from core.ui.widgets import choices
from core.visibility import EVERYONE, PastDays, PastTeam, Scope, Team

_SWITCH, _THEN, _TODAY = "people", "then", "today"
_PEOPLE = {_TODAY: "Today's", _THEN: "As it was"}


def shown() -> bool:
    """Whether the teams are to be shown as they were on each day, instead of with today's people on all days."""
    chosen = choices.buttons(
        "Team's people",
        _SWITCH,
        _PEOPLE,
        _TODAY,
        help="Today's: everybody who is in the chain now, with all their days. As it was: each day counts who was in "
        "the chain on that day, by the reporting lines of that day, so a reorganisation changes no earlier figure. "
        "What somebody did before they came to the team is not the team's, so somebody who joined recently counts as "
        "new.",
    )
    return chosen == _THEN


def as_it_was(scope: Scope, team: Team, period: Period, first_day: dt.date) -> PastTeam:
    """A team of the scope as it was up to the end of a period, with a sentence that says so."""
    [past] = scope.as_they_were([team], PastDays(min(first_day, period.first), period.last, period.first))
    left = ""
    if past.left_out:
        who = "1 person was" if past.left_out == 1 else f"{past.left_out} people were"
        left = f" {who} in it during these days and left your chain since: they are in no figure here."
    what = "The team as it was on each day, by the reporting lines of that day."
    if team.team_id == EVERYONE:
        what += " Everybody means the people in the directory today; the dates of reporting lines apply to teams only."
    st.caption(f":material/history: {what}{left}")
    return past


def leading(scope: Scope) -> np.ndarray:
    """Mask over everybody in the scope: who leads people; for teams as they were also who did on a day with data."""
    found = scope.members(scope.whole).reports > 0
    fresh = scope.freshness()
    if st.query_params.get(_SWITCH) == _THEN and fresh.first_day is not None and fresh.data_through is not None:
        found |= scope.led_mask(fresh.first_day, fresh.data_through)
    return np.asarray(found)
