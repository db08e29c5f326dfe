"""The rules about runs: working days and weeks with use, one after the other, leave passed over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from core.reports.briefs.figures import BriefFigures
from core.reports.briefs.line import BriefLine
from core.reports.measures import context
from core.reports.measures.brief_rules import BriefRules
from core.reports.periods import DAY, Period
from core.wording import counted

_DAYS = "Working days in a row"
_WEEKS = "Weeks in a row"

TERMS = {
    _DAYS: (
        "Mondays to Fridays, one after the other, with any counter above zero. Public holidays are not known and count "
        "as working days; a day without data ends a run. Days that the person marked as leave or the like, and used "
        "nothing on, are passed over, and not counted."
    ),
    _WEEKS: (
        "Complete ISO weeks (Monday to Sunday), one after the other, with any counter above zero on some day. A week "
        "of which every working day is marked, and in which nothing was used, is passed over, and not counted. A week "
        "without data ends a run and is not counted."
    ),
}
"""Name → meaning of the definitions by which runs are counted."""


@dataclass(frozen=True)
class _Run:
    """Days or weeks in a row: the first days of the first and of the last one, and how many of them are `passed` over.

    `length` is how many there are without those.
    """

    first: dt.date
    last: dt.date
    length: int
    passed: int = 0

    def in_words(self, nouns: str, marked: str, span: Period) -> str:
        """ "11 weeks in a row" with its days; `marked` is the word for one that was passed over."""
        passed = f" ({counted(self.passed, marked)} passed over)" if self.passed else ""
        return f"{self.length} {nouns} in a row, {span}{passed}"


def in_a_row(figures: BriefFigures, rules: BriefRules) -> list[BriefLine]:
    """Lines about the longest run of active working days, and of complete weeks with an active day.

    A run is asked about while it lasts. A week without data may have had use: it ends a run, and is none of the weeks
    in all.
    """
    period = figures.period
    marked = {
        day
        for mark in context.during(figures.usage.marks, period)
        for day in Period(max(mark.first, period.first), min(mark.last, period.last))
    }
    lines = (_working_days(figures, rules, marked), _weeks(figures, rules, marked))
    return [line for line in lines if line]


def _working_days(figures: BriefFigures, rules: BriefRules, marked: Collection[dt.date]) -> BriefLine | None:
    """The line about the longest run of active working days; None where it is too short."""
    used = figures.usage.used_on
    working = [day for day in figures.period if context.is_working(day)]
    run = _longest((day, _state(active=used.get(day) is True, marked=day in marked)) for day in working)
    if not run or run.length < rules.run_days:
        return None
    text = f"{run.in_words('working days', 'marked working day', Period(run.first, run.last))}."
    return _line(text, _DAYS, run.last, figures)


def _weeks(figures: BriefFigures, rules: BriefRules, marked: Collection[dt.date]) -> BriefLine | None:
    """The line about the longest run of complete weeks with an active day; None where it is too short."""
    usage, used = figures.usage, figures.usage.used_on
    weeks: list[tuple[dt.date, bool | None]] = []
    known = active_weeks = 0
    for week in figures.period.complete_weeks():
        if not any(map(usage.employed, week)):
            continue
        states = [used.get(day) for day in week]
        active = True in states
        away = all(day in marked for day in week if context.is_working(day))
        weeks.append((week.first, _state(active=active, marked=away)))
        known += active or (not away and False in states)
        active_weeks += active
    run = _longest(weeks)
    if not run or run.length < rules.run_weeks:
        return None
    span = Period(run.first, run.last + DAY * 6)
    words = run.in_words("weeks", "marked week", span)
    return _line(f"{words}; {active_weeks} of {known} complete weeks in all.", _WEEKS, span.last, figures)


def _line(text: str, definition: str, last: dt.date, figures: BriefFigures) -> BriefLine:
    """The line about a run whose last day is `last`; it is asked about if that is one of the last eight days."""
    lasts = last >= figures.ends - DAY * 7
    return BriefLine(text, definition, fact=text if lasts else "")


def _state(*, active: bool, marked: bool) -> bool | None:
    """True for a day or week that continues a run, False for one that ends it, None for one that is passed over."""
    return True if active else None if marked else False


def _longest(states: Iterable[tuple[dt.date, bool | None]]) -> _Run | None:
    """The longest run of days or weeks from their `_state`, in order; the first of several equally long ones."""
    best = run = None
    waiting = 0
    for day, active in states:
        if active is None:
            waiting += 1  # passed over only if the run goes on behind it
            continue
        if not active:
            run = None
        elif run is None:
            run = _Run(day, day, 1)
        else:
            run = _Run(run.first, day, run.length + 1, run.passed + waiting)
        waiting = 0
        if run and (best is None or run.length > best.length):
            best = run
    return best
