"""Calendars, a column a week and a row a weekday: a person's active days, and the state of each day's data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from core.reports.charts.charts import ChartTheme, figure_of
from core.reports.charts.drawing import Drawing
from core.reports.periods import DAY, Period, in_full
from core.visibility import ContextMark

STATES = ("complete", "revised", "provisional", "held", "failed", "missing")
"""From settled to absent; a day's colour is its place here."""

_WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def active_days(
    used_on: Callable[[dt.date], bool | None],
    period: Period,
    look: ChartTheme,
    color: str,
    marks: Sequence[ContextMark] = (),
) -> Drawing:
    """Active days of one person: a column a week, a row a weekday; days of which `used_on` knows nothing stay empty.

    The days of a mark carry its number, from 1 in the order given.
    """
    monday = period.first - DAY * period.first.weekday()
    weeks = (period.last - monday).days // 7 + 1
    cells = np.full((7, weeks), np.nan)
    words = np.full((7, weeks), "", dtype=object)
    marked = {day: place for place, mark in enumerate(marks) for day in Period(mark.first, mark.last)}
    figure = figure_of(look, 190)
    for day in period:
        active = used_on(day)
        week, weekday = divmod((day - monday).days, 7)
        if active is not None:
            cells[weekday, week] = float(active)
            words[weekday, week] = f"{in_full(day)}: {'active' if active else 'not active'}"
        if day in marked:
            words[weekday, week] += f", {marks[marked[day]].kind.status.lower()}"
            figure.add_annotation(
                x=monday + DAY * 7 * week,
                y=_WEEKDAYS[weekday],
                text=str(marked[day] + 1),
                showarrow=False,
                font={"size": 11, "color": look.ground if cells[weekday, week] == 1 else look.muted},
            )
    figure.add_heatmap(
        z=cells,
        x=[monday + DAY * 7 * week for week in range(weeks)],
        y=_WEEKDAYS,
        colorscale=[[0, look.faint], [1, color]],
        zmin=0,
        zmax=1,
        showscale=False,
        xgap=3,
        ygap=3,
        hovertext=words,
        hovertemplate="%{hovertext}<extra></extra>",
    )
    figure.update_layout(hovermode="closest")
    figure.update_yaxes(autorange="reversed", showgrid=False)
    step = -(-weeks // 8)
    figure.update_xaxes(
        tickformat="%-d %b", showgrid=False, tickvals=[monday + DAY * 7 * week for week in range(0, weeks, step)]
    )
    return figure


def sync_calendar(days: Mapping[dt.date, str], look: ChartTheme) -> Drawing:
    """The state of each day's data, one colour a state; `days` maps each day of the span to its state."""
    monday = min(days) - DAY * min(days).weekday()
    weeks = (max(days) - monday).days // 7 + 1
    cells, words = np.full((7, weeks), np.nan), np.full((7, weeks), "", dtype=object)
    for day, state in days.items():
        week, weekday = divmod((day - monday).days, 7)
        cells[weekday, week] = STATES.index(state)
        words[weekday, week] = f"{in_full(day)}: {state}"
    figure = Drawing()
    figure.add_heatmap(
        z=cells,
        x=[monday + DAY * 7 * week for week in range(weeks)],
        y=_WEEKDAYS,
        colorscale=_steps([look.states[state] for state in STATES]),
        zmin=0,
        zmax=len(STATES) - 1,
        showscale=False,
        xgap=2,
        ygap=2,
        hovertext=words,
        hovertemplate="%{hovertext}<extra></extra>",
    )
    for state in STATES:
        if state in days.values():
            marker = {"color": look.states[state], "symbol": "square", "size": 10}
            figure.add_scatter(x=[None], y=[None], mode="markers", name=state.capitalize(), marker=marker)
    figure.update_layout(
        template=look.template,
        height=230,
        hovermode="closest",
        legend={"orientation": "h", "y": -0.18, "x": 0, "font": {"size": 11}},
    )
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(tickformat="%b", tickangle=0, showgrid=False, dtick="M1")
    return figure


def _steps(colors: list[str]) -> list[tuple[float, str]]:
    """A colour scale of equal, hard steps."""
    size = len(colors)
    edges = [(index / size, (index + 1) / size, color) for index, color in enumerate(colors)]
    return [(edge, color) for low, high, color in edges for edge in (low, high)]
