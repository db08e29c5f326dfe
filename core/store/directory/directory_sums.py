"""Carrying stored team sums over a reorganisation, touching only what it must.

Before it and after it, for each team T with stored sums and each stored day d, for each measure,

    team_day[T, d] = Σ user_day[a, d]   over the accounts a of T's people with since[a] ≤ d ≤ until[a]

where a row that is absent stands for zeros. A branch B with stored sums that moves whole, the same down to its last
line and link, keeps its own; so they are what its old managers above lose and its new ones gain:

    team_day[T, d] −= team_day[B, d]    for each T that was above B and is not any more
    team_day[T, d] += team_day[B, d]    for each T that is above B and was not before

Other accounts that count in other teams than before, or for other days, are summed up again from their days, by
`core.store.usage.team_moves.move`; those of such branches are left out there, or they would count twice.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator

import numpy as np
import xxhash
from sqlalchemy import Connection

from core.store.hierarchy.organisation import Organisation
from core.store.usage import team_moves


def relocated(before: Organisation, places: np.ndarray) -> Organisation:
    """The directory `before` with its people and accounts on other places, and without names.

    `places` are the rows (id, left, right, depth, manager) of `core.people.plan.ImportPlan.places`.
    """
    left = np.arange(len(before.ids))
    right, depth = before.right.copy(), before.depth.copy()
    order = np.argsort(before.ids)
    old = order[np.searchsorted(before.ids, places[:, 0], sorter=order)]
    left[old], right[old], depth[old] = places[:, 1], places[:, 2], places[:, 3]
    sequence = np.argsort(left)
    return dataclasses.replace(
        before,
        ids=before.ids[sequence],
        right=right[sequence],
        depth=depth[sequence],
        starts=before.starts[sequence],
        ends=before.ends[sequence],
        names=(),
        emails=(),
        titles=(),
        departments=(),
        account_position=left[before.account_position],
    )


def carry(connection: Connection, before: Organisation, after: Organisation, moved: Iterable[int]) -> None:
    """Bring the stored sums from one directory to the other; `moved` are the people who have another manager."""
    changes: list[tuple[int, int, int]] = []
    carried = np.zeros(len(after.account_ids), dtype=bool)
    for person in moved:
        if _moves_whole(before, after, person):
            changes += _above_changed(before, after, person)
            carried[after.accounts_of(after.team(person))] = True
    if changes:
        team_moves.carry_branches(connection, changes)
    rest = _changed(before, after, np.sort(after.account_ids[carried]))
    team_moves.move(connection, _only(before, rest), _only(after, rest))


def _moves_whole(before: Organisation, after: Organisation, person: int) -> bool:
    """Whether the chain has stored sums, and is the same down to its last line and link."""
    if person not in before.position or person not in after.position:
        return False
    old, new = before.team(person), after.team(person)
    if not new.rolled_up or old.size != new.size:
        return False
    was, now = slice(old.left, old.right), slice(new.left, new.right)
    same_people = np.array_equal(before.ids[was], after.ids[now])
    same_lines = np.array_equal(before.right[was] - old.left, after.right[now] - new.left)
    return same_people and same_lines and _links(before, person) == _links(after, person)


def _links(organisation: Organisation, person: int) -> bytes:
    chosen = organisation.accounts_of(organisation.team(person))
    columns = (organisation.account_ids, organisation.account_since, organisation.account_until)
    owners = organisation.ids[organisation.account_position[chosen]]
    return b"".join(part.tobytes() for part in (*(column[chosen] for column in columns), owners))


def _above_changed(before: Organisation, after: Organisation, person: int) -> Iterator[tuple[int, int, int]]:
    """Rows (team, branch, sign): which teams above lose the branch, and which gain it."""
    old, new = _above(before, person), _above(after, person)
    yield from ((team, person, -1) for team in old - new)
    yield from ((team, person, 1) for team in new - old)


def _above(organisation: Organisation, person: int) -> set[int]:
    place = organisation.position[person]
    managers = np.flatnonzero(organisation.right[:place] > place)
    return set(organisation.ids[managers].tolist())  # larger than the branch, so their sums are stored too


def _changed(before: Organisation, after: Organisation, carried: np.ndarray) -> np.ndarray:
    """Ids of the accounts that count in other teams than before, or for other days, those `carried` left out."""
    ids = np.union1d(before.account_ids, after.account_ids)
    signatures = [np.zeros((4, len(ids)), dtype=np.uint64) for _ in range(2)]
    for organisation, rows in zip((before, after), signatures, strict=True):
        at = np.searchsorted(ids, organisation.account_ids)
        rows[0, at] = 1
        rows[1, at] = _teams_of(organisation)[organisation.account_position]
        rows[2, at] = organisation.account_since.astype(np.int64).view(np.uint64)
        rows[3, at] = organisation.account_until.astype(np.int64).view(np.uint64)
    differs = (signatures[0] != signatures[1]).any(axis=0)
    return np.setdiff1d(ids[differs], carried)


def _teams_of(organisation: Organisation) -> np.ndarray:
    """A 64-bit fingerprint of the set of teams with stored sums in which each place counts."""
    ids, left, right = organisation.rolled_up_teams()
    marks = np.array([xxhash.xxh3_64_intdigest(int(team).to_bytes(8, "big")) for team in ids], dtype=np.uint64)
    edges = np.zeros(len(organisation.ids) + 1, dtype=np.uint64)
    np.bitwise_xor.at(edges, left, marks)
    np.bitwise_xor.at(edges, right, marks)
    return np.bitwise_xor.accumulate(edges)


def _only(organisation: Organisation, accounts: np.ndarray) -> Organisation:
    kept = np.isin(organisation.account_ids, accounts)
    return dataclasses.replace(
        organisation,
        account_ids=organisation.account_ids[kept],
        account_position=organisation.account_position[kept],
        account_since=organisation.account_since[kept],
        account_until=organisation.account_until[kept],
    )
