"""Of whom alone the sums tell that are shown together, be it by what is left of one when the others are taken away."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from core.reports.periods import MONTH_DAYS, Period
from core.reports.tiers import window
from core.visibility import Members

Places = np.ndarray | slice
"""Some people of a team: their indices, or from which to which they stand."""


def told_of(period: Period) -> Period:
    """All the days of which figures of a period tell: its own, and as far as those of the period before look back."""
    before = period.before()
    month = Period.ending(before.last, MONTH_DAYS)
    return Period(min(before.first, month.first, window(before).first), period.last)


def singled_out(members: Members, reader: int | None, sums: Iterable[Places], period: Period) -> list[int]:
    """Employee ids of those other than a reader of whom alone figures of a period tell.

    `sums` are the people of each sum that is shown, any two of them apart or one inside the other, as teams are. What a
    sum has more than the sums inside it is known, too: of a lead, where the whole team and all the teams below stand.
    """
    size, days = len(members.ids), told_of(period)
    part = np.full(size, -1)
    each = sorted((np.arange(size)[places] for places in sums), key=len, reverse=True)
    for number, places in enumerate(each):
        part[places] = number
    here = part >= 0
    always = here & members.throughout(days.first, days.last) & (members.ids != (-1 if reader is None else reader))
    hidden = np.bincount(part[always], minlength=len(each)) > 1
    found: list[int] = []
    for number in np.unique(part[here]).tolist():
        if not hidden[number]:
            places = np.flatnonzero(part == number)
            found += members.alone_with(reader, days.first, days.last, places).tolist()
    return sorted(set(found))
