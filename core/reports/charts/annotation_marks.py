"""What admins noted about the days of a chart, as far as its reader may know it."""

from __future__ import annotations

from collections.abc import Sequence

from core.reports.charts import marks
from core.reports.charts.marks import Mark
from core.reports.periods import Period
from core.visibility import Annotation, Scope, Team


def of_team(scope: Scope, team: Team, period: Period) -> tuple[Mark, ...]:
    """The marks for charts about a team or a person; those about a smaller team name its lead."""
    found = scope.annotations(team, period.first, period.last)
    return marks.inside((_mark(each, each.lead) for each in found), period)


def of_compared(scope: Scope, teams: Sequence[Team], names: Sequence[str], period: Period) -> tuple[Mark, ...]:
    """The marks for a chart that compares teams with these names; those not about all of them say about whose team."""
    found = [scope.annotations(team, period.first, period.last) for team in teams]
    about_all = set.intersection(*({each for each in of_one if each.lead is None} for of_one in found))
    told = {
        _mark(each, None if each in about_all else each.lead or name)
        for name, of_one in zip(names, found, strict=True)
        for each in of_one
    }
    return marks.inside(told, period)


def _mark(noted: Annotation, lead: str | None) -> Mark:
    return Mark(noted.first, noted.last, f"{noted.words} ({lead}’s team)" if lead else noted.words)
