"""What every picture of a chart is drawn on: the colours around the data, and words."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

_FAMILIES = (
    "Source Sans",
    "Source Sans 3",
    "Liberation Sans",
    "Arial",
    "Helvetica",
    "Noto Sans",
    "DejaVu Sans",
    "DejaVu Sans Mono",
)
"""Sans-serif fonts: that of the pages, those of many machines, and one that the typesetter brings with it."""

_QUOTED = ", ".join(f"'{family}'" for family in _FAMILIES)  # one name ends in a number, which makes it no CSS name
_FONT = f'font-family="{_QUOTED}, sans-serif"'


@dataclass(frozen=True)
class Paper:
    """The colours around the data of a picture, as CSS values."""

    surface: str
    ink: str
    muted: str
    grid: str


def text(
    x: float, y: float, words: str, color: str, size: int = 12, *, anchor: str = "start", weight: int = 400
) -> str:
    """Words from outside as text of a picture; `anchor` says which end of them stands at `x`."""
    look = f'{_FONT} font-size="{size}" font-weight="{weight}" fill="{color}" text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{escape(words)}</text>'
