"""The brief of one person and period, as sections of lines and as Markdown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core import wording
from core.catalogue import STATS, explained
from core.reports.briefs import changes, runs
from core.reports.briefs import lines as rule
from core.reports.briefs.figures import BriefFigures
from core.reports.briefs.line import BriefLine
from core.reports.briefs.lines import TERMS
from core.reports.briefs.questions import questions
from core.reports.briefs.sections import BriefSection
from core.reports.measures import context
from core.reports.measures.brief_rules import RULES, BriefRules
from core.reports.measures.daily import Daily
from core.reports.measures.tiers import DEFINITIONS_VERSION
from core.reports.people import standing
from core.reports.people.person import PersonUsage, person_usage
from core.reports.periods import Period
from core.reports.wording.markdown import literal
from core.visibility import Scope

PREAMBLE = "Counts of use, not of quality or performance. The text is the same for the person and for every reader."


@dataclass(frozen=True)
class Section:
    """A heading with its lines, at least one."""

    title: BriefSection
    lines: tuple[BriefLine, ...]


@dataclass(frozen=True)
class Brief:
    """What stands out in one person's figures of a period; without sections, `nothing` is all there is to say.

    Attributes:
        name: of the person, as text from outside.
        before: what the period was compared with, if it was.
        notes: why something could not be said, and which days the person marked.
        definitions: name → meaning, of every definition that a line names.
        own_words: the person's own context note, as text from outside; empty for none.
        standing: why there may be nothing to tell: gone, not there yet, without an account, without use, away.
        told: whether any day of the period has data.
    """

    name: str
    period: Period
    before: Period | None
    sections: tuple[Section, ...]
    questions: tuple[str, ...]
    notes: tuple[str, ...]
    definitions: dict[str, str]
    own_words: str = ""
    standing: tuple[str, ...] = ()
    told: bool = True

    @property
    def head(self) -> str:
        """The days that the brief is about, and those that they are compared with."""
        return f"{self.period}, compared with {self.before}." if self.before else f"{self.period}."

    @property
    def nothing(self) -> str:
        """The sentences of a brief without sections; empty for one that has some."""
        if self.sections:
            return ""
        if not self.told:
            return " ".join(self.standing)
        reason = ", which could not be compared with the period before" if self.notes and self.before is None else ""
        return " ".join([*self.standing, f"Nothing stands out in {self.period}{reason}."])

    def markdown(self) -> str:
        """The brief as Markdown, in which no text from outside acts as such."""
        head = [f"# 1:1 brief: {literal(self.name)}", "", f"{self.head} {PREAMBLE}", ""]
        own = ["## In the person's own words", "", literal(self.own_words), ""] if self.own_words else []
        if self.nothing:
            return "\n".join([*head, self.nothing, "", *own])
        body: list[str] = []
        for section in self.sections:
            said = [f"- {line.text}{line.counted_as and f' *{line.counted_as}*'}" for line in section.lines]
            body += [f"## {section.title}", "", *said, ""]
        if self.questions:
            numbered = [f"{place}. {text}" for place, text in enumerate(self.questions, start=1)]
            body += ["## Open questions", "", *numbered, ""]
        counted = [f"- *{term}*: {meaning}" for term, meaning in self.definitions.items()]
        notes = [line for note in self.notes for line in (note, "")]
        version = f"Definitions version {DEFINITIONS_VERSION}."
        return "\n".join([*head, *body, *own, *notes, "## How it is counted", "", *counted, "", version, ""])


def brief_of(scope: Scope, employee_id: int, period: Period, first_day: dt.date) -> Brief:
    """The brief of somebody in the scope, read in one moment; `first_day` is the first one with data.

    Raises:
        NotPermitted: the person is outside the scope, or nobody.
    """
    with scope.moment():
        usage = person_usage(scope, employee_id, period, first_day)
        note = scope.notes_of([employee_id]).get(employee_id)
    found = brief(usage, usage.history)
    return found if note is None else replace(found, own_words=note.words)


def brief(usage: PersonUsage, history: Daily, rules: BriefRules = RULES) -> Brief:
    """Apply the rules to one person's figures, and to nothing else: not to who reads them, nor to other people's.

    Of somebody who left nothing is asked. `history` holds every measure of each stored day up to the period's end, as
    `core.reports.people.person.daily` gives it.
    """
    if not history.days or not usage.has_data:
        silent = (*standing.sentences(usage), *_marked(usage))
        return Brief(usage.name, usage.period, None, (), (), (), {}, standing=silent, told=False)
    whole = usage.activity.covers(usage.period)
    before = usage.compared if whole else None
    figures = BriefFigures(usage, history, comparable=before is not None)
    tried = rule.tried_once(figures, rules)
    first = rule.first_uses(figures, rules, tried)
    lapsed = rule.lapsed(figures, rules)
    told = {*tried, *first}
    found = {
        BriefSection.FIRST_USES: list(first.values()),
        BriefSection.GREW: changes.grown(figures, rules, told),
        BriefSection.FELL: changes.fallen(figures, rules, {*told, *(line.area for line in lapsed)}),
        BriefSection.LAPSED: lapsed,
        BriefSection.IN_A_ROW: runs.in_a_row(figures, rules),
        BriefSection.TRIED: list(tried.values()),
        BriefSection.ACCEPTANCE: rule.acceptance(figures, rules),
    }
    if any(found.values()):
        found = {BriefSection.IN_ALL: rule.in_all(figures), **found}
    sections = tuple(Section(title, tuple(lines)) for title, lines in found.items() if lines)
    return Brief(
        usage.name,
        usage.period,
        before,
        sections,
        () if usage.archived else questions(found, rules.questions),
        (*_uncompared(usage, whole=whole), *_marked(usage)),
        _definitions(sections),
        standing=(*standing.sentences(usage), *_marked(usage)),
    )


def _marked(usage: PersonUsage) -> tuple[str, ...]:
    marks = context.during(usage.marks, usage.period)
    days = [f"{Period(mark.first, mark.last)} ({mark.kind.label})" for mark in marks]
    if not days:
        return ()
    told = "are left out of working days and passed over in a row, and nothing is said to have fallen"
    return (f"Marked days: {'; '.join(days)}. Such days without use {told}.",)


def _uncompared(usage: PersonUsage, *, whole: bool) -> tuple[str, ...]:
    if not whole:
        return ("Some days of the period have no data, so nothing is compared with the period before.",)
    if usage.archived:
        return (f"The last day was {wording.day(usage.last_day)}, so nothing is compared with the period before.",)
    if usage.before is None:
        return ("Data does not cover the period before, so nothing is compared with it.",)
    if usage.compared is None:
        first = wording.day(usage.first_day)
        return (f"The first day, {first}, lies after the period before begins, so nothing is compared with it.",)
    return ()


def _definitions(sections: Sequence[Section]) -> dict[str, str]:
    stats = {stat.label: explained(stat) for stat in STATS}
    known = {**TERMS, **stats}
    return {line.definition: known[line.definition] for section in sections for line in section.lines}
