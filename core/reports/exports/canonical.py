"""The rows of a review in one form, whatever the file: what is written, read back, summed up and compared.

A row is one person and one stretch of time: `period` the whole of it, `before` the one before it, and `day`, `week` or
`month` its parts. The checksum is SHA-256 over the rows as JSON arrays, one a line, the column names first; texts are
written as in CSV, where a leading apostrophe keeps a name from being a formula. A text that itself
begins with one before such a sign has the sum of the text without it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from core.people.text import bare, plain_cell
from core.reports.exports.table import Cell
from core.reports.periods import Period, bucket_days
from core.reports.reviews.packet import Packet, ReviewedPerson

LEAD = (
    *("record", "person", "email", "name", "title", "department", "note"),
    *("first_day", "last_day", "active_days", "habit"),
)
"""The columns before the statistics: `person` is the employee's number in Uptake, `note` what they say themselves, with
the days that they marked."""

TEXTS = ("record", "email", "name", "title", "department", "note", "first_day", "last_day", "habit")

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def columns(stats: Sequence[str]) -> tuple[str, ...]:
    """The names of the columns of a review: `LEAD`, then the keys of its statistics."""
    return (*LEAD, *stats)


def rows(packet: Packet) -> Iterator[tuple[Cell, ...]]:
    """Everybody's rows: the period, the one before where the two compare, then the course."""
    for person in packet.people:
        yield from _rows_of(packet, person)


def _rows_of(packet: Packet, person: ReviewedPerson) -> Iterator[tuple[Cell, ...]]:
    figures, request = person.figures, packet.request
    who = (figures.id, person.email, person.name, person.title or None, person.department or None)
    period = request.period
    days = [None if active is None else int(active) for active in figures.active]

    def row(record: str, note: str | None, part: Period, active: int | None, habit: str | None) -> tuple[Cell, ...]:
        return (record, *who, note, part.first, part.last, active, habit)

    yield (
        *row("period", person.own_words, period, figures.days_active, figures.habit),
        *(number(figures.totals[key]) for key in request.stats),
    )
    if figures.before is not None:
        yield (
            *row("before", None, period.before(), figures.days_active_before, None),
            *(number(figures.before[key]) for key in request.stats),
        )
    for start, values in zip(figures.starts, figures.course.tolist(), strict=True):
        part = Period(max(start, period.first), min(bucket_days(start, request.grain).last, period.last))
        inside = days[(part.first - period.first).days : (part.last - period.first).days + 1]
        yield (
            *row(request.grain.value, None, part, _days(inside), None),
            *(number(value) for value in values),
        )


def _days(states: Sequence[int | None]) -> int | None:
    """The number of active days from states 1, 0 or None (no data); None when no day has data."""
    known = [state for state in states if state is not None]
    return sum(known) if known else None


def number(value: float | None) -> int | float | None:
    """A figure as files hold it: whole numbers as such, rates with six digits, None for what was not measured."""
    if value is None or math.isnan(value):
        return None
    if isinstance(value, int):
        return value
    return int(value) if value.is_integer() else round(float(value), 6)


def person_of(row: Sequence[Cell]) -> int:
    """The employee id of the person whom a row is about."""
    return int(str(row[1]))


def checksum(names: Sequence[str], lines: Iterable[Sequence[Cell]]) -> str:
    """SHA-256 over column names and rows in their canonical form, as 64 hexadecimal digits."""
    mix = hashlib.sha256(_line(names))
    for line in lines:
        mix.update(_line(line))
    return mix.hexdigest()


def _line(cells: Sequence[Cell]) -> bytes:
    return _ENCODER.encode([_cell(cell) for cell in cells]).encode() + b"\n"


def _cell(cell: Cell) -> str | int | float | None:
    if type(cell) is int:  # nearly all cells are
        return cell
    if cell is None or cell == "":
        return None
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return plain_cell(bare(cell)) if isinstance(cell, str) else number(cell)


def from_texts(names: Sequence[str], cells: Mapping[str, object]) -> tuple[Cell, ...]:
    """The canonical row from the cells of a file, in which numbers may be text. ValueError for what is no number."""
    return tuple(_read(name, cells.get(name)) for name in names)


def _read(name: str, value: object) -> Cell:
    if value is None or value == "":
        return None
    return str(value) if name in TEXTS else number(float(str(value)))
