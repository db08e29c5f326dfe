"""One writer at a time: a lease in the database with a fencing token that is checked inside each commit."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from core.errors import StorageError
from core.store.engine.database import Database
from core.store.tables.usage import LEASE

NAME = "sync"
LASTS = dt.timedelta(seconds=8)
"""With the second that a waiting daemon sleeps between two looks, a dead holder is replaced within ten."""

RENEW_SECONDS = 2.5
_MARKS: dict[int, str] = {}


def this_process() -> str:
    """A name for this process that an operator can find it by.

    Containers may share their host's name and each count their processes from 1, so a random mark tells them apart.
    """
    number = os.getpid()
    return f"{socket.gethostname()} process {number} ({_MARKS.setdefault(number, secrets.token_hex(2))})"


class LeaseLost(StorageError):
    """Another daemon took over while this one was paused; this one must not write any more."""


@dataclass(frozen=True)
class HeldLease:
    """A lease that was taken; `token` is larger than any holder's before."""

    token: int

    def confirm(self, connection: Connection, now: dt.datetime) -> None:
        """Inside the caller's transaction: fail if somebody else took over, else push the lease's end back.

        Raises:
            LeaseLost: this process was paused for so long that its lease ran out and another took it.
        """
        found = connection.execute(
            update(LEASE).where(LEASE.c.name == NAME, LEASE.c.token == self.token).values(expires_at=now + LASTS)
        )
        if found.rowcount != 1:
            message = "Another sync daemon took over while this one was paused, so this one writes nothing more."
            raise LeaseLost(message)

    @contextmanager
    def writing(self, database: Database, clock: Callable[[], dt.datetime]) -> Iterator[tuple[Connection, dt.datetime]]:
        """A transaction of `Database.write()` in which the lease is confirmed, and the moment at which it was.

        Raises:
            LeaseLost: as `confirm`; nothing was written.
            StorageError: as `Database.write()`.
        """
        with database.write() as connection:
            now = clock()  # not before: the wait for other writers may take longer than the lease lasts
            self.confirm(connection, now)
            yield connection, now


def take(database: Database, holder: str, now: dt.datetime) -> HeldLease | str:
    """Take the lease if it is free, has run out, or is this holder's own; else the present holder's name."""
    with database.write() as connection:
        statement = select(LEASE.c.holder, LEASE.c.token, LEASE.c.expires_at).where(LEASE.c.name == NAME)
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("LOCK TABLE lease IN EXCLUSIVE MODE")
        row = connection.execute(statement).first()
        if row is None:
            connection.execute(
                insert(LEASE).values(name=NAME, holder=holder, token=1, expires_at=now + LASTS, requests_last_minute=0)
            )
            return HeldLease(1)
        if row.holder != holder and row.expires_at > now:
            return str(row.holder)
        values = {"holder": holder, "token": row.token + 1, "expires_at": now + LASTS}
        connection.execute(update(LEASE).where(LEASE.c.name == NAME).values(**values))
        return HeldLease(row.token + 1)


def renew(database: Database, held: HeldLease, clock: Callable[[], dt.datetime], requests: int) -> None:
    """Push the end of the lease back, and tell how many requests the last minute took.

    Raises:
        LeaseLost: it is no longer this process's.
    """
    with held.writing(database, clock) as (connection, _):
        connection.execute(update(LEASE).where(LEASE.c.name == NAME).values(requests_last_minute=requests))


def release(database: Database, held: HeldLease, now: dt.datetime) -> None:
    """Let the next one take over at once."""
    with database.write() as connection:
        connection.execute(
            update(LEASE).where(LEASE.c.name == NAME, LEASE.c.token == held.token).values(expires_at=now)
        )
