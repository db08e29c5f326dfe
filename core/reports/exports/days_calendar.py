"""The calendar of a person's active days on paper: pictures without text, and what is set on and under them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from core.reports.exports.palette import ACCENT, FAINT, INK
from core.reports.exports.svg import boxes, drawn
from core.reports.measures import context
from core.reports.periods import DAY, Period
from core.reports.reviews.packet import printable
from core.visibility import ContextMark

_LEFT, _RIGHT, _TOP, _GAP = 26.0, 28.0, 9.0, 1.6
_DATE = 26.0
"""The width that a date needs."""
_NUMBER = 7.0
"""The narrowest column in which every marked day has a number; in narrower ones only a mark's first day has it."""
_WIDEST, _ALL_WEEKS = 11.0, 250.0
_MOST_WEEKS = 54
"""The most weeks of a strip, as many as a year can touch; a longer period has a strip for each of its years."""

_Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class _Strip:
    """One row of week columns of a calendar: its days, the Monday of the first column, the number of columns.

    `year` is the year that it shows, empty where one strip holds the whole period.
    """

    days: Period
    monday: dt.date
    weeks: int
    year: str = ""


def axis(period: Period) -> dict[str, Any]:
    """Size and places of the labels of every calendar of a period, strip by strip, and the width of a day's cell."""
    size, weekdays = _size(period), ("Mon", "", "Wed", "", "Fri", "", "Sun")
    return {
        "width": _extent(period)[0],
        "height": _extent(period)[1],
        "cell": size - _GAP,
        "left": _LEFT,
        "names": [(_TOP + size * (row + 0.75), name) for row, name in enumerate(weekdays)],
        "strips": [{"dates": _dates(strip, size), "year": strip.year} for strip in _strips(period)],
    }


def content(active: Sequence[bool | None], marks: Sequence[ContextMark], period: Period) -> dict[str, Any]:
    """A calendar for the template: a column a week, a row a weekday.

    A day is filled where the person was active, faint where not, and empty where there is no data.
    Days that the person marked have a frame and the number of their mark, as on the page Person.
    """
    found = context.during(marks, period)
    numbers = {
        (day - period.first).days: number
        for number, mark in enumerate(found, start=1)
        for day in Period(max(mark.first, period.first), min(mark.last, period.last))
    }
    said = numbers if _size(period) >= _NUMBER else {day: n for day, n in numbers.items() if numbers.get(day - 1) != n}
    strips = []
    first = 0
    for places in _places(period):
        cells: dict[bool | None, list[_Box]] = {True: [], False: [], None: []}
        for box, state in zip(places, active[first : first + len(places)], strict=True):
            cells[state].append(box)
        looks = {True: f'fill="{ACCENT}"', False: f'fill="{FAINT}"', None: f'fill="none" stroke="{FAINT}"'}
        parts = [boxes(cells[state], look) for state, look in looks.items()]
        framed = [box for day, box in enumerate(places, start=first) if day in numbers]
        parts.append(boxes(framed, f'fill="none" stroke="{INK}" stroke-width="0.7"'))
        numbered = [
            (*box[:2], str(said[day]), bool(active[day])) for day, box in enumerate(places, start=first) if day in said
        ]
        strips.append({"svg": drawn(*_extent(period), parts), "numbers": numbered})
        first += len(places)
    return {
        "strips": strips,
        "marks": [f"{number} · {printable(context.in_words(mark))}" for number, mark in enumerate(found, start=1)],
    }


@lru_cache(maxsize=4)
def _strips(period: Period) -> tuple[_Strip, ...]:
    """One strip where the weeks of a period fit in one; else one for each year, their weeks below each other."""
    monday = period.first - DAY * period.first.weekday()
    if (weeks := (period.last - monday).days // 7 + 1) <= _MOST_WEEKS:
        return (_Strip(period, monday, weeks),)
    strips = []
    for year in range(period.first.year, period.last.year + 1):
        first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
        days = Period(max(first, period.first), min(last, period.last))
        strips.append(_Strip(days, first - DAY * first.weekday(), _MOST_WEEKS, str(year)))
    return tuple(strips)


def _dates(strip: _Strip, size: float) -> list[tuple[float, str]]:
    """Place and words of each date beneath a strip: the first week of each month, and the strip's where there is room.

    A month narrower than a date is named without a day.
    """
    first, last = ((day - strip.monday).days // 7 for day in (strip.days.first, strip.days.last))
    months = [week for week in range(first, last + 1) if (strip.monday + DAY * 7 * week).day <= 7]
    if not months or (months[0] - first) * size > _DATE:
        months.insert(0, first)
    form = "%-d %b" if 4 * size > _DATE else "%b"
    return [(_LEFT + week * size, (strip.monday + DAY * 7 * week).strftime(form)) for week in months]


def _size(period: Period) -> float:
    """The width of a column of a period's calendar."""
    return min(_WIDEST, _ALL_WEEKS / max(strip.weeks for strip in _strips(period)))


def _extent(period: Period) -> tuple[float, float]:
    """Width and height of a strip of a period's calendar."""
    size = _size(period)
    return _LEFT + _RIGHT + max(strip.weeks for strip in _strips(period)) * size, _TOP + 1 + size * 7


@lru_cache(maxsize=4)
def _places(period: Period) -> tuple[tuple[_Box, ...], ...]:
    """For each strip of a period, the cell of each day; kept, as it is the same for all people of a packet."""
    size = _size(period)
    return tuple(
        tuple(
            (_LEFT + week * size, _TOP + weekday * size, size - _GAP, size - _GAP)
            for week, weekday in (divmod((day - strip.monday).days, 7) for day in strip.days)
        )
        for strip in _strips(period)
    )
