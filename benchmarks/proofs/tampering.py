"""Random tamperings with the access log by somebody who can write to the database but does not know the key.

Every tampering changes a log that is whole, `verify` runs, and the log is put back. A careful forger recomputes the
hashes of what follows, because they need no key; the seals and the anchor do.
"""

from __future__ import annotations

import datetime as dt
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from benchmarks.figures import Figure, Figures, no
from core import audit
from core.audit import chain, log
from core.audit.anchor import Anchor
from core.audit.entries import Actor, Entry, Subject, ids_of
from core.store.engine import schema
from core.store.engine.database import Database
from core.store.tables.access_log import ACCESS_LOG, ACCESS_LOG_PERSON

Row = dict[str, Any]
LENGTH = 40
KEY, WRONG_KEY = b"k" * 32, b"w" * 32


class Log:
    """A genuine log of `LENGTH` entries in a database of its own, which every tampering starts from."""

    def __init__(self, url: str, anchor: Path) -> None:
        self.database = Database(url)
        self.anchor = Anchor(anchor)
        schema.upgrade(self.database)
        log._logs[url] = log.AccessLog(KEY, self.anchor)  # noqa: SLF001 - a key that no setting has
        for number in range(LENGTH):
            self.genuine(number)
        with self.database.write() as connection:
            _drop_triggers(connection)
            self.rows = [dict(row) for row in connection.execute(select(ACCESS_LOG).order_by("sequence")).mappings()]
        self.noted = anchor.read_bytes()

    def genuine(self, number: int) -> None:
        """One more entry, as the product writes it."""
        with self.database.write() as connection:
            if number % 3:
                audit.record(connection, f"manager{number % 5}@example.com", "match.linked", audit.person(number))
            else:
                audit.record(connection, "ada@example.com", "directory.imported", audit.EVERYONE, {"added": number})

    @contextmanager
    def on_another_machine(self) -> Iterator[None]:
        """Entries of the block come from a machine whose own anchor does not know that the database is an older one."""
        log._logs[self.database.url] = log.AccessLog(KEY, None)  # noqa: SLF001
        yield
        log._logs[self.database.url] = log.AccessLog(KEY, self.anchor)  # noqa: SLF001

    def store(self, rows: list[Row], index: list[tuple[int, int]] | None = None) -> None:
        """Replace the stored log by these rows."""
        if index is None:
            index = [(number, row["sequence"]) for row in rows for number in ids_of(row["people"])]
        with self.database.write() as connection:
            connection.execute(delete(ACCESS_LOG_PERSON))
            connection.execute(delete(ACCESS_LOG))
            if rows:
                connection.execute(insert(ACCESS_LOG), rows)
            pairs = [{"employee_id": number, "sequence": sequence} for number, sequence in index]
            if pairs:
                connection.execute(insert(ACCESS_LOG_PERSON), pairs)

    def restore(self) -> None:
        """Put the genuine log and its anchor back."""
        self.store(self.rows)
        self.anchor.path.write_bytes(self.noted)


