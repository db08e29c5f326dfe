"""Bits over people, united and counted by the word, against masks of a byte each."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.bits import Packed, how_many, mask_of, set_at, set_before, united

SIZES = st.one_of(st.integers(0, 20), st.sampled_from([63, 64, 65, 127, 128, 129]))


@st.composite
def masks(draw: st.DrawFn) -> np.ndarray:
    """[days, people], about half of them True."""
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    return rng.random((draw(st.integers(0, 12)), draw(SIZES))) < 0.5


@given(masks())
def test_packed_bits_are_the_mask_again_and_are_counted_by_row(mask):
    packed = Packed.of(mask)
    assert np.array_equal(packed.mask, mask)
    assert how_many(packed.rows).tolist() == mask.sum(axis=1).tolist()


@given(masks(), st.lists(st.tuples(st.integers(-3, 15), st.integers(0, 8)), max_size=8))
def test_spans_are_united_wherever_they_lie(mask, asked):
    spans = [(start, start + length) for start, length in asked]
    found = united(Packed.of(mask).rows, spans)
    expected = [mask[max(start, 0) : max(stop, 0)].any(axis=0) for start, stop in spans]
    assert mask_of(found, mask.shape[1]).tolist() == [row.tolist() for row in expected]


@given(masks(), st.integers(1, 5), st.integers(0, 4))
def test_spans_of_one_length_that_follow_each_other_are_united_each_for_itself(mask, length, before):
    weeks = [(start, start + length) for start in range(before, len(mask), length)]
    spans = [(0, before), *weeks, (0, len(mask))]
    found = mask_of(united(Packed.of(mask).rows, spans), mask.shape[1])
    assert found.tolist() == [mask[start:stop].any(axis=0).tolist() for start, stop in spans]


@given(masks(), st.data())
def test_bits_before_and_at_places_are_those_of_the_mask(mask, data):
    size = mask.shape[1]
    until = np.array(data.draw(st.lists(st.integers(0, size), max_size=6)), dtype=np.int64)
    rows = Packed.of(mask).rows
    assert set_before(rows, until).tolist() == [[int(row[:end].sum()) for end in until] for row in mask]
    if size and len(mask):
        places = np.array(sorted(data.draw(st.sets(st.integers(0, size - 1)))), dtype=np.int64)
        assert set_at(rows[0], places) == mask[0][places].sum()
