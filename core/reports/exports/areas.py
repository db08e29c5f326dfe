"""Areas of a picture: nested ones, each as wide as its value, below the one that holds it; and a calendar's cells."""

from __future__ import annotations

import math
from html import unescape
from typing import Any

import plotly.graph_objects as go
from plotly.colors import sample_colorscale

from core.reports.exports import axes
from core.reports.exports.axes import LEFT, WIDTH
from core.reports.exports.paper import Paper, text

_EDGE = 16.0
_ROW = 52.0
_GAP = 2.0
_LETTER = 6.8
_SCALE_WIDTH, _SCALE_STEPS = 240.0, 48
_DATE = 46.0
"""The width that a date beneath a calendar needs, in pixels."""
_CELL, _NUMBER = 18.0, 8.0
"""Widths in pixels: the widest cell of a calendar, and the narrowest in which every marked day has a number."""

Place = tuple[float, float, int]
"""Where an area begins, how wide it is, both in pixels, and its row from the top."""


def nested(figure: go.Figure, top: float, paper: Paper) -> tuple[list[str], float]:
    """The SVG elements of an icicle and of the colour scale beneath it, and the height of both together in pixels."""
    trace = next(trace for trace in figure.data if trace.type == "icicle")
    found = _places(trace)
    height = _ROW * (1 + max(row for _, _, row in found))
    inks = axes.listed(trace.insidetextfont.color) or [paper.ink] * len(found)
    parts = []
    for (x, width, row), rate, name, words, ink in zip(
        found, axes.listed(trace.marker.colors), axes.listed(trace.labels), axes.listed(trace.text), inks, strict=True
    ):
        y = top + _ROW * row
        parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width - _GAP, 0.5):.1f}" height="{_ROW - _GAP:.1f}" '
            f'fill="{_color(trace.marker, float(rate))}"/>'
        )
        fitting = (_cut(unescape(str(name)), width - 8), _whole(str(words), width - 8))
        parts += [
            text(x + (width - _GAP) / 2, y + 22 + 16 * line, each, ink, anchor="middle")
            for line, each in enumerate(fitting)
            if each
        ]
    return parts + _scale(trace.marker, top + height + 8, paper), height + 32


def _places(trace: Any) -> list[Place]:
    """The place of each area in the order of the trace: inside the area that holds it, right of those before it."""
    values = [float(value) for value in axes.listed(trace.values)]
    found: dict[str, Place] = {}
    begun: dict[str, float] = {}
    whole = sum(value for value, parent in zip(values, axes.listed(trace.parents), strict=True) if not parent) or 1
    scale = (WIDTH - 2 * _EDGE) / whole
    for name, parent, value in zip(axes.listed(trace.ids), axes.listed(trace.parents), values, strict=True):
        start, _, above = found.get(parent, (_EDGE, 0.0, -1))
        found[name] = (begun.get(parent, start), value * scale, above + 1)
        begun[parent] = begun.get(parent, start) + value * scale
    return list(found.values())


def _color(marker: Any, rate: float) -> str:
    """The CSS colour of a value on a marker's colour scale, as plotly mixes it on the page."""
    part = (rate - marker.cmin) / (marker.cmax - marker.cmin)
    return str(sample_colorscale([list(step) for step in marker.colorscale], [min(max(part, 0.0), 1.0)])[0])


def _cut(words: str, width: float) -> str:
    """As much of a name as fits into a width in pixels; empty where that would be less than three letters."""
    letters = int(width / _LETTER)
    if len(words) <= letters:
        return words
    return words[: letters - 1] + "…" if letters > 3 else ""


def _whole(words: str, width: float) -> str:
    """The numbers of an area or the first of them, as many as fit uncut into a width in pixels; empty if none does."""
    fitting = (each for each in (words, words.partition(" · ")[0]) if len(each) * _LETTER <= width)
    return next(fitting, "")


def _scale(marker: Any, y: float, paper: Paper) -> list[str]:
    """The SVG elements of the colour scale: which colour stands for which rate."""
    step = _SCALE_WIDTH / _SCALE_STEPS
    spread = marker.cmax - marker.cmin
    parts = [
        f'<rect x="{_EDGE + step * number:.1f}" y="{y:.1f}" width="{step + 0.2:.1f}" height="8" '
        f'fill="{_color(marker, marker.cmin + spread * number / (_SCALE_STEPS - 1))}"/>'
        for number in range(_SCALE_STEPS)
    ]
    for tick in axes.listed(marker.colorbar.tickvals):
        at = (tick - marker.cmin) / spread
        anchor = "start" if at == 0 else "end" if at == 1 else "middle"
        parts.append(text(_EDGE + _SCALE_WIDTH * at, y + 22, f"{tick:.0%}", paper.muted, 11, anchor=anchor))
    return parts


def cells(figure: go.Figure, top: float, paper: Paper) -> tuple[list[str], float]:
    """The SVG elements of a calendar, a column a week and a row a weekday, and its height in pixels."""
    heat = next(trace for trace in figure.data if trace.type == "heatmap")
    rows, starts, names = heat.z, axes.listed(heat.x), axes.listed(heat.y)
    size = min(_CELL, (WIDTH - LEFT - 20) / max(len(starts), 1))
    side = size - min(_GAP, 0.3 * size)
    parts = [
        text(LEFT - 6, top + size * (row + 0.75), str(name), paper.muted, 10, anchor="end")
        for row, name in enumerate(names)
    ]
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if math.isfinite(value):
                at = (value - heat.zmin) / (heat.zmax - heat.zmin)
                color = [step[1] for step in heat.colorscale if step[0] <= at + 1e-9][-1]
                parts.append(
                    f'<rect x="{LEFT + column * size:.1f}" y="{top + row * size:.1f}" width="{side:.1f}" '
                    f'height="{side:.1f}" fill="{color}"/>'
                )
    parts += _numbers(figure, top, size, side)
    every = max(math.ceil(len(starts) / 8), math.ceil(_DATE / size))
    parts += [
        text(LEFT + column * size, top + size * len(names) + 14, axes.day_words(starts[column], "%-d %b"), paper.muted)
        for column in range(0, len(starts), every)
    ]
    return parts, size * len(names) + 18


def _numbers(figure: go.Figure, top: float, size: float, side: float) -> list[str]:
    """The SVG texts in a calendar's cells: the number of the mark that a day belongs to, as in the list beneath.

    Cells of `side` pixels stand `size` pixels apart; in narrow ones only a mark's first day has its number.
    """
    heat = next(trace for trace in figure.data if trace.type == "heatmap")
    columns = {axes.number(start): place for place, start in enumerate(axes.listed(heat.x))}
    lines = {name: place for place, name in enumerate(axes.listed(heat.y))}
    letters = min(11, max(7, int(0.7 * side)))
    parts, before = [], ""
    for note in figure.layout.annotations:
        words = unescape(note.text)
        if size >= _NUMBER or words != before:
            x = LEFT + size * columns[axes.number(note.x)] + side / 2
            y = top + size * lines[note.y] + side / 2 + 0.36 * letters
            parts.append(text(x, y, words, note.font.color, letters, anchor="middle"))
        before = words
    return parts
