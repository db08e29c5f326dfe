"""How tall the tables of admins are: a short one whole, a long one with a scroll bar, sentences on several lines."""

from __future__ import annotations

import math
from typing import Literal

import pandas as pd

TWO_LINES = 62
"""Height in pixels of a row whose texts take two lines: text wraps in rows higher than four times the font size."""

_LINE = 20
_A_LINE_HOLDS = 60
"""Characters of a text for which a table of the width of a page has room beside its other columns."""

_MOST_LINES = 8

_WHOLE = 10
_TALLEST = 380


def row_height(frame: pd.DataFrame) -> int:
    """Of a table's rows, which are all as high as the longest of its texts needs."""
    longest = max((len(value) for value in frame.to_numpy().flat if isinstance(value, str)), default=0)
    return TWO_LINES + _LINE * (min(max(math.ceil(longest / _A_LINE_HOLDS), 2), _MOST_LINES) - 2)


def height(rows: int) -> int | Literal["content"]:
    """For a table of so many rows that others follow on the page."""
    return "content" if rows < _WHOLE else _TALLEST
