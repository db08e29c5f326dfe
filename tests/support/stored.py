"""What a database holds, as plain values, and what it ought to hold by a slow and independent computation."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, select

from core.catalogue import ANY, MEASURES, PRODUCTS
from core.store.engine.column_types import to_epoch
from core.store.engine.database import Database
from core.store.hierarchy import organisation
from core.store.hierarchy.organisation import Organisation, Team
from core.store.tables.usage import (
    ACCOUNT,
    ACCOUNT_LINK,
    ACTIVE_BITS,
    EMPLOYEE,
    EVERYONE,
    MASK_COLUMNS,
    SYNC_DAY,
    TEAM_DAY,
    USER_DAY,
)

KEYS = tuple(measure.key for measure in MEASURES)
Sums = dict[tuple[str, dt.date], dict[str, int]]


def user_days(connection: Connection) -> dict[tuple[str, dt.date], dict[str, int]]:
    """(Claude's user id, day) → counters other than zero, and mask words other than zero."""
    names = {row.id: row.user_id for row in connection.execute(select(ACCOUNT.c.id, ACCOUNT.c.user_id))}
    columns = [USER_DAY.c[key] for key in (*KEYS, *MASK_COLUMNS)]
    rows = connection.execute(select(USER_DAY.c.day, USER_DAY.c.account_id, *columns))
    return {
        (names[account], day): {key: n for key, n in zip((*KEYS, *MASK_COLUMNS), values, strict=True) if n}
        for day, account, *values in rows
    }


def team_days(connection: Connection) -> Sums:
    """(Team, day) → stored sums other than zero; a team is named by its manager's address, everybody by ''."""
    names = {row.id: row.email for row in connection.execute(select(EMPLOYEE.c.id, EMPLOYEE.c.email))} | {EVERYONE: ""}
    rows = connection.execute(select(TEAM_DAY.c.team_id, TEAM_DAY.c.day, *[TEAM_DAY.c[key] for key in KEYS]))
    sums = {(names[team], day): {k: n for k, n in zip(KEYS, values, strict=True) if n} for team, day, *values in rows}
    return {key: counts for key, counts in sums.items() if counts}


def recomputed_team_days(connection: Connection) -> Sums:
    """What `team_days` should be: sums added up person by person along the managers as they are stored."""
    people = {row.id: row for row in connection.execute(select(EMPLOYEE.c.id, EMPLOYEE.c.email, EMPLOYEE.c.manager_id))}
    above = {person: _upwards(person, people) for person in people}
    size: dict[int, int] = defaultdict(int)
    for managers in above.values():
        for manager in managers:
            size[manager] += 1
    links = connection.execute(select(ACCOUNT.c.user_id, ACCOUNT_LINK).where(ACCOUNT.c.id == ACCOUNT_LINK.c.account_id))
    owner = {row.user_id: row for row in links}
    sums: Sums = defaultdict(lambda: defaultdict(int))
    for (user_id, day), counts in user_days(connection).items():
        link = owner.get(user_id)
        if link is None or day > (link.until or day) or day < (link.since or day):
            continue
        teams = [people[m].email for m in above[link.employee_id] if size[m] >= organisation.ROLLED_UP_FROM]
        for team in ("", *teams):
            for key in counts.keys() & set(KEYS):
                sums[team, day][key] += counts[key]
    return {key: dict(counts) for key, counts in sums.items() if counts}


def _upwards(person: int, people: dict[int, Any]) -> list[int]:
    found = [person]
    while (manager := people[found[-1]].manager_id) is not None:
        found.append(manager)
    return found


def active(connection: Connection) -> dict[tuple[str, dt.date], set[str]]:
    """(Product, day) → Claude's user ids of whom the bitmap says that they were active."""
    names = {row.id: row.user_id for row in connection.execute(select(ACCOUNT.c.id, ACCOUNT.c.user_id))}
    products = {product.bit: product.key for product in (ANY, *PRODUCTS)}
    found = {}
    for product, day, bits in connection.execute(select(ACTIVE_BITS.c.product, ACTIVE_BITS.c.day, ACTIVE_BITS.c.bits)):
        flags = np.unpackbits(np.frombuffer(bits, dtype=np.uint8), bitorder="little")
        found[products[product], day] = {names[account] for account in np.flatnonzero(flags).tolist()}
    return found


def recomputed_active(connection: Connection) -> dict[tuple[str, dt.date], set[str]]:
    """What `active` should be: user ids by (product, day), from the counters of each account."""
    days = connection.execute(select(SYNC_DAY.c.day).where(SYNC_DAY.c.revision > 0)).scalars().all()
    found = {(product.key, day): set[str]() for product in (ANY, *PRODUCTS) for day in days}
    product_of = {measure.key: measure.product for measure in MEASURES}
    for (user_id, day), counts in user_days(connection).items():
        for key in counts.keys() & product_of.keys():
            found[ANY.key, day].add(user_id)
            if (product_of[key], day) in found:
                found[product_of[key], day].add(user_id)
    return found


def active_people(directory: Organisation, team: Team, days: Sequence[tuple[dt.date, np.ndarray]]) -> np.ndarray:
    """A mask [days, people of the team] from bitmaps over accounts, bit by bit."""
    mask = np.zeros((len(days), team.size), dtype=bool)
    links = list(
        zip(
            directory.account_ids.tolist(),
            directory.account_position.tolist(),
            directory.account_since.tolist(),
            directory.account_until.tolist(),
            strict=True,
        )
    )
    for row, (day, bits) in enumerate(days):
        on = set(np.flatnonzero(np.unpackbits(bits, bitorder="little")).tolist())
        for account, place, since, until in links:
            if account in on and since <= to_epoch(day) <= until and team.left <= place < team.right:
                mask[row, place - team.left] = True
    return mask


def assert_sums_and_bitmaps_are_right(connection: Connection) -> None:
    """Whatever is derived equals what the user-days say."""
    assert team_days(connection) == recomputed_team_days(connection)
    assert active(connection) == recomputed_active(connection)


def dump(database: Database) -> dict[str, Any]:
    """Everything that a sync stores but times and revisions: equal for two databases that say the same."""
    with database.read("test") as connection:
        days = connection.execute(select(SYNC_DAY.c.day, SYNC_DAY.c.rows, SYNC_DAY.c.page_digests, SYNC_DAY.c.problem))
        return {
            "user_day": user_days(connection),
            "team_day": team_days(connection),
            "active_bits": active(connection),
            "sync_day": sorted(map(tuple, days)),
        }
