"""Reporting lines in time: ended, begun, and where everybody stands in today's tree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Column, Connection, Integer, bindparam, select

from core.people.plan import Move
from core.store.directory import directory_people
from core.store.engine import bulk
from core.store.engine.column_types import to_epoch
from core.store.tables.usage import EMPLOYEE, REPORTING_LINE

_CHUNK = 500
"""Ids looked up by one statement."""

_PLACED = ("id", "left_pos", "right_pos", "depth", "manager_id")
_NEW_PLACE = bulk.scratch("new_place", *(Column(name, Integer) for name in _PLACED))

Line = tuple[int, int, int, dt.date | None]
"""An open line: its id, employee, manager, first day."""


def open_lines(connection: Connection, employees: Iterable[int]) -> dict[int, Line]:
    """The line of each employee that holds today; somebody without a manager has none."""
    table, wanted = REPORTING_LINE, sorted(set(employees))
    columns = (table.c.id, table.c.employee_id, table.c.manager_id, table.c.from_day)
    found: dict[int, Line] = {}
    for start in range(0, len(wanted), _CHUNK):
        chosen = table.c.employee_id.in_(wanted[start : start + _CHUNK])
        for row in connection.execute(select(*columns).where(chosen, table.c.to_day.is_(None))):
            found[row[1]] = (row[0], row[1], row[2], row[3])
    return found


def change(
    connection: Connection, moves: Sequence[Move], first_lines: Mapping[int, tuple[int, dt.date | None]], today: dt.date
) -> tuple[list[int], list[Line]]:
    """End the lines that no longer hold and begin the new ones; the ids of those ended, and the lines dropped.

    `first_lines` are those of new people: manager and first day. What was only said today is replaced without a trace:
    a line begun today or later, and that somebody added today had no manager. Lines of one person never overlap.
    """
    present = open_lines(connection, (move.id for move in moves))
    dropped = [line for line in present.values() if line[3] is not None and line[3] >= today]
    ended = [line[0] for line in present.values() if line[3] is None or line[3] < today]
    _delete(connection, [line[0] for line in dropped])
    _end(connection, ended, today - dt.timedelta(days=1))
    newcomer = directory_people.first_added_since(connection, today)
    starts = _starts(connection, [move.id for move in moves if move.before_id is None and move.id >= newcomer], today)
    begun = [(m.id, m.after_id, starts.get(m.id, today)) for m in moves if m.after_id is not None]
    begun += [(employee, manager, first) for employee, (manager, first) in first_lines.items()]
    add(connection, begun)
    return ended, dropped


def changed_after(
    connection: Connection, employees: Iterable[int], day: dt.date, today: dt.date
) -> tuple[int, dt.date] | None:
    """Whose line changed last after a day, and when, of some people; None when none did until today."""
    table, wanted = REPORTING_LINE.c, sorted(set(employees))
    found: list[tuple[dt.date, int]] = []
    for start in range(0, len(wanted), _CHUNK):
        chosen = table.employee_id.in_(wanted[start : start + _CHUNK])
        rows = connection.execute(select(table.employee_id, table.from_day, table.to_day).where(chosen))
        for person, first, last in rows:
            changes = (first, None if last is None else last + dt.timedelta(days=1))
            found += [(change, person) for change in changes if change is not None and day < change <= today]
    if not found:
        return None
    change, person = max(found)
    return person, change


def add(connection: Connection, lines: Sequence[tuple[int, int | None, dt.date | None]]) -> None:
    """Begin lines, each an employee, a manager and a first day."""
    rows = ((employee, manager, None if first is None else to_epoch(first)) for employee, manager, first in lines)
    bulk.insert(connection, REPORTING_LINE, ("employee_id", "manager_id", "from_day"), rows)


def reopen(connection: Connection, lines: Sequence[int]) -> None:
    """Let ended lines hold again."""
    _end(connection, lines, None)


def drop_open(connection: Connection, employees: Iterable[int]) -> None:
    """Forget the lines that hold today."""
    _delete(connection, [line[0] for line in open_lines(connection, employees).values()])


def place(connection: Connection, places: np.ndarray) -> None:
    """Write places in the tree, rows of `core.people.plan.ImportPlan.places`; they move by one when somebody joins."""
    if not len(places):
        return
    rows = ((*row[:4], None if row[4] < 0 else row[4]) for row in places.tolist())
    bulk.stage(connection, _NEW_PLACE, rows)
    assigned = ", ".join(f"{name} = n.{name}" for name in _PLACED[1:])
    connection.exec_driver_sql(f"UPDATE employee SET {assigned} FROM new_place n WHERE employee.id = n.id")
    bulk.drop(connection, _NEW_PLACE)


def first_day(start: dt.date | None, today: dt.date, *, founder: bool) -> dt.date | None:
    """From when somebody's first line holds: their own first day, else ever since for who is in the first import.

    Whoever comes later and has no first day was in nobody's team before the import that names them.
    """
    return start if start is not None or founder else today


def _starts(connection: Connection, employees: Sequence[int], today: dt.date) -> dict[int, dt.date | None]:
    """First days of the lines of people added today; not of who had a manager before, for that line ends yesterday."""
    had_one = select(REPORTING_LINE.c.id).where(REPORTING_LINE.c.employee_id == EMPLOYEE.c.id).exists()
    founders = directory_people.last_founder(connection)
    found: dict[int, dt.date | None] = {}
    for start in range(0, len(employees), _CHUNK):
        chosen = EMPLOYEE.c.id.in_(employees[start : start + _CHUNK])
        for row in connection.execute(select(EMPLOYEE.c.id, EMPLOYEE.c.start_date).where(chosen, ~had_one)):
            found[row.id] = first_day(row.start_date, today, founder=row.id <= founders)
    return found


def _delete(connection: Connection, lines: Sequence[int]) -> None:
    if lines:
        statement = REPORTING_LINE.delete().where(REPORTING_LINE.c.id == bindparam("line"))
        connection.execute(statement, [{"line": line} for line in lines])


def _end(connection: Connection, lines: Sequence[int], last: dt.date | None) -> None:
    if lines:
        values: dict[str, Any] = {"to_day": last}
        statement = REPORTING_LINE.update().where(REPORTING_LINE.c.id == bindparam("line")).values(**values)
        connection.execute(statement, [{"line": line} for line in lines])
