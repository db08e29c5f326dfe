"""Team sums and activity bitmaps: written by the commit of the day they belong to, so they can never disagree with it.

Sums are additive along the reporting tree: in pre-order a chain is a slice, so its sum is a difference of two prefix
sums. Distinct people are not additive over days; they are counted from one bitmap per product and day instead.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import numpy as np
from sqlalchemy import Connection, bindparam, delete

from core.catalogue import ANY, MEASURES, PRODUCTS
from core.store import bulk
from core.store.organisation import NEVER, Organisation
from core.store.tables import ACTIVE_BITS, TEAM_DAY
from core.store.types import from_epoch, to_epoch

_KEYS = tuple(measure.key for measure in MEASURES)
_PRODUCT_COLUMNS = {
    product.bit: np.array([index for index, m in enumerate(MEASURES) if product is ANY or m.product == product.key])
    for product in (ANY, *PRODUCTS)
}
_BLOCK = 16
"""Pages summed at once: bounds the memory of a day whatever its size."""

_NONE = np.array([], dtype=np.int64)

Rows = tuple[np.ndarray, np.ndarray]
"""Account ids and their counters, one row per account."""


def write_day(connection: Connection, organisation: Organisation, day: dt.date, pages: Sequence[Rows]) -> None:
    """Replace the day's team sums and bitmaps by what the pages say."""
    _write_team_day(connection, organisation, day, pages)
    _write_bits(connection, day, pages)


def _write_team_day(connection: Connection, organisation: Organisation, day: dt.date, pages: Sequence[Rows]) -> None:
    ids, left, right = organisation.rolled_up_teams()
    sums = np.zeros((len(ids), len(_KEYS)), dtype=np.int64)
    for start in range(0, len(pages), _BLOCK):
        accounts, values = (np.concatenate(parts) for parts in zip(*pages[start : start + _BLOCK], strict=True))
        positions, attributed = _positions(organisation, accounts, day)
        order = np.argsort(positions[attributed], kind="stable")
        positions = positions[attributed][order]
        running = np.zeros((len(order) + 1, len(_KEYS)), dtype=np.int64)
        np.cumsum(values[attributed][order], axis=0, out=running[1:])
        sums += running[np.searchsorted(positions, right)] - running[np.searchsorted(positions, left)]
    kept = sums.any(axis=1)
    connection.execute(delete(TEAM_DAY).where(TEAM_DAY.c.day == day))
    days = np.full(kept.sum(), to_epoch(day))
    rows = bulk.tuples(ids[kept], days, sums[kept])
    bulk.insert(connection, TEAM_DAY, ("team_id", "day", *_KEYS), rows)


def _positions(organisation: Organisation, accounts: np.ndarray, day: dt.date) -> tuple[np.ndarray, np.ndarray]:
    """Pre-order position of each account's employee, and whether the day is attributed to them at all."""
    if len(organisation.account_ids) == 0:
        return np.zeros(len(accounts), dtype=np.int64), np.zeros(len(accounts), dtype=bool)
    index = np.searchsorted(organisation.account_ids, accounts).clip(max=len(organisation.account_ids) - 1)
    found = organisation.account_ids[index] == accounts
    return organisation.account_position[index], found & (organisation.account_until[index] >= to_epoch(day))


def _write_bits(connection: Connection, day: dt.date, pages: Sequence[Rows]) -> None:
    highest = max((int(accounts.max()) for accounts, _ in pages if len(accounts)), default=0)
    flags = np.zeros((len(_PRODUCT_COLUMNS), highest + 1), dtype=bool)
    for accounts, values in pages:
        used = values > 0
        for row, columns in enumerate(_PRODUCT_COLUMNS.values()):
            flags[row, accounts] = used[:, columns].any(axis=1)
    packed = np.packbits(flags, axis=1, bitorder="little")
    connection.execute(delete(ACTIVE_BITS).where(ACTIVE_BITS.c.day == day))
    rows = [(product, to_epoch(day), bits.tobytes()) for product, bits in zip(_PRODUCT_COLUMNS, packed, strict=True)]
    bulk.insert(connection, ACTIVE_BITS, ("product", "day", "bits"), rows)


