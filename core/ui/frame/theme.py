"""The reader's theme: how charts look in it, and the style sheet of the pages.

Surfaces, text and fonts of the pages stand in `.streamlit/config.toml`, colours in `core.reports.charts.palette`.
"""

from __future__ import annotations

from functools import lru_cache

import plotly.graph_objects as go
import plotly.io as pio
import streamlit as st

from core.catalogue import PRODUCTS as CATALOGUE
from core.reports.charts.charts import ChartTheme
from core.reports.charts.palette import COLORS, PRODUCTS, STATES, TIERS, Colors, product_color
from core.ui.frame import paper_style, screen_style

FONT = '"Source Sans", "Source Sans 3", system-ui, -apple-system, "Segoe UI", Roboto, sans-serif'
"""Streamlit serves Source Sans (SIL Open Font License) itself."""

LIGHT, DARK = "uptake_light", "uptake_dark"


def is_dark() -> bool:
    """Whether the reader's theme is dark; light until the browser has said."""
    return st.context.theme.type == "dark"


def colors() -> Colors:
    """The colours of the reader's theme."""
    return COLORS[is_dark()]


def chart_theme() -> ChartTheme:
    """How charts look in the reader's theme; one object for each theme."""
    return _look(dark=is_dark())


@lru_cache(maxsize=2)
def _look(*, dark: bool) -> ChartTheme:
    return ChartTheme(
        template=DARK if dark else LIGHT,
        products={key: product_color(key, dark=dark) for key in PRODUCTS},
        accent=COLORS[dark].accent,
        muted=COLORS[dark].muted,
        faint=COLORS[dark].shade,
        tiers={tier: pair[dark] for tier, pair in TIERS.items()},
        states={state: pair[dark] for state, pair in STATES.items()},
    )


def _template(*, dark: bool) -> go.layout.Template:
    """Lines as measured, few marks around them, axes from zero where there is an amount, thin thousands separators."""
    c = COLORS[dark]
    axis = {"automargin": True, "linecolor": c.line, "tickcolor": c.line, "tickfont": {"color": c.muted, "size": 12}}
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 13, "color": c.ink},
            "paper_bgcolor": "rgba(0, 0, 0, 0)",
            "plot_bgcolor": "rgba(0, 0, 0, 0)",
            "colorway": [product_color(product.key, dark=dark) for product in CATALOGUE],
            "separators": ".\u2009",
            "hovermode": "x unified",
            "hoverlabel": {"bgcolor": c.surface, "bordercolor": c.line, "font": {"family": FONT, "color": c.ink}},
            "legend": {"font": {"color": c.muted}, "bgcolor": "rgba(0, 0, 0, 0)"},
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "bargap": 0.25,
            "xaxis": {**axis, "showgrid": False, "showline": True, "ticks": "outside", "ticklen": 4, "zeroline": False},
            "yaxis": {**axis, "gridcolor": c.grid, "zerolinecolor": c.line, "zerolinewidth": 1, "rangemode": "tozero"},
        },
        data={
            "scatter": [{"line": {"shape": "linear", "width": 2}, "marker": {"size": 5}, "connectgaps": False}],
            "bar": [{"marker": {"line": {"width": 0}}}],
            "heatmap": [{"xgap": 2, "ygap": 2}],
        },
    )


pio.templates[LIGHT] = _template(dark=False)
pio.templates[DARK] = _template(dark=True)


def style_sheet() -> str:
    """The style of the pages in the reader's theme, on the screen and on paper."""
    return screen_style.STYLE + paper_style.PAPER + (paper_style.FROM_DARK if is_dark() else "")
