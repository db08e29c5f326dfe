"""Team sums and activity bitmaps: written by the commit of the day they belong to, so they can never disagree with it.

Sums are additive along the reporting tree: in pre-order a chain is a slice, so its sum is a difference of two prefix
sums. Distinct people are not additive over days; they are counted from one bitmap per product and day instead.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import numpy as np
from sqlalchemy import Connection, bindparam, delete

from core.api.records import UsagePage
from core.catalogue import ANY, MEASURES, PRODUCTS
from core.store import bulk
from core.store.organisation import ALWAYS, NEVER, Organisation
from core.store.tables import ACTIVE_BITS, TEAM_DAY
from core.store.types import from_epoch, to_epoch

_KEYS = tuple(measure.key for measure in MEASURES)
_PRODUCT_COLUMNS = {
    product.bit: np.array([index for index, m in enumerate(MEASURES) if product is ANY or m.product == product.key])
    for product in (ANY, *PRODUCTS)
}
_BLOCK = 8
"""Pages summed at once: bounds the memory of a day whatever its size."""

_TEAMS = 4_096
"""Chains summed and written at once."""

_ACCOUNTS = 32_768
"""Accounts compared at once when people move: bounds the memory of a reorganisation whatever the directory's size."""

_NONE = np.array([], dtype=np.int64)

Teams = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Ids, left and right of chains, as `Organisation.rolled_up_teams` gives them."""


def write_day(
    connection: Connection,
    organisation: Organisation,
    day: dt.date,
    accounts: Sequence[np.ndarray],
    pages: Sequence[UsagePage],
) -> None:
    """Replace the day's team sums and bitmaps by what the pages say; `accounts` are the account ids of their rows."""
    teams = organisation.rolled_up_teams()
    sums = np.zeros((len(teams[0]), len(_KEYS)), dtype=np.int64)
    highest = max((int(rows.max()) for rows in accounts if len(rows)), default=0)
    flags = np.zeros((len(_PRODUCT_COLUMNS), highest + 1), dtype=bool)
    for start in range(0, len(pages), _BLOCK):
        chosen = np.concatenate(accounts[start : start + _BLOCK])
        values = np.concatenate([page.values for page in pages[start : start + _BLOCK]])
        positions, attributed = _positions(organisation, chosen, day)
        _add_chain_sums(sums, teams, positions[attributed], values[attributed])
        used = values > 0
        for row, columns in enumerate(_PRODUCT_COLUMNS.values()):
            flags[row, chosen] = used[:, columns].any(axis=1)
    _write_team_day(connection, day, teams[0], sums)
    _write_bits(connection, day, flags)


def _add_chain_sums(sums: np.ndarray, teams: Teams, positions: np.ndarray, values: np.ndarray) -> None:
    """Add the counters of people at some positions to the sums of the chains that hold them."""
    order = np.argsort(positions, kind="stable")
    positions = positions[order]
    used = np.flatnonzero(values.any(axis=0))
    running = np.zeros((len(order) + 1, len(used)), dtype=np.int64)
    np.cumsum(values[np.ix_(order, used)], axis=0, out=running[1:])
    for start in range(0, len(sums), _TEAMS):
        part = slice(start, start + _TEAMS)
        _, left, right = (column[part] for column in teams)
        sums[part, used] += running[np.searchsorted(positions, right)] - running[np.searchsorted(positions, left)]


def _write_team_day(connection: Connection, day: dt.date, ids: np.ndarray, sums: np.ndarray) -> None:
    connection.execute(delete(TEAM_DAY).where(TEAM_DAY.c.day == day))
    for start in range(0, len(ids), _TEAMS):
        part = slice(start, start + _TEAMS)
        kept = sums[part].any(axis=1)
        columns, bound = ("team_id", "day", *_KEYS), bulk.bound(connection, day)
        bulk.insert_numbers(connection, TEAM_DAY, columns, int(kept.sum()), ids[part][kept], bound, sums[part][kept])


