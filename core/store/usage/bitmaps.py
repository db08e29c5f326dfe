"""Activity bitmaps that this process keeps, so that a page does not read the same megabytes with every click.

Stored is, for each product and day, which Claude accounts were active; kept is which people of the directory were, in
pre-order of today's reporting tree, so that every chain is a run of bits. It depends on no viewer; `core.visibility`
decides whose bits anybody gets. What is kept belongs to one version of the directory and of each day; which versions
are the present ones is read in the transaction that asks, so nothing old is ever told.
"""

from __future__ import annotations

import datetime as dt
import threading
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from sqlalchemy import Connection, bindparam, select

from core.bits import bits_of, mask_of, united
from core.store.engine import versions
from core.store.engine.column_types import to_epoch
from core.store.engine.waiting import one_at_a_time
from core.store.hierarchy.organisation import Organisation, Team
from core.store.tables.usage import ACTIVE_BITS, SYNC_DAY

Span = tuple[dt.date, dt.date]
"""First and last day, both included."""

MOST_BYTES = 128 * 1024 * 1024
"""Above this, what was asked for longest ago is forgotten: 365 days and 11 products of 250,000 people."""

_CHUNK = 400
"""Days read at once."""

_OF_A_PRODUCT = select(ACTIVE_BITS.c.day, ACTIVE_BITS.c.bits).where(ACTIVE_BITS.c.product == bindparam("product"))
_OF_A_SPAN = _OF_A_PRODUCT.where(ACTIVE_BITS.c.day >= bindparam("first"), ACTIVE_BITS.c.day <= bindparam("last"))
_OF_DAYS = _OF_A_PRODUCT.where(ACTIVE_BITS.c.day.in_(bindparam("days", expanding=True)))


@dataclass(frozen=True)
class ActiveDays:
    """Who was active on the stored days of a span, ascending: bit *n* of a row, little-endian, stands for place *n*."""

    days: tuple[dt.date, ...]
    rows: np.ndarray

    def between(self, first: dt.date, last: dt.date) -> slice:
        """The rows of the days from `first` to `last`, both included."""
        return slice(bisect_left(self.days, first), bisect_right(self.days, last))

    def within(self, first: dt.date, last: dt.date) -> ActiveDays:
        """The days of a shorter span."""
        part = self.between(first, last)
        return ActiveDays(self.days[part], self.rows[part])

    def of(self, team: Team) -> ActiveDays:
        """Who of a chain was active: its first person is bit 0, and bits behind its last are not set."""
        return ActiveDays(self.days, _of_chain(self.rows[:, _bytes_of(team)], team))

    def united(self, spans: Sequence[Span], team: Team) -> np.ndarray:
        """Bits [spans, people of a chain] as in `of`: who was active on any stored day of each span.

        United first: there are fewer spans than days to be cut to the chain.
        """
        parts = [self.between(*span) for span in spans]
        return _of_chain(united(self.rows[:, _bytes_of(team)], [(part.start, part.stop) for part in parts]), team)


