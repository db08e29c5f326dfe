"""Who is employed on which day, and who was then the only one beside a reader: against each day by itself."""

from __future__ import annotations

import datetime as dt

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.bits import mask_of
from core.store.engine.column_types import from_epoch
from core.store.hierarchy.members import Members, alone_with

SPAN = st.tuples(st.integers(0, 12), st.integers(0, 12)).map(sorted)


def by_day(reader: int | None, people: list[tuple[int, int, int]], first: int, last: int) -> set[int]:
    found = set()
    for day in range(first, last + 1):
        there = [number for number, start, end in people if start <= day <= end and number != reader]
        found |= set(there) if len(there) == 1 else set()
    return found


@given(st.lists(SPAN, max_size=5), SPAN, st.sampled_from([None, 1, 2, 99]))
def test_who_was_alone_on_some_day_is_found(spans, asked, reader):
    people = [(number, start, end) for number, (start, end) in enumerate(spans, start=1)]
    columns = np.array(people, dtype=np.int64).reshape(-1, 3).T
    first, last = asked
    found = alone_with(reader, (columns[0], columns[1], columns[2]), from_epoch(first), from_epoch(last))
    assert set(found.tolist()) == by_day(reader, people, first, last)


@given(st.lists(SPAN, max_size=20), st.lists(st.integers(0, 12), min_size=1, max_size=6))
def test_who_is_employed_on_several_days_is_who_is_on_each(spans, asked):
    nobody = np.zeros(len(spans))
    starts, ends = np.array(spans, dtype=np.int64).reshape(-1, 2).T
    members = Members(nobody, (), (), (), (), starts, ends, nobody, nobody, nobody, tuple, nobody)
    days = [from_epoch(day) for day in asked]
    assert np.array_equal(mask_of(members.employed_on(days), len(spans)), [members.employed(day) for day in days])


def test_two_who_were_always_there_hide_everybody_however_many_there_are():
    ids = np.arange(1, 251)
    starts, ends = np.full(250, 5), np.full(250, 5)
    starts[:2], ends[:2] = 0, 10
    days = dt.date(1970, 1, 1), dt.date(1970, 1, 11)
    assert alone_with(None, (ids, starts, ends), *days).tolist() == []
    assert alone_with(1, (ids, starts, ends), *days).tolist() == [2]
    assert alone_with(None, (ids[::-1], starts[::-1], ends[::-1]), *days).tolist() == []
    starts[100:], ends[100:] = 7, 7
    alone = np.arange(250) == 199  # the only one on a day, and not among the first that are looked at
    starts[alone], ends[alone], starts[1], starts[0] = 9, 9, 10, 10
    assert alone_with(None, (ids, starts, ends), *days).tolist() == [200]
