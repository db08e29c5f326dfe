"""Context marks behind the gate: who sees a person sees that person's; only the employee makes and removes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.store.hierarchy.organisation import Team
from core.store.hierarchy.past_teams import PastTeam
from core.store.notes import context_marks
from core.store.notes.context_marks import ContextMark, MarkedDays, NewMark
from core.viewers import own_days
from core.visibility.reach import Reach


class Marks(Reach):
    """What people in reach have marked, and the viewer's own marks."""

    def context(self, team: Team) -> MarkedDays:
        """The days that people of a team have marked themselves; `people` are places in the team's order."""
        today = dt.datetime.now(dt.UTC).date()
        self._looks_at(*((team.first, team.last) if isinstance(team, PastTeam) else (today, today)), team)
        with self._usage() as connection:
            days = context_marks.present(connection, self._database.url)
        at = self._directory.positions_of(days.people)
        if isinstance(team, PastTeam):
            places = np.full(len(self._directory.ids), -1)
            places[team.places] = np.arange(team.size)
            here = np.where(at >= 0, places[at], -1)
        else:
            here = np.where(at < team.right, at, -1) - team.left
        chosen = np.flatnonzero(here >= 0)
        return replace(days.where(chosen), people=here[chosen])

    def marks_of(self, employee_id: int) -> list[ContextMark]:
        """What a person of the scope has marked, with their words, by day."""
        return self.marks_of_people([employee_id]).get(employee_id, [])

    def marks_of_people(self, people: Sequence[int]) -> dict[int, list[ContextMark]]:
        """Employee id → marks, by day, of those people of the scope who have any."""
        for employee_id in people:
            self.person(employee_id)
        self.recorder.log_people(people)
        found: dict[int, list[ContextMark]] = {}
        with self._usage() as connection:
            for mark in context_marks.marks_of(connection, people):
                found.setdefault(mark.employee_id, []).append(mark)
        return found

    def mark(self, wanted: NewMark) -> None:
        """Mark days of the viewer's own, and nobody else's; see `core.viewers.own_days.mark`."""
        own_days.mark(self._database, self.viewer.email, self._own("a mark"), wanted)

    def unmark(self, mark_id: int) -> None:
        """Take back a mark of the viewer's own.

        Raises:
            NotPermitted: the viewer has no such mark.
        """
        if not own_days.unmark(self._database, self.viewer.email, self._own("a mark"), mark_id):
            raise self._refused("a mark")
