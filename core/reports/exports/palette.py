"""Colours on white paper: those of the light theme, so that a product has one colour everywhere."""

from __future__ import annotations

from core.catalogue import PRODUCTS
from core.reports.charts.palette import COLORS, product_color

_LIGHT = COLORS[False]

ACCENT, INK, MUTED, LINE = _LIGHT.accent, _LIGHT.ink, _LIGHT.muted, _LIGHT.line
FAINT, SHADE = "#e3e6ec", "#f3f4f7"
"""Colours of days without use, and of weekends; on the pages both are see-through."""

PRODUCT_COLORS = {product.key: product_color(product.key, dark=False) for product in PRODUCTS}
