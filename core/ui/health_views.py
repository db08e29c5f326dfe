"""What a page says about how the data stands."""

from __future__ import annotations

import streamlit as st

from core.admin.status import Status
from core.ui.text import literal


def lateness(now: Status) -> None:
    """One line when the data is late, with the reason; nothing otherwise."""
    if now.late:
        st.error(f"**The data is late.** {literal(now.reason)}", icon=":material/schedule:")
