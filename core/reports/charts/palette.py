"""The colours of both themes: of pages, products, habits and states; paper has those of the light one.

The product colours were chosen together: in each theme every pair stays apart for readers with normal sight and with
protanopia, deuteranopia or tritanopia, and each one has a contrast of at least 3 to 1 with the page (WCAG 2.2, 1.4.11);
tests hold them to it.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.catalogue import ACROSS, ANY
from core.reports.measures.tiers import Tier


@dataclass(frozen=True, kw_only=True)
class Colors:
    """Colours of one theme as CSS values; `shade` is see-through, for weekends and areas."""

    surface: str
    ink: str
    muted: str
    line: str
    grid: str
    shade: str
    accent: str


COLORS = {  # by whether the theme is dark
    False: Colors(
        surface="#ffffff",
        ink="#1b2330",
        muted="#5f6878",
        line="#c9ced8",
        grid="#eceef2",
        shade="rgba(95, 104, 120, 0.09)",
        accent="#2f56b8",
    ),
    True: Colors(
        surface="#12151b",
        ink="#e4e8ef",
        muted="#9aa4b4",
        line="#3d4554",
        grid="#232934",
        shade="rgba(154, 164, 180, 0.12)",
        accent="#7ea2f7",
    ),
}

_PRODUCTS = {  # light, dark
    ANY.key: ("#47494f", "#c0c3c9"),
    "chat": ("#824220", "#ab6b4a"),
    "code": ("#646ef1", "#5f69e5"),
    "cowork": ("#966fbc", "#936fb7"),
    "excel": ("#759a59", "#93b778"),
    "powerpoint": ("#c27b06", "#cf8b30"),
    "word": ("#055095", "#6eacf5"),
    "outlook": ("#027093", "#87d8fd"),
    "design": ("#c5346f", "#ed6294"),
    "science": ("#26a292", "#2b9c8d"),
    "slack": ("#976927", "#f4c587"),
}

TIERS = {  # light, dark: one hue that deepens with regularity; "new" is outside that order, so it has another hue
    Tier.NONE: ("#d5d9e1", "#3a4250"),
    Tier.LIGHT: ("#a3b9e8", "#4a639b"),
    Tier.REGULAR: ("#5f82d2", "#6f93e6"),
    Tier.POWER: ("#27478f", "#b3caff"),
    Tier.NEW: ("#d9a13b", "#dba848"),
    Tier.AWAY: ("#e9dfcf", "#54493a"),
}

STATES = {  # light, dark: one hue for what is stored, others for what needs somebody
    "complete": ("#27478f", "#7ea2f7"),
    "revised": ("#5f82d2", "#4a639b"),
    "provisional": ("#a3b9e8", "#b3caff"),
    "held": ("#d9a13b", "#dba848"),
    "failed": ("#b3261e", "#e5675f"),
    "missing": ("#e3e6ec", "#2b323e"),
}

PRODUCTS = (*_PRODUCTS, ACROSS)
"""The keys of the products that have a colour, `ACROSS` included."""


def product_color(key: str, *, dark: bool) -> str:
    """The colour of a product, the same on every page; what spans products is neutral."""
    return _PRODUCTS[ANY.key if key == ACROSS else key][dark]
