"""The teams below somebody side by side, the way down to them, and the organisation below as nested areas."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.catalogue import Product
from core.reports.measures.tiers import window
from core.reports.periods import Period
from core.reports.teams import team_activity
from core.reports.teams.singled_out import Sum, singled_out
from core.reports.teams.team_activity import Group, StoredDays, TeamCounts
from core.visibility import EVERYONE, Members, PastTeam, Scope, Team

EVERYBODY = "Everybody"
LEVELS = 3
"""So many levels below somebody are drawn as areas."""

SMALLEST_AREA = 5
"""Teams of fewer people have no rate, and no area of their own."""

MOST_AREAS = 240
"""A level that would bring more areas than this is left out: nobody could read them."""


@dataclass(frozen=True)
class TeamRow:
    """One direct report's team; or the direct reports who lead nobody, together, when `team_id` is None."""

    team_id: int | None
    name: str
    title: str
    counts: TeamCounts


@dataclass(frozen=True)
class Area:
    """A team in the organisation below; `parent` is the team that holds it, None for the chosen one."""

    team_id: int
    parent: int | None
    name: str
    level: int
    counts: TeamCounts


@dataclass(frozen=True)
class Step:
    """A level on the way from all that the viewer sees to the chosen team."""

    team_id: int
    name: str


@dataclass(frozen=True, eq=False)
class Teams:
    """The figures of the Teams page for one chosen team, product and period.

    Attributes:
        path: the way down, the chosen team last.
        chain: the whole chain of the chosen team, its lead included.
        rows: its parts, by name; those with nobody employed are left out and counted in `empty`.
        lead: whether the chosen team has a lead, who stands in no row.
        areas: the chosen team and the teams below it that are drawn, each after its parent; none in which everybody
            was away.
        weeks: the complete weeks that the sparklines show.
        tier_weeks: the weeks that decide about habits.
        missing_days: days of the period without data.
        alone: the people other than the reader about whom alone a row is.
    """

    product: Product
    period: Period
    path: tuple[Step, ...]
    chain: TeamCounts
    rows: tuple[TeamRow, ...]
    empty: int
    lead: bool
    areas: tuple[Area, ...]
    weeks: tuple[Period, ...]
    tier_weeks: Period
    missing_days: int
    alone: tuple[int, ...]


def teams(scope: Scope, team: Team, product: Product, period: Period, first_day: dt.date) -> Teams:
    """Compute the figures; the looks at a single person that they amount to are in the access log before."""
    members = scope.members(team)
    stored = StoredDays(scope, period, first_day)
    lead = team.team_id != EVERYONE
    reports = np.flatnonzero(members.depth == members.depth[0] + 1) if lead else np.flatnonzero(members.depth == 0)
    leading = reports[members.reports[reports] > 0]
    alone = reports[members.reports[reports] == 0]
    past = isinstance(team, PastTeam)
    groups = [Group(((0, team.size),)), *([] if past else [_chain(members, at) for at in leading])]
    if len(alone):
        groups.append(Group(tuple((int(at), int(at) + 1) for at in alone)))
    drawn = [] if past else _areas(members, period, lead=lead)
    summed = [*groups, *(_chain(members, at) for at, _ in drawn)]
    below, sums = list[PastTeam](), _places(summed)
    if isinstance(team, PastTeam):
        below = scope.as_they_were([scope.team(int(members.ids[at])) for at in leading], team.days(period.first))
        sums = [team, *_places(groups[1:]), *below]
    single = singled_out(members, scope.viewer.employee_id, sums, period)
    if single:
        scope.recorder.log_people(single)
    found = team_activity.load(scope, team, product, period, stored)
    every = team_activity.count(found, members, summed)
    chain, *counts = every[: len(groups)]
    counts = [*(whole_team(scope, each, product, period, stored) for each in below), *counts]
    rows = [
        TeamRow(int(members.ids[at]), members.names[at], members.titles[at] or "", each)
        for at, each in zip(leading.tolist(), counts, strict=False)
    ]
    rows.sort(key=lambda row: (row.name.casefold(), row.team_id))
    if len(alone):
        rows.append(TeamRow(None, "No team of their own" if lead else "No manager and no team", "", counts[-1]))
    root = Area(team.team_id, None, _name(members, team), 0, chain)
    areas = _rows_as_areas(rows, team) if past else _nested(members, drawn, every[len(groups) :], team)
    return Teams(
        product=product,
        period=period,
        path=path_to(scope, team),
        chain=chain,
        rows=tuple(row for row in rows if row.counts.headcount),
        empty=sum(row.counts.headcount == 0 for row in rows),
        lead=lead,
        areas=(root, *(area for area in areas if area.counts.active.of)),
        weeks=found.weeks,
        tier_weeks=window(period),
        missing_days=found.missing_days,
        alone=tuple(single),
    )


