"""Colours on white paper: those of the light theme, so that a product has one colour everywhere."""

from __future__ import annotations

ACCENT = "#2f56b8"
INK = "#1b2330"
MUTED = "#5f6878"
FAINT = "#e3e6ec"
LINE = "#c9ced8"
SHADE = "#f3f4f7"

PRODUCT_COLORS = {
    "chat": "#824220",
    "code": "#646ef1",
    "cowork": "#966fbc",
    "excel": "#759a59",
    "powerpoint": "#c27b06",
    "word": "#055095",
    "outlook": "#027093",
    "design": "#c5346f",
    "science": "#26a292",
    "slack": "#976927",
}
