"""Carrying stored team sums to another directory: what a team loses and gains is added to each of its stored days.

With M the rows (T, a, since, until) by which accounts a count in teams T with stored sums, for each day d and measure:

    team_day[T, d] after = team_day[T, d] before
        − Σ user_day[a, d]   over the rows of T that M has before and not after, with since ≤ d ≤ until
        + Σ user_day[a, d]   over the rows of T that M has after and not before, with since ≤ d ≤ until

So if team_day[T, d] was Σ user_day[a, d] over all rows of T that M had before, it is the sum over all that it has
after. Teams whose sums are not stored any more lose their rows instead; those of new ones begin at zero.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from sqlalchemy import Column, Connection, Integer, bindparam, delete

from core.catalogue import MEASURE_KEYS
from core.store.engine import bulk
from core.store.engine.column_types import Day
from core.store.hierarchy.members import ALWAYS, NEVER
from core.store.hierarchy.organisation import Organisation
from core.store.tables.usage import TEAM_DAY

_ACCOUNTS = 32_768
"""Accounts compared at once when people move: bounds the memory of a reorganisation whatever the directory's size."""

_NONE = np.array([], dtype=np.int64)

_ACCOUNT_TEAM = bulk.scratch(
    "account_team",
    *(Column(name, Integer) for name in ("team_id", "account_id")),
    *(Column(name, Day) for name in ("since", "until")),
    Column("sign", Integer),
)
_BRANCH_TEAM = bulk.scratch("branch_team", *(Column(name, Integer) for name in ("team_id", "branch_id", "sign")))

_SUMS = ", ".join(f"{key} = team_day.{key} + excluded.{key}" for key in MEASURE_KEYS)
_ADDED = f"ON CONFLICT (team_id, day) DO UPDATE SET {_SUMS}"
_INTO = f"INSERT INTO team_day (team_id, day, {', '.join(MEASURE_KEYS)})"


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


def carry_branches(connection: Connection, changes: Iterable[tuple[int, int, int]]) -> None:
    """Add the stored sums of whole branches to other teams; rows (team, branch, +1 gained or -1 lost)."""
    bulk.stage(connection, _BRANCH_TEAM, changes)
    sums = ", ".join(f"SUM(c.sign * COALESCE(d.{key}, 0))" for key in MEASURE_KEYS)
    connection.exec_driver_sql(
        f"{_INTO} SELECT c.team_id, d.day, {sums} FROM branch_team c JOIN team_day d ON d.team_id = c.branch_id "
        f"WHERE true GROUP BY c.team_id, d.day {_ADDED}"
    )
    bulk.drop(connection, _BRANCH_TEAM)


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
    """Add days of accounts to sums of teams; rows (team, account, first and last day, +1 gained or -1 lost)."""
    rows = ((team, account, _bound(since), _bound(until), sign) for team, account, since, until, sign in changes)
    bulk.stage(connection, _ACCOUNT_TEAM, rows)
    sums = ", ".join(f"SUM(c.sign * COALESCE(u.{key}, 0))" for key in MEASURE_KEYS)
    connection.exec_driver_sql(
        f"{_INTO} SELECT c.team_id, u.day, {sums} FROM account_team c JOIN user_day u "
        "ON u.account_id = c.account_id AND (c.since IS NULL OR u.day >= c.since) "
        f"AND (c.until IS NULL OR u.day <= c.until) WHERE true GROUP BY c.team_id, u.day {_ADDED}"
    )
    bulk.drop(connection, _ACCOUNT_TEAM)


def _bound(day: int) -> int | None:
    """None for the days that stand for no bound."""
    return None if day in {ALWAYS, NEVER} else day
