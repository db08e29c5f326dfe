"""What employees say beside their own figures. Whose note it is comes from the gate, so nobody writes another's."""

from __future__ import annotations

import datetime as dt

from core import audit
from core.errors import NoteRefused
from core.people.text import one_line
from core.store.engine.database import Database
from core.store.notes import notes

LONGEST = 500
"""Letters of a note."""


def write(database: Database, email: str, employee_id: int, words: str) -> None:
    """Write an employee's note in the place of the one before; `email` is theirs, for the access log.

    Raises:
        NoteRefused: the words cannot be taken as they are.
        NotLogged: it could not be written to the access log.
        StorageError: the database cannot be written.
    """
    wanted = f"A note is plain text of 1 to {LONGEST} letters"
    try:
        plain = one_line(" ".join(words.split()))
    except ValueError as error:
        raise NoteRefused(f"{wanted}; this one {error}. Nothing was changed.") from error
    if not 0 < len(plain) <= LONGEST:
        raise NoteRefused(f"{wanted}. Nothing was changed.")
    with database.write() as connection:
        notes.write(connection, employee_id, plain, dt.datetime.now(dt.UTC))
        audit.record(connection, email, "note.written", audit.person(employee_id))


def remove(database: Database, email: str, employee_id: int) -> None:
    """Remove an employee's note, if there is one.

    Raises:
        NotLogged: it could not be written to the access log.
        StorageError: the database cannot be written.
    """
    with database.write() as connection:
        if notes.remove(connection, employee_id):
            audit.record(connection, email, "note.removed", audit.person(employee_id))
