"""For whom an open page was drawn. When that changes, nothing that the browser's session holds is kept."""

from __future__ import annotations

import streamlit as st

from core.ui.session.resources import Epoch
from core.visibility import Scope

_SHOWN_TO, _AT = "uptake_shown_to", "uptake_epoch"


def compare(scope: Scope, epoch: Epoch | None) -> None:
    """Note what the reader may see now; forget everything from before when they may see something else."""
    if st.session_state.get(_SHOWN_TO) is not None and st.session_state.get(_AT) == epoch:
        return
    if differs(scope):
        forget()
    st.session_state[_SHOWN_TO] = scope.fingerprint
    st.session_state[_AT] = epoch


def differs(scope: Scope) -> bool:
    """Whether the reader may see something else than the page was drawn for."""
    return st.session_state.get(_SHOWN_TO) not in {None, scope.fingerprint}


def drawn_for() -> tuple[str, Epoch]:
    """The fingerprint of the scope for which the page is being drawn, and the epoch."""
    return st.session_state[_SHOWN_TO], st.session_state[_AT]


def forget() -> None:
    """Leave nothing of what the session holds: choices, searches and numbers of pages included."""
    st.session_state.clear()
