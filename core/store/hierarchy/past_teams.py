"""A team as it was: the people of one chain on each day of a range, by the reporting lines of that day.

An example, which the module `past_chains` begins: Lea (position 1 today) and Ann (2) are in Lea's chain on the days 1
to 5, Max (5) until day 2, and Ben (3) from day 3 on. Her team is

    places   1, 2, 3, 5                      Lea, Ann, Ben, Max
    begins   1, 3                            the first day, and the day on which the chain changed
    varying  2, 3                            Ben and Max, as indices into `places`
    inside   [[False, True], [True, False]]  from day 1 Max without Ben, from day 3 Ben without Max
    hull     1 up to, without, 6             the slice of today's order; it holds Tom (4), who is never in the team
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.bits import bits_of
from core.store.engine.column_types import from_epoch, to_epoch
from core.store.hierarchy.members import Members, alone_with
from core.store.hierarchy.organisation import Organisation, Team

ELSEWHERE = 1_000_000
"""The depth of somebody who was in the chain once, but not on the last day."""


@dataclass(frozen=True)
class PastDays:
    """A range of days; whoever was in a team on or after `counted` and may not be seen today is counted as left out."""

    first: dt.date
    last: dt.date
    counted: dt.date


@dataclass(frozen=True, eq=False)
class PastTeam(Team):
    """Everybody who was in somebody's chain on a day of a range and may be seen today, the lead first.

    Attributes:
        left, right: the slice of today's pre-order in which they all are; others are in it, too.
        first, last: the range of days.
        places, ids: their positions today, and their employee ids.
        begins: epoch days on which the chain changed, ascending, the range's first day included.
        varying: indices of those who were not in it on all days; `inside` is a mask [begins, varying].
        depth, reports: by the lines of the last day, the lead's depth being 0; see `ELSEWHERE`.
        left_out: people who were in the chain and may not be seen today. They are in no figure.
    """

    first: dt.date
    last: dt.date
    places: np.ndarray
    ids: np.ndarray
    begins: np.ndarray
    varying: np.ndarray
    inside: np.ndarray
    depth: np.ndarray
    reports: np.ndarray
    left_out: int

    __eq__ = object.__eq__  # not by lead and slice alone, as teams of today compare
    __hash__ = object.__hash__

    @property
    def size(self) -> int:
        """How many people were in it at any time."""
        return len(self.places)

    @property
    def rolled_up(self) -> bool:
        """Whether its daily sums are stored: never, as those that are stored are of today's chains."""
        return False

    @property
    def hull(self) -> Team:
        """The slice of today's pre-order that holds its people and may hold others."""
        return Team(self.team_id, self.left, self.right)

    def days(self, counted: dt.date) -> PastDays:
        """This team's range of days, with another `counted`; see `PastDays`."""
        return PastDays(self.first, self.last, counted)

    def span_of(self, day: dt.date) -> int:
        """Which stretch of days a day is in; days outside the range are as its nearest end."""
        return max(int(np.searchsorted(self.begins, to_epoch(day), side="right")) - 1, 0)

    def on(self, day: dt.date) -> np.ndarray:
        """Mask over its people: who was in the chain on a day."""
        mask = np.ones(self.size, dtype=bool)
        mask[self.varying] = self.inside[self.span_of(day)]
        return mask

    def keep(self, mask: np.ndarray, days: Sequence[dt.date]) -> np.ndarray:
        """A mask [days, people] of what people did, without what they did while they were not in the chain."""
        mask[:, self.varying] &= self.inside[[self.span_of(day) for day in days]]
        return mask

    def pieces(self, first: dt.date, last: dt.date) -> list[tuple[dt.date, dt.date]]:
        """A span of days, cut where the chain changed."""
        begins = [from_epoch(day) for day in self.begins.tolist()]
        cuts = [first, *(day for day in begins if first < day <= last)]
        ends = [*(day - dt.timedelta(days=1) for day in cuts[1:]), last]
        return list(zip(cuts, ends, strict=True))

    def left_during(self, first: dt.date, last: dt.date) -> int:
        """How many people were in it on a day of a span and on the last day no more."""
        there = np.any([self.on(begin) for begin, _ in self.pieces(first, last)], axis=0)
        return int(np.count_nonzero(there & ~self.on(last)))

    def at_the_end(self) -> PastTeam:
        """This team without the people who are not in the chain on the last day of the range."""
        return self.of(np.flatnonzero(self.on(self.last)))

    def of(self, kept: np.ndarray) -> PastTeam:
        """This team with nobody in it but the people at the indices `kept`."""
        matrix = np.ones((len(self.begins), self.size), dtype=bool)
        matrix[:, self.varying] = self.inside
        inside = matrix[:, kept]
        varying = np.flatnonzero(~inside.all(axis=0))
        return dataclasses.replace(
            self,
            places=self.places[kept],
            ids=self.ids[kept],
            varying=varying,
            inside=inside[:, varying],
            depth=self.depth[kept],
            reports=self.reports[kept],
        )