def move(
    connection: Connection, before: Organisation, after: Organisation, without_history: np.ndarray = _NONE
) -> None:
    """Carry stored team sums over to another directory: add and subtract only the accounts that changed teams.

    Accounts `without_history` have no stored day yet, so there is nothing of theirs to carry.
    """
    old_teams, new_teams = set(before.rolled_up_teams()[0].tolist()), set(after.rolled_up_teams()[0].tolist())
    old, new = _memberships(before), _memberships(after)
    dissolved = sorted(old_teams - new_teams)
    lost, gained = _only_in(old, new), _only_in(new, old)
    lost = lost[~np.isin(lost[:, 0], dissolved)]
    gained = gained[~np.isin(gained[:, 1], without_history)]
    if dissolved:
        statement = delete(TEAM_DAY).where(TEAM_DAY.c.team_id == bindparam("team"))
        connection.execute(statement, [{"team": team} for team in dissolved])
    changes = [(*row, -1) for row in lost.tolist()] + [(*row, 1) for row in gained.tolist()]
    if changes:
        _add(connection, changes)


def _memberships(organisation: Organisation) -> np.ndarray:
    """Rows (team, account, last attributed day), sorted, for every chain with stored sums that an account counts in."""
    ids, left, right = organisation.rolled_up_teams()
    position = organisation.account_position
    order = np.argsort(position, kind="stable")
    low, high = np.searchsorted(position[order], left), np.searchsorted(position[order], right)
    counts = high - low
    teams = np.repeat(ids, counts)
    offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    members = order[np.repeat(low, counts) + offsets]
    return np.stack([teams, organisation.account_ids[members], organisation.account_until[members]], axis=1)


def _only_in(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    rows = np.dtype([("team", np.int64), ("account", np.int64), ("until", np.int64)])
    mine = np.ascontiguousarray(some, dtype=np.int64).view(rows).ravel()
    theirs = np.ascontiguousarray(others, dtype=np.int64).view(rows).ravel()
    return some[~np.isin(mine, theirs)] if len(theirs) else some


def _add(connection: Connection, changes: Iterable[tuple[int, int, int, int]]) -> None:
    sqlite = connection.dialect.name == "sqlite"
    bulk.drop(connection, "team_change")
    last = "INTEGER" if sqlite else "DATE"
    connection.exec_driver_sql(
        f"CREATE TEMP TABLE team_change (team_id INTEGER, account_id INTEGER, until {last}, sign INTEGER)"
    )
    mark = "?" if sqlite else "%s"
    connection.exec_driver_sql(
        f"INSERT INTO team_change VALUES ({mark}, {mark}, {mark}, {mark})",
        [(team, account, _until(until, sqlite=sqlite), sign) for team, account, until, sign in changes],
    )
    sums = ", ".join(f"SUM(c.sign * COALESCE(u.{key}, 0))" for key in _KEYS)
    added = ", ".join(f"{key} = team_day.{key} + excluded.{key}" for key in _KEYS)
    connection.exec_driver_sql(
        f"INSERT INTO team_day (team_id, day, {', '.join(_KEYS)}) "
        f"SELECT c.team_id, u.day, {sums} FROM team_change c JOIN user_day u "
        "ON u.account_id = c.account_id AND (c.until IS NULL OR u.day <= c.until) WHERE true "
        f"GROUP BY c.team_id, u.day ON CONFLICT (team_id, day) DO UPDATE SET {added}"
    )
    bulk.drop(connection, "team_change")


def _until(until: int, *, sqlite: bool) -> object:
    if until == NEVER:
        return None
    return until if sqlite else from_epoch(until)
