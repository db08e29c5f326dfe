"""Whom a viewer may see: the rule of the reporting line, and nothing of anybody's usage.

Employees see themselves, managers everybody in their reporting chain, admins everybody, peers never. In doubt somebody
sees less: an unknown, unverified or archived person is refused, and a person or team outside the scope is answered
exactly like one that does not exist. An admin's scope is not the absence of a filter but a scope that says "everyone".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property

import numpy as np
import xxhash
from sqlalchemy import Connection

from core import audit
from core.errors import NotPermitted, UnknownViewer
from core.store import process_cache
from core.store.engine import versions
from core.store.engine.column_types import to_epoch
from core.store.engine.database import Database
from core.store.hierarchy import organisation, past_chains, past_teams
from core.store.hierarchy.members import Members, alone_with
from core.store.hierarchy.organisation import Organisation, Team
from core.store.hierarchy.past_teams import PastDays, PastTeam
from core.store.tables.usage import EVERYONE
from core.viewers import STRANGER, Viewer

_MOVED = "The directory was changed a moment ago, and you may see other people now. Please load the page again."

_NOBODY = Team(-1, 0, 0)
"""What an admin sees who is not in the directory and may not see everybody."""

FEWEST_OTHERS = 5
"""So many people with use have to be outside a chain, or nobody at all, for its lead to see the organisation's totals:
from the totals and their own chain they could else tell what the few others do. See `core.visibility.totals`."""


class Reach:
    """The people whom one viewer may see, at one version of the directory.

    `is_preview`: an employee looks at their own figures as their manager would; see `Scope.as_my_manager`.
    """

    def __init__(
        self, database: Database, viewer: Viewer, directory: Organisation, counters: Mapping[str, int]
    ) -> None:
        self.viewer = viewer
        self._database = database
        self._directory = directory
        self._counters = counters
        self.recorder = audit.recorder(database, viewer.email, viewer.employee_id)
        self._whole = self._reach()
        self.is_preview = False

    def _reach(self) -> Team:
        if self.viewer.sees_everyone:
            return self._directory.everyone
        if self.viewer.employee_id is None and self.viewer.is_admin:
            return _NOBODY
        if self.viewer.employee_id not in self._directory.position:
            raise UnknownViewer(STRANGER)
        return self._directory.team(self.viewer.employee_id)

    def moment(self) -> AbstractContextManager[None]:
        """Have every read of the block see the same moment of the database; see `Database.moment`."""
        return self._database.moment()

    @property
    def whole(self) -> Team:
        """Everybody in the scope."""
        return self._whole

    @property
    def leads_people(self) -> bool:
        """Whether there is anybody to see besides the viewer."""
        return self._whole.size > 1 or self.viewer.sees_everyone

    @property
    def sees_totals(self) -> bool:
        """Whether the viewer may see what Claude counts of the whole organisation; see `FEWEST_OTHERS`."""
        if not self.leads_people or self.viewer.sees_everyone:
            return self.leads_people
        everybody = self._directory.users(0, len(self._directory.ids))
        others = everybody - self._directory.users(self._whole.left, self._whole.right)
        return self._leads_everybody or others >= FEWEST_OTHERS

    @property
    def _leads_everybody(self) -> bool:
        """Whether nobody of the directory stands outside the viewer's people; accounts of nobody do all the same."""
        return self._whole.size == len(self._directory.ids)

    @property
    def fingerprint(self) -> str:
        """Another value whenever the viewer, their people, or whose account is whose among these has changed."""
        whole, directory = self._whole, self._directory
        part, accounts = slice(whole.left, whole.right), directory.accounts_of(whole)
        who = (self.viewer.email, self.viewer.employee_id, *sorted(self.viewer.roles), whole.team_id, self.sees_totals)
        mix = xxhash.xxh3_128(repr(who).encode())
        # Relative to the viewer's own place, which moves with every change before it.
        for array in (directory.ids[part], directory.right[part] - whole.left, directory.ends[part]):
            mix.update(array.tobytes())
        places = directory.account_position[accounts] - whole.left
        spans = (directory.account_since[accounts], directory.account_until[accounts])
        for array in (places, directory.account_ids[accounts], *spans):
            mix.update(array.tobytes())
        return mix.hexdigest()

    @cached_property
    def state(self) -> str:
        """A key for reports that are kept.

        Two scopes with the same state read the same people, usage, marks, notes, annotations and totals. A scope that
        has grown old may read newer data than its state says. The progress of the sync is not part of it.
        """
        today = dt.datetime.now(dt.UTC).date()
        seen = (self._database.url, self.viewer, self.is_preview, self._whole, today, *sorted(self._counters.items()))
        return repr(seen)  # a text, as its hash is worked out once

    def team(self, team_id: int) -> Team:
        """The chain below somebody in the scope, or for admins everyone.

        Raises:
            NotPermitted: outside the scope, or nobody at all.
        """
        if team_id == EVERYONE:
            return self._inside(self._directory.everyone)
        if team_id not in self._directory.position:
            raise self._refused(team_id)
        return self._inside(self._directory.team(team_id))

    def person(self, employee_id: int) -> Team:
        """One person of the scope, as a team of one.

        Raises:
            NotPermitted: outside the scope, or nobody at all.
        """
        if employee_id not in self._directory.position:
            raise self._refused(employee_id)
        position = self._directory.position[employee_id]
        return self._inside(Team(employee_id, position, position + 1))

    def members(self, team: Team) -> Members:
        """Who belongs to a team of the scope."""
        if isinstance(team, PastTeam):
            return past_teams.members_of(self._directory, self._as_it_was(team))
        return self._directory.members(self._inside(team))

    def as_they_were(self, teams: Sequence[Team], days: PastDays) -> list[PastTeam]:
        """Teams of the scope as they were on each day of a range, with nobody in them who may not be seen today."""
        leads = [self._inside(team).left for team in teams if team.team_id != EVERYONE]
        everyone = any(self._inside(team).team_id == EVERYONE for team in teams)
        with self._usage() as connection:
            lines = process_cache.lines(connection, self._database.url, self._directory)
        found = iter(past_chains.as_they_were(self._directory, lines, leads, self._whole, days))
        whole = past_chains.everyone_as_it_was(self._directory, lines, days) if everyone else None
        return [whole if whole is not None and team.team_id == EVERYONE else next(found) for team in teams]

    def led_mask(self, first: dt.date, last: dt.date) -> np.ndarray:
        """Mask over everybody in the scope: somebody reported to them on a day of a range."""
        with self._usage() as connection:
            lines = process_cache.lines(connection, self._database.url, self._directory)
        return lines.leads(first, last)[self._whole.left : self._whole.right]

    def visible_to(self, employee_id: int) -> list[str]:
        """Names of those above a person of the scope who can see them: who works here today, the nearest first."""
        directory, today = self._directory, to_epoch(dt.datetime.now(dt.UTC).date())
        above = directory.managers_of(self.person(employee_id).left)
        return [directory.names[place] for place in above if directory.starts[place] <= today <= directory.ends[place]]

    def _inside(self, team: Team) -> Team:
        if team.team_id == EVERYONE:
            genuine = [self._directory.everyone] if self.viewer.sees_everyone else []
        elif (position := self._directory.position.get(team.team_id)) is None:
            genuine = []
        else:
            genuine = [self._directory.team(team.team_id), Team(team.team_id, position, position + 1)]
        # Stored sums go by the team's id and people by its places, so both have to be of one and the same team.
        if team not in genuine or not (self._whole.left <= team.left and team.right <= self._whole.right):
            raise self._refused(team.team_id)
        return team

    def _own(self, requested: str) -> int:
        """The viewer's own employee id, for what is theirs alone."""
        if self.viewer.employee_id is None or self.is_preview:
            raise self._refused(requested)
        return self.viewer.employee_id

    def _as_it_was(self, team: PastTeam) -> PastTeam:
        """The team, when its lead and everybody in it are in the scope today."""
        self.team(team.team_id)
        within = bool(((team.places >= self._whole.left) & (team.places < self._whole.right)).all())
        if not within or not np.array_equal(self._directory.ids[team.places], team.ids):
            raise self._refused(team.team_id)
        return team

    def _refused(self, requested: object) -> NotPermitted:
        self.recorder.log_refusal(requested)
        return NotPermitted()

    def _ids(self, team: Team) -> np.ndarray:
        """Who is in a team of the scope."""
        if isinstance(team, PastTeam):
            return self._as_it_was(team).ids
        inside = self._inside(team)
        return self._directory.ids[inside.left : inside.right]

    def _looks_at(self, first: dt.date, last: dt.date, *teams: Team) -> None:
        """Sums over teams are about to be read; of days with one other person in one they say what that one did."""
        every = [(team.team_id, self._ids(team)) for team in teams]
        own = -1 if self.viewer.employee_id is None else self.viewer.employee_id
        several = [team for team, (_, ids) in zip(teams, every, strict=True) if np.count_nonzero(ids != own) > 1]
        self.recorder.log_people([each for team in several for each in self._alone(team, first, last)])
        self.recorder.log_teams(every)

    def _alone(self, team: Team, first: dt.date, last: dt.date) -> list[int]:
        """Who, on some day of a span, was the only one in a team besides the viewer."""
        directory, reader = self._directory, self.viewer.employee_id
        places = team.places if isinstance(team, PastTeam) else slice(team.left, team.right)
        starts, ends = directory.starts[places], directory.ends[places]
        if isinstance(team, PastTeam):
            found = past_teams.alone_in(team, reader, (starts, ends), (first, last))
        else:
            found = alone_with(reader, (directory.ids[places], starts, ends), first, last)
        return [int(number) for number in found]

    @contextmanager
    def _usage(self) -> Iterator[Connection]:
        """A connection for reading usage, in whose snapshot the places of this scope's people are still theirs."""
        with self._database.read("core.visibility") as connection:
            if versions.now(connection, versions.DIRECTORY) != self._directory.version:
                fresh, old = organisation.load(connection), self._directory
                # New matches of accounts are welcome; people on other places make every team here out of date.
                if not (np.array_equal(fresh.ids, old.ids) and np.array_equal(fresh.right, old.right)):
                    raise NotPermitted(_MOVED)
                self._directory = fresh
            yield connection
