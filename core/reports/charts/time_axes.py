"""The axes of charts over time, and what lines on them share: dates, shaded weekends, dots and the legend's place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np

from core.reports.charts.charts import ChartTheme, tick_values, whole_step
from core.reports.charts.drawing import Drawing
from core.reports.periods import DAY, Grain

FEW = 14
"""A line of fewer points than this has a dot at each of them."""

LEGEND_ROW = 18
"""Height of a row of a legend, in pixels."""

LEGEND_BELOW = {"y": -0.2, "yanchor": "top", "traceorder": "normal"}
"""Where a legend stands in a low chart: below the names of the days."""

HALF_A_DAY = dt.timedelta(hours=12)
"""A day's bar or cell reaches so far to both sides of its midnight, at which its point stands."""

_DATES = {
    Grain.DAY: ("%-d %b", "%a %-d %b %Y"),
    Grain.WEEK: ("%-d %b", "week of %-d %b %Y"),
    Grain.MONTH: ("%b %Y", "%B %Y"),
}
"""Grain → the formats of a date on the axis, and of one beside the pointer."""


def dots(line: np.ndarray, *, every: bool, size: float = 5.0) -> dict[str, Any]:
    """The plotly properties of a line with a dot at `every` point, or only at those that are joined to no neighbour.

    `size` is the diameter of a dot in pixels.
    """
    if every:
        return {"mode": "lines+markers", "marker": {"size": size}}
    known = ~np.isnan(line)
    joined = np.concatenate([[False], known[:-1]]) | np.concatenate([known[1:], [False]])
    if not (known & ~joined).any():
        return {"mode": "lines"}
    sizes = [0.0 if each else size for each in joined]
    return {"mode": "lines+markers", "marker": {"size": sizes, "opacity": 1, "line": {"width": 0}}}


def line_axes(
    figure: Drawing, starts: Sequence[dt.date], grain: Grain, look: ChartTheme, *, ticks: int, most: float
) -> Drawing:
    """Set the axes of lines of counts: at most `ticks` dates across, from zero to `most` upwards, weekends shaded.

    A week or month is named by its first day.
    """
    _format_dates(figure, grain)
    figure.update_xaxes(tickvals=tick_values(starts, ticks))
    figure.update_yaxes(ticksuffix=" ", tick0=0, dtick=whole_step(most))
    if grain is Grain.DAY and len(starts):
        _shade_weekends(figure, starts[0], starts[-1], look)
    return figure


def date_axis(figure: Drawing, starts: Sequence[dt.date], grain: Grain, look: ChartTheme) -> None:
    """Set an axis with room for bars: at most twelve weeks or months are named; by day, weekends are shaded."""
    _format_dates(figure, grain)
    if grain is not Grain.DAY:
        figure.update_xaxes(tickvals=tick_values(starts, 12))
    elif starts:
        figure.update_xaxes(range=[midnight(starts[0]) - HALF_A_DAY, midnight(starts[-1]) + HALF_A_DAY])
        if len(starts) < FEW:  # else hours of a day would be named as days
            figure.update_xaxes(tickvals=starts)
        _shade_weekends(figure, starts[0], starts[-1], look)


def midnight(day: dt.date) -> dt.datetime:
    """The moment at which a day begins, where its point stands on an axis of time."""
    return dt.datetime.combine(day, dt.time())


def _format_dates(figure: Drawing, grain: Grain) -> None:
    shown, hover = _DATES[grain]
    figure.update_xaxes(tickformat=shown, hoverformat=hover)


def _shade_weekends(figure: Drawing, first: dt.date, last: dt.date, look: ChartTheme) -> None:
    """Shade the weekends between two days; a band beyond the chart's days would make its axis longer."""
    saturday = first - DAY * ((first.weekday() - 5) % 7)
    while saturday <= last:
        begin, end = max(saturday, first), min(saturday + DAY, last)
        if begin <= end:
            edges = {"x0": midnight(begin) - HALF_A_DAY, "x1": midnight(end) + HALF_A_DAY}
            figure.add_vrect(**edges, fillcolor=look.faint, line={"width": 0}, layer="below")
        saturday += DAY * 7