def whole_team(scope: Scope, team: Team, product: Product, period: Period, stored: StoredDays) -> TeamCounts:
    """The figures of one team."""
    found = team_activity.load(scope, team, product, period, stored)
    [counts] = team_activity.count(found, scope.members(team), [Group(((0, team.size),))])
    return counts


def top(scope: Scope) -> Team:
    """All that the viewer sees, as a team to begin with: the one chain that holds everybody, where there is one.

    That says more than a table of one row.
    """
    members = scope.members(scope.whole)
    one_chain = scope.whole.size > 1 and members.reports[0] == scope.whole.size - 1
    return scope.team(int(members.ids[0])) if one_chain else scope.whole


def path_to(scope: Scope, team: Team) -> tuple[Step, ...]:
    """The way from all that the viewer sees down to a team; nobody above the viewer is in it."""
    whole = scope.whole
    members = scope.members(whole)
    steps = [Step(EVERYONE, EVERYBODY)] if whole.team_id == EVERYONE else []
    if team.team_id == EVERYONE:
        return tuple(steps)
    place = int(np.flatnonzero(members.ids == team.team_id)[0])
    above = np.flatnonzero(np.arange(place + 1) + members.reports[: place + 1] >= place)
    return (*steps, *(Step(int(members.ids[at]), members.names[at]) for at in above.tolist()))


def _name(members: Members, team: Team) -> str:
    return EVERYBODY if team.team_id == EVERYONE else members.names[0]


def _chain(members: Members, at: int) -> Group:
    return Group(((int(at), int(at) + int(members.reports[at]) + 1),))


def _places(groups: Sequence[Group]) -> list[Sum]:
    """The people of each group; a slice of them where they stand together, which takes no time."""
    return [
        slice(*group.slices[0])
        if len(group.slices) == 1
        else np.concatenate([np.arange(left, right) for left, right in group.slices])
        for group in groups
    ]


def _rows_as_areas(rows: list[TeamRow], team: Team) -> list[Area]:
    """Teams as they were are drawn one level deep: further down each day has a tree of its own."""
    return [
        Area(row.team_id, team.team_id, row.name, 1, row.counts)
        for row in rows
        if row.team_id is not None and row.counts.headcount >= SMALLEST_AREA
    ]


def _areas(members: Members, period: Period, *, lead: bool) -> list[tuple[int, int]]:
    """Places and levels of the teams to draw: `LEVELS` deep, as many levels as fit; in pre-order."""
    top = int(members.depth[0]) if lead else -1
    employed = np.concatenate(([0], np.cumsum(members.employed(period.last))))
    places = np.arange(len(members.ids))
    headcount = employed[places + members.reports + 1] - employed[places]
    level = members.depth - top
    fits = (members.reports > 0) & (level > 0) & (level <= LEVELS) & (headcount >= SMALLEST_AREA)
    deepest = LEVELS
    while deepest > 1 and int((fits & (level <= deepest)).sum()) > MOST_AREAS:
        deepest -= 1
    chosen = np.flatnonzero(fits & (level <= deepest))
    if len(chosen) > MOST_AREAS:
        largest = np.argsort(-headcount[chosen], kind="stable")[:MOST_AREAS]
        chosen = np.sort(chosen[largest])
    return [(int(at), int(level[at])) for at in chosen]


def _nested(members: Members, areas: list[tuple[int, int]], counts: list[TeamCounts], team: Team) -> list[Area]:
    result: list[Area] = []
    above: dict[int, int] = {0: team.team_id}
    for (at, level), each in zip(areas, counts, strict=True):
        number = int(members.ids[at])
        above[level] = number
        result.append(Area(number, above[level - 1], members.names[at], level, each))
    return result