def _drop_triggers(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        for table in ("access_log", "access_log_person"):
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        return
    names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
    for name in names:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")


def _forged(rows: list[Row], start: int, rng: random.Random) -> list[Row]:
    """Numbers and hashes made whole from a place on, as far as that goes without the key."""
    previous = rows[start - 1]["own"] if start else chain.BEGINNING
    for place in range(start, len(rows)):
        row = rows[place]
        row["sequence"] = place + 1
        row["previous"] = previous
        row["own"] = chain.digest(_entry(row), row["sequence"], previous)
        if rng.random() < 0.5:
            row["seal"] = chain.seal(row["own"], WRONG_KEY)
        previous = row["own"]
    return rows


def _entry(row: Row) -> Entry:
    names = ("at", "kind", "act", "people", "place", "details")
    return Entry(
        actor=Actor(row["actor"], row["actor_id"]),
        subject=Subject(row["subject_kind"], row["subject_id"]),
        **{name: row[name] for name in names},
    )


def _edit(genuine: Log, rows: list[Row], rng: random.Random) -> None:
    place = rng.randrange(len(rows))
    row = rows[place]
    name = rng.choice([column.name for column in ACCESS_LOG.columns if column.name != "sequence"])
    row[name] = _other(row[name], rng)
    if name not in {"previous", "own", "seal"} and rng.random() < 0.5:
        _forged(rows, place, rng)
    genuine.store(rows)


def _other(value: Any, rng: random.Random) -> Any:
    if isinstance(value, bytes):
        place = rng.randrange(len(value))
        return value[:place] + bytes([value[place] ^ (1 << rng.randrange(8))]) + value[place + 1 :]
    if isinstance(value, dt.datetime):
        return value + dt.timedelta(microseconds=rng.choice([-1, 1]) * rng.randrange(1, 10**9))
    if isinstance(value, int):
        return value + rng.randrange(1, 100)
    return 7 if value is None else f"{value}9"


def _remove(genuine: Log, rows: list[Row], rng: random.Random) -> None:
    first = rng.randrange(len(rows) - 1)
    last = rng.randrange(first + 1, min(len(rows), first + 6))
    del rows[first:last]
    genuine.store(_forged(rows, first, rng) if rng.random() < 0.5 else rows)


def _reorder(genuine: Log, rows: list[Row], rng: random.Random) -> None:
    one, other = sorted(rng.sample(range(len(rows)), 2))
    rows[one], rows[other] = rows[other], rows[one]
    rows[one]["sequence"], rows[other]["sequence"] = rows[other]["sequence"], rows[one]["sequence"]
    genuine.store(_forged(rows, one, rng) if rng.random() < 0.5 else rows)


def _add(genuine: Log, rows: list[Row], rng: random.Random) -> None:
    place = rng.randrange(len(rows) + 1)
    invented = dict(rng.choice(rows)) | {"act": "invented.act"}
    rows.insert(place, invented)
    genuine.store(_forged(rows, place, rng))


def _cut(genuine: Log, rows: list[Row], rng: random.Random) -> None:
    genuine.store(rows[: len(rows) - rng.randrange(1, len(rows) + 1)])


def _restore_older(genuine: Log, rows: list[Row], rng: random.Random) -> None:
    genuine.store(rows[: rng.randrange(len(rows))])
    with genuine.on_another_machine():
        for number in range(rng.randrange(LENGTH + 5)):
            genuine.genuine(1_000 + number)


def _hide(genuine: Log, rows: list[Row], rng: random.Random) -> None:
    index = [(number, row["sequence"]) for row in rows for number in ids_of(row["people"])]
    if rng.random() < 0.5:
        index.remove(rng.choice(index))
    else:
        index.append((10_000 + rng.randrange(100), rng.randrange(1, len(rows) + 50)))
    genuine.store(rows, index)


KINDS: dict[str, Callable[[Log, list[Row], random.Random], None]] = {
    "edited": _edit,
    "removed": _remove,
    "reordered": _reorder,
    "inserted": _add,
    "end cut off": _cut,
    "older database": _restore_older,
    "index changed": _hide,
}


def attempts(genuine: Log, count: int, seed: int) -> list[tuple[str, int, bool]]:
    """Tamper so many times, each kind in turn: (kind, number, whether it was found)."""
    rng = random.Random(seed)
    assert audit.verify(genuine.database).wrong == []
    results = []
    for number in range(count):
        kind = list(KINDS)[number % len(KINDS)]
        KINDS[kind](genuine, [dict(row) for row in genuine.rows], rng)
        results.append((kind, number, bool(audit.verify(genuine.database).wrong)))
        genuine.restore()
    assert audit.verify(genuine.database).wrong == []
    genuine.database.dispose()
    return results


def measure(url: str, count: int = 1_000, seed: int = 20261122) -> Figures:
    """How many of the tamperings of each kind were found; each that was missed is printed."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        results = attempts(Log(url, Path(folder) / "anchor"), count, seed)
    tried, found = Counter(kind for kind, _, _ in results), Counter(kind for kind, _, hit in results if hit)
    for kind, number, hit in results:
        if not hit:
            print(f"  MISSED  tampering {number}, {kind}")
    return Figures(
        *(Figure(f"{kind}: found of {tried[kind]:,}", found[kind], least=tried[kind]) for kind in KINDS),
        no(f"missed of {count:,}", count - found.total()),
        Figure("taken", time.perf_counter() - began, unit="s"),
    )
