"""A chain's bits out of everybody's: for every place and size of a chain, and without a change of what is kept."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from core.bits import bits_of, mask_of
from core.store.hierarchy.organisation import Team
from core.store.usage.bitmaps import ActiveDays

FIRST = dt.date(2026, 11, 1)
DAYS = tuple(FIRST + dt.timedelta(days=back) for back in (0, 1, 2, 4, 5))
PEOPLE = 43
CHAINS = [(left, right) for left in range(PEOPLE) for right in range(left + 1, PEOPLE + 1)]


@pytest.fixture
def active() -> tuple[np.ndarray, ActiveDays]:
    mask = np.random.default_rng(5).random((len(DAYS), PEOPLE)) < 0.4
    rows = bits_of(mask)
    rows.flags.writeable = False
    return mask, ActiveDays(DAYS, rows)


def test_the_days_of_a_chain_are_its_peoples_and_no_bit_behind_them_is_set(active):
    mask, everybody = active
    for left, right in CHAINS:
        rows = everybody.of(Team(1, left, right)).rows
        assert (mask_of(rows, right - left) == mask[:, left:right]).all()
        assert (rows == bits_of(mask[:, left:right])).all()


def test_spans_of_a_chain_are_united_over_their_stored_days(active):
    mask, everybody = active
    day = FIRST + dt.timedelta(days=3)  # it is not stored
    spans = [(FIRST, DAYS[-1]), (DAYS[1], day), (day, day), (FIRST, FIRST), (FIRST - dt.timedelta(days=9), DAYS[1])]
    for left, right in CHAINS:
        expected = [mask[[first <= each <= last for each in DAYS], left:right].any(axis=0) for first, last in spans]
        assert (everybody.united(spans, Team(1, left, right)) == bits_of(np.array(expected))).all()
