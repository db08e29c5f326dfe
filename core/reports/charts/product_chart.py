"""The lines of the products: how many people each reaches, over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from core.catalogue import PRODUCTS
from core.reports.charts.charts import COMPACT, ChartTheme, figure_of
from core.reports.charts.drawing import Drawing
from core.reports.charts.time_charts import FEW, LEGEND_BELOW, LEGEND_ROW, dots, time_axis
from core.reports.measures.time_series import SeriesByKey
from core.reports.periods import Grain

EMPHASISED = 3
"""So many products have their colour in full; the others are thin lines."""

_LABEL_GAP = 0.13
"""Names at the ends of lines keep this part of the axis between them."""

_THIN = 1.2
"""Width of the lines that do not stand out, in pixels."""

_IN_A_ROW = 2
"""So many products the legend names in a row."""


def products(by_product: SeriesByKey, grain: Grain, look: ChartTheme, chosen: str = "") -> Drawing:
    """One line per product that anybody used: distinct active people per day, week or month.

    The chosen product, else those that reach most people at the end, stand out. A name stands at the end of its line
    where there is room, else in the legend below.
    """
    lines = by_product.lines
    used = [product for product in PRODUCTS if np.nansum(lines.get(product.key, 0)) > 0]
    lately = {product.key: _lately(lines[product.key], grain) for product in used}
    loud = [chosen] if chosen in lately else sorted(lately, key=lambda key: -lately[key])[:EMPHASISED]
    top = max((float(np.nanmax(lines[product.key])) for product in used), default=0.0)
    ends = {key: float(lines[key][-1]) for key in lately if not np.isnan(lines[key][-1])}
    heights = _at_ends(ends, loud, top * _LABEL_GAP)
    below = [product for product in used if product.key not in heights]
    figure = figure_of(look, COMPACT + LEGEND_ROW * -(-len(below) // _IN_A_ROW))
    for product in used:
        line, stands_out, color = lines[product.key], product.key in loud, look.products[product.key]
        figure.add_scatter(
            x=by_product.starts,
            y=line,
            name=product.short,
            line={"color": color, "width": 2.2 if stands_out else _THIN},
            **dots(line, every=stands_out and len(line) < FEW),
            opacity=1 if stands_out else 0.75,
            showlegend=product in below,
        )
        if product.key in heights:
            figure.add_annotation(
                x=1,
                xref="paper",
                xanchor="left",
                xshift=6,
                y=heights[product.key],
                text=product.short,
                showarrow=False,
                font={"color": color, "size": 12},
            )
    in_columns = {**LEGEND_BELOW, "entrywidth": 1 / _IN_A_ROW, "entrywidthmode": "fraction"}
    figure.update_layout(showlegend=bool(below), legend=in_columns, margin={"l": 8, "r": 78, "t": 8, "b": 8})
    return time_axis(figure, by_product.starts, grain, look, ticks=4, most=top)


def _lately(line: np.ndarray, grain: Grain) -> float:
    """How many people a product reaches at the end; by day on the best of the last seven, as weekends reach few."""
    known = line[~np.isnan(line)]
    return float(known[-7 if grain is Grain.DAY else -1 :].max(initial=0.0))


def _at_ends(ends: Mapping[str, float], loud: Sequence[str], gap: float) -> dict[str, float]:
    """Where names stand at the ends of lines that reach the newest point: the loud ones, then those that find room."""
    first = sorted((key for key in loud if key in ends), key=lambda key: -ends[key])
    heights = dict(zip(first, _apart([ends[key] for key in first], gap), strict=True))
    for key in sorted(ends.keys() - heights.keys(), key=lambda key: (-ends[key], key)):
        if all(abs(ends[key] - other) >= gap for other in heights.values()):
            heights[key] = ends[key]
    return heights


def _apart(heights: list[float], gap: float) -> list[float]:
    """Descending heights, each at least a gap below the one before it."""
    placed: list[float] = []
    for height in heights:
        placed.append(min(height, placed[-1] - gap) if placed else height)
    lift = max(-placed[-1], 0.0) if placed else 0.0
    return [height + lift for height in placed]
