"""Figures → plotly charts: lines as measured, weekends shaded, counts from zero, one colour per product.

Each chart returns the figure only; the sentence above it comes from `core.reports.findings`. Nothing is put into a
figure that is not drawn: no raw points, no hidden customdata.
"""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from core.catalogue import PRODUCTS
from core.reports.periods import DAY, Grain, Period, is_whole
from core.reports.tiers import Tier

SHORT, MEDIUM, TALL = 110, 230, 290
"""Heights in pixels."""

_LONGEST_NAME = 32


@dataclass(frozen=True)
class Look:
    """How charts look in the reader's theme: a registered plotly template and colours as CSS values."""

    template: str
    products: Mapping[str, str]
    accent: str
    muted: str
    faint: str
    tiers: Mapping[Tier, str]
    states: Mapping[str, str]


def figure_of(look: Look, height: int) -> go.Figure:
    """An empty figure in the reader's look: little margin, counts from zero, the legend below."""
    figure = go.Figure()
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


def weekly_active(weeks: pd.DataFrame, look: Look, color: str) -> go.Figure:
    """Distinct active people per complete week, with the headcount above them."""
    figure = figure_of(look, TALL)
    figure.add_scatter(
        x=weeks.index,
        y=weeks["headcount"],
        name="Headcount",
        mode="lines",
        line={"color": look.muted, "dash": "dot", "width": 1.5},
    )
    figure.add_scatter(
        x=weeks.index,
        y=weeks["active"],
        name="Active people",
        mode="lines+markers" if len(weeks) < 14 else "lines",
        line={"color": color, "width": 2.5},
        fill="tozeroy",
        cliponaxis=False,
        fillcolor=look.faint,
    )
    return _week_axis(figure, weeks.index)


def products_by_week(by_product: pd.DataFrame, look: Look) -> go.Figure:
    """One line per product that anybody used: distinct active people per complete week."""
    figure = figure_of(look, TALL)
    for product in PRODUCTS:
        if product.key in by_product and by_product[product.key].sum() > 0:
            figure.add_scatter(
                x=by_product.index,
                y=by_product[product.key],
                name=product.label,
                mode="lines+markers" if len(by_product) < 14 else "lines",
                line={"color": look.products[product.key], "width": 2},
            )
    return _week_axis(figure, by_product.index)


def _week_axis(figure: go.Figure, mondays: pd.Index) -> go.Figure:
    """Name every week, or every n-th, by its Monday."""
    step = -(-len(mondays) // 8) or 1
    figure.update_xaxes(tickvals=list(mondays[::step]), tickformat="%-d %b", hoverformat="week of %-d %b %Y")
    figure.update_yaxes(ticksuffix=" ")
    return figure


def tier_bar(counts: Mapping[Tier, int], look: Look) -> go.Figure:
    """One bar, split into habit tiers, in people."""
    figure = figure_of(look, SHORT)
    for tier in (Tier.POWER, Tier.REGULAR, Tier.LIGHT, Tier.NEW, Tier.NONE):
        count = counts[tier]
        if count:
            figure.add_bar(
                x=[count],
                y=[""],
                name=tier.label,
                orientation="h",
                marker={"color": look.tiers[tier], "line": {"width": 0}},
                text=[str(count)],
                textposition="inside",
                insidetextfont={"color": readable_on(look.tiers[tier])},
                insidetextanchor="middle",
                hovertemplate=f"{tier.label}: %{{x}} people<extra></extra>",
            )
    figure.update_layout(barmode="stack", hovermode="closest", legend={"y": -0.35, "traceorder": "normal"})
    figure.update_xaxes(visible=False)
    return figure


def readable_on(color: str) -> str:
    """Black or white, whichever has more contrast with a colour like "#27478f" (WCAG 2.2, relative luminance)."""
    channels = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if (luminance + 0.05) ** 2 > 0.05 * 1.05 else "#ffffff"


def funnel(steps: tuple[tuple[str, int], ...], look: Look) -> go.Figure:
    """Steps from the directory to a habit, as bars from zero."""
    figure = figure_of(look, MEDIUM)
    labels, counts = zip(*steps, strict=True)
    figure.add_bar(
        x=counts,
        y=labels,
        orientation="h",
        marker={"color": look.accent, "line": {"width": 0}},
        text=[f"{count}" for count in counts],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{x} people<extra></extra>",
    )
    figure.update_layout(hovermode="closest", showlegend=False, bargap=0.35)
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(visible=False, range=[0, max(counts) * 1.12 or 1])
    return figure


def ranked(rows: pd.DataFrame, unit: str, look: Look) -> go.Figure:
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
            hovertext=names,
            hovertemplate=f"%{{hovertext}}: %{{x:,.0f}} {unit}<extra>{part}</extra>",
        )
    figure.update_layout(barmode="stack", hovermode="closest", bargap=0.35)
    figure.update_layout(showlegend=rows.shape[1] > 1, legend={"traceorder": "normal"})
    figure.update_yaxes(
        autorange="reversed", showgrid=False, tickvals=list(range(len(rows))), ticktext=[f"{name}  " for name in names]
    )
    return figure


def trend(series: pd.Series, unit: str, grain: Grain, period: Period, *, look: Look, color: str) -> go.Figure:
    """One statistic over time: bars for counts, a line for a rate (unit "%").

    A week or month that the period cuts is drawn faded: it is not to be compared with whole ones.
    """
    figure = figure_of(look, MEDIUM)
    if unit == "%":
        figure.add_scatter(x=series.index, y=series, mode="lines+markers", line={"color": color}, connectgaps=False)
        figure.update_yaxes(tickformat=".0%", range=[0, 1])
    else:
        whole = [1.0 if is_whole(start.date(), grain, period) else 0.4 for start in series.index]
        figure.add_bar(x=series.index, y=series, marker={"color": color, "opacity": whole, "line": {"width": 0}})
    if grain is Grain.DAY and len(series):
        half = dt.timedelta(hours=12)
        figure.update_xaxes(range=[series.index[0] - half, series.index[-1] + half])
        _shade_weekends(figure, series.index[0].date(), series.index[-1].date(), look)
    shown = {
        Grain.DAY: ("%-d %b", "%a %-d %b %Y"),
        Grain.WEEK: ("%-d %b", "week of %-d %b %Y"),
        Grain.MONTH: ("%b %Y", "%B %Y"),
    }
    figure.update_xaxes(tickformat=shown[grain][0], hoverformat=shown[grain][1])
    figure.update_traces(
        hovertemplate="%{y:,.0%}<extra></extra>" if unit == "%" else f"%{{y:,.0f}} {unit}<extra></extra>"
    )
    if grain is not Grain.DAY:
        step = -(-len(series) // 12) or 1
        figure.update_xaxes(tickvals=list(series.index[::step]))
    figure.update_layout(showlegend=False)
    return figure


def _shade_weekends(figure: go.Figure, first: dt.date, last: dt.date, look: Look) -> None:
    saturday = first - DAY * ((first.weekday() - 5) % 7)
    while saturday <= last:
        start = dt.datetime.combine(saturday, dt.time()) - dt.timedelta(hours=12)
        figure.add_vrect(x0=start, x1=start + dt.timedelta(days=2), fillcolor=look.faint, line_width=0, layer="below")
        saturday += DAY * 7
