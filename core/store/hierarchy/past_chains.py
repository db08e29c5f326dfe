"""Finding teams as they were: who was below whom on each day, and the shape of the chain on the last one."""

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
    """The teams below several people of the slice `seen`, which holds everybody that may be in them."""
    if not leads:
        return []
    begins: list[int] = []
    masks: list[np.ndarray] = []
    managers = np.array([], dtype=np.int32)
    for begin, managers in lines.spans(days.first, days.last):
        mask = dated_lines.chains(managers, leads)
        if not masks or not np.array_equal(mask, masks[-1]):
            begins.append(begin)
            masks.append(mask)
    stack, starts = np.array(masks), np.array(begins)
    counted = np.append(starts[1:], np.iinfo(np.int64).max) > to_epoch(days.counted)
    bosses = _seen_managers(managers, seen)
    result = []
    for number, lead in enumerate(leads):
        chain = stack[:, number]
        changed = np.concatenate(([True], (chain[1:] != chain[:-1]).any(axis=1)))
        outside: np.ndarray = np.array(chain[counted].any(axis=0))
        outside[seen.left : seen.right] = False
        found = np.flatnonzero(chain.any(axis=0))
        found = found[(found >= seen.left) & (found < seen.right) & (found != lead)]
        places = np.concatenate(([lead], found))
        inside = chain[changed][:, places]
        varying = np.flatnonzero(~inside.all(axis=0))
        depth, reports = _shape(bosses, places[1:][chain[-1][places[1:]]], lead)
        team = PastTeam(
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
            left_out=int(np.count_nonzero(outside)),
        )
        result.append(team)
    return result


def _seen_managers(managers: np.ndarray, seen: Team) -> np.ndarray:
    """Everybody's nearest manager above that may be seen: whoever may not is passed over."""
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
    """Depth below the top, and how many people below each, by position; `below` are all people under the top."""
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
