"""Two to four teams side by side: the same numbers for each, over the same days."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from core import wording
from core.bits import how_many
from core.catalogue import ANY, PRODUCT, PRODUCTS, STATS, Product, Ratio, Stat, measures_of
from core.reports.measures import arithmetic
from core.reports.periods import Period
from core.reports.teams import team_activity
from core.reports.teams.singled_out import singled_out
from core.reports.teams.team_activity import Group, StoredDays, TeamCounts
from core.reports.teams.teams import EVERYBODY
from core.reports.wording import findings
from core.visibility import EVERYONE, Members, PastTeam, Scope, Team

FEWEST, MOST = 2, 4

MOST_FOUND = 20
"""So many teams are offered for a search; a longer list is to be narrowed down."""

STATISTICS: tuple[Stat | Ratio, ...] = tuple(stat for stat in STATS if stat.headline)


@dataclass(frozen=True)
class ComparedTeam:
    """One team of a comparison.

    Attributes:
        totals: per headline statistic its total over the period; None when it was not measured.
        cases: per rate among them, what it was divided by.
        users: per product key, and under "any" where no product is chosen, the people active in the period, also who
            has left since: the totals are theirs as well.
    """

    team_id: int
    name: str
    counts: TeamCounts
    totals: dict[str, float | None]
    cases: dict[str, int]
    users: dict[str, int]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Teams in the order in which the reader chose them, and the complete weeks that data covers."""

    teams: tuple[ComparedTeam, ...]
    weeks: tuple[Period, ...]


def find_teams(scope: Scope, search: str = "", limit: int = MOST_FOUND) -> dict[int, str]:
    """Teams of the scope by their leads' names: those whose lead has the text in name, title or department."""
    members = scope.members(scope.whole)
    wanted = " ".join(search.casefold().split())
    found: list[int] = []
    for at in np.flatnonzero(members.reports > 0).tolist():
        texts = (members.names[at], members.titles[at] or "", members.departments[at] or "")
        if wanted in " ".join(texts).casefold():
            found.append(at)
            if len(found) == limit:
                break
    return _labels(members, found)


def count_teams(scope: Scope) -> int:
    """How many teams the scope holds."""
    return int(np.count_nonzero(scope.members(scope.whole).reports > 0))


def team_labels(scope: Scope, team_ids: Sequence[int]) -> dict[int, str]:
    """Those of the ids that are teams of the scope, with their labels; others are left out."""
    if not team_ids:
        return {}
    members = scope.members(scope.whole)
    places = [at for number in team_ids for at in np.flatnonzero(members.ids == number).tolist()]
    return _labels(members, [at for at in places if members.reports[at] > 0])


def _labels(members: Members, places: Sequence[int]) -> dict[int, str]:
    """Of leads: name and title, and the address where another lead has both, as a browser sends a choice's label."""
    names, titles = members.names, members.titles
    told = {names[at] for at in places}
    namesakes = [at for at in np.flatnonzero(members.reports > 0).tolist() if names[at] in told]
    shared = Counter((names[at], titles[at]) for at in namesakes)
    return {
        int(members.ids[at]): " · ".join(
            part
            for part in (names[at], titles[at], members.emails[at] if shared[names[at], titles[at]] > 1 else None)
            if part
        )
        for at in places
    }


def compare(scope: Scope, chosen: Sequence[Team], product: Product, period: Period, first_day: dt.date) -> Comparison:
    """Compute the figures of teams of the scope, `MOST` at most."""
    teams = list(chosen)[:MOST]
    everybody = scope.members(scope.whole)
    zero = scope.whole.left  # in pre-order each chain is a slice of the scope's people
    sums = [team if isinstance(team, PastTeam) else slice(team.left - zero, team.right - zero) for team in teams]
    if single := singled_out(everybody, scope.viewer.employee_id, sums, period):
        scope.recorder.log_people(single)
    keys = list(dict.fromkeys(key for stat in STATISTICS for key in measures_of(stat)))
    totals_of = scope.chain_sums(teams, keys, period.first, period.last)
    stored = StoredDays(scope, period, first_day)
    measured = stored.measured(period)
    result: list[ComparedTeam] = []
    weeks: tuple[Period, ...] = ()
    for team in teams:
        found = team_activity.load(scope, team, product, period, stored)
        members = scope.members(team)
        [counts] = team_activity.count(found, members, [Group(((0, team.size),))])
        # Of a day that some counters of somebody's lack, a sum above zero was measured in part and counts.
        added = zip(keys, totals_of[team.team_id], strict=True)
        values = {key: value for key, value in added if value or measured(key)}
        summed = partial(_sum, values)
        totals = {stat.key: arithmetic.value(stat, summed) for stat in STATISTICS}
        name = EVERYBODY if team.team_id == EVERYONE else members.names[0]
        cases = {stat.key: int(summed(stat.denominator) or 0) for stat in STATISTICS if isinstance(stat, Ratio)}
        active = {**found.products, product.key: found.active}
        users = dict(zip(active, how_many(np.stack(list(active.values()))).tolist(), strict=True))
        result.append(ComparedTeam(team.team_id, name, counts, totals, cases, users))
        weeks = found.weeks
    return Comparison(tuple(result), weeks)


def _sum(values: Mapping[str, int], keys: Sequence[str]) -> float | None:
    return arithmetic.known_sum(values.get(key) for key in keys)


Lines = list[tuple[str, list[str]]]
"""Numbers in words: what it is, and a text for each team."""


def headlines(comparison: Comparison) -> Lines:
    """Headcount, adoption, habits, and the share of each product that anybody used."""
    counts = [team.counts for team in comparison.teams]
    lines: Lines = [
        ("Headcount", [wording.number(each.headcount) for each in counts]),
        ("Adoption rate", [findings.adoption_rate(each.active) for each in counts]),
        ("Change", [findings.share_change(each.active, each.before) or wording.DASH for each in counts]),
        ("Average week", [findings.average_week(each.weeks, each.active) for each in counts]),
        ("Regular or power users", [str(each.habitual or wording.DASH) for each in counts]),
    ]
    for item in PRODUCTS:
        shares = [each.products.get(item.key) for each in counts]
        if any(share is not None and share.count for share in shares):
            texts = [wording.DASH if share is None else findings.adoption_rate(share) for share in shares]
            lines.append((item.label, texts))
    return lines


def statistics(comparison: Comparison) -> Lines:
    """The headline statistics that any of the teams used, per person who was active in that product."""
    used = [stat for stat in STATISTICS if any(team.totals[stat.key] for team in comparison.teams)]
    return [(stat.label, [_per_person(stat, team) for team in comparison.teams]) for stat in used]


def _per_person(stat: Stat | Ratio, team: ComparedTeam) -> str:
    """A rate; or a total, and the total divided by the people active in the statistic's product."""
    total = team.totals[stat.key]
    if isinstance(stat, Ratio):
        return f"{findings.value(stat, total)} of {wording.number(team.cases[stat.key])}"
    users = team.users.get(stat.product if stat.product in PRODUCT else ANY.key)
    if total is None or not users:
        return wording.number(total)
    return f"{wording.number(total / users, 1)} · {wording.number(total)} in all"
