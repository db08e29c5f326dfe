"""Charts over time: lines as measured and never smoothed, weekends shaded, counts from zero, one colour per product."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np

from core.reports.charts import time_axes
from core.reports.charts.charts import COMPACT, MEDIUM, ChartTheme, figure_of, whole_step
from core.reports.charts.drawing import Drawing
from core.reports.charts.marks import Mark
from core.reports.charts.time_axes import FEW, HALF_A_DAY, LEGEND_BELOW, LEGEND_ROW, dots, midnight
from core.reports.measures.time_series import ActiveSeries, Series
from core.reports.periods import DAY, Grain, bucket, bucket_days

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
    return time_axes.line_axes(figure, rows.starts, grain, look, ticks=5, most=most)


def add_marks(
    figure: Drawing, marks: Sequence[Mark], starts: Sequence[dt.date], grain: Grain, look: ChartTheme
) -> Drawing:
    """Number the days on which something happened: a dashed line for a day, a band for several.

    Where a point is a week or a month, a mark stands on the point that holds its first day; what began before the
    chart's points (`starts`), or ends after them, is drawn as far as they go. It lies behind lines; over bars it lies
    on a band of the colour behind the chart, so that it is seen.
    """
    over_bars, half = figure.has("bar"), HALF_A_DAY if grain is Grain.DAY else dt.timedelta(0)
    numbers: dict[dt.date, list[int]] = {}
    for number, mark in enumerate(marks, 1):
        first, last = bucket(mark.first, grain), bucket(mark.last, grain)
        if not starts or last < starts[0] or starts[-1] < first:
            continue
        first, last = max(first, starts[0]), min(last, starts[-1])
        numbers.setdefault(first, []).append(number)
        if last > first:
            band = {"fillcolor": look.muted, "opacity": 0.16, "line": {"width": 0}, "layer": "below"}
            figure.add_vrect(x0=midnight(first) - half, x1=midnight(last) + half, **band)
    for first, here in numbers.items():
        start = midnight(first)
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

    `sound` is a mask over the points: a bar that is not to be compared with the others is drawn faded, such a point of
    a rate as a ring. `before` has the amounts of the period before, on the days of this one: a light line on a band of
    the colour behind the chart, so that it is seen on bars of any colour.
    """
    figure = figure_of(look, MEDIUM)
    compared = before if before is not None and before.known.any() else None
    if unit == "%":
        amount = "%{y:,.0%}"
        _add_rate(figure, line, color, sound)
    else:
        amount = f"%{{y:,.0f}} {unit}"
        _add_bars(figure, line, grain, color, sound)
        highest = [float(np.nanmax(each.amounts)) for each in (line, compared) if each is not None and each.known.any()]
        figure.update_yaxes(tick0=0, dtick=whole_step(max(highest, default=0.0)))
    figure.update_traces(hovertemplate=f"{amount}<extra></extra>")
    if compared is not None:
        _add_period_before(figure, compared, look, f"{amount}<extra>period before</extra>")
    time_axes.date_axis(figure, line.starts, grain, look)
    figure.update_layout(showlegend=False)
    return figure


def _add_rate(figure: Drawing, line: Series, color: str, sound: np.ndarray) -> None:
    """Add a line of rates from 0 to 1, with a dot at each point, or a ring where it is not sound."""
    figure.add_scatter(
        x=line.starts,
        y=line.amounts,
        mode="lines+markers",
        line={"color": color},
        marker={"symbol": ["circle" if each else "circle-open" for each in sound]},
        connectgaps=False,
    )
    figure.update_yaxes(tickformat=".0%", range=[0, 1])


def _add_bars(figure: Drawing, line: Series, grain: Grain, color: str, sound: np.ndarray) -> None:
    """Add a bar of a count for each day, week or month, faded where it is not sound."""
    bars = {"color": color, "opacity": [1.0 if each else 0.4 for each in sound], "line": {"width": 0}}
    figure.add_bar(x=line.starts, y=line.amounts, marker=bars)
    if len(line.starts) == 1:  # plotly tells the width by the distance of bars, and one alone would be a hair
        days = len(bucket_days(line.starts[0], grain))
        figure.update_traces(width=0.8 * days * DAY / dt.timedelta(milliseconds=1))


def _add_period_before(figure: Drawing, before: Series, look: ChartTheme, hover: str) -> None:
    """Add the light line of the period before, on a wider one of the colour behind the chart."""
    for name, color, wider in (("", look.ground, 3.0), ("Period before", look.muted, 0.0)):
        figure.add_scatter(
            x=before.starts,
            y=before.amounts,
            name=name,
            line={"color": color, "width": _FAINT_WIDTH + wider},
            connectgaps=False,
            **dots(before.amounts, every=len(before.starts) < FEW, size=4 + wider),
            **({"hovertemplate": hover} if name else {"hoverinfo": "skip"}),
        )
