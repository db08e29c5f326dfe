"""Files to take away: built when clicked, for who the viewer is at that moment.

Streamlit runs the function behind a download button without a session, for whoever sends the button's id, and serves
the finished file by an address made from its content and name. So the function asks the gate again, and every file name
holds 128 random bits.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable
from typing import Literal

import streamlit as st

from core.reports.exports.csv import write_csv
from core.reports.exports.json import write_json
from core.reports.exports.table import usage_table
from core.reports.periods import Period
from core.ui import gate
from core.visibility import EVERYONE, Scope, Team, Viewer

_KINDS = {
    "CSV, one row a day": ("day", "csv"),
    "CSV, totals": ("total", "csv"),
    "JSON, one row a day": ("day", "json"),
    "JSON, totals": ("total", "json"),
}


def take_away(scope: Scope, team: Team, period: Period, name: str) -> None:
    """Buttons for the statistics of a team or person over the range, in every format."""
    with st.expander("Take the numbers away", icon=":material/download:", key="take_away"):
        st.caption(f"All statistics for {period}, of everybody in the team or of the person that the page is about.")
        with st.container(horizontal=True):
            for label, (grain, kind) in _KINDS.items():
                st.download_button(
                    label,
                    _builder(scope.viewer, team, period, grain, kind),  # type: ignore[arg-type]
                    file_name=f"uptake-{name}-{period.first}-{period.last}-{secrets.token_hex(16)}.{kind}",
                    mime="text/csv" if kind == "csv" else "application/json",
                    on_click="ignore",
                    key=f"download_{grain}_{kind}",
                )


def _builder(
    viewer: Viewer, team: Team, period: Period, grain: Literal["day", "total"], kind: str
) -> Callable[[], bytes]:
    def build() -> bytes:
        scope = gate.scope_at_click(viewer)
        alone = team.size == 1 and team.team_id != EVERYONE
        inside = scope.person(team.team_id) if alone else scope.team(team.team_id)
        text = io.StringIO(newline="")
        (write_csv if kind == "csv" else write_json)(usage_table(scope, inside, period, grain), text)
        return text.getvalue().encode("utf-8-sig" if kind == "csv" else "utf-8")

    return build
