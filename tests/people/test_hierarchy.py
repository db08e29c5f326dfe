"""The pre-order numbering says the same as a walk along the reporting lines."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.people.hierarchy import Hierarchy, number

GRAPHS = st.dictionaries(
    st.integers(min_value=1, max_value=14), st.one_of(st.none(), st.integers(min_value=1, max_value=17)), max_size=14
)


def subtree(hierarchy: Hierarchy, e: int) -> set[int]:
    return {x for x, left in hierarchy.left.items() if hierarchy.left[e] <= left < hierarchy.right[e]}


def naive_manager(managers: Mapping[int, int | None], e: int) -> int | None:
    """The manager in force, told by walking: none when unknown, oneself, or when the walk up comes back to e."""
    first = managers[e]
    step: int | None = first
    for _ in range(len(managers) + 1):
        if step is None or step not in managers:
            break
        if step == e:
            return None
        step = managers[step]
    return first if first in managers else None


def naive_subtree(managers: Mapping[int, int | None], top: int) -> set[int]:
    below = {top}
    for e in managers:
        walked: int | None = e
        while walked is not None:
            if walked == top:
                below.add(e)
            walked = naive_manager(managers, walked)
    return below


def test_a_manager_spans_all_levels_below_and_not_the_peers() -> None:
    #        1
    #      2   3
    #     4 5   6
    h = number({6: 3, 5: 2, 4: 2, 3: 1, 2: 1, 1: None})
    assert [subtree(h, e) for e in (1, 2, 3, 4)] == [{1, 2, 3, 4, 5, 6}, {2, 4, 5}, {3, 6}, {4}]
    assert h.depth == {1: 0, 2: 1, 3: 1, 4: 2, 5: 2, 6: 2}
    assert h.left == {1: 0, 2: 1, 4: 2, 5: 3, 3: 4, 6: 5}
    assert h.cycles == ()


def test_siblings_and_roots_stand_in_the_given_order_and_then_by_id() -> None:
    managers = {1: None, 2: 1, 3: 1, 4: 1, 5: None}
    h = number(managers, {1: "Zoe", 5: "Abel", 2: "Mira", 3: "Anton", 4: "Anton"})
    assert sorted(h.left, key=h.left.__getitem__) == [5, 1, 3, 4, 2]


def test_who_has_no_place_in_the_order_comes_before_those_who_have() -> None:
    assert [*number({1: None, 2: None, 3: None}, {1: "B", 3: "A"}).left] == [2, 3, 1]


def test_nobody_an_unknown_id_and_oneself_as_manager_each_make_a_root() -> None:
    h = number({1: None, 2: 99, 3: 3, 4: 3})
    assert h.manager == {1: None, 2: None, 3: None, 4: 3}
    assert h.cycles == ()
    assert subtree(h, 3) == {3, 4}


@pytest.mark.parametrize("length", [2, 3, 50])
def test_members_of_a_cycle_become_roots_and_keep_what_hangs_below_them(length: int) -> None:
    circle = {e: e % length + 1 for e in range(1, length + 1)}
    h = number(circle | {1000: 1, 1001: 1000})
    assert h.cycles == (tuple(range(1, length + 1)),)
    assert all(h.manager[e] is None for e in circle)
    assert subtree(h, 1) == {1, 1000, 1001}
    assert all(subtree(h, e) == {e} for e in circle if e != 1)


def test_several_cycles_are_all_named_from_their_smallest_id_along_the_managers() -> None:
    h = number({9: 7, 7: 8, 8: 9, 3: 2, 2: 3, 5: None})
    assert h.cycles == ((2, 3), (7, 8, 9))


def test_an_empty_company_has_an_empty_hierarchy() -> None:
    assert number({}) == Hierarchy({}, {}, {}, {}, ())


def test_a_chain_of_5000_is_numbered_from_its_end_to_its_top() -> None:
    h = number({e: e + 1 if e < 5000 else None for e in range(1, 5001)})
    assert h.depth[1] == 4999
    assert (h.left[5000], h.right[5000]) == (0, 5000)
    assert (h.left[1], h.right[1]) == (4999, 5000)


def test_a_ring_of_5000_is_one_cycle_and_everybody_in_it_alone() -> None:
    h = number({e: e % 5000 + 1 for e in range(1, 5001)})
    assert len(h.cycles) == 1 and len(h.cycles[0]) == 5000
    assert all(h.right[e] == h.left[e] + 1 for e in h.left)


def test_a_company_of_100_000_has_everybody_exactly_once() -> None:
    h = number({e: e // 8 or None for e in range(1, 100_001)})
    assert sorted(h.left.values()) == list(range(100_000))
    assert sum(h.right[e] - h.left[e] for e in h.left) == sum(depth + 1 for depth in h.depth.values())


@given(GRAPHS)
def test_the_interval_of_everybody_equals_a_naive_walk(managers: dict[int, int | None]) -> None:
    h = number(managers)
    assert h.manager == {e: naive_manager(managers, e) for e in managers}
    assert {e: subtree(h, e) for e in managers} == {e: naive_subtree(managers, e) for e in managers}
    assert sorted(h.left.values()) == list(range(len(managers)))
    assert all(h.depth[e] == (0 if m is None else h.depth[m] + 1) for e, m in h.manager.items())


@given(GRAPHS, st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_the_input_makes_no_difference(
    managers: dict[int, int | None], shuffler: random.Random, ordered: bool
) -> None:
    order = {e: str(e % 3) for e in managers} if ordered else None
    items = list(managers.items())
    shuffler.shuffle(items)
    assert number(dict(items), order) == number(managers, order)
