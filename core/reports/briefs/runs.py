"""The rules about runs: working days and weeks with use, one after the other, leave passed over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from core.reports.briefs.figures import BriefFigures
from core.reports.briefs.line import BriefLine
from core.reports.briefs.rules import BriefRules
from core.reports.measures import context
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
"""What a run is."""


@dataclass(frozen=True)
class _Run:
    """So many days or weeks, of which the first and the last begin on these days, and those passed over in between."""

    first: dt.date
    last: dt.date
    length: int
    passed: int = 0

    def in_words(self, nouns: str, marked: str, span: Period) -> str:
        """ "11 weeks in a row" with its days; `marked` is the word for one that was passed over."""
        passed = f" ({counted(self.passed, marked)} passed over)" if self.passed else ""
        return f"{self.length} {nouns} in a row, {span}{passed}"


def in_a_row(figures: BriefFigures, rules: BriefRules) -> list[BriefLine]:
    """The longest run of active working days, and of complete weeks with an active day; asked about while it lasts.

    A week without data may have had use: it ends a run, and is none of the weeks in all.
    """
    usage, period = figures.usage, figures.period
    used, lasting = usage.used_on, figures.ends - DAY * 7
    marked = {
        day
        for mark in context.during(usage.marks, period)
        for day in Period(max(mark.first, period.first), min(mark.last, period.last))
    }
    working = [day for day in period if context.is_working(day)]
    lines = []
    run = _longest((day, _state(active=used.get(day) is True, marked=day in marked)) for day in working)
    if run and run.length >= rules.run_days:
        text = f"{run.in_words('working days', 'marked working day', Period(run.first, run.last))}."
        lines.append(BriefLine(text, _DAYS, fact=text if run.last >= lasting else ""))
    weeks: list[tuple[dt.date, bool | None]] = []
    known = active_weeks = 0
    for week in period.complete_weeks():
        if not any(map(usage.employed, week)):
            continue
        states = [used.get(day) for day in week]
        active = True in states
        away = all(day in marked for day in week if context.is_working(day))
        weeks.append((week.first, _state(active=active, marked=away)))
        known += active or (not away and False in states)
        active_weeks += active
    run = _longest(weeks)
    if run and run.length >= rules.run_weeks:
        span = Period(run.first, run.last + DAY * 6)
        words = run.in_words("weeks", "marked week", span)
        text = f"{words}; {active_weeks} of {known} complete weeks in all."
        lines.append(BriefLine(text, _WEEKS, fact=text if span.last >= lasting else ""))
    return lines


def _state(*, active: bool, marked: bool) -> bool | None:
    """Whether a day or week goes on with a run; None where it is passed over."""
    return True if active else None if marked else False


def _longest(states: Iterable[tuple[dt.date, bool | None]]) -> _Run | None:
    """The longest run of what is active; the first of several."""
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
