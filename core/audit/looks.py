"""Somebody reads: their looks, exports and refusals are written down before they get an answer.

A look at a person is any reading of that person's own figures by somebody else, in a page of their own or as a line of
a table. Sums over a team say nothing of a single person and are written as a look at the team; of days on which nobody
but one person, and the reader, was in it, they do say it, and are a look at that person, too. One's own numbers are
nobody's look.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from core.audit import entries, reading
from core.audit.entries import NOBODY, SEVERAL, Actor, Entry, Kind, Subject, entry
from core.audit.log import append, in_plain_words
from core.audit.repeats import RECENT, since
from core.audit.unrepeated import NOT_SHOWN, append_unless_recent, exclusively, refused_anyway
from core.store.access import access_log
from core.store.engine.database import Database

Ids = Sequence[int] | np.ndarray
"""Employee ids."""


@dataclass(frozen=True)
class Look:
    """What was looked at: single people, who may be all of a team; or sums over teams, given by id and people."""

    people: Ids | None = None
    team_id: int | None = None
    teams: Sequence[tuple[int, Ids]] = ()


def recorder(database: Database, viewer: str, employee_id: int | None) -> AccessRecorder:
    """The one who writes down what this viewer reads, or what somebody else reads in the viewer's place."""
    by = reading.by()
    if by is None:
        return AccessRecorder(database, Actor(viewer, employee_id), employee_id)
    return AccessRecorder(database, Actor(by), None, {"as": viewer})


class AccessRecorder:
    """Writes for one reader of one database. `own_id`: whose figures are the reader's own; None for nobody's."""

    def __init__(
        self, database: Database, actor: Actor, own_id: int | None, details: Mapping[str, object] | None = None
    ) -> None:
        self._database = database
        self._actor = actor
        self._own_id = own_id
        self._details = details or {}
        self._exported: frozenset[int] = frozenset()
        self._heard: list[Look] | None = None

    @contextmanager
    def listening(self) -> Iterator[list[Look]]:
        """The looks inside the block, for `log_again` when what was read is shown again without being read anew."""
        heard: list[Look] = []
        self._heard, was = heard, self._heard
        try:
            yield heard
        finally:
            self._heard = was
            if was is not None:
                was += heard

    def log_again(self, looks: Iterable[Look]) -> None:
        """What was read earlier, with these looks, is about to be shown again.

        Raises:
            NotLogged: it could not be written.
        """
        for look in looks:
            if look.people is not None:
                self.log_people(look.people, look.team_id)
            self.log_teams(look.teams)

    def log_people(self, ids: Ids, team_id: int | None = None) -> None:
        """The figures of single people are about to be read; those looked at here a moment ago are not named again.

        `team_id`: whose chain they are, where they are all of it.

        Raises:
            NotLogged: it could not be written.
        """
        if self._heard is not None:
            self._heard.append(Look(ids, team_id))
        place = reading.place()
        key = (self._database.url, self._actor.name, place)
        others = [int(number) for number in ids if number != self._own_id and number not in self._exported]
        new = [int(number) for number in RECENT.new(key, others)]  # type: ignore[call-overload]
        if not new:
            return
        with in_plain_words(NOT_SHOWN), self._alone() as connection:
            earlier = access_log.people_since(connection, self._actor.name, place, since())
            seen = {number: at for at, text in earlier for number in entries.ids_of(text)}
            unseen = [number for number in new if number not in seen]
            if unseen:
                append(connection, self._look(unseen, team_id, place))
        RECENT.remember(key, unseen)
        for number in seen.keys() & set(new):  # in the log of another process: known for as long as that entry counts
            RECENT.remember(key, [number], seen[number])

    def log_teams(self, teams: Iterable[tuple[int, Ids]]) -> None:
        """Sums over each of several teams, given by id and people, are about to be read.

        Raises:
            NotLogged: it could not be written.
        """
        teams = list(teams)
        if self._heard is not None:
            self._heard.append(Look(teams=teams))
        single: list[int] = []
        looks: list[Entry] = []
        for team_id, ids in teams:
            others = [int(number) for number in ids[:3] if number != self._own_id]
            if len(others) == 1 and len(ids) <= 2:
                single += others
            elif others:
                subject = entries.team(team_id)
                looks.append(self._entry(Kind.LOOK, "look", subject, self._details))
        self.log_people(single)
        append_unless_recent(self._database, *looks)

    def log_refusal(self, requested: object) -> None:
        """Something is about to be refused, as it was asked for."""
        asked = {"asked": entries.asked(requested), **self._details}
        with refused_anyway():
            append_unless_recent(self._database, self._entry(Kind.REFUSAL, "refused", NOBODY, asked))

    def log_preview(self, employee_id: int, manager: str) -> None:
        """Somebody is about to look at their own figures as their manager sees them.

        Raises:
            NotLogged: it could not be written.
        """
        said = {"as": manager, **self._details}
        append_unless_recent(self._database, self._entry(Kind.ACT, "preview.opened", entries.person(employee_id), said))

    def log_export(self, team_id: int, ids: Sequence[int], details: Mapping[str, object]) -> str:
        """A file with the figures of these people, a team's, is about to be built; the id that the file has to carry.

        Raises:
            NotLogged: it could not be written.
        """
        export_id = secrets.token_hex(16)
        said = {**self._details, **details, "export": export_id, "people": len(ids)}
        subject = entries.person(ids[0]) if len(ids) == 1 else entries.team(team_id)
        with in_plain_words("The file was not made"), self._alone() as connection:
            append(
                connection,
                entry(Kind.EXPORT, "export", self._actor, subject, people=ids, place=reading.place(), details=said),
            )
        self._exported = frozenset(int(number) for number in ids)
        return export_id

    def _look(self, ids: Sequence[int], team_id: int | None, place: str) -> Entry:
        several = SEVERAL if team_id is None else entries.team(team_id)
        whom = entries.person(ids[0]) if len(ids) == 1 else several
        said = {**self._details, "people": len(ids)} if len(ids) > 1 else self._details
        return entry(Kind.LOOK, "look", self._actor, whom, people=ids, place=place, details=said)

    def _entry(self, kind: Kind, act: str, subject: Subject, details: Mapping[str, object]) -> Entry:
        return entry(kind, act, self._actor, subject, place=reading.place(), details=details)

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        with exclusively(self._database) as connection:
            yield connection


