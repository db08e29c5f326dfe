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

from core.reports.charts.charts import whole_step

WIDTH = 760.0
LEFT = 56.0
PLOT_WIDTH = WIDTH - LEFT - 110


@dataclass(frozen=True)
class Axis:
    """From value to place: across in pixels, up as a part of the height. `step` is the width of one point."""

    low: float
    high: float
    start: float
    length: float
    step: float
    ticks: tuple[tuple[float, str], ...]

    def at(self, value: float) -> float:
        """Where a value stands."""
        return self.start + (value - self.low) / (self.high - self.low) * self.length


def listed(values: Any) -> list[Any]:
    """A figure's values as a list; empty when there are none, or one for all."""
    if values is None or isinstance(values, str | int | float):
        return []
    return list(values)


def number(value: object) -> float:
    """A day as the count of days since 1970, a number as itself."""
    if isinstance(value, str | dt.date | pd.Timestamp | np.datetime64):
        return pd.Timestamp(value).timestamp() / 86_400
    return float(value)  # type: ignore[arg-type]


def day_words(value: object, form: str) -> str:
    """A day in the form of a chart's axis."""
    return pd.Timestamp(value).strftime(form)  # type: ignore[arg-type]


def across(figure: go.Figure) -> Axis:
    """The axis of time: every point, with half a step on both sides."""
    places = sorted({number(x) for trace in figure.data for x in listed(trace.x)}) or [0.0]
    gaps = [b - a for a, b in pairwise(places)]
    step = min(gaps, default=1.0)
    low, high = places[0] - step / 2, places[-1] + step / 2
    form = figure.layout.xaxis.tickformat or "%-d %b"
    every = -(-len(places) // 8)
    shown = listed(figure.layout.xaxis.tickvals) or [
        dt.datetime.fromtimestamp(place * 86_400, dt.UTC) for place in places[::every]
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
    if figure.layout.yaxis.tickformat == ".0%":
        step, parts, words = 0.25, 4, "{:.0%}"
    else:
        most = max(amounts, default=0.0)
        step, words = whole_step(most), "{:,.0f}"
        parts = max(math.ceil(most / step), 1)
    ticks = tuple((step * part, words.format(step * part).replace(",", "\u202f")) for part in range(parts + 1))
    return Axis(0.0, step * parts, 0.0, 1.0, 1.0, ticks)
