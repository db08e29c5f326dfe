"""What a reader sees when something goes wrong: a sentence that is meant for them, or a number to ask about."""

from __future__ import annotations

import logging
import re
import secrets

import streamlit as st

from core.errors import UnscopedRead, UptakeError
from core.reports.wording.markdown import literal

_LOG = logging.getLogger("uptake.pages")
_COMMAND = re.compile(r"\\`(uptake [a-z -]+)\\`")
"""A command of ours in a sentence that was made plain text."""


def show(error: Exception) -> None:
    """Show an error of ours as its sentence, and anything else as an incident that the log explains."""
    if isinstance(error, UptakeError) and not isinstance(error, UnscopedRead):
        _LOG.info("refused: %s", type(error).__name__)
        st.error(_safe(str(error)), icon=":material/error:")
        return
    incident = secrets.token_hex(4)
    _LOG.error("incident %s", incident, exc_info=error)
    st.error(
        f"Something went wrong on our side (incident {incident}). Nothing was changed. Please try again, and tell the "
        "people who run Uptake this number if it stays.",
        icon=":material/error:",
    )


def _safe(sentence: str) -> str:
    """The sentence, in which names from outside may stand, as plain text; our own commands are set as such."""
    return _COMMAND.sub(r"`\1`", literal(sentence))


def on_script_error(error: Exception) -> bool:
    """Streamlit's hook for whatever a page, a fragment or a callback let through; nothing else reaches the browser."""
    show(error)
    return True
