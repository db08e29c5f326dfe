"""Finding teams as they were: who was below whom on each day, and the shape of the chain on the last one.

An example, with today's pre-order Rob 0, Lea 1, Ann 2, Ben 3, Tom 4, Max 5 and the days 1 to 5. Ann reports to Lea on
all of them, Max to Lea and Ben to Tom until day 2, Ben to Lea and Max to Tom from day 3 on. Lea's chain, by position:

    from day 1   0 1 1 0 0 1   Lea, Ann, Max
    from day 3   0 1 1 1 0 0   Lea, Ann, Ben
    on any day   0 1 1 1 0 1   the team's `places` 1, 2, 3, 5

Lea and Ann are in both rows, so `varying` are Ben and Max; the module `past_teams` goes on with what becomes of these.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.store.engine.column_types import to_epoch
from core.store.hierarchy import dated_lines
from core.store.hierarchy.dated_lines import DatedLines
from core.store.hierarchy.organisation import Organisation, Team
from core.store.hierarchy.past_teams import ELSEWHERE, PastDays, PastTeam
from core.store.tables.usage import EVERYONE


def as_they_were(
    directory: Organisation,
    lines: DatedLines,
    leads: Sequence[int],
    seen: Team,
    days: PastDays,
) -> list[PastTeam]:
    """The teams below several people, by position, of the slice `seen`, which holds everybody that may be in them."""
    if not leads:
        return []
    starts, stack, managers = _stretches(lines, leads, days)
    bosses = _seen_managers(managers, seen)
    return [
        _team(directory, lead, seen, days, stretches=(starts, stack[:, number]), bosses=bosses)
        for number, lead in enumerate(leads)
    ]


def _stretches(lines: DatedLines, leads: Sequence[int], days: PastDays) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The stretches of days in which no chain of the leads changed, and who was in the chains.

    First epoch days [stretches], masks [stretches, leads, positions], and the managers on the last day [positions + 1].
    """
    starts: list[int] = []
    masks: list[np.ndarray] = []
    managers = np.array([], dtype=np.int32)
    for start, managers in lines.spans(days.first, days.last):
        mask = dated_lines.chains(managers, leads)
        if not masks or not np.array_equal(mask, masks[-1]):
            starts.append(start)
            masks.append(mask)
    return np.array(starts), np.array(masks), managers


def _team(
    directory: Organisation,
    lead: int,
    seen: Team,
    days: PastDays,
    *,
    stretches: tuple[np.ndarray, np.ndarray],
    bosses: np.ndarray,
) -> PastTeam:
    """The team of one lead; `stretches` are first epoch days, and masks [stretches, positions] of who was in it.

    `bosses` has everybody's nearest manager on the last day who may be seen, by position.
    """
    starts, chain = stretches
    changed = np.concatenate(([True], (chain[1:] != chain[:-1]).any(axis=1)))
    found = np.flatnonzero(chain.any(axis=0))
    found = found[(found >= seen.left) & (found < seen.right) & (found != lead)]
    places = np.concatenate(([lead], found))
    inside = chain[changed][:, places]
    varying = np.flatnonzero(~inside.all(axis=0))
    depth, reports = _shape(bosses, places[1:][chain[-1][places[1:]]], lead)
    return PastTeam(
        team_id=int(directory.ids[lead]),
        left=int(places.min()),
        right=int(places.max()) + 1,
        first=days.first,
        last=days.last,
        places=places,
        ids=directory.ids[places],
        begins=starts[changed],
        varying=varying,
        inside=inside[:, varying],
        depth=depth[places],
        reports=reports[places],
        left_out=_left_out(starts, chain, seen, to_epoch(days.counted)),
    )


def _left_out(starts: np.ndarray, chain: np.ndarray, seen: Team, counted: int) -> int:
    """How many people outside the slice `seen` were in a chain [stretches, positions] on or after an epoch day."""
    ends = np.append(starts[1:], np.iinfo(np.int64).max)
    outside: np.ndarray = np.array(chain[ends > counted].any(axis=0))
    outside[seen.left : seen.right] = False
    return int(np.count_nonzero(outside))


def _seen_managers(managers: np.ndarray, seen: Team) -> np.ndarray:
    """The position of everybody's nearest manager above who may be seen [positions + 1]: others are passed over."""
    nobody = len(managers) - 1
    known = np.zeros(nobody + 1, dtype=bool)
    known[seen.left : seen.right] = True
    known[nobody] = True
    result = managers.copy()
    for _ in range(nobody):  # a circle of people who may not be seen would have no end
        passed = ~known[result]
        if not passed.any():
            break
        result[passed] = managers[result[passed]]
    result[~known[result]] = nobody
    return result


def _shape(bosses: np.ndarray, below: np.ndarray, top: int) -> tuple[np.ndarray, np.ndarray]:
    """Depth below the top, and how many people are below each [positions + 1]; `below` are all people under the top."""
    level = np.full(len(bosses), ELSEWHERE, dtype=np.int64)
    level[top] = depth = 0
    rest = below
    while len(rest):
        at = level[bosses[rest]] == depth
        if not at.any():
            break
        depth += 1
        level[rest[at]] = depth
        rest = rest[~at]
    size = np.zeros(len(bosses), dtype=np.int64)
    for step in range(depth, 0, -1):
        here = below[level[below] == step]
        np.add.at(size, bosses[here], size[here] + 1)
    return level, size


def everyone_as_it_was(directory: Organisation, lines: DatedLines, days: PastDays) -> PastTeam:
    """Everybody, in the order and with the depths of the last day; who has a manager then is below somebody."""
    managers = lines.managers_on(to_epoch(days.last))
    nobody = len(managers) - 1
    depth, reports = _shape(managers, np.arange(nobody), nobody)
    depth = np.where(depth == ELSEWHERE, 1, depth)  # on a circle, or below one
    return PastTeam(
        team_id=EVERYONE,
        left=0,
        right=nobody,
        first=days.first,
        last=days.last,
        places=np.arange(nobody),
        ids=directory.ids,
        begins=np.array([to_epoch(days.first)]),
        varying=np.array([], dtype=np.int64),
        inside=np.ones((1, 0), dtype=bool),
        depth=depth[:-1] - 1,
        reports=reports[:-1],
        left_out=0,
    )
