"""A directory file (CSV) → the employees that it names, and what is wrong in which line.

A line with a fault is refused and named; the others are read. Only a file that is no table of employees at all raises.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass

from core.errors import DirectoryError
from core.people.email import canonical
from core.people.mentions import Mention, mention
from core.people.table import Record, column_key, encoding_of, read_table
from core.people.text import bare, shown, tidy

REQUIRED = ("email", "name", "manager_email")
OPTIONAL = ("employee_id", "title", "department", "location", "start_date", "end_date")

_COLUMNS = {column_key(name): name for name in REQUIRED + OPTIONAL}
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LINES_NAMED = 5


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One employee as the file has them; addresses are canonical, absent cells are None. `end_date` is the last day."""

    line: int
    email: str
    name: str
    manager_email: str | None
    employee_id: str | None
    title: str | None
    department: str | None
    location: str | None
    start_date: dt.date | None
    end_date: dt.date | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that was left out, or partly so: `value` is what was wrong, safe to show; `reason` is a sentence.

    `about` are the addresses of people whose reporting lines are not used for this reason.
    """

    line: int
    value: str
    reason: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterFile:
    """What a directory file says; rows and refusals by line.

    `mentioned` are the addresses of refused lines, managers' included, and `numbers` what may be their employee_ids, as
    far as they could be read: those people are not missing. `nameless` has, for each refused line of which the own
    address cannot be read, what may be its number. `columns` are those that the file has: about the others it says
    nothing. `guessed` is an encoding that the file does not say, in which other letters would be as likely.
    """

    rows: tuple[RosterRow, ...]
    refused: tuple[Refused, ...]
    ignored_columns: tuple[str, ...]
    mentioned: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    nameless: tuple[frozenset[str], ...] = ()
    columns: frozenset[str] = frozenset(REQUIRED + OPTIONAL)
    guessed: str | None = None


def read_csv(data: bytes) -> RosterFile:
    """Read a directory file: one person a line, below a header with at least `email`, `name` and `manager_email`.

    UTF-8, UTF-16 with a byte order mark, or cp1252; separated by comma, semicolon or tab; any newlines. An address
    that stands in several lines is refused in each of them, since nobody can say which is meant. A person who is their
    own manager has none. Raises DirectoryError when the file is not such a table; nothing of it can be used then.
    """
    header, records = read_table(data, frozenset(_COLUMNS))
    shared: dict[str | None, str | None] = {}
    names = [cell.strip() for cell in header.cells or ()]
    columns = _columns(names, header.line)
    ignored = tuple(shown(name) for name in names if name and column_key(name) not in _COLUMNS)

    read: list[RosterRow] = []
    refused: list[Refused] = []
    faulty: list[Mention] = []
    lines_of: dict[str, list[int]] = defaultdict(list)
    for record in records:
        try:
            cells = _named_cells(record, columns, len(names))
            email = _address("email", cells["email"])
            lines_of[email].append(record.line)
            read.append(_row(record.line, email, cells, shared))
        except _Fault as fault:
            refused.append(Refused(record.line, shown(fault.value), fault.reason))
            faulty.append(mention(record, columns, len(names)))

    ambiguous = {email: _ambiguity(email, lines) for email, lines in lines_of.items() if len(lines) > 1}
    refused += (Refused(row.line, row.email, ambiguous[row.email]) for row in read if row.email in ambiguous)
    rows = tuple(row for row in read if row.email not in ambiguous)
    return RosterFile(
        rows=rows,
        refused=tuple(sorted(refused, key=lambda refusal: refusal.line)),
        ignored_columns=ignored,
        mentioned=frozenset().union(ambiguous, *(line.addresses for line in faulty)),
        numbers=frozenset(row.employee_id for row in read if row.email in ambiguous and row.employee_id).union(
            *(line.numbers for line in faulty)
        ),
        nameless=tuple(line.numbers for line in faulty if not line.named),
        columns=frozenset(columns),
        guessed="Windows-1252" if encoding_of(data) == "cp1252" else None,
    )


class _Fault(Exception):
    """What is wrong with the line that is being read; never leaves this module."""

    def __init__(self, value: str, reason: str) -> None:
        super().__init__(reason)
        self.value = value
        self.reason = reason


def _columns(names: list[str], line: int) -> dict[str, int]:
    """Where each column stands. Unknown ones may be absent, but no column may stand there twice."""
    counts = Counter(column_key(name) for name in names if name)
    twice = [name for name in names if counts[column_key(name)] > 1]
    if twice:
        raise DirectoryError(
            f"The header in line {line} names the column “{shown(twice[0])}” more than once. "
            "Nothing was imported; rename or remove one of them."
        )
    columns = {_COLUMNS[key]: at for at, name in enumerate(names) if (key := column_key(name)) in _COLUMNS}
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise DirectoryError(
            f"The header in line {line} has no column {' and no column '.join(missing)}. Nothing was imported; the "
            f"first line has to name at least {', '.join(REQUIRED)}, separated by comma, semicolon or tab."
        )
    return columns


def _named_cells(record: Record, columns: dict[str, int], width: int) -> dict[str, str]:
    cells = record.cells
    if cells is None:
        raise _Fault("", "The quotation marks of this line do not pair up, or a cell has a line break or is too long.")
    if len(cells) != width:
        reason = f"This line has {len(cells):,} cells, and the header names {width:,} columns."
        raise _Fault(cells[columns["email"]] if columns["email"] < len(cells) else "", reason)
    return {name: cells[at] for name, at in columns.items()}


def _row(line: int, email: str, cells: dict[str, str], shared: dict[str | None, str | None]) -> RosterRow:
    """The employee of a line; `shared` keeps texts that many lines repeat once."""
    name = _text("name", cells)
    if name is None:
        raise _Fault(email, "The name is empty.")
    manager = cells["manager_email"]
    manager_email = _address("manager_email", manager) if manager.strip() else None
    start, end = _date("start_date", cells), _date("end_date", cells)
    if start and end and end < start:
        raise _Fault(end.isoformat(), f"The end_date {end} lies before the start_date {start}.")
    return RosterRow(
        line=line,
        email=email,
        name=name,
        manager_email=None if manager_email == email else shared.setdefault(manager_email, manager_email),
        employee_id=_text("employee_id", cells),
        title=_once("title", cells, shared),
        department=_once("department", cells, shared),
        location=_once("location", cells, shared),
        start_date=start,
        end_date=end,
    )


def _address(column: str, value: str) -> str:
    try:
        return canonical(bare(value.strip()))
    except ValueError as error:
        raise _Fault(value, f"Column {column}: {error}") from None


def _once(column: str, cells: dict[str, str], shared: dict[str | None, str | None]) -> str | None:
    value = _text(column, cells)
    return shared.setdefault(value, value)


def _text(column: str, cells: dict[str, str]) -> str | None:
    value = cells.get(column, "")
    try:
        return bare(tidy(value)) or None
    except ValueError as error:
        raise _Fault(value, f"The {column} cannot be used: it {error}.") from None


def _date(column: str, cells: dict[str, str]) -> dt.date | None:
    value = cells.get(column, "").strip()
    if not value:
        return None
    with suppress(ValueError):
        if _ISO_DATE.fullmatch(value):
            return dt.date.fromisoformat(value)
    raise _Fault(value, f"The {column} “{shown(value)}” is not an ISO date; write year-month-day, as in 2026-03-31.")


def _ambiguity(email: str, lines: list[int]) -> str:
    named = ", ".join(str(line) for line in lines[:_LINES_NAMED])
    more = f" and {len(lines) - _LINES_NAMED:,} more" if len(lines) > _LINES_NAMED else ""
    return f"The address {email} stands in the lines {named}{more}, so none of them is imported. Keep the right one."
