"""One day, one transaction: user-days, team sums, bitmaps and the ledger become visible together or not at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, insert, select, text, update

from core.api.records import UsagePage
from core.catalogue import MASK_BITS, MEASURES
from core.store import attribution, bulk, organisation, rollups, versions
from core.store.accounts import AccountBook
from core.store.organisation import Organisation
from core.store.tables import DAY_REVISION, MASK_COLUMNS, SYNC_DAY, UNKNOWN_FIELD, USER_DAY
from core.store.types import to_epoch

_COUNTERS = tuple(measure.key for measure in MEASURES)
_COLUMNS = ("day", "account_id", *_COUNTERS, *MASK_COLUMNS)


@dataclass(frozen=True)
class DayChange:
    """What storing a day changed: its new revision, its rows, and how many people appeared, vanished or changed."""

    day: dt.date
    revision: int
    rows: int
    appeared: int
    vanished: int
    changed: int

    @property
    def anything(self) -> bool:
        """Whether any stored number is another than before."""
        return self.revision == 1 or bool(self.appeared or self.vanished or self.changed)


class DayWriter:
    """Stores days, keeping the directory and the account book between them.

    Make one per sync run, and a new one after any error: what it keeps may be ahead of a transaction that rolled back.
    """

    def __init__(self, connection: Connection) -> None:
        self._accounts = AccountBook(connection)
        self._kept: Organisation | None = None

    def store(
        self, connection: Connection, day: dt.date, pages: Sequence[UsagePage], digests: bytes, now: dt.datetime
    ) -> DayChange:
        """Replace one day by its freshly read pages, in the caller's transaction."""
        self._register(connection, day, pages)
        accounts = [self._accounts.ids(page) for page in pages]
        previous = connection.execute(select(SYNC_DAY.c.revision).where(SYNC_DAY.c.day == day)).scalar()
        appeared, vanished, changed = _replace_rows(connection, day, accounts, pages, first=not previous)
        rows = [(ids, page.values) for ids, page in zip(accounts, pages, strict=True)]
        rollups.write_day(connection, self._directory(connection), day, rows)
        count = sum(map(len, accounts))
        change = DayChange(day, (previous or 0) + 1, count, appeared, vanished, changed)
        _record(connection, change, digests, _unmeasured(pages), now, known=previous is not None)
        _record_unknown_fields(connection, day, pages)
        versions.bump(connection, versions.DATA)
        return change

    def _register(self, connection: Connection, day: dt.date, pages: Sequence[UsagePage]) -> None:
        """Take up users and e-mails not seen before, and match them; a changed match carries its history along."""
        fresh, renamed = self._accounts.register(connection, day, pages)
        before = self._directory(connection) if renamed else None
        # New accounts are numbered in one run; an e-mail may have changed anywhere.
        if before is None:
            attribution.relink(connection, fresh.tolist())
        elif attribution.relink(connection):
            rollups.move(connection, before, self._directory(connection), without_history=fresh)

    def _directory(self, connection: Connection) -> Organisation:
        """The directory as it is now: it changes by imports, and by matches of new accounts."""
        if self._kept is None or self._kept.version != versions.read(connection, versions.DIRECTORY):
            self._kept = None  # so that two of them need no memory at once
            self._kept = organisation.load(connection)
        return self._kept


def _replace_rows(
    connection: Connection,
    day: dt.date,
    accounts: Sequence[np.ndarray],
    pages: Sequence[UsagePage],
    *,
    first: bool,
) -> tuple[int, int, int]:
    """Make the day's rows equal to the pages; how many accounts appeared, vanished and changed."""
    if connection.dialect.name == "postgresql":
        _ensure_partition(connection, day)
    if first:
        for ids, page in zip(accounts, pages, strict=True):
            bulk.insert(connection, USER_DAY, _COLUMNS, _rows(connection, day, ids, page.values, page.unmeasured))
        return sum(map(len, accounts)), 0, 0
    stored = connection.execute(text(_stored_query()), {"day": _bind(connection, day)}).all()
    old = np.array(stored, dtype=np.int64).reshape(len(stored), len(_COLUMNS) - 1)
    new = np.concatenate(
        [np.concatenate([ids[:, None], p.values, p.unmeasured], axis=1) for ids, p in zip(accounts, pages, strict=True)]
        or [old[:0]]
    )
    new = new[np.argsort(new[:, 0], kind="stable")]
    kept_old, kept_new = np.isin(old[:, 0], new[:, 0]), np.isin(new[:, 0], old[:, 0])
    different = (old[kept_old] != new[kept_new]).any(axis=1)
    outdated = np.concatenate([old[~kept_old][:, 0], old[kept_old][different][:, 0]])
    fresh = np.concatenate([new[~kept_new], new[kept_new][different]])
    _delete_rows(connection, day, outdated)
    counters, masks = fresh[:, 1 : len(_COUNTERS) + 1], fresh[:, len(_COUNTERS) + 1 :]
    bulk.insert(connection, USER_DAY, _COLUMNS, _rows(connection, day, fresh[:, 0], counters, masks))
    return int((~kept_new).sum()), int((~kept_old).sum()), int(different.sum())


