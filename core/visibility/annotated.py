"""Which annotations of admins a viewer reads, and which of them are about a team's or a person's chart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from core.store.hierarchy.organisation import Organisation, Team
from core.store.notes.annotated import StoredAnnotation
from core.store.tables.usage import EVERYONE


@dataclass(frozen=True)
class Annotation:
    """What happened from `first` to `last`.

    `lead` is whose team it is about, None where that is the chart's own or everybody.
    """

    first: dt.date
    last: dt.date
    words: str
    lead: str | None


def readable(
    directory: Organisation, reach: Team, viewer_id: int | None, about: Team, noted: Iterable[StoredAnnotation]
) -> list[Annotation]:
    """Those about teams that hold the people of a chart, or that these people hold.

    A team's is read by its people and by who sees all of it; everybody reads what is about everybody.
    """
    place = directory.position.get(viewer_id) if viewer_id is not None else None
    found = []
    for each in noted:
        if each.team_id == EVERYONE:
            found.append(Annotation(each.first_day, each.last_day, each.words, None))
        elif each.team_id in directory.position:
            team = directory.team(each.team_id)
            mine = _holds(reach, team) or (place is not None and team.left <= place < team.right)
            if mine and (_holds(team, about) or _holds(about, team)):
                lead = None if each.team_id == about.team_id else directory.names[team.left]
                found.append(Annotation(each.first_day, each.last_day, each.words, lead))
    return found


def _holds(team: Team, other: Team) -> bool:
    return team.left <= other.left and other.right <= team.right
