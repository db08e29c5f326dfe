"""Reporting lines as pre-order intervals: a chain of command becomes a range of numbers.

With the people numbered in pre-order, everybody below somebody has a `left` inside that person's interval, so "the
chain of e" is one range condition and a sum over it a difference of two prefix sums.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """A forest: the subtree of e, e included, is every x with left[e] <= left[x] < right[e].

    `left` is unique from 0 to n - 1; `depth` is 0 for roots; `manager` is the one in force, None for roots; `cycles`
    are the circles found, each from its smallest id upwards along the managers, and none of their edges is in force.
    """

    left: dict[int, int]
    right: dict[int, int]
    depth: dict[int, int]
    manager: dict[int, int | None]
    cycles: tuple[tuple[int, ...], ...]


def number(managers: Mapping[int, int | None], order: Mapping[int, str] | None = None) -> Hierarchy:
    """Number the forest that `managers` (employee id → manager's id) describes.

    Nobody, oneself and an unknown id as manager make a root. An edge on a cycle is ignored: the members become roots
    and see only what hangs below them outside the cycle. Siblings, and roots, go by `order` and then by id; the order
    of the input makes no difference. Takes any depth.
    """
    ids = sorted(managers) if order is None else sorted(managers, key=lambda e: (order.get(e, ""), e))
    manager = {e: m if m != e and m in managers else None for e, m in managers.items()}
    cycles = _cycles(manager)
    for cycle in cycles:
        manager.update(dict.fromkeys(cycle))

    roots: list[int] = []
    reports: dict[int, list[int]] = {}
    for e in ids:
        boss = manager[e]
        (roots if boss is None else reports.setdefault(boss, [])).append(e)

    left: dict[int, int] = {}
    depth: dict[int, int] = {}
    stack = roots[::-1]
    while stack:
        e = stack.pop()
        boss = manager[e]
        left[e] = len(left)
        depth[e] = 0 if boss is None else depth[boss] + 1
        stack.extend(reversed(reports.get(e, ())))

    # Backwards in pre-order everybody below e comes before e, so the interval of e is complete when it is passed on.
    right = {e: position + 1 for e, position in left.items()}
    for e in reversed(left):
        boss = manager[e]
        if boss is not None:
            right[boss] = max(right[boss], right[e])
    return Hierarchy(left=left, right=right, depth=depth, manager=manager, cycles=cycles)


def _cycles(manager: Mapping[int, int | None]) -> tuple[tuple[int, ...], ...]:
    """Every cycle of the managers. Each person has one manager at most, so walks either end, join or close."""
    found: list[tuple[int, ...]] = []
    walked_by: dict[int, int] = {}
    for start in manager:
        walk: list[int] = []
        e: int | None = start
        while e is not None and e not in walked_by:
            walked_by[e] = start
            walk.append(e)
            e = manager[e]
        if e is not None and walked_by[e] == start:
            cycle = walk[walk.index(e) :]
            smallest = cycle.index(min(cycle))
            found.append(tuple(cycle[smallest:] + cycle[:smallest]))
    return tuple(sorted(found))
