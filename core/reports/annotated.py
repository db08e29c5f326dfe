"""What admins noted about the days of a chart, as far as its reader may know it."""

from __future__ import annotations

from core.reports import marks
from core.reports.marks import Mark
from core.reports.periods import Period
from core.visibility import Scope, Team


def of_team(scope: Scope, team: Team, period: Period) -> tuple[Mark, ...]:
    """The marks for charts about a team or a person; those about a smaller team name its lead."""
    found = scope.annotations(team, period.first, period.last)
    return marks.inside(
        (
            Mark(each.first, each.last, f"{each.words} ({each.lead}’s team)" if each.lead else each.words)
            for each in found
        ),
        period,
    )
