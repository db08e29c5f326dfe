"""The median of a statistic over the active people of a product: what somebody in the middle did in the range.

Exact, and without loading who did what: the sums come without names, and whoever was active but has none of a
statistic counts as zero. Of fewer than `FEWEST` people it would be about persons, so there it is not told.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.catalogue import Ratio, Stat
from core.reports.periods import Period
from core.visibility import Scope, Team

FEWEST = 5
"""Active people that a median needs."""

MOST_AT_ONCE = 5_000
"""People times days that are read without being asked for."""

MOST = 1_000_000
"""People times days that are read at all."""


def cost(team: Team, period: Period) -> int:
    """At most so many rows have to be read."""
    return team.size * len(period)


def medians(scope: Scope, team: Team, stats: Sequence[Stat | Ratio], period: Period, active: int) -> dict[str, float]:
    """Statistic key → median over the `active` people of its product; rates have none, for they are never averaged."""
    counts = [stat for stat in stats if isinstance(stat, Stat)]
    if active < FEWEST or not counts:
        return {}
    keys = list(dict.fromkeys(key for stat in counts for key in stat.measures))
    rows = np.array([tuple(row) for row in scope.person_totals(team, keys, period.first, period.last)], dtype=np.int64)
    rows = rows.reshape(-1, len(keys))
    place = {key: column for column, key in enumerate(keys)}
    return {stat.key: _median(rows[:, [place[key] for key in stat.measures]].sum(axis=1), active) for stat in counts}


def _median(amounts: np.ndarray, people: int) -> float:
    """Of so many people; those without an amount above zero are the rest of them.

    Not by numpy's own: for a few people it takes ten times as long.
    """
    some = np.sort(amounts[amounts > 0])[::-1].tolist()
    size = max(people, len(some))
    middle = (some[at] if at < len(some) else 0 for at in ((size - 1) // 2, size // 2))
    return sum(middle) / 2
