"""A table for paper: on a screen tables are pictures, which a printer can neither break nor read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from html import escape

import pandas as pd
import streamlit as st

from core.reports import findings


def on_paper(table: pd.DataFrame, caption: str) -> None:
    """Show a table when the page is printed, and on no screen; the style is in `core.ui.paper_style`."""
    rows = table.map(_as_text).to_html(index=False, border=0, justify="left")
    st.html(f'<div class="on-paper"><p>{escape(caption)}</p>{rows}</div>')


def _as_text(value: object) -> str:
    """Days are read as days, a list of numbers one after the other; a dash stands for what was not measured."""
    if isinstance(value, str):
        return value
    if isinstance(value, Sequence):
        return " ".join(findings.number(one) for one in value)
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return findings.DASH
    return f"{value:%-d %b %Y}" if isinstance(value, dt.date) else findings.number(value)  # type: ignore[arg-type]
