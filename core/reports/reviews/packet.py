"""A packet: the people of a review with their figures, and where these come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from core.catalogue import STAT, Ratio, Stat
from core.people.employment import works
from core.reports.measures.activity import Share
from core.reports.measures.context import own_words, used_working_days
from core.reports.periods import Grain, Period
from core.reports.reviews.figures import PersonFigures, compared_with, figures
from core.reports.reviews.people import AT_ONCE, ReviewSelection
from core.reports.reviews.readings import Readings
from core.reports.wording.looks import LookInWords
from core.visibility import ContextMark, ContextNote, Members, Team

_Said = tuple[ContextNote | None, Sequence[ContextMark]]
"""The note and the marked days by which a person explains their own numbers."""

Progress = Callable[[float, str], None]
"""A function that is called from time to time with how much is done, 0 to 1, and what is being done."""


@dataclass(frozen=True)
class Request:
    """What was asked for: whom, when, which statistics (keys, in catalogue order), and how fine the course is.

    `label` is what a page of paper says first of itself, where it is not what it looks like.
    """

    chosen: ReviewSelection
    period: Period
    stats: tuple[str, ...]
    grain: Grain = Grain.WEEK
    label: str = ""

    @property
    def statistics(self) -> list[Stat | Ratio]:
        """The statistics of the keys `stats`."""
        return [STAT[key] for key in self.stats]


@dataclass(frozen=True)
class ReviewedPerson:
    """One person of a packet: plain text from the directory, the figures, and what the person says about them.

    `own_words` are the note and the marked days of the period in one text, as the rows of a file hold them.
    `working_days` are those of the page Person: by the marks of today, and so in no row of a file.
    """

    name: str
    email: str
    title: str
    department: str
    figures: PersonFigures
    working_days: Share | None
    note: str | None = None
    marks: tuple[ContextMark, ...] = ()
    own_words: str | None = None


@dataclass(frozen=True)
class Packet:
    """What a file is made from, people sorted by name.

    Attributes:
        before: the period of comparison; None where data does not cover both.
        missing_days: days of the period without data.
        looks: who looked, in a file that somebody takes of their own figures; None in every other.
    """

    request: Request
    people: tuple[ReviewedPerson, ...]
    before: Period | None
    missing_days: int
    looks: tuple[LookInWords, ...] | None = None

    def split(self, size: int) -> list[Packet]:
        """The packet in parts of at most `size` people, each complete in itself."""
        starts = range(0, max(len(self.people), 1), size)
        return [replace(self, people=self.people[start : start + size]) for start in starts]


def silent(_done: float, _words: str) -> None:
    """A `Progress` that does nothing."""


def gather(readings: Readings, request: Request, progress: Progress = silent) -> Packet:
    """Read and count the figures of the chosen people, with their own notes and marked days as they stand now."""
    found: list[ReviewedPerson] = []
    for teams in _batches(request.chosen.parts):
        progress(len(found) / len(request.chosen.ids), f"Counting, {len(found)} of {len(request.chosen.ids)} people")
        everybody = [readings.scope.members(team) for team in teams]
        places = [(members, place) for members in everybody for place in range(len(members.ids))]
        ids = [int(number) for members in everybody for number in members.ids]
        notes, marks = readings.scope.notes_of(ids), readings.scope.marks_of_people(ids)
        counted = figures(readings, teams, request.period, request.statistics, request.grain)
        found += [
            _reviewed(members, place, person, (notes.get(person.id), marks.get(person.id, ())), request.period)
            for (members, place), person in zip(places, counted, strict=True)
        ]
    found.sort(key=lambda person: (person.name.casefold(), person.email))
    stored = readings.stored(request.period)
    return Packet(
        request=request,
        people=tuple(found),
        before=compared_with(readings, request.period),
        missing_days=len(request.period) - len(stored),
    )


def _batches(parts: Sequence[Team]) -> Iterator[list[Team]]:
    """The parts in groups of at most `AT_ONCE` people, for counting has a cost of its own, however few they are."""
    batch: list[Team] = []
    for team in parts:
        if batch and sum(other.size for other in batch) + team.size > AT_ONCE:
            yield batch
            batch = []
        batch.append(team)
    if batch:
        yield batch


def _reviewed(members: Members, place: int, person: PersonFigures, said: _Said, period: Period) -> ReviewedPerson:
    note, marks = said
    first, last = members.first_day(place), members.last_day(place)
    words = own_words(None if note is None else note.words, marks, period)
    active = dict(zip(period, person.active, strict=True))

    return ReviewedPerson(
        name=printable(members.names[place]),
        email=printable(members.emails[place]),
        title=printable(members.titles[place] or ""),
        department=printable(members.departments[place] or ""),
        figures=person,
        working_days=used_working_days(period, active.get, partial(works, first, last), marks),
        note=None if note is None else printable(note.words),
        marks=tuple(marks),
        own_words=words and printable(words),
    )


def printable(text: str) -> str:
    """The text with what no file can hold or show (control signs, direction overrides, halves of signs) replaced."""
    joins = "\u200d"  # the parts of one emoji
    return "".join(sign if sign.isprintable() or sign == joins else "\ufffd" for sign in text)


def chosen_stats(keys: Sequence[str]) -> tuple[str, ...]:
    """The asked-for statistics in catalogue order; all of them when none is named."""
    return tuple(key for key in STAT if key in keys) or tuple(STAT)
