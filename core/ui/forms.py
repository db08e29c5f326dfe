"""Forms whose words stay when they are refused and go once they were taken; Streamlit's own clearing empties both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

import streamlit as st


def begin(name: str, empty: Mapping[str, object]) -> None:
    """Before a form's widgets: their keys, and what stands in them at the beginning and after each success."""
    if st.session_state.pop(_taken(name), False) or any(key not in st.session_state for key in empty):
        st.session_state.update(empty)


def taken(name: str) -> NoReturn:
    """What was typed is done: the page runs again, with the form empty."""
    st.session_state[_taken(name)] = True
    st.rerun()


def _taken(name: str) -> str:
    return f"uptake_taken_{name}"
