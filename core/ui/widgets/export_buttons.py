"""Files to take away: built when clicked, for who the viewer is at that moment.

Streamlit runs the function behind a download button without a session, for whoever sends the button's id, and serves
the finished file by an address made from its content and name. So the function asks the gate again and writes to the
access log, the file carries the id of that entry, and `core.ui.widgets.downloads` says who may fetch it.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Literal

import streamlit as st

from core import audit
from core.reports.exports.csv import write_csv
from core.reports.exports.json import write_json
from core.reports.exports.table import stamped, usage_table
from core.reports.periods import Period
from core.ui import gate
from core.ui.session.turns import Turns, patience_of_a_click
from core.ui.widgets import downloads
from core.visibility import EVERYONE, PastDays, PastTeam, Scope, Team, Viewer

_TURNS = Turns(2)
_KINDS = {
    "CSV, one row a day": ("day", "csv"),
    "CSV, totals": ("total", "csv"),
    "JSON, one row a day": ("day", "json"),
    "JSON, totals": ("total", "json"),
}


def take_away(scope: Scope, team: Team, period: Period, name: str) -> None:
    """Buttons for the statistics of a team or person over the range, in every format."""
    with st.expander("Take the numbers away", icon=":material/download:", key="take_away"):
        st.caption(f"All statistics for {period}, of {_whose(team)}.")
        with st.container(horizontal=True):
            for label, (grain, kind) in _KINDS.items():
                file = downloads.file_name(f"{name}-as-it-was" if isinstance(team, PastTeam) else name, period, kind)
                st.download_button(
                    label,
                    downloads.owned(file, scope.viewer, _builder(scope.viewer, team, period, grain, kind)),  # type: ignore[arg-type]
                    file_name=file,
                    mime="text/csv" if kind == "csv" else "application/json",
                    on_click="ignore",
                    key=f"download_{grain}_{kind}",
                )


def _whose(team: Team) -> str:
    if isinstance(team, PastTeam):
        return "whoever was in the team, each on the days on which they were in it"
    return "this person" if team.size == 1 and team.team_id != EVERYONE else "everybody in the team"


def _builder(
    viewer: Viewer, team: Team, period: Period, grain: Literal["day", "total"], kind: str
) -> Callable[[], bytes]:
    place = audit.place()

    def build() -> bytes:
        with _TURNS.turn(viewer.email, patience_of_a_click()), audit.at(place):
            scope = gate.scope_at_click(viewer)
            alone = team.size == 1 and team.team_id != EVERYONE
            inside = scope.person(team.team_id) if alone else scope.team(team.team_id)
            if isinstance(team, PastTeam):
                [inside] = scope.as_they_were(
                    [scope.team(team.team_id)], PastDays(period.first, period.last, period.first)
                )
            said = {
                "days": str(period),
                "form": f"{kind}, {grain}{', as it was' if isinstance(team, PastTeam) else ''}",
            }
            export_id = scope.recorder.log_export(inside.team_id, scope.members(inside).ids.tolist(), said)
            text = io.StringIO(newline="")
            table = stamped(usage_table(scope, inside, period, grain), inside, export_id)
            (write_csv if kind == "csv" else write_json)(table, text)
            return text.getvalue().encode("utf-8-sig" if kind == "csv" else "utf-8")

    return build
