"""The API key in the hands of the sync, which alone opens it, and what it notes about it for everybody else."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection

from core import audit
from core.errors import StorageError
from core.settings import Settings
from core.store.connection import connections, opening
from core.store.connection.connections import ConnectionState, KnownConnection
from core.store.engine.database import Database
from core.sync.lease import HeldLease
from core.sync.rejection import KeyRests, sentence

NO_KEY = "No API key is stored yet. Connect Claude on the Connection page, or with `uptake connect`."

LOOK_SECONDS = 1.0
"""How often at most a run looks, before a request, whether its key is still the stored one."""

_REPLACED = "Another API key was stored during this run, so the run ended; the next one reads with that key."


@dataclass(frozen=True)
class RunKey(HeldLease):
    """The key of a run together with its lease: what was read with it is stored only while both are still valid.

    `rejected`: whether the API rejected it at the last try. `mark` tells it from any key stored later.
    """

    secret: str = field(repr=False)
    rejected: bool
    mark: bytes = field(repr=False)
    database: Database
    clock: Callable[[], dt.datetime]

    def confirm(self, connection: Connection, now: dt.datetime) -> None:
        """Inside the caller's transaction: fail if another daemon took over, or the key is not the stored one any more.

        Raises:
            LeaseLost: as `HeldLease.confirm`.
            StorageError: Claude was disconnected, or another key was stored.
        """
        super().confirm(connection, now)
        if reason := self._gone(connection, lock=True):
            raise StorageError(reason)

    def confirm_now_and_then(self) -> Callable[[], None]:
        """A function for use before each request, which fails once the key is not the stored one any more.

        It looks once a second at most, and not at the lease.

        Raises:
            StorageError: Claude was disconnected, or another key was stored.
        """
        looked: list[float] = []

        def confirm() -> None:
            if looked and time.monotonic() - looked[-1] < LOOK_SECONDS:
                return
            looked[:] = [time.monotonic()]
            if reason := self.gone():
                raise StorageError(reason)

        return confirm

    def gone(self) -> str | None:
        """Why nothing may be read with this key any more, None while it is the stored one."""
        with self.database.read() as connection:
            return self._gone(connection)

    def _gone(self, connection: Connection, *, lock: bool = False) -> str | None:
        stored = connections.mark(connection, lock=lock)
        return _disconnected(connections.read(connection)) or (_REPLACED if stored != self.mark else None)

    def note(self, state: ConnectionState, message: str) -> None:
        """Tell what became of the key, for the Connection page; nothing, when another one is stored by now.

        Raises:
            LeaseLost: another daemon took over.
        """
        with self.database.write() as connection:
            now = self.clock()
            super().confirm(connection, now)
            connections.note(connection, state, message, now, self.mark)

    def note_another_try(self) -> None:
        """Tell that a rejected key was tried once more, without an answer that says anything about it."""
        with self.database.read() as connection:
            known = connections.read(connection)
        if known is not None:
            self.note(ConnectionState.REJECTED, known.message)


def take_over(database: Database, settings: Settings) -> None:
    """Seal anew what the former secret key sealed: the API key, and the end of the access log. All of it, or nothing.

    Nothing when no former key is set, or it sealed nothing that is there.

    Raises:
        NotLogged: the access log cannot be written.
        StorageError: the database cannot be written.
    """
    if settings.secret_key_old is not None:
        with database.write() as connection:
            opening.seal_anew(connection, settings.secret_key, settings.secret_key_old)
            audit.go_on(connection, settings.secret_key_old)


@dataclass(frozen=True)
class KeyRing:
    """Takes the key out for a run."""

    settings: Settings
    database: Database
    clock: Callable[[], dt.datetime]

    def key(self, held: HeldLease) -> RunKey:
        """The stored key; before there is one, the setting's, which is stored then.

        Raises:
            StorageError: there is no key, Claude was disconnected, or the key cannot be decrypted.
            KeyRests: the API rejected the key less than an hour ago.
            LeaseLost: another daemon took over.
        """
        mark: bytes | None = None
        try:
            with self.database.read() as connection:
                known = connections.read(connection)
                self._refuse_useless(known)
                mark = connections.mark(connection)
                secret = opening.api_key(connection, self.settings.secret_key, self.settings.secret_key_old)
        except opening.KeyUnreadable as error:
            self._run_key(held, "", mark).note(ConnectionState.UNREADABLE, str(error))
            raise
        if secret is None:
            return self._seed(held)
        rejected = known is not None and known.state is ConnectionState.REJECTED
        return self._run_key(held, secret, mark, rejected=rejected)

    def _refuse_useless(self, known: KnownConnection | None) -> None:
        if reason := _disconnected(known):
            raise StorageError(reason)
        if resting := sentence(known, self.clock()):
            raise KeyRests(resting)

    def _seed(self, held: HeldLease) -> RunKey:
        seed = self.settings.claude_api_key
        if seed is None:
            raise StorageError(NO_KEY)
        with held.writing(self.database, self.clock) as (connection, now):
            if fresh := connections.mark(connection) is None:
                connections.replace(connection, self.settings.secret_key, seed, "UPTAKE_CLAUDE_API_KEY", now)
            mark = connections.mark(connection)
        # Somebody may have stored a key, or disconnected, since it was looked for.
        return self._run_key(held, seed, mark) if fresh else self.key(held)

    def _run_key(self, held: HeldLease, secret: str, mark: bytes | None, *, rejected: bool = False) -> RunKey:
        return RunKey(held.token, secret, rejected, mark or b"", self.database, self.clock)


def _disconnected(known: KnownConnection | None) -> str | None:
    if known is None or known.state is not ConnectionState.DISCONNECTED:
        return None
    return f"{known.message} History stays; connect again to go on reading."
