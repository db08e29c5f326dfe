"""The rows of one day: replaced as a whole by what was read, with only the differences touched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Column, Connection, Integer, text

from core.api.records import UsagePage
from core.catalogue import MEASURE_KEYS
from core.store.engine import bulk
from core.store.tables.usage import MASK_COLUMNS, USER_DAY
from core.store.usage import revisions
from core.store.usage.shrinking import Sums, guard

_COLUMNS = ("day", "account_id", *MEASURE_KEYS, *MASK_COLUMNS)

_ACCOUNTS = 16_384
"""Accounts compared at once when a day is replaced, and `_CHUNK` rows as Python objects: both bound the memory."""

_CHUNK = 1_000

_OUTDATED = bulk.scratch("outdated", Column("account_id", Integer))


@dataclass(frozen=True)
class RowsChange:
    """How a day's rows differ from before: accounts that appeared, vanished and changed, and sums per measure."""

    appeared: int
    vanished: int
    changed: int
    differences: dict[str, int]

    def __add__(self, other: RowsChange) -> RowsChange:
        keys = [key for key in MEASURE_KEYS if key in self.differences or key in other.differences]
        sums = {key: self.differences.get(key, 0) + other.differences.get(key, 0) for key in keys}
        return RowsChange(
            self.appeared + other.appeared,
            self.vanished + other.vanished,
            self.changed + other.changed,
            {key: amount for key, amount in sums.items() if amount},
        )


def insert(
    connection: Connection, day: dt.date, accounts: Sequence[np.ndarray], pages: Sequence[UsagePage]
) -> RowsChange:
    """Store a day of which nothing is stored yet."""
    _ensure_partition(connection, day)
    totals = np.zeros(len(MEASURE_KEYS), dtype=np.int64)
    for ids, page in zip(accounts, pages, strict=True):
        _insert(connection, day, ids, page.values, page.unmeasured)
        totals += page.values.sum(axis=0, dtype=np.int64)
    return RowsChange(sum(map(len, accounts)), 0, 0, _differences(totals))


def replace(
    connection: Connection,
    day: dt.date,
    accounts: Sequence[np.ndarray],
    pages: Sequence[UsagePage],
    *,
    revision: int,
    accepted: bool,
) -> RowsChange:
    """Make a stored day's rows equal to the pages, and keep what that replaces as what was before `revision`.

    Raises:
        DayHeld: the pages lack too much of what is stored, and no admin `accepted` them.
    """
    change, before, after = RowsChange(0, 0, 0, {}), Sums(), Sums()
    highest = max((int(ids.max()) for ids in accounts if len(ids)), default=0)
    for first in range(0, max(highest, _highest(connection, day)) + 1, _ACCOUNTS):
        old = _stored(connection, day, first, first + _ACCOUNTS)
        new = _read(accounts, pages, first, first + _ACCOUNTS)
        before.add(_counters(old), _masks(old))
        after.add(_counters(new), _masks(new))
        change += _replace_range(connection, day, revision, old, new)
    if not accepted:
        guard(day, before, after, change.vanished)  # after the fact: the caller's transaction takes everything back
    return change


def _stored(connection: Connection, day: dt.date, first: int, end: int) -> np.ndarray:
    """The stored rows [accounts, columns] of account ids from `first` up to, without, `end`, ascending.

    The columns are account id, counters and masks.
    """
    bound = {"day": bulk.bound(connection, day), "first": first, "end": end}
    rows = connection.execute(text(_stored_query()).execution_options(yield_per=_CHUNK), bound)
    parts = [np.empty((0, len(_COLUMNS) - 1), dtype=np.int64)]
    parts += [np.array(chunk, dtype=np.int64) for chunk in rows.partitions()]
    return np.concatenate(parts)


def _read(accounts: Sequence[np.ndarray], pages: Sequence[UsagePage], first: int, end: int) -> np.ndarray:
    """The pages' rows of account ids from `first` up to, without, `end`, in the form and order of `_stored`."""
    parts = [np.empty((0, len(_COLUMNS) - 1), dtype=np.int64)]
    for ids, page in zip(accounts, pages, strict=True):
        chosen = np.flatnonzero((ids >= first) & (ids < end))
        parts.append(np.concatenate([ids[chosen, None], page.values[chosen], page.unmeasured[chosen]], axis=1))
    rows = np.concatenate(parts)
    return rows[np.argsort(rows[:, 0], kind="stable")]


