"""When sessions end: one by one, as their person signs out or stays idle, or all of them at once."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from core.store.engine import versions
from core.store.tables.identities import EVERYBODY, SESSION_END

_LONGEST = dt.timedelta(days=31)
"""No sign-in is believed longer than the longest setting allows, so what ended before this needs no memory."""

_CLOCKS = dt.timedelta(hours=1)
"""A session that is signed out of ended so long ago, for every machine that it might reach next."""

_ENDS_AT = select(SESSION_END.c.ends_at).where(SESSION_END.c.digest == bindparam("digest"))

# Every run of every page asks this, and to build a statement takes longer than to run it.
_ENDS = select(SESSION_END.c.digest, SESSION_END.c.ends_at).where(
    SESSION_END.c.digest.in_([bindparam("digest"), EVERYBODY])
)


def end_all(connection: Connection, now: dt.datetime) -> None:
    """End every session that anybody has now."""
    versions.bump(connection, versions.ACCESS)
    _write(connection, EVERYBODY, _ends_at(connection, EVERYBODY), now)


def end(connection: Connection, digest: str, now: dt.datetime) -> None:
    """End one session; sessions that are too old to count anyway are forgotten."""
    versions.lock(connection, versions.ACCESS)
    ends_at = _ends_at(connection, digest)
    if ends_at is None or ends_at > now:
        versions.bump(connection, versions.ACCESS)
        _write(connection, digest, ends_at, now - _CLOCKS)
        connection.execute(delete(SESSION_END).where(SESSION_END.c.ends_at < now - _LONGEST))


def prolong(connection: Connection, digest: str, until: dt.datetime, now: dt.datetime) -> None:
    """Have one session end later, unless it has ended already: two requests may come at the same moment."""
    versions.lock(connection, versions.ACCESS)
    ends_at = _ends_at(connection, digest)
    if ends_at is None or ends_at > now:
        _write(connection, digest, ends_at, until)


def ends(connection: Connection, digest: str) -> tuple[dt.datetime | None, dt.datetime | None]:
    """When one session ended or ends, and up to when all sign-ins have ended; None where nothing was noted."""
    found = dict(connection.execute(_ENDS, {"digest": digest}).all())
    return found.get(digest), found.get(EVERYBODY)


def _ends_at(connection: Connection, digest: str) -> dt.datetime | None:
    """When a session ended or ends; None when nothing was noted of it."""
    return connection.execute(_ENDS_AT, {"digest": digest}).scalar()


def _write(connection: Connection, digest: str, known: dt.datetime | None, ends_at: dt.datetime) -> None:
    if known is None:
        connection.execute(insert(SESSION_END).values(digest=digest, ends_at=ends_at))
    else:
        connection.execute(update(SESSION_END).where(SESSION_END.c.digest == digest).values(ends_at=ends_at))