def _bytes_of(team: Team) -> slice:
    """The bytes in which the bits of a chain lie, beside some of its neighbours'."""
    return slice(team.left // 8, -(-team.right // 8))


def _of_chain(rows: np.ndarray, team: Team) -> np.ndarray:
    """Those bytes of everybody's bits with the chain's alone, from its first person on."""
    width = -(-team.size // 8)
    if shift := team.left % 8:
        following = np.zeros_like(rows)
        following[:, :-1] = rows[:, 1:] << (8 - shift)
        rows = (rows >> shift) | following
    rows = rows[:, :width]
    if behind := team.size % 8:
        rows = rows if shift else rows.copy()  # what is kept stays as it is
        rows[:, -1] &= (1 << behind) - 1
    return rows


@dataclass(frozen=True)
class _CachedDays:
    directory: int
    data: int
    span: Span
    revisions: tuple[int, ...]
    active: ActiveDays


class Bitmaps:
    """Bitmaps by database and product, the most recently asked last."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._kept: OrderedDict[tuple[str, int], _CachedDays] = OrderedDict()
        self._most_bytes = most_bytes
        self._lock, self._renewing = threading.Lock(), threading.Lock()

    def read(
        self, connection: Connection, database: str, directory: Organisation, wanted: Mapping[int, Span]
    ) -> dict[int, ActiveDays]:
        """Per product, who was active on the stored days of at least a span; only changed days are read."""
        present = _Present(connection, directory)
        found: dict[int, ActiveDays] = {}
        for product, span in wanted.items():
            kept = self._last((database, product))
            if kept is None or not present.allows(kept, span):
                kept = self._renewed(present, (database, product), span)
            found[product] = kept.active
            self._keep((database, product), kept)
        return found

    def _renewed(self, present: _Present, key: tuple[str, int], span: Span) -> _CachedDays:
        """What is kept from now on. Two threads that made it at once would take its memory twice."""
        with one_at_a_time(self._renewing):
            kept = self._last(key)
            if kept is None or not present.allows(kept, span):
                kept = present.kept(key[1], span, kept)
                self._keep(key, kept)
            return kept

    def _last(self, key: tuple[str, int]) -> _CachedDays | None:
        with self._lock:
            return self._kept.get(key)

    def _keep(self, key: tuple[str, int], entry: _CachedDays) -> None:
        with self._lock:
            self._kept[key] = entry
            self._kept.move_to_end(key)
            while len(self._kept) > 1 and sum(one.active.rows.nbytes for one in self._kept.values()) > self._most_bytes:
                self._kept.popitem(last=False)

    def forget_all(self) -> None:
        """Forget the bitmaps of all databases."""
        with self._lock:
            self._kept.clear()


class _Present:
    """The state of directory and data in a transaction."""

    def __init__(self, connection: Connection, directory: Organisation) -> None:
        self._connection, self._directory = connection, directory
        self._data = versions.now(connection, versions.DATA)

    @cached_property
    def _revisions(self) -> dict[dt.date, int]:
        """The stored days, ascending, and how many versions each has had."""
        stored_days = select(SYNC_DAY.c.day, SYNC_DAY.c.revision).where(SYNC_DAY.c.revision > 0)
        return {row.day: int(row.revision) for row in self._connection.execute(stored_days.order_by(SYNC_DAY.c.day))}

    def allows(self, kept: _CachedDays, span: Span) -> bool:
        """Whether what is kept is of the present versions, and holds a span."""
        is_present = kept.directory == self._directory.version and kept.data == self._data
        return is_present and kept.span[0] <= span[0] and span[1] <= kept.span[1]

    def kept(self, product: int, span: Span, old: _CachedDays | None) -> _CachedDays:
        """What is kept from now on: rows of days that did not change, and of those that did as they are now."""
        same: dict[tuple[dt.date, int], np.ndarray] = {}
        if old is not None:
            span = (min(span[0], old.span[0]), max(span[1], old.span[1]))
            if old.directory == self._directory.version:
                same = dict(zip(zip(old.active.days, old.revisions, strict=True), old.active.rows, strict=True))
        days = tuple(day for day in self._revisions if span[0] <= day <= span[1])
        revisions = tuple(self._revisions[day] for day in days)
        rows = np.zeros((len(days), -(-len(self._directory.ids) // 8)), dtype=np.uint8)
        place = {day: row for row, day in enumerate(days)}
        missing = []
        for row, version in enumerate(zip(days, revisions, strict=True)):
            if version in same:
                rows[row] = same[version]
            else:
                missing.append(version[0])
        for day, bits in stored(self._connection, product, missing):
            rows[place[day]] = _over_people(self._directory, day, bits)
        return _CachedDays(self._directory.version, self._data, span, revisions, ActiveDays(days, rows))


def stored(connection: Connection, product: int, days: Sequence[dt.date]) -> Iterable[tuple[dt.date, np.ndarray]]:
    """Days and their bitmaps: byte *n* // 8, bit *n* % 8 tells whether account *n* was active in the product.

    `days` ascend. Where they are most of a span, the span is read, which takes half the time of naming them.
    """
    for start in range(0, len(days), _CHUNK):
        chosen = days[start : start + _CHUNK]
        first, last, named = chosen[0], chosen[-1], set(chosen)
        if (last - first).days < 2 * len(chosen):
            found = connection.execute(_OF_A_SPAN, {"product": product, "first": first, "last": last})
        else:
            found = connection.execute(_OF_DAYS, {"product": product, "days": chosen})
        for day, bits in found.all():
            if day in named:
                yield day, np.frombuffer(bits, dtype=np.uint8)


def _over_people(directory: Organisation, day: dt.date, bits: np.ndarray) -> np.ndarray:
    """A day's bitmap over people. Two accounts of one person count once; days outside a link's dates are not theirs."""
    people = np.zeros(len(directory.ids), dtype=bool)
    if len(directory.account_ids):
        flags = mask_of(bits, int(directory.account_ids[-1]) + 1)
        epoch = to_epoch(day)
        on = flags[directory.account_ids] & (directory.account_since <= epoch) & (directory.account_until >= epoch)
        people[directory.account_position[on]] = True
    return bits_of(people)


KEPT = Bitmaps()
"""The bitmaps that this process keeps."""