def log_stranger(database: Database, claimed: str, *, proven: bool = False, ended: bool = False) -> None:
    """Somebody signed in who is about to be refused; `ended`: because the sign-in counts no more.

    `proven`: the address is theirs, and is known or archived. Inside `nobody_asks` nothing is written.
    """
    if not reading.is_asked():
        return
    by = reading.by()
    actor = Actor(by or (claimed if proven else entries.UNKNOWN))
    details = {} if proven and by is None else {"claimed": entries.bounded(claimed)}
    details |= {"session": "ended"} if ended else {}
    with refused_anyway():
        append_unless_recent(database, entry(Kind.REFUSAL, "refused", actor, place="sign-in", details=details))


def log_refusal(database: Database, actor: str, requested: object, at_place: str = "") -> None:
    """Something is about to be refused to whom no scope stands for: an act of an admin, or a file."""
    asked = {"asked": entries.asked(requested)}
    with refused_anyway():
        who = _known(database, actor)
        append_unless_recent(
            database, entry(Kind.REFUSAL, "refused", who, place=at_place or reading.place(), details=asked)
        )


def log_person(database: Database, actor: str, employee_id: int) -> None:
    """An admin is about to read on which days somebody was active; one's own are nobody's look.

    Raises:
        NotLogged: it could not be written.
    """
    who = _known(database, actor)
    AccessRecorder(database, who, who.employee_id).log_people([employee_id])


def log_directory_person(database: Database, actor: str, employee_id: int) -> None:
    """An admin is about to read what the directory says of somebody, which holds no figures.

    Raises:
        NotLogged: it could not be written.
    """
    who, whom = _known(database, actor), entries.person(employee_id)
    append_unless_recent(database, entry(Kind.ACT, "directory.person.opened", who, whom, place=reading.place()))


def log_reading(database: Database, actor: str, subject: Subject, asked: Mapping[str, object]) -> None:
    """An admin is about to read the log itself.

    Raises:
        NotLogged: it could not be written.
    """
    who = _known(database, actor)
    append_unless_recent(database, entry(Kind.ACT, "log.read", who, subject, place=reading.place(), details=asked))


def _known(database: Database, actor: str) -> Actor:
    with database.read("core.audit") as connection:
        return Actor(actor, access_log.employee_id(connection, actor))
