"""How each person of a table of totals stands: in the words and by the days of the page People."""

from __future__ import annotations

import datetime as dt

import numpy as np

from core.catalogue import ANY
from core.reports.measures import activity as activities
from core.reports.measures import context
from core.reports.measures.activity import Activity
from core.reports.people.roster import TeamRoster
from core.reports.periods import Period
from core.visibility import PastDays, PastTeam, Scope, Team

COLUMNS = ("status", "active_days", "last_active")

LEFT = "Left the team"
"""The status, in a team as it was, of somebody who works here and was in the team in the range, but not at its end."""

Stand = tuple[str, int | None, dt.date | None]
"""Habit or why there is none, in words; number of active days of a period; the newest active day up to its end."""


def load(scope: Scope, team: Team, period: Period) -> dict[int, Stand]:
    """Employee id → how somebody stands, for everybody of a team.

    As on the pages, a range that goes on behind the newest day with data ends with that day, and what makes "new" and
    "no use yet" is looked for on all stored days. No days where there could be none: no Claude account, no day of
    employment, or no day with data on which somebody was in the team.
    """
    stored = scope.stored_days(dt.date.min, dt.date.max)
    end = min(period.last, max(stored, default=period.last))
    reach = Period(min([end, *stored]), end)
    shown = period.within(reach) or period
    team = _since(scope, team, reach)
    members, history = scope.members(team), activities.load(scope, team, ANY, reach, stored)
    roster = TeamRoster(members, np.arange(len(members.ids)), shown, history, context.load(scope, team))
    left = _left(team, roster)
    counted = roster.could_use & _told(team, history, shown)
    found = zip(members.ids.tolist(), roster.days.tolist(), history.last_active(), strict=True)
    return {
        number: (LEFT if left[place] else roster.status(place), days if counted[place] else None, newest)
        for place, (number, days, newest) in enumerate(found)
    }


def _since(scope: Scope, team: Team, reach: Period) -> Team:
    """The team; where it is a team as it was, with who of the same people was in it on each day since data begins."""
    if not isinstance(team, PastTeam) or team.first <= reach.first:
        return team
    [longer] = scope.as_they_were([scope.team(team.team_id)], PastDays(reach.first, team.last, team.first))
    return longer.of(np.flatnonzero(np.isin(longer.ids, team.ids)))


def _told(team: Team, history: Activity, period: Period) -> np.ndarray:
    """Mask [people]: whether the person was in the team on at least one day of the period that has data."""
    days = [day for day, known in zip(history.period, history.known.tolist(), strict=True) if known and day in period]
    if not isinstance(team, PastTeam):
        return np.full(history.size, bool(days))
    return np.asarray(np.any([np.zeros(team.size, dtype=bool), *(team.on(day) for day in days)], axis=0))


def _left(team: Team, roster: TeamRoster) -> np.ndarray:
    """Mask [people]: whether the person's status is `LEFT`."""
    if not isinstance(team, PastTeam):
        return np.zeros(len(roster.places), dtype=bool)
    return np.asarray(~team.on(roster.period.last) & ~roster.archived)
