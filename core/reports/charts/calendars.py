"""Calendars, a column a week and a row a weekday: a person's active days, and the state of each day's data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from core import wording
from core.reports.charts.charts import ChartTheme, figure_of, tick_values
from core.reports.charts.drawing import Drawing
from core.reports.periods import DAY, Period
from core.visibility import ContextMark

STATES = ("complete", "revised", "provisional", "held", "failed", "missing")
"""The states of a day's data, from settled to absent; `sync_calendar` colours a day by its state's place here."""

_WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


class _WeekGrid:
    """A cell for each day between two days, in arrays [7 weekdays, weeks].

    Attributes:
        mondays: the first day of each week.
        values: by which cells are coloured; NaN for a day that stays empty.
        words: what stands beside the pointer.
    """

    def __init__(self, first: dt.date, last: dt.date) -> None:
        monday = first - DAY * first.weekday()
        weeks = (last - monday).days // 7 + 1
        self.mondays = [monday + DAY * 7 * week for week in range(weeks)]
        self.values = np.full((7, weeks), np.nan)
        self.words = np.full((7, weeks), "", dtype=object)

    def cell(self, day: dt.date) -> tuple[int, int]:
        """The row and the column of a day."""
        week, weekday = divmod((day - self.mondays[0]).days, 7)
        return weekday, week

    def put(self, day: dt.date, value: float, words: str) -> None:
        """Set the value and the words of a day."""
        self.values[self.cell(day)] = value
        self.words[self.cell(day)] = words

    def draw(self, figure: Drawing, *, colorscale: Sequence[tuple[float, str]], most: float, gap: int) -> None:
        """Add the cells to a figure, Mondays on top; the colour scale goes from 0 to `most`, `gap` is in pixels."""
        figure.add_heatmap(
            z=self.values,
            x=self.mondays,
            y=_WEEKDAYS,
            colorscale=colorscale,
            zmin=0,
            zmax=most,
            showscale=False,
            xgap=gap,
            ygap=gap,
            hovertext=self.words,
            hovertemplate="%{hovertext}<extra></extra>",
        )
        figure.update_layout(hovermode="closest")
        figure.update_yaxes(autorange="reversed", showgrid=False)
        figure.update_xaxes(showgrid=False)


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
    grid = _WeekGrid(period.first, period.last)
    figure = figure_of(look, 190)
    for day in period:
        active = used_on(day)
        if active is not None:
            grid.put(day, float(active), f"{wording.weekday(day)}: {'active' if active else 'not active'}")
    _number_marked_days(figure, grid, period, marks, look)
    grid.draw(figure, colorscale=[(0, look.faint), (1, color)], most=1, gap=3)
    figure.update_xaxes(tickformat="%-d %b", tickvals=tick_values(grid.mondays, 8))
    return figure


def _number_marked_days(
    figure: Drawing, grid: _WeekGrid, period: Period, marks: Sequence[ContextMark], look: ChartTheme
) -> None:
    """Write the number of its mark onto each marked day, and what was marked into the words beside the pointer."""
    marked = {day: number for number, mark in enumerate(marks, 1) for day in Period(mark.first, mark.last)}
    for day in period:
        if day not in marked:
            continue
        weekday, week = grid.cell(day)
        grid.words[weekday, week] += f", {marks[marked[day] - 1].kind.status.lower()}"
        figure.add_annotation(
            x=grid.mondays[week],
            y=_WEEKDAYS[weekday],
            text=str(marked[day]),
            showarrow=False,
            font={"size": 11, "color": look.ground if grid.values[weekday, week] == 1 else look.muted},
        )


def sync_calendar(days: Mapping[dt.date, str], look: ChartTheme) -> Drawing:
    """The calendar of the sync: the state of each day's data, one colour a state; `days` maps day → one of `STATES`."""
    grid = _WeekGrid(min(days), max(days))
    for day, state in days.items():
        grid.put(day, STATES.index(state), f"{wording.weekday(day)}: {state}")
    figure = Drawing()
    grid.draw(figure, colorscale=_steps([look.states[state] for state in STATES]), most=len(STATES) - 1, gap=2)
    for state in STATES:
        if state in days.values():
            marker = {"color": look.states[state], "symbol": "square", "size": 10}
            figure.add_scatter(x=[None], y=[None], mode="markers", name=state.capitalize(), marker=marker)
    figure.update_layout(
        template=look.template,
        height=230,
        legend={"orientation": "h", "y": -0.18, "x": 0, "font": {"size": 11}},
    )
    figure.update_xaxes(tickformat="%b", tickangle=0, dtick="M1")
    return figure


def _steps(colors: list[str]) -> list[tuple[float, str]]:
    """A plotly colour scale, [(place from 0 to 1, colour)], in which each colour fills a step of the same width."""
    size = len(colors)
    edges = [(index / size, (index + 1) / size, color) for index, color in enumerate(colors)]
    return [(edge, color) for low, high, color in edges for edge in (low, high)]
