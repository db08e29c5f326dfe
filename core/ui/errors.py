"""What a reader sees when something goes wrong: a sentence that is meant for them, or a number to ask about."""

from __future__ import annotations

import logging
import secrets

import streamlit as st

from core.errors import UnscopedRead, UptakeError
from core.reports.markdown import literal

_LOG = logging.getLogger("uptake.pages")


def show(error: Exception) -> None:
    """Show an error of ours as its sentence, and anything else as an incident that the log explains."""
    if isinstance(error, UptakeError) and not isinstance(error, UnscopedRead):
        _LOG.info("refused: %s", type(error).__name__)
        st.error(literal(str(error)), icon=":material/error:")
        return
    incident = secrets.token_hex(4)
    _LOG.error("incident %s", incident, exc_info=error)
    st.error(
        f"Something went wrong on our side (incident {incident}). Nothing was changed. Please try again, and tell the "
        "people who run Uptake this number if it stays.",
        icon=":material/error:",
    )


def on_script_error(error: Exception) -> bool:
    """Streamlit's hook for whatever a page, a fragment or a callback let through; nothing else reaches the browser."""
    show(error)
    return True
