"""Claude's users as the API names them: told apart by Claude's user id, never by e-mail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import xxhash
from sqlalchemy import Connection, bindparam, insert, select, update

from core.api.records import UsagePage
from core.store.tables.usage import ACCOUNT

_BLOCK = 16
"""Pages looked up together: new accounts are merged into the book once for all of them."""

_CHUNK = 10_000
"""Stored accounts that exist as Python objects at once."""

_NO_EMAIL = 0


@dataclass(frozen=True)
class RegisteredUsers:
    """The users of a day as accounts: ids page by page in the pages' order, new accounts, whether an e-mail changed."""

    ids: list[np.ndarray]
    fresh: np.ndarray
    renamed: bool


class AccountBook:
    """Every account ever seen, kept between the days of a sync run so that each day looks its users up in memory.

    It keeps fingerprints instead of texts, 32 bytes an account: a company of half a million fits in 16 MB. Two users
    would have to share a 128-bit fingerprint to be mistaken for each other.
    """

    def __init__(self, connection: Connection) -> None:
        self._keys = np.array([], dtype="S16")
        """Fingerprints of user ids, ascending; the other two arrays run in parallel."""
        self._ids = np.array([], dtype=np.int64)
        self._emails = np.array([], dtype=np.uint64)
        statement = select(ACCOUNT.c.id, ACCOUNT.c.user_id, ACCOUNT.c.email).order_by(ACCOUNT.c.id)
        stored = connection.execute(statement.execution_options(yield_per=_CHUNK))
        parts = [_columns(*zip(*rows, strict=True)) for rows in stored.partitions()]
        if parts:
            ids, keys, emails = (np.concatenate(column) for column in zip(*parts, strict=True))
            order = np.argsort(keys)
            self._keys, self._ids, self._emails = keys[order], ids[order], emails[order]

    def register(self, connection: Connection, day: dt.date, pages: Sequence[UsagePage]) -> RegisteredUsers:
        """Look up the users of a day's pages, each listed once; store users not seen before and changed e-mails."""
        ids, fresh, renamed = list[np.ndarray](), [np.array([], dtype=np.int64)], False
        for start in range(0, len(pages), _BLOCK):
            block = list(pages[start : start + _BLOCK])
            user_ids = [user_id for page in block for user_id in page.user_ids]
            addresses = [address for page in block for address in page.emails]
            keys, emails = fingerprints(user_ids), _email_fingerprints(addresses)
            _, known = self._find(keys)
            unseen = np.flatnonzero(~known)
            if len(unseen):
                fresh.append(self._add(keys[unseen], emails[unseen]))
                users = zip(fresh[-1].tolist(), unseen.tolist(), strict=True)
                rows = [
                    {"id": number, "user_id": user_ids[index], "email": addresses[index], "first_seen": day}
                    for number, index in users
                ]
                connection.execute(insert(ACCOUNT), rows)
            places, _ = self._find(keys)
            changed = np.flatnonzero((emails != _NO_EMAIL) & (self._emails[places] != emails))
            if len(changed):
                renamed = True
                self._emails[places[changed]] = emails[changed]
                _rename(connection, self._ids[places[changed]], [addresses[index] for index in changed])
            ends = np.cumsum([len(page.user_ids) for page in block])
            ids += np.split(self._ids[places], ends[:-1])
        return RegisteredUsers(ids, np.concatenate(fresh), renamed)

    def _find(self, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where fingerprints stand, or would, among those of the book; and a mask of those that the book has."""
        if len(self._keys) == 0:
            return np.zeros(len(keys), dtype=np.int64), np.zeros(len(keys), dtype=bool)
        places = np.searchsorted(self._keys, keys).clip(max=len(self._keys) - 1)
        return places, self._keys[places] == keys

    def _add(self, keys: np.ndarray, emails: np.ndarray) -> np.ndarray:
        """Give new accounts their ids, in the order given."""
        first = int(self._ids.max(initial=0)) + 1
        numbers = np.arange(first, first + len(keys), dtype=np.int64)
        order = np.argsort(keys)
        places = np.searchsorted(self._keys, keys[order])
        self._keys = np.insert(self._keys, places, keys[order])
        self._ids = np.insert(self._ids, places, numbers[order])
        self._emails = np.insert(self._emails, places, emails[order])
        return numbers


def fingerprints(user_ids: Iterable[str]) -> np.ndarray:
    """A 128-bit fingerprint for each user id: small, of one width, and quick to sort and to find."""
    return np.frombuffer(b"".join(map(xxhash.xxh3_128_digest, user_ids)), dtype="S16")


def _email_fingerprints(emails: Iterable[str | None]) -> np.ndarray:
    digest = xxhash.xxh3_64_intdigest
    return np.array([_NO_EMAIL if email is None else digest(email) for email in emails], dtype=np.uint64)


def _columns(ids: Sequence[int], user_ids: Sequence[str], emails: Sequence[str | None]) -> tuple[np.ndarray, ...]:
    return np.array(ids, dtype=np.int64), fingerprints(user_ids), _email_fingerprints(emails)


def _rename(connection: Connection, ids: np.ndarray, addresses: Sequence[str | None]) -> None:
    statement = update(ACCOUNT).where(ACCOUNT.c.id == bindparam("number")).values(email=bindparam("address"))
    rows = [{"number": number, "address": address} for number, address in zip(ids.tolist(), addresses, strict=True)]
    connection.execute(statement, rows)
