"""The API key in the hands of the sync, which alone opens it, and what it notes about it for everybody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from core.errors import StorageError
from core.settings import Settings
from core.store import connections, opening
from core.store.connections import DISCONNECTED, REJECTED, UNREADABLE
from core.store.database import Database
from core.sync.rejection import KeyRests, sentence

NO_KEY = "No API key is stored yet. Connect Claude on the Connection page, or with `uptake connect`."


@dataclass(frozen=True)
class KeyRing:
    """Takes the key out for a run."""

    settings: Settings
    database: Database
    clock: Callable[[], dt.datetime]

    def key(self) -> tuple[str, bool]:
        """The stored key, and whether the API rejected it at the last try; before there is one, the setting's.

        Raises:
            StorageError: there is no key, Claude was disconnected, or the key cannot be decrypted.
            KeyRests: the API rejected the key less than an hour ago.
        """
        secret, seed = self.settings.secret_key, self.settings.claude_api_key
        self.confirm()
        with self.database.read() as connection:
            known = connections.read(connection)
            if resting := sentence(known, self.clock()):
                raise KeyRests(resting)
        try:
            with self.database.read() as connection:
                key = opening.api_key(connection, secret)
        except opening.KeyUnreadable as error:
            self.note(UNREADABLE, str(error))
            raise
        if key is None and seed is not None:
            with self.database.write() as connection:
                connections.replace(connection, secret, seed, "UPTAKE_CLAUDE_API_KEY", self.clock())
            return seed, False
        if key is None:
            raise StorageError(NO_KEY)
        return key, known is not None and known.state == REJECTED

    def confirm(self) -> None:
        """Nothing, as long as nobody disconnected Claude, which ends a run that is under way too.

        Raises:
            StorageError: somebody did.
        """
        with self.database.read() as connection:
            known = connections.read(connection)
        if known is not None and known.state == DISCONNECTED:
            raise StorageError(f"{known.message} History stays; connect again to go on reading.")

    def confirm_organization(self, organization: str | None) -> None:
        """See `connections.confirm_organization`."""
        with self.database.write() as connection:
            connections.confirm_organization(connection, organization)

    def note(self, state: str, message: str) -> None:
        """Tell what became of the key, for the Connection page."""
        with self.database.write() as connection:
            connections.note(connection, state, message, self.clock())

    def note_another_try(self) -> None:
        """Tell that a rejected key was tried once more, without an answer that says anything about it."""
        with self.database.read() as connection:
            known = connections.read(connection)
        if known is not None:
            self.note(REJECTED, known.message)
