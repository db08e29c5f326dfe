"""Is the access log as it was written? Every entry is examined, and the anchor outside the database is compared."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row

from core.audit import chain
from core.audit.anchor import Heads
from core.audit.entries import COMMAND_LINE, DAEMON, Actor, Entry, Kind, Subject, entry, ids_of
from core.audit.log import append, confirm_newest, in_plain_words, log_of, newest_noted, sealing_key
from core.store.access import access_log
from core.store.engine.database import Database

RENEWED = "log.renewed"
"""The act with which an operator goes on after the key was changed, or after an older database was restored."""

_BATCH = 1_000


@dataclass
class Verification:
    """What was found. `wrong` holds sentences, empty when the log is as it was written; `notes` are no faults."""

    entries: int = 0
    newest: dt.datetime | None = None
    wrong: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    not_as_noted: list[int] = field(default_factory=list)
    """Numbers of entries that the anchor knows and the database lacks, or has differently."""


def verify(database: Database) -> Verification:
    """Examine the whole log.

    Raises:
        StorageError: the database cannot be read.
        NotLogged: the anchor's file is there and cannot be read.
    """
    log = log_of(database.url)
    with in_plain_words("The access log was not verified"):
        noted = None if log.anchor is None else log.anchor.heads()  # first, as the database is never behind it
    found = _Examination(log.key, noted)
    with database.read("core.audit") as connection:
        rows = access_log.in_order(connection, _BATCH)
        try:
            while batch := list(islice(rows, _BATCH)):
                found.examine(batch, access_log.index_of(connection, [row.sequence for row in batch]))
        except (TypeError, ValueError) as error:
            found.found.wrong.append(f"An entry after number {found.last} cannot be read ({type(error).__name__}).")
        beyond = access_log.indexed_after(connection, found.last)
    return found.finish(beyond=beyond)


def renew(database: Database) -> Verification:
    """Go on under this process's key, keeping on record what was wrong until now.

    Entries of the former key stay bound by the chain, whose head the new entry seals.

    Raises:
        StorageError: the database cannot be read.
        NotLogged: the entry cannot be written, or an older database was put in place of this one.
    """
    found = verify(database)
    with database.write() as connection:
        confirm_newest(connection, newest_noted(connection))
        take_up(connection, found)
    return found


def take_up(connection: Connection, found: Verification) -> None:
    """Go on from this state of the database, which may be an older one, with what was `found` on record.

    Entries that were lost with a restored database are named in the new entry, and no longer found wrong.

    Raises:
        NotLogged: the entry cannot be written.
    """
    lost = found.not_as_noted
    details = {"wrong": len(found.wrong), **({"lost_from": lost[0], "lost_to": lost[-1]} if lost else {})}
    with in_plain_words("The access log was not renewed"):
        append(connection, entry(Kind.ACT, RENEWED, Actor(COMMAND_LINE), details=details), renewing=True)


def go_on(connection: Connection, former: str) -> None:
    """Go on under this process's key, on record, where the newest entry is sealed with a former secret key.

    Nothing where it is not: what neither key sealed was written by somebody who knows neither. Call it last in the
    transaction that takes over what else that key sealed.

    Raises:
        NotLogged: the entry cannot be written, or an older database was put in place of this one.
    """
    with in_plain_words("The access log was not renewed"):
        access_log.lock(connection)
        head = access_log.head(connection)
        if head is not None and chain.is_sealed(head.own, head.seal, sealing_key(former)):
            confirm_newest(connection, newest_noted(connection))
            append(connection, entry(Kind.ACT, RENEWED, Actor(DAEMON), details={"wrong": 0}), renewing=True)


class _Examination:
    """One pass over the entries, in their order."""

    def __init__(self, key: bytes, noted: Heads | None) -> None:
        self._key, self._noted = key, noted
        self._previous = chain.BEGINNING
        self._unsealed: list[int] = []
        self._former = 0
        self._accepted: list[range] = []
        self.last = 0
        self.found = Verification()

    def examine(self, rows: Iterable[Row[Any]], index: set[tuple[int, int]]) -> None:
        """The next entries, and the index of people that stands between them."""
        meant: set[tuple[int, int]] = set()
        for row in rows:
            unchanged = self._is_unchanged(row)
            self._chain(row)
            self._seal(row, unchanged=unchanged)
            self._anchor(row)
            if unchanged:
                meant |= {(row.sequence, number) for number in ids_of(row.people)}
            self._previous, self.last = row.own, row.sequence
            self.found.entries += 1
            self.found.newest = row.at
        for sequence in sorted({sequence for sequence, _ in meant ^ index}):
            self._wrong(f"Entry {sequence}: the index of the people whom it concerns was changed.")

    def _chain(self, row: Row[Any]) -> None:
        if row.sequence > self.last + 1:
            self._wrong(f"{_span(self.last + 1, row.sequence - 1)} missing.")
        elif row.sequence <= self.last:
            self._wrong(f"Entry {row.sequence} has a number that no entry can have.")
        if row.previous != self._previous:
            self._wrong(
                f"Entry {row.sequence} does not continue the one before it: entries were changed, removed, added or "
                "put in another order here."
            )

    def _is_unchanged(self, row: Row[Any]) -> bool:
        try:
            unchanged = bool(chain.digest(_entry(row), row.sequence, row.previous) == row.own)
        except (TypeError, ValueError, AttributeError):
            unchanged = False  # SQLite takes any type in any column
        if not unchanged:
            self._wrong(f"Entry {row.sequence} was changed after it was written.")
        return unchanged

    def _seal(self, row: Row[Any], *, unchanged: bool) -> None:
        if not chain.is_sealed(row.own, row.seal, self._key):
            self._unsealed.append(row.sequence)
        elif row.act == RENEWED and unchanged:
            self._former += len(self._unsealed)
            self._unsealed.clear()
            self._accepted += _accepted(row.details)

    def _anchor(self, row: Row[Any]) -> None:
        heads = set() if self._noted is None else self._noted.of(row.sequence)
        if heads and heads != {row.own[:16]}:
            self.found.not_as_noted.append(row.sequence)

    def finish(self, *, beyond: bool) -> Verification:
        """What was found in all; `beyond`: the index names entries after the last one."""
        found = self.found
        if self._unsealed:
            self._wrong(
                f"{_span(self._unsealed[0], self._unsealed[-1])} not sealed with this UPTAKE_SECRET_KEY "
                f"({len(self._unsealed)} of them): written by somebody who does not know it, or under another key."
            )
        if beyond:
            self._wrong("The index of people names entries that are not there.")
        if self._noted is not None:
            found.not_as_noted = sorted({*found.not_as_noted, *self._noted.never_asked()})
        unaccepted = [n for n in found.not_as_noted if not any(n in accepted for accepted in self._accepted)]
        if cut := [number for number in unaccepted if number > self.last]:
            self._wrong(
                f"The log ends with entry {self.last}, but {_span(self.last + 1, cut[-1])} noted outside the database: "
                "the end was cut off, or an older database was restored."
            )
        if other := [number for number in unaccepted if number <= self.last]:
            self._wrong(
                f"{len(other)} entries from {other[0]} to {other[-1]} are not those that were noted outside the "
                "database when they were written: an older database was restored, or the log was written anew."
            )
        if self._noted is not None and found.entries and not len(self._noted):
            self._wrong("The file outside the database, which guards the end of the log, is empty or gone.")
        if self._former:
            found.notes.append(f"{self._former} entries were sealed with a former key; the chain binds them.")
        if len(found.not_as_noted) > len(unaccepted):
            found.notes.append("An operator took note of entries that were lost with a restored database.")
        return found

    def _wrong(self, sentence: str) -> None:
        self.found.wrong.append(sentence)


def _span(first: int, last: int) -> str:
    return f"Entry {first} is" if first == last else f"Entries {first} to {last} are"


def _accepted(details: str) -> Iterator[range]:
    lost = json.loads(details)
    if "lost_from" in lost:
        yield range(lost["lost_from"], lost["lost_to"] + 1)


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        at=row.at,
        kind=row.kind,
        act=row.act,
        actor=Actor(row.actor, row.actor_id),
        subject=Subject(row.subject_kind, row.subject_id),
        people=row.people,
        place=row.place,
        details=row.details,
    )
