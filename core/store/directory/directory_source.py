"""What is known of the file that the daemon re-reads, and a version of it that waits for an admin."""

from __future__ import annotations

import datetime as dt
import hashlib
import zlib
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from core.store.tables.directory import DIRECTORY_SOURCE

APPLIED, HELD, REFUSED, DISCARDED = "applied", "held", "refused", "discarded"


@dataclass(frozen=True)
class SourceState:
    """How it stands with the scheduled file.

    `problem` says why it could not be read last time (None: it could). `state` and `message` are about the content
    that was last read: applied, held, refused, discarded, or empty before the first.
    """

    place: str
    checked_at: dt.datetime
    problem: str | None
    state: str
    message: str
    digest: bytes


def digest(content: bytes) -> bytes:
    """The 32 bytes by which content is known again when it is read once more."""
    return hashlib.sha256(content).digest()


def read(connection: Connection) -> SourceState | None:
    """How it stands, None before the first reading."""
    columns = [DIRECTORY_SOURCE.c[name] for name in SourceState.__dataclass_fields__]
    row = connection.execute(select(*columns)).first()
    return None if row is None else SourceState(*row)


def held_content(connection: Connection) -> bytes | None:
    """The content that waits for an admin's word, None when none does."""
    packed = connection.execute(select(DIRECTORY_SOURCE.c.held)).scalar()
    return zlib.decompress(packed) if packed else None


def note_check(connection: Connection, now: dt.datetime, problem: str | None) -> None:
    """Remember that the file was looked at and is as it was, or why it could not be read."""
    connection.execute(update(DIRECTORY_SOURCE).values(checked_at=now, problem=problem))


def begin(connection: Connection, place: str, now: dt.datetime) -> SourceState:
    """What is known of this place; another one than before begins anew."""
    known = read(connection)
    if known is not None and known.place == place:
        return known
    connection.execute(delete(DIRECTORY_SOURCE))
    fresh = SourceState(place, now, None, "", "", b"")
    connection.execute(insert(DIRECTORY_SOURCE).values(id=1, held=b"", **vars(fresh)))
    return fresh


def note(connection: Connection, content: bytes, state: str, message: str, now: dt.datetime) -> None:
    """Remember what became of fresh content; held content is kept whole, so that an admin can look at it."""
    held = zlib.compress(content, 6) if state == HELD else b""
    values = {"state": state, "message": message, "digest": digest(content), "held": held}
    connection.execute(update(DIRECTORY_SOURCE).values(checked_at=now, problem=None, **values))


def settle(connection: Connection, content: bytes, state: str, message: str) -> bool:
    """An admin decided about held content; False when other content, or none, waits by now."""
    waiting = (DIRECTORY_SOURCE.c.state == HELD, DIRECTORY_SOURCE.c.digest == digest(content))
    found = connection.execute(update(DIRECTORY_SOURCE).where(*waiting).values(state=state, message=message, held=b""))
    return found.rowcount == 1
