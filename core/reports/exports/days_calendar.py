"""The calendar of a person's active days on paper: a picture without text, and what is set on and under it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from core.reports import context
from core.reports.exports.palette import ACCENT, FAINT, INK
from core.reports.exports.svg import boxes, drawn
from core.reports.periods import DAY, Period
from core.reports.reviews.packet import printable
from core.visibility import ContextMark

_LEFT, _TOP, _GAP = 26.0, 9.0, 1.6
_DATE = 26.0
"""Room that a date needs."""
_NUMBER = 7.0
"""A cell narrower than this has no room for a number; then only the first day of a mark has one."""

_Box = tuple[float, float, float, float]


def axis(period: Period) -> dict[str, Any]:
    """Size and places of the labels of every calendar of a period, and the width of a day's cell."""
    size = _cell(period)
    monday, weeks = _weeks(period)
    months = [week for week in range(weeks) if (monday + DAY * 7 * week).day <= 7]
    if not months or months[0] * size > _DATE:
        months.insert(0, 0)
    return {
        "width": _size(period)[0],
        "height": _size(period)[1],
        "cell": size - _GAP,
        "left": _LEFT,
        "names": [
            (_TOP + size * (row + 0.75), name) for row, name in enumerate(("Mon", "", "Wed", "", "Fri", "", "Sun"))
        ],
        "dates": [(_LEFT + week * size, f"{monday + DAY * 7 * week:%-d %b}") for week in months],
    }


def content(active: Sequence[bool | None], marks: Sequence[ContextMark], period: Period) -> dict[str, Any]:
    """A column a week, a row a weekday: filled where active, faint where not, empty where there is no data.

    Days that the person marked have a frame and the number of their mark, as on the page Person.
    """
    found = context.during(marks, period)
    numbers = {
        (day - period.first).days: number
        for number, mark in enumerate(found, start=1)
        for day in Period(max(mark.first, period.first), min(mark.last, period.last))
    }
    said = numbers if _cell(period) >= _NUMBER else {day: n for day, n in numbers.items() if numbers.get(day - 1) != n}
    cells: dict[bool | None, list[_Box]] = {True: [], False: [], None: []}
    for day, state in enumerate(active):
        cells[state].append(_box(day, period))
    looks = {True: f'fill="{ACCENT}"', False: f'fill="{FAINT}"', None: f'fill="none" stroke="{FAINT}"'}
    parts = [boxes(cells[state], look) for state, look in looks.items()]
    parts.append(boxes([_box(day, period) for day in numbers], f'fill="none" stroke="{INK}" stroke-width="0.7"'))
    return {
        "svg": drawn(*_size(period), parts),
        "numbers": [(*_box(day, period)[:2], str(number), bool(active[day])) for day, number in said.items()],
        "marks": [f"{number} · {printable(context.in_words(mark))}" for number, mark in enumerate(found, start=1)],
    }


def _weeks(period: Period) -> tuple[dt.date, int]:
    """The Monday of the first week, and the number of weeks."""
    monday = period.first - DAY * period.first.weekday()
    return monday, (period.last - monday).days // 7 + 1


def _cell(period: Period) -> float:
    return min(11.0, 250.0 / _weeks(period)[1])


def _size(period: Period) -> tuple[float, float]:
    return _LEFT + 28 + _weeks(period)[1] * _cell(period), _TOP + 1 + _cell(period) * 7


def _box(day: int, period: Period) -> _Box:
    """The cell of a day, counted from the first of the period."""
    size = _cell(period)
    week, weekday = divmod(day + period.first.weekday(), 7)
    return _LEFT + week * size, _TOP + weekday * size, size - _GAP, size - _GAP
