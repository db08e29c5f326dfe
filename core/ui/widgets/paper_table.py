"""A table for paper: on a screen tables are pictures, which a printer can neither break nor read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from html import escape

import pandas as pd

from core import wording


def as_html(columns: Mapping[str, Sequence[object]], caption: str) -> str:
    """A table that is shown when the page is printed, and on no screen; the style is in `core.ui.frame.paper_style`.

    Put together by hand, as pandas takes longer for it than the rest of the page.
    """
    head = f"<tr>{''.join(f'<th>{escape(name)}</th>' for name in columns)}</tr>"
    rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in zip(*columns.values(), strict=True))
    caption = escape(caption)
    return f'<div class="on-paper"><p>{caption}</p><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>'


def _cell(value: object) -> str:
    """A number stands to the right."""
    looks = ' class="number"' if isinstance(value, int | float) else ""
    return f"<td{looks}>{escape(_as_text(value))}</td>"


def _as_text(value: object) -> str:
    """Days are read as days, a list of numbers one after the other; a dash stands for what was not measured."""
    if isinstance(value, str):
        return value
    if isinstance(value, Sequence):
        return " ".join(wording.number(one) for one in value)
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return wording.DASH
    return wording.day(value) if isinstance(value, dt.date) else wording.number(value)  # type: ignore[arg-type]
