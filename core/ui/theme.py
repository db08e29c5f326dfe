"""The look: colours of products and charts in both themes, the chart templates, and the little CSS there is.

Surfaces, text and fonts of the pages stand in `.streamlit/config.toml`. The product colours were chosen together: in
each theme every pair stays apart for readers with normal sight and with protanopia, deuteranopia or tritanopia, and
each one has a contrast of at least 3 to 1 with the page (WCAG 2.2, 1.4.11); tests hold them to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import plotly.graph_objects as go
import plotly.io as pio
import streamlit as st

from core.catalogue import ACROSS, ANY, PRODUCTS
from core.reports.charts import ChartTheme
from core.reports.tiers import Tier
from core.ui import paper_style

FONT = '"Source Sans", "Source Sans 3", system-ui, -apple-system, "Segoe UI", Roboto, sans-serif'
"""Streamlit serves Source Sans (SIL Open Font License) itself."""

LIGHT, DARK = "uptake_light", "uptake_dark"


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


_COLORS = {
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

_TIERS = {  # light, dark: one hue that deepens with regularity; "new" is outside that order, so it has another hue
    Tier.NONE: ("#d5d9e1", "#3a4250"),
    Tier.LIGHT: ("#a3b9e8", "#4a639b"),
    Tier.REGULAR: ("#5f82d2", "#6f93e6"),
    Tier.POWER: ("#27478f", "#b3caff"),
    Tier.NEW: ("#d9a13b", "#dba848"),
    Tier.AWAY: ("#e9dfcf", "#54493a"),
}

_STATES = {  # light, dark: one hue for what is stored, others for what needs somebody
    "complete": ("#27478f", "#7ea2f7"),
    "revised": ("#5f82d2", "#4a639b"),
    "provisional": ("#a3b9e8", "#b3caff"),
    "held": ("#d9a13b", "#dba848"),
    "failed": ("#b3261e", "#e5675f"),
    "missing": ("#e3e6ec", "#2b323e"),
}


def is_dark() -> bool:
    """Whether the reader's theme is dark; light until the browser has said."""
    return st.context.theme.type == "dark"


def colors() -> Colors:
    """The colours of the reader's theme."""
    return _COLORS[is_dark()]


def product_color(key: str, *, dark: bool) -> str:
    """The colour of a product, the same on every page; what spans products is neutral."""
    return _PRODUCTS[ANY.key if key == ACROSS else key][dark]


def chart_theme() -> ChartTheme:
    """How charts look in the reader's theme; one object for each theme."""
    return _look(dark=is_dark())


@lru_cache(maxsize=2)
def _look(*, dark: bool) -> ChartTheme:
    return ChartTheme(
        template=DARK if dark else LIGHT,
        products={key: product_color(key, dark=dark) for key in (*_PRODUCTS, ACROSS)},
        accent=_COLORS[dark].accent,
        muted=_COLORS[dark].muted,
        faint=_COLORS[dark].shade,
        tiers={tier: pair[dark] for tier, pair in _TIERS.items()},
        states={state: pair[dark] for state, pair in _STATES.items()},
    )


def _template(*, dark: bool) -> go.layout.Template:
    """Lines as measured, few marks around them, axes from zero where there is an amount, thin thousands separators."""
    c = _COLORS[dark]
    axis = {"automargin": True, "linecolor": c.line, "tickcolor": c.line, "tickfont": {"color": c.muted, "size": 12}}
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 13, "color": c.ink},
            "paper_bgcolor": "rgba(0, 0, 0, 0)",
            "plot_bgcolor": "rgba(0, 0, 0, 0)",
            "colorway": [product_color(product.key, dark=dark) for product in PRODUCTS],
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

