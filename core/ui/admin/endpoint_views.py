"""The organisation's totals on the Connection page: how far each endpoint was read, and what went wrong."""

from __future__ import annotations

import streamlit as st

from core import wording
from core.admin.access import ConnectionAdmin
from core.admin.endpoints import EndpointState, endpoint_states
from core.reports.wording.markdown import literal
from core.ui.session import resources

_NAMES = {
    "summaries": "Seats and active users",
    "skills": "Skills by name",
    "connectors": "Connectors by name",
}


def totals(admin: ConnectionAdmin) -> None:
    """A sentence for each endpoint; trouble here never stops the reading of usage per person."""
    found = endpoint_states(admin, resources.database())
    if not resources.settings().names_of_skills:
        found = {name: state for name, state in found.items() if name == "summaries"}
        st.caption("Skills and connectors by name are not read: UPTAKE_NAMES_OF_SKILLS is no.")
    if not found:
        return
    trouble = any(state.problem for state in found.values())
    with st.expander("Totals of the organisation", icon=":material/domain:", expanded=trouble, key="endpoints"):
        for name in (name for name in _NAMES if name in found):
            st.markdown(f"**{_NAMES[name]}**: {_reach(found[name])}")
            _trouble(found[name])
        st.caption("Read after the usage per person of each run. Trouble here leaves that usage as it is.")


def _reach(state: EndpointState) -> str:
    if state.data_through is None or state.first_day is None:
        return "no day stored yet."
    days = "1 day" if state.days == 1 else f"{state.days} days"
    return f"{days} stored, {wording.day(state.first_day)} to {wording.day(state.data_through)}."


def _trouble(state: EndpointState) -> None:
    if state.problem is not None:
        st.warning(literal(state.problem))
    elif state.failed_day is not None:
        st.caption(f"{wording.day(state.failed_day)} stays as it was: {literal(state.day_problem or '')}")
