"""Of whom alone the sums tell that are shown together, be it by what is left of one when the others are taken away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.reports.measures.tiers import window
from core.reports.periods import DAY, Period
from core.visibility import Members, PastTeam

Sum = np.ndarray | slice | PastTeam
"""The people of a sum: their indices, or from which to which they stand; of a team as it was, by the day."""


def told_of(period: Period) -> Period:
    """All the days of which figures of a period tell: its own, and as far as those of the period before look back.

    That is to the first of the weeks by which habits are told, which begin before the month of stickiness does.
    """
    before = period.before()
    return Period(min(before.first, window(before).first), period.last)


def singled_out(members: Members, reader: int | None, sums: Sequence[Sum], period: Period) -> list[int]:
    """Employee ids of those other than a reader of whom alone figures of a period tell.

    What a sum has more than the sums inside it is known, too: of a lead, where the whole team and all the teams below
    stand. So people are told apart by which sums they are in, and whoever is there alone, on some day, is told of. Of
    teams, any two of which are apart or one inside the other, that is just who can be reckoned; it is never fewer.
    """
    days, found = told_of(period), set[int]()
    for stretch in _stretches(sums, days):
        part = _parts(members, sums, stretch)
        there = np.flatnonzero((part >= 0) & members.employed_within(stretch.first, stretch.last))
        codes, parts = pd.factorize(part[there])
        steady = members.throughout(stretch.first, stretch.last) & (members.ids != (-1 if reader is None else reader))
        hidden = np.bincount(codes[steady[there]], minlength=len(parts)) > 1
        for number in np.flatnonzero(~hidden).tolist():
            places = there[codes == number]
            found.update(members.alone_with(reader, stretch.first, stretch.last, places).tolist())
    return sorted(found)


_AT_ONCE = 32
"""Sums that a round tells apart: their bits, and the numbers of the parts before them, fit a word of 64."""


def _parts(members: Members, sums: Sequence[Sum], stretch: Period) -> np.ndarray:
    """Per person, a number that is the same for all who are in the very same sums; -1 of who is in none."""
    part = np.zeros(len(members.ids), dtype=np.int64)
    somewhere = np.zeros(len(members.ids), dtype=bool)
    for start in range(0, len(sums), _AT_ONCE):
        if start:
            part = pd.factorize(part)[0].astype(np.int64) << _AT_ONCE
        for bit, one in enumerate(sums[start : start + _AT_ONCE]):
            places = _places(members, one, stretch)
            part[places] |= 1 << bit
            somewhere[places] = True
    return np.where(somewhere, part, -1)


def _stretches(sums: Sequence[Sum], days: Period) -> list[Period]:
    """The days, cut where a team as it was changed."""
    past = [one for one in sums if isinstance(one, PastTeam)]
    begins = sorted({days.first, *(begin for one in past for begin, _ in one.pieces(days.first, days.last))})
    return [Period(begin, after - DAY) for begin, after in zip(begins, [*begins[1:], days.last + DAY], strict=True)]


def _places(members: Members, one: Sum, stretch: Period) -> np.ndarray | slice:
    if isinstance(one, PastTeam):
        return np.flatnonzero(np.isin(members.ids, one.ids[one.on(stretch.first)]))
    return one
