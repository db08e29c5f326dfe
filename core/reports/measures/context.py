"""Context marks in rates: a marked working day without use is left out; use on a marked day counts like any other.

So a mark never hides use and never adds any. It only takes days on which somebody could not have used Claude out of
what their use is compared with, and people who were away all the time out of a headcount. Working days are Mondays to
Fridays. Sums and counts of active people do not know marks at all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.bits import how_many, set_at
from core.reports.measures.activity import Activity, Share
from core.reports.periods import DAY, Period
from core.visibility import MARK_KINDS, ContextMark, MarkedDays, MarkKind, Members, Scope, Team

_EPOCH = dt.date(1970, 1, 1)


def is_working(day: dt.date) -> bool:
    """Whether it is a Monday to Friday; public holidays are not known, but can be marked."""
    return day.weekday() < 5


def working_days(period: Period) -> int:
    """How many Mondays to Fridays a period has."""
    return int(np.busday_count(period.first, period.last + DAY))


def used_working_days(
    period: Period,
    active: Callable[[dt.date], bool | None],
    employed: Callable[[dt.date], bool],
    marks: Sequence[ContextMark],
) -> Share | None:
    """On how many working days somebody was active, of those with data; None where there could be no use.

    `active` is None of a day without data. Days without use are left out that are marked, or outside employment.
    """
    days = [(day, active(day)) for day in period if is_working(day)]
    used = sum(bool(was_active) for _, was_active in days)
    unused = [day for day, was_active in days if was_active is False]
    of = used + sum(employed(day) and not during(marks, Period(day, day)) for day in unused)
    return Share(used, of) if of else None


@dataclass(frozen=True)
class Context:
    """The marked days of a team of `size` people."""

    size: int
    days: MarkedDays

    def __bool__(self) -> bool:
        """Whether anybody marked anything."""
        return len(self.days.people) > 0

    def of(self, places: Sequence[int]) -> Context:
        """The marked days of some of the people, in the order in which their places are given."""
        place = np.full(self.size, -1, dtype=int)
        place[list(places)] = np.arange(len(places))
        theirs = self.days.where(place[self.days.people] >= 0)
        return Context(len(places), replace(theirs, people=place[theirs.people]))

    def _in(self, period: Period) -> MarkedDays:
        return self.days.where((self.days.first <= _epoch(period.last)) & (self.days.last >= _epoch(period.first)))

    def away(self, period: Period) -> np.ndarray:
        """Mask over people: every working day of the period is marked; on a weekend, every day."""
        result = np.zeros(self.size, dtype=bool)
        result[self.away_in(period)] = True
        return result

    def away_in(self, period: Period) -> np.ndarray:
        """Places of the people who are away in a period, as `away` has it; they are few."""
        total = working_days(period)
        found = self._in(period)
        marked = _inside(found, period, _busy if total else _all)
        people, place = np.unique(found.people, return_inverse=True)
        return np.asarray(people[np.bincount(place, weights=marked, minlength=len(people)) == (total or len(period))])

    def unused(self, activity: Activity, period: Period) -> np.ndarray:
        """Per person, the working days of a period that are marked and on which they used nothing."""
        left_out = np.zeros(self.size, dtype=int)
        found = self._in(period)
        if not len(found.people):
            return left_out
        for day in filter(is_working, period):
            here = found.people[(found.first <= _epoch(day)) & (found.last >= _epoch(day))]
            if len(here):
                left_out[here] += ~activity.anyone(Period(day, day))[here]
        return left_out

    def on(self, day: dt.date) -> dict[int, MarkKind]:
        """Place of a person → what they marked a day as."""
        found = self._in(Period(day, day))
        return dict(zip(found.people.tolist(), (MARK_KINDS[kind] for kind in found.kind.tolist()), strict=True))


def of_person(marks: Sequence[ContextMark]) -> Context:
    """What one person has marked."""
    first, last = (np.array([_epoch(day) for day in days], dtype=int) for days in _spans(marks))
    kinds = np.array([MARK_KINDS.index(mark.kind) for mark in marks], dtype=int)
    return Context(1, MarkedDays(np.zeros(len(marks), dtype=int), first, last, kinds))


def _spans(marks: Sequence[ContextMark]) -> tuple[list[dt.date], list[dt.date]]:
    return [mark.first for mark in marks], [mark.last for mark in marks]


def joined(each: Sequence[Context]) -> Context:
    """Several teams side by side."""
    starts = np.cumsum([0, *(one.size for one in each)])
    days = [one.days for one in each]
    return Context(
        int(starts[-1]),
        MarkedDays(
            np.concatenate([one.people + start for one, start in zip(days, starts[:-1], strict=True)]),
            np.concatenate([one.first for one in days]),
            np.concatenate([one.last for one in days]),
            np.concatenate([one.kind for one in days]),
        ),
    )


def load(scope: Scope, team: Team) -> Context:
    """What the people of a team have marked."""
    return Context(team.size, scope.context(team))


def headcount(employed: np.ndarray, active: np.ndarray, context: Context, period: Period) -> np.ndarray:
    """Mask over people: the headcount of a rate, which is who is employed and not away all the time without use."""
    mask: np.ndarray = employed & (active | ~context.away(period))
    return mask


@dataclass(frozen=True)
class Staff:
    """Who is employed on the last day of each of several spans, as bits [spans, bytes]; and what they marked."""

    spans: Sequence[Period]
    employed: np.ndarray
    context: Context

    @classmethod
    def of(cls, members: Members, context: Context, spans: Sequence[Period]) -> Staff:
        """Of a team, and for as many spans as are asked about at once."""
        return cls(spans, members.employed_on([span.last for span in spans]), context)

    def among(self, spans: Sequence[Period]) -> Staff:
        """Of some of the spans alone."""
        place = {span: row for row, span in enumerate(self.spans)}
        return replace(self, spans=spans, employed=self.employed[[place[span] for span in spans]])

    def shares(self, activity: Activity) -> list[Share]:
        """For each span the distinct people active in it, out of those employed on its last day who count.

        See `headcount`; a day on which nothing is known counts as one without use.
        """
        active = activity.union(self.spans)
        counts, headcounts = how_many(active & self.employed), how_many(self.employed)
        if self.context:
            unused = zip(self.employed & ~active, self.spans, strict=True)
            headcounts -= [set_at(bits, self.context.away_in(span)) for bits, span in unused]
        return [Share(*each) for each in zip(counts.tolist(), headcounts.tolist(), strict=True)]


def in_short(mark: ContextMark) -> str:
    """A mark without its days; the note is text from outside."""
    return mark.kind.label + (f": {mark.note}" if mark.note else "")


def in_words(mark: ContextMark) -> str:
    """A mark with its days, as it stands in a list."""
    return f"{Period(mark.first, mark.last)}: {in_short(mark)}"


def own_words(note: str | None, marks: Sequence[ContextMark], period: Period) -> str | None:
    """What somebody says of their numbers in one text: the note, then the marked days of a period; None for nothing.

    Hundreds of marks stand without their words where those would not fit into a cell of a workbook.
    """
    said = during(marks, period)
    marked = "; ".join(in_words(mark) for mark in said)
    if len(marked) > _MOST_WORDS:
        days = "; ".join(f"{Period(mark.first, mark.last)}: {mark.kind.label}" for mark in said)
        marked = f"{days} (without what was said of each, which is too long)"
    return " ".join([*([note] if note else []), *([f"Marked days: {marked}."] if marked else [])]) or None


_MOST_WORDS = 16_000
"""Characters, each of which may count as two in a workbook's cell of 32,767."""


def during(marks: Sequence[ContextMark], period: Period) -> list[ContextMark]:
    """Those that share a day with a period."""
    return [mark for mark in marks if mark.first <= period.last and period.first <= mark.last]


def _inside(marks: MarkedDays, period: Period, days: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> np.ndarray:
    """For each mark, how many `days` there are from its first to its last, of those inside a period."""
    first, last = np.maximum(marks.first, _epoch(period.first)), np.minimum(marks.last, _epoch(period.last))
    return np.asarray(days(first, last))


def _all(first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Days from day to day, both included, for epoch days."""
    return np.asarray(last - first + 1)


def _busy(first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Mondays to Fridays from day to day, both included, for epoch days."""
    begin = np.datetime64(_EPOCH)
    return np.array(np.busday_count(begin + first, begin + last + 1), dtype=int)


def _epoch(day: dt.date) -> int:
    return (day - _EPOCH).days
