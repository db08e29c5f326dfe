"""Figures → plotly charts: the look they share, and bars of amounts, from zero.

Each chart returns the figure only; the sentence above it comes from `core.reports.wording`. Nothing is put into a
figure that is not drawn: no raw points, no hidden customdata. Charts over time are in `time_charts`.
"""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import pandas as pd
import plotly.io
from plotly.colors import hex_to_rgb

from core import wording
from core.reports.charts.drawing import Drawing
from core.reports.measures.tiers import ORDER, Tier

SHORT, COMPACT, MEDIUM = 116, 172, 230
"""The heights that charts share, in pixels."""

_LONGEST_NAME = 32

_Tick = TypeVar("_Tick")


@dataclass(frozen=True, eq=False)
class ChartTheme:
    """How charts look in the reader's theme: a registered plotly template and colours as CSS values."""

    template: str
    products: Mapping[str, str]
    accent: str
    muted: str
    faint: str
    tiers: Mapping[Tier, str]
    states: Mapping[str, str]

    @property
    def ground(self) -> str:
        """The colour behind a chart, which itself is see-through: that of the boxes of the template that lie on it."""
        layout = plotly.io.templates[self.template].layout
        return str(layout.hoverlabel.bgcolor or layout.paper_bgcolor)


def figure_of(look: ChartTheme, height: int) -> Drawing:
    """An empty figure in the reader's look: little margin, counts from zero, the legend below."""
    figure = Drawing()
    figure.update_layout(
        template=look.template,
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        hovermode="x unified",
        legend={"orientation": "h", "y": -0.16, "x": 0, "entrywidth": 0, "font": {"size": 11}, "itemwidth": 30},
    )
    figure.update_yaxes(rangemode="tozero", automargin=True)
    figure.update_xaxes(automargin=True)
    return figure


def whole_step(most: float) -> int:
    """How far apart the ticks of counts up to `most` stand, with at most five steps to it: never a part of a count."""
    least = max(most / 5, 1.0)
    unit = int(10 ** math.floor(math.log10(least)))
    return next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= least)


def tick_values(values: Sequence[_Tick], most: int) -> Sequence[_Tick]:
    """Every n-th of the values from the first one on, at most `most` of them."""
    return values[:: math.ceil(len(values) / most) or 1]


def tier_bar(counts: Mapping[Tier, int], look: ChartTheme) -> Drawing:
    """One bar, split into habit tiers, in people."""
    figure = figure_of(look, SHORT)
    for tier in ORDER:
        count = counts[tier]
        if count:
            figure.add_bar(
                x=[count],
                y=[""],
                name=f"{tier.label} {wording.number(count)}",
                orientation="h",
                marker={"color": look.tiers[tier], "line": {"width": 0}},
                text=[wording.number(count)],
                textposition="inside",
                insidetextfont={"color": readable_on(hex_to_rgb(look.tiers[tier]))},
                insidetextanchor="middle",
                hovertemplate=f"{tier.label}: %{{x:,.0f}} people<extra></extra>",
            )
    figure.update_layout(barmode="stack", hovermode="closest", legend={"y": -0.05, "yanchor": "top"})
    figure.update_layout(legend={"traceorder": "normal"}, margin={"l": 0, "r": 0, "t": 0, "b": 64})
    figure.update_xaxes(visible=False)
    return figure


def readable_on(rgb: Sequence[float]) -> str:
    """Black or white, whichever has more contrast with a colour of channels 0 to 255 (WCAG 2.2, relative luminance)."""
    channels = [channel / 255 for channel in rgb]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if (luminance + 0.05) ** 2 > 0.05 * 1.05 else "#ffffff"


def funnel(steps: tuple[tuple[str, int], ...], look: ChartTheme) -> Drawing:
    """How many people are left at each step from the directory to a habit, one bar a step, from zero."""
    figure = figure_of(look, 28 * len(steps))
    labels, counts = zip(*steps, strict=True)
    words = [wording.number(count) for count in counts]
    figure.add_bar(
        x=counts,
        y=labels,
        orientation="h",
        marker={"color": look.accent, "line": {"width": 0}},
        text=words,
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{x:,.0f} people<extra></extra>",
    )
    room = 6 + 9 * max(map(len, words))  # pixels for the number behind the longest bar, and before it
    figure.update_layout(hovermode="closest", showlegend=False, bargap=0.3, margin={"l": 0, "r": room, "t": 0, "b": 0})
    figure.update_yaxes(autorange="reversed", ticks="", showline=False)
    figure.update_xaxes(visible=False, range=[0, max(counts) or 1])
    return figure


def ranked(rows: pd.DataFrame, unit: str, look: ChartTheme) -> Drawing:
    """One bar a row of the frame, the first on top, split into its columns; a part that is null is not drawn."""
    figure = figure_of(look, 60 + 28 * max(len(rows), 2) + (30 if rows.shape[1] > 1 else 0))
    # Names come from outside and may be long, alike once cut, or hold what plotly takes for HTML.
    names = [
        html.escape(name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…") for name in rows.index
    ]
    for part, opacity in zip(rows.columns, (1.0, 0.55, 0.25), strict=False):
        figure.add_bar(
            x=rows[part].astype("float64"),
            y=list(range(len(rows))),
            name=str(part),
            orientation="h",
            marker={"color": look.accent, "line": {"width": 0}},
            opacity=opacity,
            hovertext=[html.escape(name) for name in rows.index],
            hovertemplate=f"%{{hovertext}}: %{{x:,.0f}} {unit}<extra>{part}</extra>",
        )
    figure.update_layout(barmode="stack", hovermode="closest", bargap=0.35)
    figure.update_layout(showlegend=rows.shape[1] > 1, legend={"traceorder": "normal"})
    figure.update_yaxes(
        autorange="reversed", showgrid=False, tickvals=list(range(len(rows))), ticktext=[f"{name}  " for name in names]
    )
    return figure
