"""Activity bitmaps that this process keeps, so that a page does not read the same megabytes with every click.

A bitmap says of every Claude account whether it was active in a product on a day. It depends on no viewer, on no
reporting line and on no match; `core.visibility` decides whose bits anybody gets. Each is kept for one version of its
day, and which version is the present one is read in the transaction that asks, so nothing old is ever told.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, and_, or_, select

from core.store import versions
from core.store.tables import ACTIVE_BITS, SYNC_DAY

Span = tuple[dt.date, dt.date]
"""First and last day, both included."""

MOST_BYTES = 128 * 1024 * 1024
"""Above this, what was asked for longest ago is forgotten: 365 days and 11 products of 250,000 accounts."""

_OVERHEAD = 200
"""About what one entry costs beside its bits."""

_ABSENT = np.array([], dtype=np.uint8)


@dataclass(frozen=True)
class _Kept:
    revision: int
    bits: np.ndarray


class Bitmaps:
    """Bitmaps by database, product and day, the most recently asked last."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._kept: OrderedDict[tuple[str, int, dt.date], _Kept] = OrderedDict()
        self._revisions: dict[str, tuple[int, dict[dt.date, int]]] = {}
        self._bytes = 0
        self._most_bytes = most_bytes
        self._lock = threading.Lock()

    def read(
        self, connection: Connection, database: str, wanted: Mapping[int, Span]
    ) -> dict[int, dict[dt.date, np.ndarray]]:
        """Per product its bitmaps of the stored days of a span; only those are read whose day has another version.

        Byte *n* // 8, bit *n* % 8 tells whether account *n* was active. A bitmap may be shorter than others.
        """
        revisions = self._present(connection, database)
        found: dict[int, dict[dt.date, np.ndarray]] = {}
        missing: dict[int, list[dt.date]] = {}
        with self._lock:
            for product, (begin, end) in wanted.items():
                found[product] = {}
                for day, revision in revisions.items():
                    if not begin <= day <= end:
                        continue
                    kept = self._kept.get((database, product, day))
                    if kept is not None and kept.revision == revision:
                        self._kept.move_to_end((database, product, day))
                        found[product][day] = kept.bits
                    else:
                        missing.setdefault(product, []).append(day)
        if missing:
            fresh = _read(connection, {product: (min(days), max(days)) for product, days in missing.items()})
            for product, days in missing.items():
                found[product].update((day, fresh.get((product, day), _ABSENT)) for day in days)
            self._keep(
                database, ((p, day, revisions[day], found[p][day]) for p, days in missing.items() for day in days)
            )
        return found

    def _present(self, connection: Connection, database: str) -> dict[dt.date, int]:
        """The revision of every stored day, read again when any day was stored since."""
        version = versions.read(connection, versions.DATA)
        known = self._revisions.get(database)
        if known is None or known[0] != version:
            stored = select(SYNC_DAY.c.day, SYNC_DAY.c.revision).where(SYNC_DAY.c.revision > 0)
            known = (version, {row.day: int(row.revision) for row in connection.execute(stored)})
            self._revisions[database] = known
        return known[1]

    def _keep(self, database: str, entries: Iterable[tuple[int, dt.date, int, np.ndarray]]) -> None:
        with self._lock:
            for product, day, revision, bits in entries:
                self._forget((database, product, day))
                self._kept[database, product, day] = _Kept(revision, bits)
                self._bytes += bits.nbytes + _OVERHEAD
            while self._bytes > self._most_bytes and self._kept:
                self._forget(next(iter(self._kept)))

    def _forget(self, key: tuple[str, int, dt.date]) -> None:
        old = self._kept.pop(key, None)
        if old is not None:
            self._bytes -= old.bits.nbytes + _OVERHEAD

    def forget_all(self) -> None:
        """Start anew."""
        with self._lock:
            self._kept.clear()
            self._revisions.clear()
            self._bytes = 0


def _read(connection: Connection, spans: Mapping[int, Span]) -> dict[tuple[int, dt.date], np.ndarray]:
    chosen = [
        and_(ACTIVE_BITS.c.product == product, ACTIVE_BITS.c.day.between(first, last))
        for product, (first, last) in spans.items()
    ]
    statement = select(ACTIVE_BITS.c.product, ACTIVE_BITS.c.day, ACTIVE_BITS.c.bits).where(or_(*chosen))
    return {(product, day): np.frombuffer(bits, dtype=np.uint8) for product, day, bits in connection.execute(statement)}


KEPT = Bitmaps()
"""Those of this process."""