def _stored_query() -> str:
    counters = ", ".join(f"COALESCE({key}, 0)" for key in _COUNTERS)
    masks = ", ".join(MASK_COLUMNS)
    return f"SELECT account_id, {counters}, {masks} FROM user_day WHERE day = :day ORDER BY account_id"


def _delete_rows(connection: Connection, day: dt.date, accounts: np.ndarray) -> None:
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
    start = day.replace(day=1)
    end = (start + dt.timedelta(days=32)).replace(day=1)
    connection.exec_driver_sql(
        f"CREATE TABLE IF NOT EXISTS user_day_{start:%Y_%m} PARTITION OF user_day "
        f"FOR VALUES FROM ('{start}') TO ('{end}')"
    )


def _bind(connection: Connection, day: dt.date) -> object:
    return to_epoch(day) if connection.dialect.name == "sqlite" else day


def _unmeasured(pages: Sequence[UsagePage]) -> str:
    """The measures that no row of the day measured."""
    masks = [np.bitwise_and.reduce(page.unmeasured, axis=0) for page in pages if len(page.unmeasured)]
    if not masks:
        return ""
    nobody = np.bitwise_and.reduce(masks, axis=0)
    return ",".join(m.key for m in MEASURES if int(nobody[m.slot // MASK_BITS]) >> (m.slot % MASK_BITS) & 1)


def _record(
    connection: Connection, change: DayChange, digests: bytes, unmeasured: str, now: dt.datetime, *, known: bool
) -> None:
    values: dict[str, object] = {
        "revision": change.revision,
        "rows": change.rows,
        "page_digests": digests,
        "unmeasured": unmeasured,
        "checked_at": now,
        "problem": None,
    }
    if change.revision == 1:
        values["stored_at"] = now
    if change.anything:
        values["changed_at"] = now
    if known:
        connection.execute(update(SYNC_DAY).where(SYNC_DAY.c.day == change.day).values(**values))
    else:
        connection.execute(insert(SYNC_DAY).values(day=change.day, **values))
    connection.execute(
        insert(DAY_REVISION).values(
            day=change.day,
            revision=change.revision,
            at=now,
            rows=change.rows,
            appeared=change.appeared,
            vanished=change.vanished,
            changed=change.changed,
        )
    )


def _record_unknown_fields(connection: Connection, day: dt.date, pages: Sequence[UsagePage]) -> None:
    paths = sorted(frozenset().union(*(page.unknown_fields for page in pages)))
    if paths:
        known = set(connection.execute(select(UNKNOWN_FIELD.c.path)).scalars())
        fresh = [{"path": path, "first_seen": day} for path in paths if path not in known]
        if fresh:
            connection.execute(insert(UNKNOWN_FIELD), fresh)


def confirm_unchanged(connection: Connection, day: dt.date, now: dt.datetime) -> None:
    """Note that the API still says the same about a stored day."""
    statement = update(SYNC_DAY).where(SYNC_DAY.c.day == day)
    connection.execute(statement.values(checked_at=now, problem=None))


def record_problem(connection: Connection, day: dt.date, problem: str, now: dt.datetime) -> None:
    """Note why a day could not be read; what is stored of it stays."""
    values = {"problem": problem, "checked_at": now}
    found = connection.execute(update(SYNC_DAY).where(SYNC_DAY.c.day == day).values(**values))
    if found.rowcount == 0:
        nothing_yet = {"revision": 0, "rows": 0, "page_digests": b"", "unmeasured": ""}
        connection.execute(insert(SYNC_DAY).values(day=day, **nothing_yet, **values))
