"""The axes of a picture: where a figure's values stand, and which of them are named."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core import wording
from core.reports.charts.charts import tick_values, whole_step

WIDTH = 760.0
LEFT = 56.0
PLOT_WIDTH = WIDTH - LEFT - 110


@dataclass(frozen=True)
class Axis:
    """A linear axis from `low` to `high`, `length` long from `start`: in pixels across, in parts of the height upwards.

    `step` is the length of one day, week or month; `ticks` are named values.
    """

    low: float
    high: float
    start: float
    length: float
    step: float
    ticks: tuple[tuple[float, str], ...]

    def at(self, value: float) -> float:
        """The place of a value, in the unit of `start` and `length`."""
        return self.start + (value - self.low) / (self.high - self.low) * self.length


def listed(values: Any) -> list[Any]:
    """A property of a trace as a list, one value a point; empty when it is unset, or one value for all points."""
    if values is None or isinstance(values, str | int | float):
        return []
    return list(values)


def number(value: object) -> float:
    """A day as the count of days since 1970, a number as itself."""
    if isinstance(value, str | dt.date | pd.Timestamp | np.datetime64):
        return pd.Timestamp(value).timestamp() / 86_400
    return float(value)  # type: ignore[arg-type]


def day_words(value: object, form: str) -> str:
    """A day in the date format of a chart's axis."""
    return pd.Timestamp(value).strftime(form)  # type: ignore[arg-type]


def across(figure: go.Figure) -> Axis:
    """The axis of time, from half a step before the first point to half a step after the last one."""
    places = sorted({number(x) for trace in figure.data for x in listed(trace.x)}) or [0.0]
    gaps = [b - a for a, b in pairwise(places)]
    step = min(gaps, default=1.0)
    low, high = places[0] - step / 2, places[-1] + step / 2
    form = figure.layout.xaxis.tickformat or "%-d %b"
    shown = listed(figure.layout.xaxis.tickvals) or [
        dt.datetime.fromtimestamp(place * 86_400, dt.UTC) for place in tick_values(places, 8)
    ]
    return Axis(
        low,
        high,
        LEFT,
        PLOT_WIDTH,
        PLOT_WIDTH / ((high - low) / step),
        tuple((number(x), day_words(x, form)) for x in shown),
    )


def up(figure: go.Figure) -> Axis:
    """The axis of amounts, from zero to a whole tick at or above the highest, or to 100 %."""
    amounts = [float(y) for trace in figure.data for y in listed(trace.y) if y is not None and math.isfinite(float(y))]
    is_rate = figure.layout.yaxis.tickformat == ".0%"
    if is_rate:
        step, parts = 0.25, 4
    else:
        most = max(amounts, default=0.0)
        step = whole_step(most)
        parts = max(math.ceil(most / step), 1)
    values = [step * part for part in range(parts + 1)]
    ticks = tuple((value, f"{value:.0%}" if is_rate else wording.number(value)) for value in values)
    return Axis(0.0, step * parts, 0.0, 1.0, 1.0, ticks)
