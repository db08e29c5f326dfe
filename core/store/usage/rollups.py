"""Team sums and activity bitmaps: written by the commit of the day they belong to, so they can never disagree with it.

Sums are additive along the reporting tree: in pre-order a chain is a slice, so its sum is a difference of two prefix
sums. Distinct people are not additive over days; they are counted from one bitmap per product and day instead.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
from sqlalchemy import Connection, delete

from core.api.records import UsagePage
from core.bits import bits_of
from core.catalogue import ANY, MEASURE_KEYS, MEASURES, PRODUCTS
from core.store.engine import bulk
from core.store.engine.column_types import to_epoch
from core.store.hierarchy.organisation import Organisation
from core.store.tables.usage import ACTIVE_BITS, TEAM_DAY

_PRODUCT_COLUMNS = {
    product.bit: np.array([index for index, m in enumerate(MEASURES) if product is ANY or m.product == product.key])
    for product in (ANY, *PRODUCTS)
}
_BLOCK = 8
"""Pages summed at once: bounds the memory of a day whatever its size."""

_TEAMS = 4_096
"""Chains summed and written at once."""

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
    sums = np.zeros((len(teams[0]), len(MEASURE_KEYS)), dtype=np.int64)
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
        columns, bound = ("team_id", "day", *MEASURE_KEYS), bulk.bound(connection, day)
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
    packed = bits_of(flags)
    connection.execute(delete(ACTIVE_BITS).where(ACTIVE_BITS.c.day == day))
    rows = [(product, to_epoch(day), bits.tobytes()) for product, bits in zip(_PRODUCT_COLUMNS, packed, strict=True)]
    bulk.insert(connection, ACTIVE_BITS, ("product", "day", "bits"), rows)
