"""Forms whose words stay when they are refused and go once they were taken; Streamlit's own clearing empties both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

import streamlit as st


def begin(name: str, empty: Mapping[str, object]) -> None:
    """Before a form's widgets: their keys, and what stands in them at the beginning and after each success."""
    if st.session_state.pop(_taken(name), False) or any(key not in st.session_state for key in empty):
        st.session_state.update(empty)


def box(name: str) -> str:
    """The key of the box that a form opens in: another one after each success, so that the box closes."""
    return f"{name}_box_{st.session_state.get(_times(name), 0)}"


def taken(name: str) -> NoReturn:
    """What was typed is done: the page runs again, with the form empty."""
    st.session_state[_taken(name)] = True
    st.session_state[_times(name)] = st.session_state.get(_times(name), 0) + 1
    st.rerun()


def _times(name: str) -> str:
    return f"uptake_times_{name}"


def _taken(name: str) -> str:
    return f"uptake_taken_{name}"
