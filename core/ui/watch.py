"""A page that is left open: asks now and then whether its reader may still see it, and is drawn anew when not."""

from __future__ import annotations

import streamlit as st

from core.ui import cached, gate, remembered, sessions

SECONDS = 20
"""Between two questions; what changes is taken away from an idle page within three times that."""


@st.fragment(run_every=SECONDS)
def keep_current() -> None:
    """Compare one number, and look closer only when it moved or the session is over."""
    epoch = cached.epoch()
    if remembered.is_of(epoch) and not sessions.is_over(st.user.to_dict()):
        return
    remembered.compare(gate.scope_in_fragment(), epoch)
