"""Of whom alone sums tell that stand side by side, against all that can be added and taken away of them."""

from __future__ import annotations

import datetime as dt
from itertools import product as combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.reports.periods import Period
from core.reports.teams.singled_out import singled_out, told_of
from core.store.engine.column_types import to_epoch
from core.store.hierarchy.members import ALWAYS, NEVER, Members

WEEK = Period(dt.date(2026, 11, 9), dt.date(2026, 11, 15))


def members(employed: list[tuple[int, int]]) -> Members:
    """Everybody with a first and a last day; their ids are 1, 2, 3 and so on."""
    size = len(employed)
    starts, ends = np.array(employed, dtype=np.int64).reshape(-1, 2).T
    zeros = np.zeros(size)
    return Members(np.arange(1, size + 1), (), (), (), (), starts, ends, zeros, zeros, zeros, tuple, zeros)


def always(size: int) -> Members:
    return members([(ALWAYS, NEVER)] * size)


def test_a_team_and_all_the_teams_below_it_tell_of_its_lead():
    chain, below = slice(0, 8), [slice(1, 4), slice(4, 8)]
    assert singled_out(always(8), None, [chain, *below], WEEK) == [1]
    assert singled_out(always(8), 1, [chain, *below], WEEK) == []  # the lead, who may read of nobody but themselves
    assert singled_out(always(8), None, [chain, below[0]], WEEK) == []  # with the lead, four others are left
    assert singled_out(always(8), None, below, WEEK) == []


def test_two_people_of_whom_one_reads_are_one_person():
    assert singled_out(always(6), 6, [slice(0, 6), slice(0, 4)], WEEK) == [5]
    assert singled_out(always(6), None, [slice(0, 6), slice(0, 4)], WEEK) == []


def test_whoever_was_alone_in_what_is_left_on_a_day_that_figures_look_back_to_is_told_of():
    came = to_epoch(WEEK.first) - 20  # in the weeks before, by which habits are told
    people = members([(ALWAYS, NEVER), (came, NEVER), (ALWAYS, NEVER), (ALWAYS, NEVER), (ALWAYS, NEVER)])
    assert singled_out(people, None, [slice(0, 5), slice(2, 5)], WEEK) == [1]


def test_figures_of_a_week_tell_of_the_weeks_of_habits_before_it():
    assert told_of(WEEK).first == dt.date(2026, 10, 12)  # four weeks up to the end of the week before
    to_friday = Period(WEEK.first - dt.timedelta(days=2), WEEK.last - dt.timedelta(days=2))
    assert told_of(to_friday).first == dt.date(2026, 10, 5)  # four complete weeks, and not the month up to that Friday
    assert told_of(Period(WEEK.first - dt.timedelta(days=100), WEEK.last)).first < WEEK.first - dt.timedelta(days=200)


def test_whoever_had_left_before_all_of_these_days_is_nobody_who_is_told_of():
    gone = members([(ALWAYS, to_epoch(told_of(WEEK).first) - 1), (ALWAYS, NEVER), (ALWAYS, NEVER), (ALWAYS, NEVER)])
    assert singled_out(gone, None, [slice(0, 4), slice(1, 4)], WEEK) == []
    last = members([(ALWAYS, to_epoch(told_of(WEEK).first)), (ALWAYS, NEVER), (ALWAYS, NEVER), (ALWAYS, NEVER)])
    assert singled_out(last, None, [slice(0, 4), slice(1, 4)], WEEK) == [1]


@st.composite
def teams(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Some chains of a reporting tree of at most seven people in pre-order."""
    size = draw(st.integers(1, 7))
    parents = [draw(st.integers(-1, at - 1)) for at in range(size)]
    depth = [0] * size
    for at, parent in enumerate(parents):
        depth[at] = min(0 if parent < 0 else depth[parent] + 1, depth[at - 1] + 1 if at else 0)
    ends = [next((later for later in range(at + 1, size) if depth[later] <= depth[at]), size) for at in range(size)]
    return draw(st.lists(st.sampled_from(list(zip(range(size), ends, strict=True))), unique=True, max_size=5))


@given(teams())
def test_nobody_else_can_be_reckoned_from_the_sums_and_everybody_named_can(chains):
    size = 7
    masks = np.array([[start <= at < end for at in range(size)] for start, end in chains], dtype=int).reshape(-1, size)
    can = set()
    for signs in combinations((-1, 0, 1), repeat=len(chains)):
        left = np.array(signs, dtype=int) @ masks if len(chains) else np.zeros(size, dtype=int)
        if (left != 0).sum() == 1:
            can.add(int(np.flatnonzero(left)[0]) + 1)
    assert set(singled_out(always(size), None, [slice(*chain) for chain in chains], WEEK)) == can


def test_among_more_sums_than_are_told_apart_at_once_each_still_counts():
    """A chain of 141 people over 70 teams of two: each pair is told apart, and what is left of all is the lead."""
    chain, below = slice(0, 141), [slice(at, at + 2) for at in range(1, 141, 2)]
    assert singled_out(always(141), None, [chain, *below], WEEK) == [1]
    assert singled_out(always(141), None, [chain, *below, slice(1, 2)], WEEK) == [1, 2, 3]  # half of the first pair
    assert singled_out(always(141), None, [*below, slice(139, 140)], WEEK) == [140, 141]  # half of the last one
