"""Context notes in the database. Who may write and read them is decided in `core.visibility`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, insert, select

from core.store.engine import versions
from core.store.engine.bulk import in_parts
from core.store.tables.notes import CONTEXT_NOTE

_OF_PEOPLE = select(CONTEXT_NOTE).where(CONTEXT_NOTE.c.employee_id.in_(bindparam("employees", expanding=True)))


@dataclass(frozen=True)
class ContextNote:
    """What an employee says beside their figures; `words` is text from outside."""

    words: str
    written_at: dt.datetime


def notes_of(connection: Connection, employees: Sequence[int]) -> dict[int, ContextNote]:
    """Employee id → note, of those who have one."""
    found: dict[int, ContextNote] = {}
    for some in in_parts(employees):
        rows = connection.execute(_OF_PEOPLE, {"employees": some})
        found |= {row.employee_id: ContextNote(row.words, row.written_at) for row in rows}
    return found


def write(connection: Connection, employee_id: int, words: str, now: dt.datetime) -> None:
    """Put a note in the place of the one before."""
    versions.bump(connection, versions.CONTEXT)  # first: whoever else writes a note waits from here on
    connection.execute(delete(CONTEXT_NOTE).where(CONTEXT_NOTE.c.employee_id == employee_id))
    connection.execute(insert(CONTEXT_NOTE).values(employee_id=employee_id, words=words, written_at=now))


def remove(connection: Connection, employee_id: int) -> bool:
    """Remove the note of an employee; False when there is none."""
    done = connection.execute(delete(CONTEXT_NOTE).where(CONTEXT_NOTE.c.employee_id == employee_id))
    if done.rowcount:
        versions.bump(connection, versions.CONTEXT)
    return bool(done.rowcount)
