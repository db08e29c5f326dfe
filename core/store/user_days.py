"""The rows of one day: replaced as a whole by what was read, with only the differences touched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, text

from core.api.records import UsagePage
from core.catalogue import MEASURES
from core.errors import DayHeld
from core.store import bulk
from core.store.tables import MASK_COLUMNS, USER_DAY
from core.store.types import to_epoch

_COUNTERS = tuple(measure.key for measure in MEASURES)
_COLUMNS = ("day", "account_id", *_COUNTERS, *MASK_COLUMNS)

GUARDED_FROM = 20
"""Days with fewer stored rows are not guarded: in a small team a few absences are a large share."""

ROWS_KEPT, SUM_KEPT = 0.8, 0.5
"""A version with less than these shares of the stored rows, or of the sum of all counters, is held."""


@dataclass(frozen=True)
class RowsChange:
    """How a day's rows differ from before: accounts that appeared, vanished and changed, and sums per measure."""

    appeared: int
    vanished: int
    changed: int
    differences: dict[str, int]


def insert(
    connection: Connection, day: dt.date, accounts: Sequence[np.ndarray], pages: Sequence[UsagePage]
) -> RowsChange:
    """Store a day of which nothing is stored yet."""
    _ensure_partition(connection, day)
    totals = np.zeros(len(_COUNTERS), dtype=np.int64)
    for ids, page in zip(accounts, pages, strict=True):
        bulk.insert(connection, USER_DAY, _COLUMNS, _rows(connection, day, ids, page.values, page.unmeasured))
        totals += page.values.sum(axis=0, dtype=np.int64)
    return RowsChange(sum(map(len, accounts)), 0, 0, _differences(totals))


def replace(
    connection: Connection,
    day: dt.date,
    accounts: Sequence[np.ndarray],
    pages: Sequence[UsagePage],
    *,
    accepted: bool,
) -> RowsChange:
    """Make a stored day's rows equal to the pages.

    Raises:
        DayHeld: the pages lack too much of what is stored, and no admin `accepted` them.
    """
    stored = connection.execute(text(_stored_query()), {"day": _bind(connection, day)}).all()
    old = np.array(stored, dtype=np.int64).reshape(len(stored), len(_COLUMNS) - 1)
    new = np.concatenate(
        [np.concatenate([ids[:, None], p.values, p.unmeasured], axis=1) for ids, p in zip(accounts, pages, strict=True)]
        or [old[:0]]
    )
    if not accepted:
        _guard(day, old, new)
    new = new[np.argsort(new[:, 0], kind="stable")]
    kept_old, kept_new = np.isin(old[:, 0], new[:, 0]), np.isin(new[:, 0], old[:, 0])
    different = (old[kept_old] != new[kept_new]).any(axis=1)
    outdated = np.concatenate([old[~kept_old][:, 0], old[kept_old][different][:, 0]])
    fresh = np.concatenate([new[~kept_new], new[kept_new][different]])
    _delete(connection, day, outdated)
    bulk.insert(
        connection,
        USER_DAY,
        _COLUMNS,
        _rows(connection, day, fresh[:, 0], _counters(fresh), fresh[:, len(_COUNTERS) + 1 :]),
    )
    moved = _counters(new).sum(axis=0) - _counters(old).sum(axis=0)
    return RowsChange(int((~kept_new).sum()), int((~kept_old).sum()), int(different.sum()), _differences(moved))


def _guard(day: dt.date, old: np.ndarray, new: np.ndarray) -> None:
    """A revision moves numbers by a few per cent; a day that loses much more is likelier a fault of the API."""
    if len(old) < GUARDED_FROM:
        return
    rows, amount = len(new) / len(old), _counters(new).sum() / max(_counters(old).sum(), 1)
    if rows < ROWS_KEPT or amount < SUM_KEPT:
        message = (
            f"The API now has {len(new)} people on {day} instead of {len(old)}, with {amount:.0%} of the usage. "
            "What is stored stays until an admin accepts the new numbers on the Connection page."
        )
        raise DayHeld(message)


def _counters(rows: np.ndarray) -> np.ndarray:
    return rows[:, 1 : len(_COUNTERS) + 1]


def _differences(amounts: np.ndarray) -> dict[str, int]:
    return {key: int(amount) for key, amount in zip(_COUNTERS, amounts, strict=True) if amount}


def _stored_query() -> str:
    counters = ", ".join(f"COALESCE({key}, 0)" for key in _COUNTERS)
    masks = ", ".join(MASK_COLUMNS)
    return f"SELECT account_id, {counters}, {masks} FROM user_day WHERE day = :day ORDER BY account_id"


def _delete(connection: Connection, day: dt.date, accounts: np.ndarray) -> None:
    if len(accounts) == 0:
        return
    bulk.stage(connection, "outdated", USER_DAY, ("account_id",), bulk.tuples(accounts))
    connection.execute(
        text("DELETE FROM user_day WHERE day = :day AND account_id IN (SELECT account_id FROM outdated)"),
        {"day": _bind(connection, day)},
    )
    bulk.drop(connection, "outdated")


def _rows(
    connection: Connection, day: dt.date, ids: np.ndarray, counters: np.ndarray, masks: np.ndarray
) -> Iterator[tuple[int | None, ...]]:
    """Rows for the engine: zeros take no room in SQLite as they are, and in PostgreSQL as NULL."""
    rows = bulk.tuples(np.full(len(ids), to_epoch(day)), ids, counters, masks)
    if connection.dialect.name == "sqlite":
        return rows
    head, tail = 2, len(_COLUMNS) - len(MASK_COLUMNS)
    return ((*row[:head], *[value or None for value in row[head:tail]], *row[tail:]) for row in rows)


def _ensure_partition(connection: Connection, day: dt.date) -> None:
    """PostgreSQL keeps user-days in one partition a month: smaller indexes, far less write-ahead log."""
    if connection.dialect.name != "postgresql":
        return
    start = day.replace(day=1)
    end = (start + dt.timedelta(days=32)).replace(day=1)
    connection.exec_driver_sql(
        f"CREATE TABLE IF NOT EXISTS user_day_{start:%Y_%m} PARTITION OF user_day "
        f"FOR VALUES FROM ('{start}') TO ('{end}')"
    )


def _bind(connection: Connection, day: dt.date) -> object:
    return to_epoch(day) if connection.dialect.name == "sqlite" else day
