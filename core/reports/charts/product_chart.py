"""The lines of the products: how many people each reaches, over time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from core.catalogue import PRODUCTS
from core.reports.charts.charts import COMPACT, ChartTheme, figure_of
from core.reports.charts.drawing import Drawing
from core.reports.charts.time_axes import FEW, LEGEND_BELOW, LEGEND_ROW, dots, line_axes
from core.reports.measures.time_series import SeriesByKey
from core.reports.periods import Grain

EMPHASISED = 3
"""The number of products that stand out as bold lines; the others are thin ones."""

_LABEL_GAP = 0.13
"""The least distance between names at the ends of lines, as a part of the axis up to the highest value."""

_THIN = 1.2
"""Width of a line that does not stand out, in pixels."""

_IN_A_ROW = 2
"""The number of products in a row of the legend."""


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
    figure = figure_of(look, COMPACT + LEGEND_ROW * math.ceil(len(below) / _IN_A_ROW))
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
    return line_axes(figure, by_product.starts, grain, look, ticks=4, most=top)


def _lately(line: np.ndarray, grain: Grain) -> float:
    """People whom a product reaches at the end of its line; by day, on the best of the last seven measured days."""
    known = line[~np.isnan(line)]
    return float(known[-7 if grain is Grain.DAY else -1 :].max(initial=0.0))


def _at_ends(ends: Mapping[str, float], loud: Sequence[str], gap: float) -> dict[str, float]:
    """Key of a product → height of its name at the end of its line, which is at the height `ends` gives.

    Names of the `loud` products always stand there; the others only where they keep the gap.
    """
    first = sorted((key for key in loud if key in ends), key=lambda key: -ends[key])
    heights = dict(zip(first, _apart([ends[key] for key in first], gap), strict=True))
    for key in sorted(ends.keys() - heights.keys(), key=lambda key: (-ends[key], key)):
        if all(abs(ends[key] - other) >= gap for other in heights.values()):
            heights[key] = ends[key]
    return heights


def _apart(heights: list[float], gap: float) -> list[float]:
    """Descending heights, moved so far that each is at least a gap below the one before it, and none below 0."""
    placed: list[float] = []
    for height in heights:
        placed.append(min(height, placed[-1] - gap) if placed else height)
    lift = max(-placed[-1], 0.0) if placed else 0.0
    return [height + lift for height in placed]
