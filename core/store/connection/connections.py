"""The one connection to Claude: an encrypted key and what the API last said about it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, select, update

from core import wording
from core.errors import ApiKeyRejected
from core.store.connection import look_back
from core.store.connection.sealing import KEY_PURPOSE, seal
from core.store.engine import upsert
from core.store.tables.usage import CONNECTION, SYNC_DAY


class ConnectionState(StrEnum):
    """How the connection stood when the sync, or who connected, noted it last.

    UNCHECKED: the key was not tried yet. REJECTED: the API does not accept the key. UNAVAILABLE: the API could not be
    read. DISCONNECTED: an admin erased the key. UNREADABLE: the sync could not decrypt the key.
    """

    UNCHECKED = "unchecked"
    CONNECTED = "connected"
    REJECTED = "rejected"
    UNAVAILABLE = "unavailable"
    DISCONNECTED = "disconnected"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class KnownConnection:
    """What may be shown of the connection; never the key, which the sync alone opens."""

    key_hint: str
    set_by: str
    set_at: dt.datetime
    state: ConnectionState
    message: str
    checked_at: dt.datetime | None


def read(connection: Connection) -> KnownConnection | None:
    """The connection as it is, None before the first key."""
    columns = (
        CONNECTION.c.key_hint,
        CONNECTION.c.set_by,
        CONNECTION.c.set_at,
        CONNECTION.c.state,
        CONNECTION.c.message,
        CONNECTION.c.checked_at,
    )
    row = connection.execute(select(*columns)).first()
    return None if row is None else KnownConnection(*row[:3], ConnectionState(row.state), *row[4:])


def mark(connection: Connection, *, lock: bool = False) -> bytes | None:
    """What tells the stored key from any other: its encrypted form, which no two have in common. None before the first.

    `lock`: a writer's transaction keeps it from being replaced until its end.
    """
    statement = select(CONNECTION.c.sealed_key)
    return connection.execute(statement.with_for_update(read=True) if lock else statement).scalar()


def replace(connection: Connection, secret_key: str, api_key: str, by: str, now: dt.datetime) -> None:
    """Store another key; only its last four characters stay readable.

    It may see more of the past than the one before, so where that begins is asked anew.
    """
    look_back.forget(connection)
    values = {
        "sealed_key": seal(secret_key, KEY_PURPOSE, api_key),
        "key_hint": f"…{api_key[-4:]}" if len(api_key) >= 16 else "…",
        "set_by": by,
        "set_at": now,
        "state": ConnectionState.UNCHECKED.value,
        "message": "",
        "checked_at": None,
    }
    upsert.put(connection, CONNECTION, {"id": 1}, values)


def confirm_organization(connection: Connection, organization: str | None) -> None:
    """Nothing, when the API answers for the organization of the stored days; the first one named is remembered.

    An API that names none is believed. As long as no day is stored, any organization will do.

    Raises:
        ApiKeyRejected: the key is another organization's.
    """
    known = connection.execute(select(CONNECTION.c.organization)).scalar()
    if organization is None or organization == known:
        return
    if known is not None and connection.execute(select(SYNC_DAY.c.day).where(SYNC_DAY.c.revision > 0).limit(1)).first():
        raise ApiKeyRejected(
            "This key is of another Claude organization than the stored data. Numbers of two organizations must not "
            "mix, so nothing is read with it. Use a key of the same organization, or an empty database for the other.",
            "other_organization",
        )
    connection.execute(update(CONNECTION).values(organization=organization))


def disconnect(connection: Connection, by: str, now: dt.datetime) -> None:
    """Erase the key; that it was done on purpose is kept, so that a key of the settings is not taken up again."""
    connection.execute(
        update(CONNECTION).values(
            sealed_key=b"",
            key_hint="",
            set_by=by,
            set_at=now,
            state=ConnectionState.DISCONNECTED.value,
            message=f"Claude was disconnected by {by} on {wording.day(now)}.",
        )
    )


def note(
    connection: Connection, state: ConnectionState, message: str, now: dt.datetime, of: bytes | None = None
) -> None:
    """Remember what the API said to the key, unless Claude was disconnected while it was asked.

    `of` is the mark of the key that was used: what was said of another one than is stored now is left out.
    """
    known = update(CONNECTION).where(CONNECTION.c.state != ConnectionState.DISCONNECTED.value)
    if of is not None:
        known = known.where(CONNECTION.c.sealed_key == of)
    connection.execute(known.values(state=state.value, message=message, checked_at=now))
