"""The lines of the products: how many people each reaches, over time."""

from __future__ import annotations

import pandas as pd

from core.catalogue import PRODUCTS
from core.reports.charts import COMPACT, Look, figure_of
from core.reports.drawing import Drawing
from core.reports.periods import Grain
from core.reports.time_charts import time_axis

EMPHASISED = 3
"""So many products have their colour and their name in the chart; the others are thin lines."""


def products(by_product: pd.DataFrame, grain: Grain, look: Look, chosen: str = "") -> Drawing:
    """One line per product that anybody used: distinct active people per day, week or month.

    The chosen product, else those that reach most people at the end, are named at the end of their lines.
    """
    figure = figure_of(look, COMPACT)
    used = [product for product in PRODUCTS if product.key in by_product and by_product[product.key].sum() > 0]
    ends = {product.key: _newest(by_product[product.key]) for product in used}
    order = sorted(ends, key=lambda key: -ends[key])
    named = [chosen] if chosen in ends else order[:EMPHASISED]
    for product in used:
        loud = product.key in named
        figure.add_scatter(
            x=by_product.index,
            y=by_product[product.key],
            name=product.label,
            mode="lines+markers" if loud and len(by_product) < 14 else "lines" if len(by_product) > 1 else "markers",
            line={"color": look.products[product.key], "width": 2.2 if loud else 1},
            opacity=1 if loud else 0.55,
        )
    top = max((by_product[key].max() for key in ends), default=0)
    labels = {product.key: product.label for product in used}
    for key, y in zip(named, _apart([ends[key] for key in named], top * _LABEL_GAP), strict=True):
        figure.add_annotation(
            x=1,
            xref="paper",
            xanchor="left",
            xshift=6,
            y=y,
            text=_short_label(labels[key]),
            showarrow=False,
            font={"color": look.products[key], "size": 12},
        )
    figure.update_layout(showlegend=False, margin={"l": 8, "r": 78, "t": 8, "b": 8})
    return time_axis(figure, by_product.index, grain, look, ticks=4)


_LABEL_GAP = 0.13
"""Names at the ends of lines keep this part of the axis between them."""


def _newest(series: pd.Series) -> float:
    known = series.dropna()
    return float(known.iloc[-1]) if len(known) else 0.0


def _apart(heights: list[float], gap: float) -> list[float]:
    """Descending heights, each at least a gap below the one before it."""
    placed: list[float] = []
    for height in heights:
        placed.append(min(height, placed[-1] - gap) if placed else height)
    lift = max(-placed[-1], 0.0) if placed else 0.0
    return [height + lift for height in placed]


def _short_label(label: str) -> str:
    """ "Excel agent" → "Excel": what the other names share is left out."""
    return label.removeprefix("Claude in ").removeprefix("Claude ").removesuffix(" agent")