def _replace_range(connection: Connection, day: dt.date, revision: int, old: np.ndarray, new: np.ndarray) -> RowsChange:
    """Make the stored rows of some accounts equal to the new ones, touching only what differs."""
    kept_old, kept_new = np.isin(old[:, 0], new[:, 0]), np.isin(new[:, 0], old[:, 0])
    different = (old[kept_old] != new[kept_new]).any(axis=1)
    gone, before, after, added = old[~kept_old], old[kept_old][different], new[kept_new][different], new[~kept_new]
    revisions.keep(connection, day, revision, changed=(before, after), vanished=gone, appeared=added[:, 0])
    _delete(connection, day, np.concatenate([gone[:, 0], before[:, 0]]))
    fresh = np.concatenate([added, after])
    _insert(connection, day, fresh[:, 0], _counters(fresh), _masks(fresh))
    moved = _counters(new).sum(axis=0) - _counters(old).sum(axis=0)
    return RowsChange(len(added), len(gone), len(after), _differences(moved))


def _counters(rows: np.ndarray) -> np.ndarray:
    return rows[:, 1 : len(MEASURE_KEYS) + 1]


def _masks(rows: np.ndarray) -> np.ndarray:
    return rows[:, len(MEASURE_KEYS) + 1 :]


def _differences(amounts: np.ndarray) -> dict[str, int]:
    return {key: int(amount) for key, amount in zip(MEASURE_KEYS, amounts, strict=True) if amount}


def _stored_query() -> str:
    counters = ", ".join(f"COALESCE({key}, 0)" for key in MEASURE_KEYS)
    masks = ", ".join(MASK_COLUMNS)
    wanted = "day = :day AND account_id >= :first AND account_id < :end"
    return f"SELECT account_id, {counters}, {masks} FROM user_day WHERE {wanted} ORDER BY account_id"


def _highest(connection: Connection, day: dt.date) -> int:
    """The highest account id stored on the day."""
    statement = text("SELECT MAX(account_id) FROM user_day WHERE day = :day")
    return connection.execute(statement, {"day": bulk.bound(connection, day)}).scalar() or 0


def _delete(connection: Connection, day: dt.date, accounts: np.ndarray) -> None:
    if len(accounts) == 0:
        return
    bulk.stage(connection, _OUTDATED, zip(accounts.tolist()))
    connection.execute(
        text("DELETE FROM user_day WHERE day = :day AND account_id IN (SELECT account_id FROM outdated)"),
        {"day": bulk.bound(connection, day)},
    )
    bulk.drop(connection, _OUTDATED)


def _insert(connection: Connection, day: dt.date, ids: np.ndarray, counters: np.ndarray, masks: np.ndarray) -> None:
    """Insert rows as the engine likes them: zeros take no room in SQLite as they are, and in PostgreSQL as NULL."""
    values = counters if connection.dialect.name == "sqlite" else bulk.ZerosAsNull(counters)
    bulk.insert_numbers(connection, USER_DAY, _COLUMNS, len(ids), bulk.bound(connection, day), ids, values, masks)


def _ensure_partition(connection: Connection, day: dt.date) -> None:
    """PostgreSQL keeps user-days in one partition a month: smaller indexes, far less write-ahead log.

    A table of its own that is attached: one made as a partition would wait for everybody who reads, and everybody who
    comes then for it (PostgreSQL's manual, "ALTER TABLE", ATTACH PARTITION).
    """
    if connection.dialect.name != "postgresql":
        return
    start = day.replace(day=1)
    end, name = (start + dt.timedelta(days=32)).replace(day=1), f"user_day_{start:%Y_%m}"
    if connection.exec_driver_sql(f"SELECT to_regclass('{name}')").scalar() is None:
        connection.exec_driver_sql(f"CREATE TABLE {name} (LIKE user_day INCLUDING ALL)")
        bounds = f"FOR VALUES FROM ('{start}') TO ('{end}')"
        connection.exec_driver_sql(f"ALTER TABLE user_day ATTACH PARTITION {name} {bounds}")
