"""Who is in a team and how each of them stands, worked out as far as somebody asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from core.catalogue import Product
from core.reports.measures import activity as activities
from core.reports.measures import context
from core.reports.measures.activity import Activity
from core.reports.measures.context import Context
from core.reports.measures.tiers import Tier, tiers, window
from core.reports.people.standing import Standing
from core.reports.periods import Period
from core.visibility import MarkKind, Members, Scope, Team


@dataclass(frozen=True)
class TeamRoster:
    """A team, or some of its people by `places` in it; what is told of each is worked out when it is asked for.

    Of a hundred thousand people that takes a while, and a page that sorts by name needs it of thirty.
    """

    members: Members
    places: np.ndarray
    period: Period
    history: Activity
    marks: Context

    def of(self, places: Sequence[int]) -> TeamRoster:
        """The roster of some of the people, in the order in which their indices are given."""
        return replace(self, places=self.places[places], history=self.history.of(places), marks=self.marks.of(places))

    @property
    def has_data(self) -> bool:
        """Whether any day of the period has data; else no use is not known from no data."""
        return bool(self.history.known[-len(self.period) :].any())

    @cached_property
    def habit(self) -> np.ndarray:
        """Each one's habit tier."""
        return tiers(self.history, window(self.period), context=self.marks)

    @cached_property
    def days(self) -> np.ndarray:
        """On how many days of the period each was active."""
        return self.history.days_active(self.period)

    @cached_property
    def ever(self) -> np.ndarray:
        """Mask: active on any stored day up to the end of the period."""
        return self.history.ever()

    @cached_property
    def employed(self) -> np.ndarray:
        """Mask: employed on the last day of the period."""
        return np.asarray(self.members.employed(self.period.last)[self.places])

    @cached_property
    def could_use(self) -> np.ndarray:
        """Mask: had an account, and was employed on some day of the period; of anybody else no use is not a zero.

        There can be use before somebody's first day.
        """
        employed = self.members.employed_within(self.period.first, self.period.last)[self.places]
        return np.asarray(self.account & (employed | (self.days > 0)))

    @cached_property
    def archived(self) -> np.ndarray:
        """Mask: employed no more when the period ends."""
        return np.asarray(self.members.gone(self.period.last)[self.places])

    @cached_property
    def account(self) -> np.ndarray:
        """Mask: has a Claude account."""
        return np.asarray(self.members.has_account[self.places])

    @cached_property
    def away(self) -> dict[int, MarkKind]:
        """Place in this roster → what the last day of the period is marked as."""
        return self.marks.on(self.period.last)

    def status(self, index: int) -> str:
        """The word for somebody: their habit tier, or why there is none.

        That somebody never used what no day tells of is not known, so they count as one who might have.
        """
        has_account, untold = bool(self.account[index]), not self.history.known.any()
        found = Standing(
            employed=bool(self.employed[index]),
            archived=bool(self.archived[index]),
            first_day=self.members.first_day(int(self.places[index])),
            has_account=has_account,
            ever_active=bool(self.ever[index]) or (has_account and untold),
            tier=Tier(self.habit[index]),
            away=self.away.get(index),
        )
        return found.in_words(self.period.last)


def load(scope: Scope, team: Team, product: Product, period: Period, first_day: dt.date) -> TeamRoster:
    """Everybody of a team of the scope; `first_day` is the oldest one stored, where "ever" begins."""
    members = scope.members(team)
    history = activities.load(scope, team, product, Period(min(first_day, period.first), period.last))
    return TeamRoster(members, np.arange(len(members.ids)), period, history, context.load(scope, team))
