"""Why a person's numbers are as they are: archived, not started, without an account, without use, away."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from core import wording
from core.reports.measures import context
from core.reports.measures.tiers import Tier
from core.reports.people.person import PersonUsage
from core.reports.periods import Period
from core.visibility import MarkKind

JOINED_LATELY_DAYS = 28

_NO_USE_YET, _JOINED_LATELY = "No use yet", "Joined lately"
_SILENT = {Tier.NONE.label, Tier.AWAY.label, _NO_USE_YET, _JOINED_LATELY}
"""What leave explains."""


@dataclass(frozen=True)
class Standing:
    """What decides which word stands for somebody's habit at the end of a range.

    Attributes:
        employed, archived: on the last day of the range; neither is who has not started yet.
        first_day: of employment, None where the directory does not say.
        ever_active: on any stored day up to the end of the range.
        away: what the last day of the range is marked as, if it is.
    """

    employed: bool
    archived: bool
    first_day: dt.date | None
    has_account: bool
    ever_active: bool
    tier: Tier
    away: MarkKind | None

    @property
    def has_habit(self) -> bool:
        """Whether the weeks that decide about habits say anything of this person."""
        return self.employed and self.ever_active

    def in_words(self, end: dt.date) -> str:
        """The habit tier, or why there is none; behind it, whether `end`, the last day, is marked as leave."""
        habit = self._habit(end)
        if self.away is None or not self.employed:
            return habit
        away = self.away.status
        return away if habit in _SILENT else f"{habit} · {away[0].lower()}{away[1:]}"

    def _habit(self, end: dt.date) -> str:
        if not self.employed:
            return outside(archived=self.archived)
        if self.ever_active:
            return self.tier.label
        if self.first_day is not None and (end - self.first_day).days < JOINED_LATELY_DAYS:
            return _JOINED_LATELY
        return _NO_USE_YET if self.has_account else "No Claude account"


def outside(*, archived: bool) -> str:
    """The word for somebody whom the last day of the range finds employed no more, or not yet."""
    return "Archived" if archived else "Not started"


def standing(usage: PersonUsage) -> Standing:
    """How a person stands at the end of the range: the same on their own page as in the table of people."""
    end = usage.period.last
    marked = context.during(usage.marks, Period(end, end))
    return Standing(
        employed=usage.employed(end),
        archived=usage.archived,
        first_day=usage.first_day,
        has_account=usage.has_account,
        ever_active=usage.ever_active,
        tier=usage.tier,
        away=marked[0].kind if marked else None,
    )


def sentences(usage: PersonUsage) -> list[str]:
    """What a reader has to know before the numbers; empty for somebody who is there and used Claude."""
    found = []
    first, last, end = usage.first_day, usage.last_day, usage.period.last
    if usage.archived:
        found.append(
            f"Archived: the last day was {wording.day(last)}. The numbers up to that day stay; later use of the "
            "account is not counted."
        )
    elif first is not None and first > end:
        return [f"The first day is {wording.day(first)}, after this range."]
    found += [
        f"{mark.kind.status} at the end of this range, as marked: {Period(mark.first, mark.last)}."
        for mark in context.during(usage.marks, Period(end, end))
    ]
    if not usage.has_data:
        return [*found, "No day of this range has data, so nothing can be said about it."]
    if usage.days_active:
        return found
    newest = usage.activity.last_active()[0]
    if newest is not None:
        found.append(f"No Claude product was used in this range. The newest day of use is {wording.day(newest)}.")
    elif usage.has_account:
        found.append("There is a Claude account, and no use of it since data begins.")
    else:
        found.append(
            "No Claude account is matched, so there is nothing to count. Either there is none yet, or it has another "
            "address; the people who run Uptake can match it."
        )
    return found