def _positions(organisation: Organisation, accounts: np.ndarray, day: dt.date) -> tuple[np.ndarray, np.ndarray]:
    """Pre-order position of each account's employee, and whether the day is attributed to them at all."""
    if len(organisation.account_ids) == 0:
        return np.zeros(len(accounts), dtype=np.int64), np.zeros(len(accounts), dtype=bool)
    index = np.searchsorted(organisation.account_ids, accounts).clip(max=len(organisation.account_ids) - 1)
    found = organisation.account_ids[index] == accounts
    on_time = (organisation.account_since[index] <= to_epoch(day)) & (
        organisation.account_until[index] >= to_epoch(day)
    )
    return organisation.account_position[index], found & on_time


def _write_bits(connection: Connection, day: dt.date, flags: np.ndarray) -> None:
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
    dissolved = sorted(old_teams - new_teams)
    if dissolved:
        statement = delete(TEAM_DAY).where(TEAM_DAY.c.team_id == bindparam("team"))
        connection.execute(statement, [{"team": team} for team in dissolved])
    highest = max(before.account_ids.max(initial=0), after.account_ids.max(initial=0))
    for first in range(0, int(highest) + 1, _ACCOUNTS):
        old, new = (_memberships(each, first, first + _ACCOUNTS) for each in (before, after))
        lost, gained = _only_in(old, new), _only_in(new, old)
        lost = lost[~np.isin(lost[:, 0], dissolved)]
        gained = gained[~np.isin(gained[:, 1], without_history)]
        changes = [(*row, -1) for row in lost.tolist()] + [(*row, 1) for row in gained.tolist()]
        if changes:
            _add(connection, changes)


def _memberships(organisation: Organisation, first: int, end: int) -> np.ndarray:
    """Rows (team, account, first and last attributed day) for every chain with stored sums that an account counts in.

    Of the accounts from `first` up to, without, `end`.
    """
    ids, left, right = organisation.rolled_up_teams()
    chosen = slice(*np.searchsorted(organisation.account_ids, (first, end)))
    position = organisation.account_position[chosen]
    order = np.argsort(position, kind="stable")
    low, high = np.searchsorted(position[order], left), np.searchsorted(position[order], right)
    counts = high - low
    teams = np.repeat(ids, counts)
    offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    members = order[np.repeat(low, counts) + offsets]
    columns = (organisation.account_ids, organisation.account_since, organisation.account_until)
    return np.stack([teams, *(column[chosen][members] for column in columns)], axis=1)


def _only_in(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    rows = np.dtype([(name, np.int64) for name in ("team", "account", "since", "until")])
    mine = np.ascontiguousarray(some, dtype=np.int64).view(rows).ravel()
    theirs = np.ascontiguousarray(others, dtype=np.int64).view(rows).ravel()
    return some[~np.isin(mine, theirs)] if len(theirs) else some


def _add(connection: Connection, changes: Iterable[tuple[int, int, int, int, int]]) -> None:
    sqlite = connection.dialect.name == "sqlite"
    bulk.drop(connection, "team_change")
    day = "INTEGER" if sqlite else "DATE"
    connection.exec_driver_sql(
        f"CREATE TEMP TABLE team_change (team_id INTEGER, account_id INTEGER, since {day}, until {day}, sign INTEGER)"
    )
    connection.exec_driver_sql(
        f"INSERT INTO team_change VALUES ({', '.join(['?' if sqlite else '%s'] * 5)})",
        [
            (team, account, *(_bound(each, sqlite=sqlite) for each in dates), sign)
            for team, account, *dates, sign in changes
        ],
    )
    sums = ", ".join(f"SUM(c.sign * COALESCE(u.{key}, 0))" for key in _KEYS)
    added = ", ".join(f"{key} = team_day.{key} + excluded.{key}" for key in _KEYS)
    connection.exec_driver_sql(
        f"INSERT INTO team_day (team_id, day, {', '.join(_KEYS)}) "
        f"SELECT c.team_id, u.day, {sums} FROM team_change c JOIN user_day u "
        "ON u.account_id = c.account_id AND (c.since IS NULL OR u.day >= c.since) "
        "AND (c.until IS NULL OR u.day <= c.until) WHERE true "
        f"GROUP BY c.team_id, u.day ON CONFLICT (team_id, day) DO UPDATE SET {added}"
    )
    bulk.drop(connection, "team_change")


def _bound(day: int, *, sqlite: bool) -> object:
    """An epoch day as the database has it; None for the days that stand for no bound."""
    if day in {ALWAYS, NEVER}:
        return None
    return day if sqlite else from_epoch(day)
