"""How tall the tables of admins are: a short one whole, a long one with a scroll bar, sentences on two lines."""

from __future__ import annotations

from typing import Literal

TWO_LINES = 54
"""Height in pixels of a row whose texts take two lines; only in rows higher than Streamlit's own does text wrap."""

_WHOLE = 10
_TALLEST = 380


def height(rows: int) -> int | Literal["content"]:
    """For a table of so many rows that others follow on the page."""
    return "content" if rows < _WHOLE else _TALLEST
