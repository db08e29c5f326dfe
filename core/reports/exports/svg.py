"""Charts for paper, as SVG: bars from zero, lines straight from point to point, what is incomplete drawn faded.

No text from outside goes into them: the titles beside them are set by the document.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from itertools import pairwise

from core.reports.exports.palette import FAINT, LINE, MUTED, SHADE
from core.reports.periods import DAY, Grain, Period, is_whole

WIDTH, HEIGHT = 236.0, 92.0
_LEFT, _TOP, _BOTTOM = 26.0, 6.0, 14.0
_LABEL = 26.0
"""Room that a date needs."""
_FONT = 'font-family="Libertinus Serif" font-size="8"'


def trend(
    starts: Sequence[dt.date], values: Sequence[float], grain: Grain, period: Period, *, color: str, rate: bool
) -> str:
    """One statistic over the days, weeks or months of a period: bars for counts, a line for a rate; NaN is a gap."""
    slots = _slots(period, grain)
    top = 1.0 if rate else _round_up(max((v for v in values if not math.isnan(v)), default=0.0))
    step = (WIDTH - _LEFT) / len(slots)
    base, scale = HEIGHT - _BOTTOM, (HEIGHT - _BOTTOM - _TOP) / top
    place = {start: index for index, start in enumerate(slots)}
    points = [
        (_LEFT + step * (place[start] + 0.5), base - value * scale, is_whole(start, grain, period))
        for start, value in zip(starts, values, strict=True)
        if not math.isnan(value)
    ]
    parts = [_weekends(slots, step, base) if grain is Grain.DAY else "", _axis(base, top, rate=rate)]
    parts.append(_line(points, color, step) if rate else _bars(points, base, step * 0.72, color))
    parts.append(_dates(slots, step, grain))
    return _svg(WIDTH, HEIGHT, parts)


def calendar(active: Sequence[bool | None], period: Period, color: str) -> str:
    """A column a week, a row a weekday: filled where active, faint where not, empty where there is no data."""
    monday = period.first - DAY * period.first.weekday()
    weeks = (period.last - monday).days // 7 + 1
    size = min(11.0, 250.0 / weeks)
    parts = [
        _text(22, 9 + size * (row + 0.75), name, "end")
        for row, name in enumerate(("Mon", "", "Wed", "", "Fri", "", "Sun"))
    ]
    cells: dict[bool | None, list[tuple[float, float]]] = {True: [], False: [], None: []}
    for offset, state in enumerate(active):
        week, weekday = divmod((period.first + DAY * offset - monday).days, 7)
        cells[state].append((26 + week * size, 9 + weekday * size))
    looks = {True: f'fill="{color}"', False: f'fill="{FAINT}"', None: f'fill="none" stroke="{FAINT}"'}
    for state, places in cells.items():
        parts.append(_boxes([(x, y, size - 1.6, size - 1.6) for x, y in places], looks[state]))
    months = [week for week in range(weeks) if (monday + DAY * 7 * week).day <= 7]
    if not months or months[0] * size > _LABEL:
        months.insert(0, 0)
    parts += [_text(26 + week * size, 6, f"{monday + DAY * 7 * week:%-d %b}") for week in months]
    return _svg(30 + weeks * size + 24, 10 + size * 7, parts)


def _slots(period: Period, grain: Grain) -> list[dt.date]:
    """The first days of all buckets that a period touches, with data or without."""
    if grain is Grain.DAY:
        return list(period)
    if grain is Grain.WEEK:
        return sorted({day - DAY * day.weekday() for day in period})
    return sorted({day.replace(day=1) for day in period})


def _round_up(most: float) -> float:
    """A round number at or above the highest value; 1 for nothing."""
    if most <= 1:
        return 1.0
    unit = 10.0 ** math.floor(math.log10(most))
    return next(unit * factor for factor in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if unit * factor >= most)


def _axis(base: float, top: float, *, rate: bool) -> str:
    words = ("0", "100%") if rate else ("0", f"{top:,.0f}".replace(",", "\u202f"))
    lines = [
        f'<line x1="{_LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="{color}" stroke-width="0.6"/>'
        for y, color in ((base, LINE), (_TOP, FAINT), ((base + _TOP) / 2, FAINT))
    ]
    return "".join(
        (*lines, _text(_LEFT - 3, base + 2.5, words[0], "end"), _text(_LEFT - 3, _TOP + 2.5, words[1], "end"))
    )


def _bars(points: Sequence[tuple[float, float, bool]], base: float, width: float, color: str) -> str:
    return "".join(
        _boxes(
            [(x - width / 2, y, width, max(base - y, 0)) for x, y, is_complete in points if is_complete is whole],
            f'fill="{color}" opacity="{1 if whole else 0.4}"',
        )
        for whole in (True, False)
    )


def _boxes(boxes: Sequence[tuple[float, float, float, float]], look: str) -> str:
    """Rectangles (x, y, width, height) as one path: a packet has hundreds of thousands of them."""
    path = "".join(f"M{x:.2f} {y:.2f}h{width:.2f}v{height:.2f}h{-width:.2f}z" for x, y, width, height in boxes)
    return f'<path d="{path}" {look}/>' if path else ""


def _line(points: Sequence[tuple[float, float, bool]], color: str, step: float) -> str:
    """Straight pieces between neighbours; a gap stays a gap, and every point is marked."""
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
    return _boxes([(_LEFT + step * index, _TOP, step, base - _TOP) for index in free], f'fill="{SHADE}"')


def _dates(slots: Sequence[dt.date], step: float, grain: Grain) -> str:
    form = "%b %Y" if grain is Grain.MONTH else "%-d %b"
    every = -(-len(slots) // (4 if grain is Grain.MONTH else 5))
    return "".join(
        _text(_LEFT + step * (index + 0.5), HEIGHT - 4, slots[index].strftime(form), "middle")
        for index in range(0, len(slots), every)
        if _LEFT + step * (index + 0.5) < WIDTH - 12
    )


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {_FONT} fill="{MUTED}" text-anchor="{anchor}">{words}</text>'


def _svg(width: float, height: float, parts: Sequence[str]) -> str:
    size = f'viewBox="0 0 {width:.1f} {height:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>'