@dataclass(frozen=True)
class PastMembers(Members):
    """The people of a team as it was: they count as employed on the days on which they were in it."""

    team: PastTeam

    def employed(self, day: dt.date) -> np.ndarray:
        """Mask: who was in the chain on the day, and employed."""
        return np.asarray(super().employed(day) & self.team.on(day))

    def throughout(self, first: dt.date, last: dt.date) -> np.ndarray:
        """Mask: who is employed on every day of a span, and never was out of the chain."""
        always = super().throughout(first, last)
        always[self.team.varying] = False
        return always

    def employed_on(self, days: Sequence[dt.date]) -> np.ndarray:
        """Bits [days, bytes], little-endian along the people: who was in the chain on each day, and employed."""
        return bits_of(np.array([self.employed(day) for day in days]))

    def _alone(self, reader: int | None, first: dt.date, last: dt.date, places: Any) -> np.ndarray:
        return alone_in(self.team, reader, (self.starts, self.ends), (first, last), places)


def alone_in(
    team: PastTeam,
    reader: int | None,
    employment: tuple[np.ndarray, np.ndarray],
    span: tuple[dt.date, dt.date],
    places: Any = slice(None),
) -> np.ndarray:
    """Employee ids of those who on some day of a span were the only one in the chain and employed besides a reader.

    `core.store.hierarchy.members.alone_with` says it of people who never change teams. `employment` has first and last
    days, as epoch days; `places` are indices of some of the people.
    """
    first, last = span
    asked = np.zeros(team.size, dtype=bool)
    asked[places] = True
    always = asked.copy()
    always[team.varying] = False
    starts, ends = employment
    steady = always & (starts <= to_epoch(first)) & (ends >= to_epoch(last))
    if np.count_nonzero(steady) > 2:  # one of them may be the reader
        return team.ids[:0]

    def on(begin: dt.date, end: dt.date) -> np.ndarray:
        there = asked & team.on(begin)
        return alone_with(reader, (team.ids[there], starts[there], ends[there]), begin, end)

    return np.unique(np.concatenate([on(*piece) for piece in team.pieces(first, last)]))


def members_of(directory: Organisation, team: PastTeam) -> PastMembers:
    """Who belonged to a team, the lead first; names, titles and dates of employment are today's."""
    places = team.places
    return PastMembers(
        ids=team.ids,
        names=tuple(directory.names[place] for place in places.tolist()),
        emails=tuple(directory.emails[place] for place in places.tolist()),
        titles=tuple(directory.titles[place] for place in places.tolist()),
        departments=tuple(directory.departments[place] for place in places.tolist()),
        starts=directory.starts[places],
        ends=directory.ends[places],
        depth=team.depth,
        reports=team.reports,
        has_account=directory.has_account[places],
        folded=lambda: [directory.folded[place] for place in places.tolist()],
        by_name=directory.by_name[places],
        team=team,
    )
