"""Reads about many teams at once: who was active in each of several spans, and the sums of several chains.

A page that lists the teams below somebody asks once for all of them. Only `core.visibility` calls these functions,
after it has decided who may see what.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, func, select

from core.store.bitmaps import KEPT, Span
from core.store.organisation import Organisation, Team
from core.store.reads import people_sums
from core.store.tables import TEAM_DAY
from core.store.types import to_epoch

_WORD = 64
"""Accounts looked at in one step of the processor."""


def active_in(
    connection: Connection, database: str, directory: Organisation, team: Team, wanted: Mapping[int, Sequence[Span]]
) -> dict[int, np.ndarray]:
    """Per product, a mask [spans, people of the team in pre-order]: who was active on any day of each span.

    Two accounts of one person count once; days outside a link's dates are not theirs.
    """
    spans = {product: given for product, given in wanted.items() if given}
    chosen = directory.accounts_of(team)
    accounts, places = directory.account_ids[chosen], directory.account_position[chosen] - team.left
    masks = {product: np.zeros((len(given), team.size), dtype=bool) for product, given in wanted.items()}
    if not spans or not len(accounts):
        return masks
    hull = {p: (min(first for first, _ in given), max(last for _, last in given)) for p, given in spans.items()}
    bitmaps = KEPT.read(connection, database, hull)
    days = sorted(set().union(*bitmaps.values()))
    place = {day: row for row, day in enumerate(days)}
    dates = (directory.account_since[chosen], directory.account_until[chosen])
    own = _own_days(accounts, *dates, days)
    for product, given in spans.items():
        stored = sorted(bitmaps[product])
        words = np.zeros((len(stored), own.shape[1]), dtype=np.uint8)
        for row, day in enumerate(stored):
            bits = bitmaps[product][day][: own.shape[1]]
            words[row, : len(bits)] = bits
        words &= own[[place[day] for day in stored]]
        for row, (first, last) in enumerate(given):
            part = slice(bisect_left(stored, first), bisect_right(stored, last))
            union = np.bitwise_or.reduce(words.view(np.uint64)[part], axis=0).view(np.uint8)
            on = np.unpackbits(union, bitorder="little")[accounts]
            masks[product][row, places[on.astype(bool)]] = True
    return masks


def _own_days(accounts: np.ndarray, since: np.ndarray, until: np.ndarray, days: Sequence[dt.date]) -> np.ndarray:
    """Bitmaps [days, bytes over accounts]: whether a day of an account is its employee's.

    They change only on the days on which a link begins or has ended, so each is the one before with these turned.
    """
    epochs = np.array([to_epoch(day) for day in days])
    begins, ends = np.searchsorted(epochs, since, side="left"), np.searchsorted(epochs, until, side="right")
    flags = np.zeros((int(accounts.max()) // _WORD + 1) * _WORD, dtype=bool)
    own = np.zeros((len(days), len(flags) // 8), dtype=np.uint8)
    steps = np.unique(np.concatenate(([0], begins, ends)))
    steps = steps[steps < len(days)]
    began, ended = _at_step(accounts, begins), _at_step(accounts, ends)
    for step, following in zip(steps.tolist(), [*steps.tolist()[1:], len(days)], strict=True):
        flags[began.get(step, _NONE)] = True
        flags[ended.get(step, _NONE)] = False
        own[step:following] = np.packbits(flags, bitorder="little")
    return own


_NONE = np.array([], dtype=np.int64)


def _at_step(accounts: np.ndarray, steps: np.ndarray) -> dict[int, np.ndarray]:
    """The accounts of each step."""
    order = np.argsort(steps, kind="stable")
    values, starts = np.unique(steps[order], return_index=True)
    return dict(zip(values.tolist(), np.split(accounts[order], starts[1:]), strict=True))


def chain_sums(
    connection: Connection,
    directory: Organisation,
    teams: Sequence[Team],
    measures: Sequence[str],
    days: Span,
) -> dict[int, tuple[int, ...]]:
    """Team id → one sum per measure over a span: stored sums of large chains in one query, small ones in another.

    Teams without use have zeros. The people of small teams are asked for by number: with their places instead, a
    database may read all links to find a handful.
    """
    first, last = days
    sums = {team.team_id: np.zeros(len(measures), dtype=np.int64) for team in teams}
    large = [team.team_id for team in teams if team.rolled_up]
    if large:
        columns = [func.coalesce(func.sum(TEAM_DAY.c[key]), 0) for key in measures]
        chains = select(TEAM_DAY.c.team_id, *columns).where(TEAM_DAY.c.team_id.in_(large))
        within = chains.where(TEAM_DAY.c.day.between(first, last)).group_by(TEAM_DAY.c.team_id)
        for team_id, *values in connection.execute(within):
            sums[team_id] += np.array(values, dtype=np.int64)
    teams_of: dict[int, list[int]] = {}
    for team in (team for team in teams if not team.rolled_up):
        for person in directory.ids[team.left : team.right].tolist():
            teams_of.setdefault(person, []).append(team.team_id)
    if teams_of:
        rows: Sequence[Sequence[Any]] = people_sums(connection, list(teams_of), measures, first, last)
        for person, *values in rows:
            for team_id in teams_of[person]:
                sums[team_id] += np.array(values, dtype=np.int64)
    return {team_id: tuple(int(value) for value in values) for team_id, values in sums.items()}
