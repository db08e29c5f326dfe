"""Marks on charts over time: what happened on some days, as a numbered line or band; the words stand beneath.

The words come from people, so they are never put into a chart, where plotly would take some of them for HTML.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.reports.periods import Grain, Period, bucket

MOST = 9
"""The most marks on one chart; more could not be told apart."""


@dataclass(frozen=True)
class Mark:
    """What happened from `first` to `last`, both included."""

    first: dt.date
    last: dt.date
    words: str

    @property
    def when(self) -> str:
        """The day or days, as a reader writes them."""
        return str(Period(self.first, self.last))


def inside(marks: Iterable[Mark], period: Period) -> tuple[Mark, ...]:
    """The marks that touch a period, in the order of their days; of more than `MOST`, the newest."""
    touching = [mark for mark in marks if mark.first <= period.last and period.first <= mark.last]
    return tuple(sorted(touching, key=lambda mark: (mark.first, mark.last, mark.words))[-MOST:])


def at_points(marks: Iterable[Mark], starts: Sequence[dt.date], grain: Grain) -> tuple[Mark, ...]:
    """The marks that touch a chart whose points are the days, weeks or months that begin on `starts`."""
    if not starts:
        return ()
    return tuple(
        mark for mark in marks if bucket(mark.first, grain) <= starts[-1] and starts[0] <= bucket(mark.last, grain)
    )
