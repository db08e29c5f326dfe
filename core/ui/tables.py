"""How tall the tables of admins are: a short one whole, a long one with a scroll bar, sentences on two lines."""

from __future__ import annotations

from typing import Literal

TWO_LINES = 62
"""Height in pixels of a row whose texts take two lines: text wraps in rows higher than four times the font size."""

_WHOLE = 10
_TALLEST = 380


def height(rows: int) -> int | Literal["content"]:
    """For a table of so many rows that others follow on the page."""
    return "content" if rows < _WHOLE else _TALLEST
