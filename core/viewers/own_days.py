"""What employees say about their own days. Whose they are comes from the gate, so nobody marks another person's."""

from __future__ import annotations

import datetime as dt

from core import audit
from core.errors import MarkRefused
from core.people.text import one_line
from core.store.engine.database import Database
from core.store.notes import context_marks
from core.store.notes.context_marks import NewMark

MOST_MARKS = 500
"""So many marks one person can ever make: about ten years of leave, a week at a time."""

LONGEST = dt.timedelta(days=366)
"""Of one mark, and how far ahead or back it may lie."""

LONGEST_NOTE = 140
"""Letters."""


def mark(database: Database, email: str, employee_id: int, wanted: NewMark) -> None:
    """Mark an employee's days; `email` is theirs, for the access log.

    Raises:
        MarkRefused: the days or the words cannot be taken as they are.
        NotLogged: it could not be written to the access log.
        StorageError: the database cannot be written.
    """
    now = dt.datetime.now(dt.UTC)
    given = _checked(wanted, now.date())
    with database.write() as connection:
        context_marks.lock(connection)
        if context_marks.count(connection, employee_id) >= MOST_MARKS:
            raise MarkRefused(f"You have made {MOST_MARKS} marks; there is no room for more. Nothing was changed.")
        if taken := context_marks.overlapping(connection, employee_id, given.first, given.last):
            raise MarkRefused(
                f"Some of these days are marked already ({taken.kind.label}, {_span(taken.first, taken.last)}). "
                "Remove that mark first. Nothing was changed."
            )
        context_marks.add(connection, employee_id, given, now)
        said = {"kind": given.kind.value, "first": given.first, "last": given.last}
        audit.record(connection, email, "context.marked", audit.person(employee_id), said)


def unmark(database: Database, email: str, employee_id: int, mark_id: int) -> bool:
    """Take back a mark with its words; False when the employee has no such mark.

    Raises:
        NotLogged: it could not be written to the access log.
        StorageError: the database cannot be written.
    """
    with database.write() as connection:
        context_marks.lock(connection)
        taken = context_marks.remove(connection, employee_id, mark_id, dt.datetime.now(dt.UTC))
        if taken is not None:
            said = {"kind": taken.kind.value, "first": taken.first, "last": taken.last}
            audit.record(connection, email, "context.unmarked", audit.person(employee_id), said)
    return taken is not None


def _checked(wanted: NewMark, today: dt.date) -> NewMark:
    """The mark as it is stored."""
    noted = f"The note is plain text of at most {LONGEST_NOTE} letters"
    try:
        words = one_line(" ".join(wanted.note.split()))
    except ValueError as error:
        raise MarkRefused(f"{noted}; this one {error}. Nothing was changed.") from error
    if wanted.last < wanted.first or wanted.last - wanted.first >= LONGEST:
        raise MarkRefused(
            f"A mark goes from a day to the same or a later one, over {LONGEST.days} days at most. Nothing was changed."
        )
    if wanted.last < today - LONGEST or wanted.first > today + LONGEST:
        raise MarkRefused("Days more than a year ago, or a year ahead, cannot be marked. Nothing was changed.")
    if len(words) > LONGEST_NOTE:
        raise MarkRefused(f"{noted}. Nothing was changed.")
    return NewMark(wanted.kind, wanted.first, wanted.last, words)


def _span(first: dt.date, last: dt.date) -> str:
    return f"{first}" if first == last else f"{first} to {last}"
