"""What a viewer may read of the people in reach: every read of usage is a method here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.bits import Packed
from core.store import process_cache
from core.store.access import access_log
from core.store.engine.database import Database
from core.store.hierarchy.organisation import Organisation, Team
from core.store.hierarchy.past_teams import PastTeam
from core.store.notes import annotated
from core.store.usage import past_reads, reads, revisions, team_reads
from core.store.usage.bitmaps import ActiveDays
from core.store.usage.reads import Freshness
from core.viewers import Viewer, manager_of
from core.visibility.annotated import Annotation, readable
from core.visibility.marks import Marks
from core.visibility.notes import Notes
from core.visibility.totals import Totals

_MADE_HERE = object()

Rows = Sequence[Sequence[Any]]
"""What a query gave: plain rows, in the order of columns that the method names."""

Span = tuple[dt.date, dt.date]
"""The first and the last of some days."""


class Scope(Marks, Notes, Totals):
    """What one viewer may see, at one version of the directory. Only `scope_of` makes one.

    Every read takes its team from `team()` or its person from `person()`, and checks again that it lies inside.
    NotPermitted is also what a read raises when people have moved since the scope was made. Reads of others, and
    refusals, are in the access log before the answer; what cannot be written there raises NotLogged.
    """

    def __init__(
        self,
        proof: object,
        database: Database,
        viewer: Viewer,
        directory: Organisation,
        counters: Mapping[str, int],
    ) -> None:
        if proof is not _MADE_HERE:
            message = "A scope comes from scope_of()."
            raise TypeError(message)
        super().__init__(database, viewer, directory, counters)
        self._freshness: Freshness | None = None

    def who_looked(self, since: dt.datetime, limit: int, offset: int = 0) -> tuple[Rows, int]:
        """A page of the entries of others' looks at the viewer's own figures, newest first; and how many there are."""
        own = self._own("who looked")
        with self._database.read("core.visibility") as connection:
            return access_log.who_looked(connection, own, since, limit, offset)

    def as_my_manager(self) -> Scope | None:
        """What the viewer's manager can see of the viewer, by the manager's own gate; None without a manager.

        It holds the viewer and nobody else, and nothing of the manager's. That the viewer opened it is in the log as
        the viewer's own act.
        """
        own = self._own("the manager's view")
        manager = manager_of(self._directory, own, dt.datetime.now(dt.UTC).date())
        if manager is None:
            return None
        seen = Scope(_MADE_HERE, self._database, manager, self._directory, self._counters)
        seen.recorder = self.recorder
        seen._whole = seen.person(own)
        seen.is_preview = True
        self.recorder.log_preview(own, manager.email)
        return seen

    def annotations(self, team: Team, first: dt.date, last: dt.date) -> list[Annotation]:
        """What admins noted about days of a span that the viewer may read, for charts of a team or person.

        In a manager's view it is all that the manager reads beside the person: notes on teams that hold the person.
        """
        about = self._inside(self.team(team.team_id) if isinstance(team, PastTeam) else team)
        with self._usage() as connection:
            noted = annotated.touching(connection, first, last)
        return readable(self._directory, self._reach(), self.viewer.employee_id, about, noted)

    def freshness(self) -> Freshness:
        """How far the stored data reached when the scope was first asked."""
        if self._freshness is None:
            with self._database.read() as connection:
                self._freshness = reads.freshness(connection)
        return self._freshness

    def stored_days(self, first: dt.date, last: dt.date) -> dict[dt.date, frozenset[str]]:
        """The complete days of a range, each with the measures that were not measured for anybody."""
        with self._database.read() as connection:
            every = process_cache.stored_days(connection, self._database.url)
        return {day: unmeasured for day, unmeasured in every.items() if first <= day <= last}

    def team_sums(self, team: Team, measures: Sequence[str], first: dt.date, last: dt.date) -> Rows:
        """Rows (day, one sum per measure); see `core.store.usage.reads.team_sums`."""
        self._looks_at(first, last, team)
        with self._usage() as connection:
            if isinstance(team, PastTeam):
                return past_reads.team_sums(connection, self._directory, team, measures, (first, last))
            return reads.team_sums(connection, self._inside(team), measures, first, last)

    def people_sums(
        self, people: Sequence[int], measures: Sequence[str], first: dt.date, last: dt.date, team: Team | None = None
    ) -> Rows:
        """Rows (employee id, one sum per measure, rows of days) for people of the scope; see `core.store.usage.reads`.

        Given a team as it was, of the days on which they were in it.
        """
        for employee_id in people:
            self.person(employee_id)
        self.recorder.log_people(people)
        with self._usage() as connection:
            if isinstance(team, PastTeam):
                return past_reads.people_sums(connection, self._as_it_was(team), people, measures, (first, last))
            return reads.people_sums(connection, people, measures, first, last)

    def people_days(self, people: Sequence[int], measures: Sequence[str], first: dt.date, last: dt.date) -> Rows:
        """The rows of `user_days` of some people of the scope."""
        for employee_id in people:
            self.person(employee_id)
        self.recorder.log_people(people)
        with self._usage() as connection:
            return reads.people_days(connection, people, measures, first, last)

    def user_days(self, team: Team, measures: Sequence[str], first: dt.date, last: dt.date) -> Rows:
        """Rows (employee id, day, counters, masks), one per account and day, for people of the team."""
        self.recorder.log_people(self._ids(team), team.team_id)
        with self._usage() as connection:
            if isinstance(team, PastTeam):
                return past_reads.user_days(connection, team, measures, (first, last))
            return reads.user_days(connection, self._inside(team), measures, first, last)

    def user_days_at(self, team: Team, first: dt.date, last: dt.date, moment: dt.datetime) -> Rows:
        """The rows of `user_days`, of all measures, as they were at a moment; see `core.store.usage.revisions`."""
        self.recorder.log_people(self._ids(self._inside(team)), team.team_id)
        with self._usage() as connection:
            return revisions.user_days(connection, self._inside(team), first, last, moment)

    def active(self, team: Team, wanted: Mapping[int, Span], shown: Span | None = None) -> dict[int, ActiveDays]:
        """Who of the team, in its order, was active on the stored days of a span of each product, all of one moment.

        `shown`: of which days the reader is told, where days before them say only whether something is new.
        """
        self._looks_at(*(shown or _hull(wanted.values())), team)
        with self._usage() as connection:
            if isinstance(team, PastTeam):
                return past_reads.active_days(connection, self._database.url, self._directory, team, wanted)
            return team_reads.active_days(connection, self._database.url, self._directory, team, wanted)

    def active_in(
        self, team: Team, wanted: Mapping[int, Sequence[Span]], shown: Span | None = None
    ) -> dict[int, Packed]:
        """Who was active in products on any day of spans; see `core.store.usage.team_reads`. `shown` as in `active`."""
        self._looks_at(*(shown or _hull(span for spans in wanted.values() for span in spans)), team)
        with self._usage() as connection:
            if isinstance(team, PastTeam):
                return past_reads.active_in(connection, self._database.url, self._directory, team, wanted)
            return team_reads.active_in(connection, self._database.url, self._directory, team, wanted)

    def person_totals(self, team: Team, measures: Sequence[str], first: dt.date, last: dt.date) -> Rows:
        """Rows (one sum per measure) without names, one a person; see `core.store.usage.team_reads.person_totals`."""
        self._looks_at(first, last, team)
        with self._usage() as connection:
            if isinstance(team, PastTeam):
                return past_reads.person_totals(connection, self._directory, team, measures, (first, last))
            return team_reads.person_totals(connection, self._inside(team), measures, (first, last))

    def chain_sums(
        self, teams: Sequence[Team], measures: Sequence[str], first: dt.date, last: dt.date
    ) -> dict[int, tuple[int, ...]]:
        """Team id → one sum per measure, for several teams of the scope."""
        today = [team for team in teams if not isinstance(team, PastTeam)]
        past = [team for team in teams if isinstance(team, PastTeam)]
        self._looks_at(first, last, *teams)
        with self._usage() as connection:
            sums = team_reads.chain_sums(connection, self._directory, today, measures, (first, last))
            for team in past:
                rows = past_reads.team_sums(connection, self._directory, team, measures, (first, last))
                sums[team.team_id] = tuple(sum(row[at] for row in rows) for at in range(1, len(measures) + 1))
            return sums


def _hull(spans: Iterable[Span]) -> Span:
    """From the first day of all spans to the last."""
    every = list(spans)
    return min(first for first, _ in every), max(last for _, last in every)


def scope_of(database: Database, viewer: Viewer) -> Scope:
    """What the viewer may see, by the directory as it is now.

    Raises:
        UnknownViewer: the viewer is in the directory no more.
    """
    directory, counters = process_cache.directory_and_counters(database, "core.visibility")
    return Scope(_MADE_HERE, database, viewer, directory, counters)
