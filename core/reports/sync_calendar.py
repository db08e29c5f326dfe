"""The days of the data as a calendar: which are complete, revised, provisional, held, failed or missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from core.reports.charts import Look
from core.reports.periods import DAY

STATES = ("complete", "revised", "provisional", "held", "failed", "missing")
"""From settled to absent; a day's colour is its place here."""

_WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def sync_calendar(days: Mapping[dt.date, str], look: Look) -> go.Figure:
    """A column a week, a row a weekday, one colour a state; `days` maps each day of the span to its state."""
    monday = min(days) - DAY * min(days).weekday()
    weeks = (max(days) - monday).days // 7 + 1
    cells, words = np.full((7, weeks), np.nan), np.full((7, weeks), "", dtype=object)
    for day, state in days.items():
        week, weekday = divmod((day - monday).days, 7)
        cells[weekday, week] = STATES.index(state)
        words[weekday, week] = f"{day:%a %-d %b %Y}: {state}"
    figure = go.Figure(
        go.Heatmap(
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
    figure.update_xaxes(tickformat="%b %Y", showgrid=False, dtick="M1")
    return figure


def _steps(colors: list[str]) -> list[tuple[float, str]]:
    """A colour scale of equal, hard steps."""
    size = len(colors)
    edges = [(index / size, (index + 1) / size, color) for index, color in enumerate(colors)]
    return [(edge, color) for low, high, color in edges for edge in (low, high)]