STYLE = """
/* Digits of one width, so that figures under each other can be compared. */
[data-testid="stMetricValue"], [data-testid="stMetricDelta"], [data-testid="stTable"] {
  font-variant-numeric: tabular-nums;
}
/* A card's figure and its change in full: a long one is smaller, and what does not fit into a line takes another. */
:is([data-testid="stMetricValue"], [data-testid="stMetricDelta"]) :is(.stMarkdownEllipsis, p) {
  white-space: normal; overflow: visible;
}
[data-testid="stMetricValue"] span[style*="font-size"] { font-size: 0.82em !important; }
/* Captions in the full grey of the theme: thinned, as Streamlit has it, it misses 4.5 to 1 (WCAG 2.2, 1.4.3). */
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] * { opacity: 1 !important; }
/* Room for charts: the page's own margins are wide. */
[data-testid="stMainBlockContainer"] { padding-inline: clamp(1rem, 3vw, 3rem); padding-bottom: 3rem; }
/* Who is signed in: at the foot of the sidebar, whatever pages put above. */
[data-testid="stSidebarContent"] { display: flex; flex-direction: column; }
[data-testid="stSidebarUserContent"], [data-testid="stSidebarUserContent"] > div { flex: 1; display: flex; }
[data-testid="stSidebarUserContent"] > div, [data-testid="stSidebarUserContent"] > div > div { flex: 1; }
[data-testid="stLayoutWrapper"]:has(> .st-key-account) { order: 99; margin-top: auto; }
/* The menu: sections apart, entries close. */
.st-key-menu [data-testid="stCaptionContainer"]:not(:first-child) { margin-top: 0.5rem; }
/* Which link the keyboard is at: a ring, for Streamlit fills it like the page that is open. */
:is([data-testid="stSidebarNavLink"], [data-testid="stPageLink-NavLink"]):focus-visible {
  outline: 2px solid currentColor; outline-offset: -2px;
}
.st-key-account-email [data-testid="stText"] { font-size: 0.8rem; overflow: hidden; text-overflow: ellipsis; }
/* Rows of buttons among the filters: as tall as the lists beside them, so that all labels stand in one line. */
.st-key-filters [data-testid="stButtonGroup"] > :not(label) button { min-height: 2.5rem; }
/* Numbers of a table to the right, under each other. */
[class*="st-key-more_"] [data-testid="stTable"] :is(td, th):not(:first-child, :last-child) {
  text-align: right !important; /* Streamlit writes its own into each cell. */
}
/* The chosen one of several: in the text's colour, which is readable in both themes, inside the accent's frame; but for
   days of a calendar, which have their own. */
[data-selected="true"]:not([role="gridcell"] *), [data-selected="true"]:not([role="gridcell"] *) * {
  color: inherit !important;
}
/* Adoption answers in one screenful: its cards keep their margins small. */
[class*="_card"][data-testid="stVerticalBlock"] { padding: 0.7rem 0.9rem; }
.st-key-card { max-width: 28rem; margin: 14vh auto 0; }
.st-key-demo-banner p { font-size: 0.875rem; font-weight: 600; }
.st-key-demo-banner {
  padding: 0.3rem 0.75rem; border-radius: 6px; background: rgba(217, 161, 59, 0.18);
  border: 1px solid rgba(217, 161, 59, 0.55);
}
/* A page whose connection is gone cannot be taken away by the server any more, so it hides by itself after a while. */
.stApp:not([data-test-connection-state="CONNECTED"]) :is([data-testid="stMain"], [data-testid="stSidebar"]) {
  visibility: hidden; transition: visibility 0s 45s;
}
.stApp:not([data-test-connection-state="CONNECTED"])::after {
  content: "Uptake cannot be reached, so nothing is shown. This page comes back by itself."; position: fixed;
  inset: 20vh 2rem auto; text-align: center; animation: appear 1ms 45s backwards;
}
@keyframes appear { from { visibility: hidden; } }
/* Narrow: two filters and two cards a row; three buttons need a row of their own. Tables scroll in themselves. */
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding-inline: 0.75rem; }
  [data-testid="stMetric"] > div:first-child { padding: 0.6rem 0.7rem; }
  [data-testid="stMetricValue"] { font-size: 1.25rem; }
  [data-testid="stMetricLabel"] p { white-space: normal; }
  [data-testid="stGrid"] { grid-template-columns: repeat(2, minmax(0, 1fr)) !important; gap: 0.6rem !important; }
  .st-key-filters > * { flex: 1 1 45%; min-width: 9rem; }
  .st-key-filters > :is(.st-key-by, .st-key-who), .st-key-filters > :has(> :is(.st-key-by, .st-key-who)) {
    flex-basis: 60%;
  }
}
/* The button of the table behind a chart is a picture to the eye; its words are its name for screen readers. */
[class*="_numbers"] [data-testid="stPopoverButton"] [data-testid="stMarkdownContainer"] {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
/* That table: as wide as many columns need, where Streamlit leaves room for two. */
[data-testid="stPopoverBody"]:has(.stDataFrame) { min-width: min(60rem, calc(100vw - 2rem)) !important; }
"""


def style_sheet() -> str:
    """The style of the pages in the reader's theme, on the screen and on paper."""
    return STYLE + paper_style.PAPER + (paper_style.FROM_DARK if is_dark() else "")
