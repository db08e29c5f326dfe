"""Charts over time: lines as measured and never smoothed, weekends shaded, counts from zero, one colour per product."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np

from core.reports.charts.charts import COMPACT, MEDIUM, ChartTheme, figure_of, whole_step
from core.reports.charts.drawing import Drawing
from core.reports.charts.marks import Mark
from core.reports.measures.time_series import ActiveSeries, Series
from core.reports.periods import DAY, Grain, bucket, bucket_days

FEW = 14
"""Lines of fewer points have a dot at each."""

_FAINT_WIDTH = 1.5


def course(rows: ActiveSeries, grain: Grain, look: ChartTheme, color: str) -> Drawing:
    """Distinct active people per day, week or month, the headcount above them and the period before as a light line.

    What is not whole is a ring of its own, joined to nothing. The legend below names each line: among lines that fall
    every weekend there is no place for a name.
    """
    figure = figure_of(look, COMPACT + LEGEND_ROW)
    everybody, before, counted, whole = rows.headcount.astype(float), rows.before, rows.active, rows.whole
    active, cut = np.where(whole, counted, np.nan), ~whole & ~np.isnan(counted)
    lines = (
        ("Headcount", everybody, {"color": look.muted, "dash": "dot", "width": 1.2}, {"opacity": 1}),
        ("Period before", before, {"color": look.muted, "width": _FAINT_WIDTH}, {"opacity": 0.75}),
        (
            "Active people",
            active,
            {"color": color, "width": 2.5},
            {"fill": "tozeroy", "fillcolor": look.faint, "cliponaxis": False},
        ),
    )
    for name, line, looks, more in lines:
        if not np.isnan(line).all():
            drawn = dots(line, every=name == "Active people" and int(np.isnan(active).sum()) > len(active) - FEW)
            figure.add_scatter(x=rows.starts, y=line, name=name, line=looks, **drawn, **more)
    if cut.any():
        figure.add_scatter(
            x=[start for start, here in zip(rows.starts, cut, strict=True) if here],
            y=counted[cut],
            name="Active people, incomplete",
            mode="markers",
            marker={"color": color, "symbol": "circle-open", "size": 7},
            cliponaxis=False,
            showlegend=False,
        )
    figure.update_layout(showlegend=True, legend=LEGEND_BELOW, margin={"r": 22})  # the half of the last day's name
    most = float(np.nanmax([everybody, before, counted]))
    return time_axis(figure, rows.starts, grain, look, ticks=5, most=most)


LEGEND_ROW = 18
"""Height of a row of a legend in pixels."""

LEGEND_BELOW = {"y": -0.2, "yanchor": "top", "traceorder": "normal"}
"""Where a legend stands in a low chart: below the names of the days."""


def dots(line: np.ndarray, *, every: bool, size: float = 5.0) -> dict[str, Any]:
    """How a line is drawn: with a dot at `every` point, or only at those to which no line leads."""
    if every:
        return {"mode": "lines+markers", "marker": {"size": size}}
    known = ~np.isnan(line)
    joined = np.concatenate([[False], known[:-1]]) | np.concatenate([known[1:], [False]])
    if not (known & ~joined).any():
        return {"mode": "lines"}
    sizes = [0.0 if each else size for each in joined]
    return {"mode": "lines+markers", "marker": {"size": sizes, "opacity": 1, "line": {"width": 0}}}


def time_axis(
    figure: Drawing, starts: Sequence[dt.date], grain: Grain, look: ChartTheme, *, ticks: int, most: float
) -> Drawing:
    """Name every day, week or month, or every n-th, by its first day; by day, weekends are shaded.

    Upwards there are counts, of which `most` is the highest.
    """
    step = -(-len(starts) // ticks) or 1
    shown, hover = _DATES[grain]
    figure.update_xaxes(tickvals=starts[::step], tickformat=shown, hoverformat=hover)
    figure.update_yaxes(ticksuffix=" ", tick0=0, dtick=whole_step(most))
    if grain is Grain.DAY and len(starts):
        _shade_weekends(figure, starts[0], starts[-1], look)
    return figure


_DATES = {
    Grain.DAY: ("%-d %b", "%a %-d %b %Y"),
    Grain.WEEK: ("%-d %b", "week of %-d %b %Y"),
    Grain.MONTH: ("%b %Y", "%B %Y"),
}
"""How an axis and the words beside the pointer name a day, a week or a month."""


def add_marks(
    figure: Drawing, marks: Sequence[Mark], starts: Sequence[dt.date], grain: Grain, look: ChartTheme
) -> Drawing:
    """Number the days on which something happened: a dashed line for a day, a band for several.

    Where a point is a week or a month, a mark stands on the point that holds its first day; what began before the
    chart's points (`starts`), or ends after them, is drawn as far as they go. It lies behind lines; over bars it lies
    on a band of the colour behind the chart, so that it is seen.
    """
    over_bars, half = figure.has("bar"), dt.timedelta(hours=12 if grain is Grain.DAY else 0)
    numbers: dict[dt.date, list[int]] = {}
    for number, mark in enumerate(marks, 1):
        first, last = bucket(mark.first, grain), bucket(mark.last, grain)
        if not starts or last < starts[0] or starts[-1] < first:
            continue
        first, last = max(first, starts[0]), min(last, starts[-1])
        numbers.setdefault(first, []).append(number)
        if last > first:
            begin, end = (dt.datetime.combine(day, dt.time()) for day in (first, last))
            band = {"fillcolor": look.muted, "opacity": 0.16, "line": {"width": 0}, "layer": "below"}
            figure.add_vrect(x0=begin - half, x1=end + half, **band)
    for first, here in numbers.items():
        start = dt.datetime.combine(first, dt.time())
        if over_bars:
            figure.add_vline(x=start, line={"color": look.ground, "width": 3})
        # Between grid and lines a shape has to be measured on the whole picture: plotly.js draws none there that is
        # measured on an axis.
        place = {"layer": "above"} if over_bars else {"layer": "between", "yref": "paper"}
        figure.add_vline(x=start, line={"color": look.muted, "width": 1, "dash": "dash"}, **place)
        figure.add_annotation(
            x=start,
            y=1,
            yref="paper",
            yanchor="bottom",
            text=", ".join(map(str, here)),
            showarrow=False,
            font={"color": look.muted, "size": 11},
        )
    if numbers:
        figure.update_layout(margin={"t": 18})
    return figure


def trend(
    line: Series,
    unit: str,
    grain: Grain,
    *,
    look: ChartTheme,
    color: str,
    sound: np.ndarray,
    before: Series | None = None,
) -> Drawing:
    """One statistic over time: bars for counts, a line for a rate (unit "%").

    A bar that is not `sound`, which is not to be compared with the others, is drawn faded, such a point of a rate as a
    ring. `before` is the same of the period before, by the days of this one: a light line on a band of the colour
    behind the chart, so that it is seen on bars of any colour.
    """
    figure = figure_of(look, MEDIUM)
    if unit == "%":
        symbols = ["circle" if each else "circle-open" for each in sound]
        figure.add_scatter(
            x=line.starts,
            y=line.amounts,
            mode="lines+markers",
            line={"color": color},
            marker={"symbol": symbols},
            connectgaps=False,
        )
        figure.update_yaxes(tickformat=".0%", range=[0, 1])
    else:
        faded = [1.0 if each else 0.4 for each in sound]
        bars = {"color": color, "opacity": faded, "line": {"width": 0}}
        figure.add_bar(x=line.starts, y=line.amounts, marker=bars)
        if len(line.starts) == 1:  # plotly tells the width by the distance of bars, and one alone would be a hair
            days = len(bucket_days(line.starts[0], grain))
            figure.update_traces(width=0.8 * days * DAY / dt.timedelta(milliseconds=1), selector={"type": "bar"})
        highest = [float(np.nanmax(each.amounts)) for each in (line, before) if each is not None and each.known.any()]
        figure.update_yaxes(tick0=0, dtick=whole_step(max(highest, default=0.0)))
    if grain is Grain.DAY and line.starts:
        half = dt.timedelta(hours=12)
        first, last = (dt.datetime.combine(line.starts[at], dt.time()) for at in (0, -1))
        figure.update_xaxes(range=[first - half, last + half])
        if len(line.starts) < FEW:  # else hours of a day would be named as days
            figure.update_xaxes(tickvals=line.starts)
        _shade_weekends(figure, line.starts[0], line.starts[-1], look)
    if before is not None and before.known.any():
        for name, color_of_line, wider in (("", look.ground, 3.0), ("Period before", look.muted, 0.0)):
            figure.add_scatter(
                x=before.starts,
                y=before.amounts,
                name=name,
                line={"color": color_of_line, "width": _FAINT_WIDTH + wider},
                connectgaps=False,
                **dots(before.amounts, every=len(before.starts) < FEW, size=4 + wider),
                **({} if name else {"hoverinfo": "skip"}),
            )
    figure.update_xaxes(tickformat=_DATES[grain][0], hoverformat=_DATES[grain][1])
    amount = "%{y:,.0%}" if unit == "%" else f"%{{y:,.0f}} {unit}"
    figure.update_traces(hovertemplate=f"{amount}<extra></extra>")
    figure.update_traces(hovertemplate=f"{amount}<extra>period before</extra>", selector={"name": "Period before"})
    figure.update_traces(hovertemplate=None, selector={"hoverinfo": "skip"})
    if grain is not Grain.DAY:
        step = -(-len(line.starts) // 12) or 1
        figure.update_xaxes(tickvals=line.starts[::step])
    figure.update_layout(showlegend=False)
    return figure


def _shade_weekends(figure: Drawing, first: dt.date, last: dt.date, look: ChartTheme) -> None:
    """Only as far as there are days, for a band beside them would make the axis longer."""
    half = dt.timedelta(hours=12)
    saturday = first - DAY * ((first.weekday() - 5) % 7)
    while saturday <= last:
        begin, end = max(saturday, first), min(saturday + DAY, last)
        if begin <= end:
            edges = {
                "x0": dt.datetime.combine(begin, dt.time()) - half,
                "x1": dt.datetime.combine(end, dt.time()) + half,
            }
            figure.add_vrect(**edges, fillcolor=look.faint, line={"width": 0}, layer="below")
        saturday += DAY * 7
