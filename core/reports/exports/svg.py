"""Charts for paper, as SVG: bars from zero, lines straight from point to point, what is incomplete drawn faded.

They hold no text. The document sets titles and the labels of the axes, whose places are told here in the same units:
the typesetter would look up a font for every text of every picture, and a packet has tens of thousands of them.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from core.reports.exports.palette import FAINT, LINE, SHADE
from core.reports.periods import Grain, Period, buckets
from core.wording import number

WIDTH, HEIGHT = 236.0, 92.0
_LEFT, _TOP, _BOTTOM = 26.0, 6.0, 14.0


def trend(
    starts: Sequence[dt.date],
    values: Sequence[float],
    grain: Grain,
    period: Period,
    *,
    color: str,
    rate: bool,
    whole: Sequence[bool],
) -> tuple[str, str]:
    """The SVG picture of one statistic over the days, weeks or months of a period, and the words at its axis's top.

    Bars for counts, a line for a rate; NaN is a gap. What is not `whole` is faded: days of it lie outside the period,
    or did not measure the statistic.
    """
    slots = _slots(period, grain)
    top = 1.0 if rate else _round_up(max((v for v in values if not math.isnan(v)), default=0.0))
    step = (WIDTH - _LEFT) / len(slots)
    base, scale = HEIGHT - _BOTTOM, (HEIGHT - _BOTTOM - _TOP) / top
    place = {start: index for index, start in enumerate(slots)}
    points = [
        (
            _LEFT + step * (place[start] + 0.5),
            base - value * scale,
            is_complete,
        )
        for start, value, is_complete in zip(starts, values, whole, strict=True)
        if not math.isnan(value)
    ]
    parts = [_weekends(slots, step, base) if grain is Grain.DAY else "", _axis(base)]
    parts.append(_line(points, color, step) if rate else _bars(points, base, step * 0.72, color))
    return drawn(WIDTH, HEIGHT, parts), "100%" if rate else number(top)


def axis(period: Period, grain: Grain) -> dict[str, Any]:
    """Size and places of the labels of every trend of a period: across in `dates`, up at `top` and `base`."""
    slots = _slots(period, grain)
    form = "%b %Y" if grain is Grain.MONTH else "%-d %b"
    every = math.ceil(len(slots) / (4 if grain is Grain.MONTH else 5))
    step = (WIDTH - _LEFT) / len(slots)
    dates = [
        (_LEFT + step * (index + 0.5), slots[index].strftime(form))
        for index in range(0, len(slots), every)
        if _LEFT + step * (index + 0.5) < WIDTH - 12
    ]
    return {"width": WIDTH, "height": HEIGHT, "left": _LEFT, "top": _TOP, "base": HEIGHT - _BOTTOM, "dates": dates}


@lru_cache(maxsize=4)
def _slots(period: Period, grain: Grain) -> tuple[dt.date, ...]:
    """The first days of all buckets that a period touches, with data or without; kept for all charts of a packet."""
    return tuple(buckets(period, grain))


def _round_up(most: float) -> float:
    """A round number at or above the highest value; at least 1."""
    if most <= 1:
        return 1.0
    unit = 10.0 ** math.floor(math.log10(most))
    return next(unit * factor for factor in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if unit * factor >= most)


def _axis(base: float) -> str:
    return "".join(
        f'<line x1="{_LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="{color}" stroke-width="0.6"/>'
        for y, color in ((base, LINE), (_TOP, FAINT), ((base + _TOP) / 2, FAINT))
    )


def _bars(points: Sequence[tuple[float, float, bool]], base: float, width: float, color: str) -> str:
    return "".join(
        boxes(
            [(x - width / 2, y, width, base - y) for x, y, is_complete in points if is_complete is whole and y < base],
            f'fill="{color}" opacity="{1 if whole else 0.4}"',
        )
        for whole in (True, False)
    )


def boxes(each: Sequence[tuple[float, float, float, float]], look: str) -> str:
    """Rectangles (x, y, width, height) as one path: a packet has hundreds of thousands of them."""
    path = "".join(f"M{x:.2f} {y:.2f}h{width:.2f}v{height:.2f}h{-width:.2f}z" for x, y, width, height in each)
    return f'<path d="{path}" {look}/>' if path else ""


def _line(points: Sequence[tuple[float, float, bool]], color: str, step: float) -> str:
    """The SVG elements of a line: straight pieces between neighbours, none across a gap, and a dot at every point."""
    pieces = [
        f'<line x1="{a[0]:.2f}" y1="{a[1]:.2f}" x2="{b[0]:.2f}" y2="{b[1]:.2f}" stroke="{color}" stroke-width="1.2"/>'
        for a, b in pairwise(points)
        if b[0] - a[0] < step * 1.5
    ]
    dots = [
        f'<circle cx="{x:.2f}" cy="{y:.2f}" r="1.6" fill="{color}" opacity="{1 if whole else 0.4}"/>'
        for x, y, whole in points
    ]
    return "".join((*pieces, *dots))


def _weekends(slots: Sequence[dt.date], step: float, base: float) -> str:
    free = [index for index, day in enumerate(slots) if day.weekday() >= 5]
    return boxes([(_LEFT + step * index, _TOP, step, base - _TOP) for index in free], f'fill="{SHADE}"')


def drawn(width: float, height: float, parts: Sequence[str]) -> str:
    """An SVG document of a size in pixels that holds the parts."""
    size = f'viewBox="0 0 {width:.1f} {height:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>'
