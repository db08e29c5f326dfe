"""A chart of a page as an SVG picture to take away: the same points and colours, with title, legend and source.

It is drawn from the figure that the page shows, so that nothing else can get into it; no browser is needed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape, unescape
from itertools import pairwise
from textwrap import wrap
from typing import Any

import plotly.graph_objects as go

from core.reports.exports import areas, axes
from core.reports.exports.axes import LEFT, PLOT_WIDTH, WIDTH, Axis
from core.reports.exports.paper import Paper, text

_PLOT_HEIGHT = 260.0
_ROW = 26.0
_LINE = 17.0
_TYPES = {"scatter", "bar", "heatmap", "icicle"}
_RADIUS, _DOT = 2.8, 5.0
"""Radius of a dot in the picture, and the diameter of the same dot in the figure, in pixels."""
_DASHES = {"dot": "1.5 3", "dash": "5 4", "dashdot": "5 3 1.5 3"}
_LONGEST, _LONGEST_TITLE = 96, 70
"""Characters that fit into a line of words and into a line of the title, in the widest of the fonts."""


def can_draw(figure: go.Figure) -> bool:
    """Whether every trace of the figure is of a kind that can be drawn here."""
    return bool(figure.data) and {trace.type for trace in figure.data} <= _TYPES


def picture(figure: go.Figure, title: str, lines: Sequence[str], paper: Paper, about: str = "") -> str:
    """The chart as an SVG document, under its title and what it is `about`; `lines` of plain text stand beneath."""
    heading, about_lines, notes = _wrapped([title], _LONGEST_TITLE), _wrapped([about]), _wrapped(lines)
    top = 20 + _LINE * (len(heading) + len(about_lines)) + 10
    if any(trace.type == "icicle" for trace in figure.data):
        parts, height = areas.nested(figure, top, paper)
    elif any(trace.type == "heatmap" for trace in figure.data):
        parts, height = areas.cells(figure, top, paper)
    elif any(trace.type == "bar" and trace.orientation == "h" for trace in figure.data):
        parts, height = _rows(figure, top, paper)
    else:
        parts, height = _over_time(figure, top, paper)
    legend, used = _legend(figure, top + height + 14, paper)
    below = top + height + 14 + used + 6
    total = below + _LINE * len(notes) + 8
    texts = [text(16, 26 + _LINE * row, words, paper.ink, 15, weight=600) for row, words in enumerate(heading)]
    under = 26 + _LINE * len(heading)
    texts += [text(16, under + _LINE * row, words, paper.muted) for row, words in enumerate(about_lines)]
    texts += [text(16, below + _LINE * row + 6, words, paper.muted) for row, words in enumerate(notes)]
    drawn = "".join((*parts, *legend, *texts))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {total:.0f}" width="{WIDTH:.0f}" '
        f'height="{total:.0f}" role="img"><title>{escape(title)}</title>'
        f'<rect width="{WIDTH:.0f}" height="{total:.0f}" fill="{paper.surface}"/>{drawn}</svg>'
    )


def _over_time(figure: go.Figure, top: float, paper: Paper) -> tuple[list[str], float]:
    across, up = axes.across(figure), axes.up(figure)
    base = top + _PLOT_HEIGHT

    def place(x: object, y: float) -> tuple[float, float]:
        return across.at(axes.number(x)), base - up.at(y) * _PLOT_HEIGHT

    parts = [_shape(shape, across, top, base, paper) for shape in figure.layout.shapes]
    for value, words in up.ticks:
        y = base - up.at(value) * _PLOT_HEIGHT
        parts.append(f'<path d="M{LEFT} {y:.1f}h{PLOT_WIDTH}" stroke="{paper.grid}" fill="none"/>')
        parts.append(text(LEFT - 6, y + 4, words, paper.muted, anchor="end"))
    parts += [text(across.at(value), base + 16, words, paper.muted, anchor="middle") for value, words in across.ticks]
    for trace in figure.data:
        points = [
            place(x, float(y)) if y is not None and math.isfinite(float(y)) else None
            for x, y in zip(axes.listed(trace.x), axes.listed(trace.y), strict=True)
        ]
        draw = _bars if trace.type == "bar" else _line
        parts += draw(trace, points, base, across)
    for note in figure.layout.annotations:
        parts.append(_note(note, across, up, (top, base)))
    return parts, _PLOT_HEIGHT + 22


def _bars(trace: Any, points: Sequence[tuple[float, float] | None], base: float, across: Axis) -> list[str]:
    width = across.step * 0.75
    opacity = axes.listed(trace.marker.opacity) or [trace.opacity or 1] * len(points)
    return [
        f'<rect x="{point[0] - width / 2:.1f}" y="{point[1]:.1f}" width="{width:.1f}" '
        f'height="{max(base - point[1], 0):.1f}" fill="{trace.marker.color}" opacity="{float(part):.2f}"/>'
        for point, part in zip(points, opacity, strict=True)
        if point
    ]


def _line(trace: Any, points: Sequence[tuple[float, float] | None], base: float, _across: Axis) -> list[str]:
    color, faint = trace.line.color or trace.marker.color, trace.opacity or 1
    pieces = [(a, b) for a, b in pairwise(points) if a and b] if "lines" in (trace.mode or "lines") else []
    parts = []
    if trace.fill == "tozeroy":
        parts = [
            f'<path d="M{a[0]:.1f} {base:.1f}V{a[1]:.1f}L{b[0]:.1f} {b[1]:.1f}V{base:.1f}z" fill="{trace.fillcolor}"/>'
            for a, b in pieces
        ]
    path = "".join(f"M{a[0]:.1f} {a[1]:.1f}L{b[0]:.1f} {b[1]:.1f}" for a, b in pieces)
    if path:
        looks = f'stroke="{color}" stroke-width="{trace.line.width or 2}" opacity="{faint}"{_dash(trace.line)}'
        parts.append(f'<path d="{path}" {looks} fill="none"/>')
    if "markers" in (trace.mode or ""):
        symbol = trace.marker.symbol
        symbols = [symbol] * len(points) if symbol is None or isinstance(symbol, str) else symbol
        sizes = axes.listed(trace.marker.size) or [_DOT] * len(points)
        parts += [
            f'<circle cx="{p[0]:.1f}" cy="{p[1]:.1f}" r="{_RADIUS * size / _DOT:.1f}" opacity="{faint}" '
            f'stroke="{color}" fill="{"none" if "open" in (each or "") else trace.marker.color or color}"/>'
            for p, each, size in zip(points, symbols, sizes, strict=True)
            if p and size
        ]
    return parts


def _dash(line: Any) -> str:
    return f' stroke-dasharray="{_DASHES[line.dash]}"' if line.dash in _DASHES else ""


def _shape(shape: Any, across: Axis, top: float, base: float, paper: Paper) -> str:
    left, right = (min(max(across.at(axes.number(x)), LEFT), LEFT + PLOT_WIDTH) for x in (shape.x0, shape.x1))
    if shape.type == "line":
        looks = f'stroke="{shape.line.color or paper.muted}" stroke-width="{shape.line.width or 1}"'
        return f'<path d="M{left:.1f} {top:.1f}V{base:.1f}" {looks}{_dash(shape.line)} fill="none"/>'
    box = f'x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{base - top:.1f}"'
    faint = 1 if shape.opacity is None else shape.opacity
    return f'<rect {box} fill="{shape.fillcolor}" opacity="{faint}"/>'


def _note(note: Any, across: Axis, up: Axis, span: tuple[float, float]) -> str:
    top, base = span
    x = LEFT + PLOT_WIDTH + 8 if note.xref == "paper" else across.at(axes.number(note.x))
    y = top - 3 if note.yref == "paper" else base - up.at(float(note.y)) * _PLOT_HEIGHT
    shift = {"bottom": -4, "top": 14}.get(note.yanchor or "", 4) if note.yref != "paper" else 0
    anchor = {"left": "start", "right": "end"}.get(note.xanchor or "", "middle")
    return text(x, y + shift, unescape(note.text), note.font.color, anchor=anchor)


def _rows(figure: go.Figure, top: float, paper: Paper) -> tuple[list[str], float]:
    names = [unescape(str(each)).strip() for each in (figure.layout.yaxis.ticktext or axes.listed(figure.data[0].y))]
    lead = max((len(name) for name in names), default=0) * 7.2 + 24
    totals = [0.0] * len(names)
    for trace in figure.data:
        for row, value in enumerate(axes.listed(trace.x)):
            totals[row] += value or 0
    scale = (WIDTH - lead - 60) / (max(totals, default=0) or 1)
    parts = [text(lead - 8, top + _ROW * row + 17, name, paper.muted, anchor="end") for row, name in enumerate(names)]
    begun = [0.0] * len(names)
    for trace in figure.data:
        words = axes.listed(trace.text) or [""] * len(names)
        for row, (value, label) in enumerate(zip(axes.listed(trace.x), words, strict=True)):
            width, left = (value or 0) * scale, lead + begun[row] * scale
            begun[row] += value or 0
            y = top + _ROW * row
            parts.append(
                f'<rect x="{left:.1f}" y="{y + 3:.1f}" width="{width:.1f}" height="{_ROW - 6:.1f}" '
                f'fill="{trace.marker.color}" opacity="{trace.opacity or 1}"/>'
            )
            if label and trace.textposition == "outside":
                parts.append(text(left + width + 5, y + 17, str(label), paper.ink))
            elif label and width > 8 * len(str(label)) + 4:
                parts.append(text(left + width / 2, y + 17, str(label), trace.insidetextfont.color, anchor="middle"))
    return parts, _ROW * len(names)


def _legend(figure: go.Figure, top: float, paper: Paper) -> tuple[list[str], float]:
    named = [trace for trace in figure.data if trace.name and trace.type not in {"heatmap", "icicle"}]
    if len(named) < 2:
        return [], 0.0
    parts, x, y = [], 16.0, top
    for trace in named:
        words = unescape(trace.name)
        width = 34 + 7.2 * len(words)
        if x + width > WIDTH - 16:
            x, y = 16.0, y + 18
        parts += _key(trace, x, y + 5)
        parts.append(text(x + 23, y + 10, words, paper.muted))
        x += width + 10
    return parts, y - top + 22


def _key(trace: Any, x: float, y: float) -> list[str]:
    """The key of a trace in the legend, as SVG elements: a piece of its line with dashes and width, a bar or a dot."""
    if trace.type == "bar":
        looks = f'fill="{trace.marker.color}" opacity="{trace.opacity or 1}"'
        return [f'<rect x="{x + 4:.1f}" y="{y - 5:.1f}" width="10" height="10" {looks}/>']
    color, faint = trace.line.color or trace.marker.color, trace.opacity or 1
    if "lines" in (trace.mode or "lines"):
        looks = f'stroke="{color}" stroke-width="{trace.line.width or 2}" opacity="{faint}"{_dash(trace.line)}'
        return [f'<path d="M{x:.1f} {y:.1f}h18" {looks} fill="none"/>']
    fill = "none" if "open" in (trace.marker.symbol or "") else color
    return [f'<circle cx="{x + 9:.1f}" cy="{y:.1f}" r="{_RADIUS}" stroke="{color}" fill="{fill}"/>']


def _wrapped(lines: Sequence[str], longest: int = _LONGEST) -> list[str]:
    """Lines cut between words into rows of at most `longest` characters; a longer word has a row of its own."""
    words = (" ".join(line.split()) for line in lines)
    return [row for line in words for row in wrap(line, longest, break_long_words=False, break_on_hyphens=False)]
