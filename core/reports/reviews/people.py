"""Whom a review is about: oneself, one person, a chain, or a pasted list; always inside what the maker may see."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from core import wording
from core.errors import NotPermitted, UptakeError
from core.people.email import canonical
from core.reports.periods import Period
from core.reports.teams.teams import EVERYBODY
from core.reports.wording import findings
from core.visibility import EVERYONE, Scope, Team

MOST_PEOPLE = 5_000
"""The most people of a review: the pages of a larger file would fill a disk, and nobody would read them."""

AT_ONCE = 100
"""The most people whose days are in memory at the same time."""

_NOT_ALL = (
    "Not every address of the list belongs to somebody whom you can see. No file was made. "
    "Check the list for slips, and for people outside your reporting chain."
)


class ReviewRefused(UptakeError):
    """A review that cannot be made as it was asked for; nothing was made."""


@dataclass(frozen=True)
class ReviewSelection:
    """The people of a review.

    Attributes:
        parts: teams of the scope that hold them and nobody else, none of them larger than `AT_ONCE`.
        ids: their employee ids.
        words: who they are, for the reader of the file.
        team_id: the manager of the chain, the person, or EVERYONE; None for a list.
    """

    parts: tuple[Team, ...]
    ids: tuple[int, ...]
    words: str
    team_id: int | None


def person(scope: Scope, employee_id: int) -> ReviewSelection:
    """One person of the scope.

    Raises:
        NotPermitted: outside the scope, or nobody.
    """
    team = scope.person(employee_id)
    return ReviewSelection((team,), (employee_id,), scope.members(team).names[0], employee_id)


def chain(scope: Scope, team_id: int, period: Period) -> ReviewSelection:
    """A reporting chain with its head; of it the people who were employed on some day of the period.

    Raises:
        NotPermitted: outside the scope, or nobody.
        ReviewRefused: too many people, or none.
    """
    team = scope.team(team_id)
    members = scope.members(team)
    there = np.array(
        [
            (members.first_day(index) or period.first) <= period.last
            and (members.last_day(index) or period.last) >= period.first
            for index in range(team.size)
        ],
        dtype=bool,
    )
    ids = tuple(int(number) for number in members.ids[there])
    words = EVERYBODY if team_id == EVERYONE else f"{members.names[0]} and the reporting chain below"
    return _bounded(scope, ids, words, team_id)


def pasted(scope: Scope, text: str) -> ReviewSelection:
    """The people of a list of e-mail addresses, separated by anything that is no part of one.

    Raises:
        NotPermitted: an address is no address, is nobody's, or belongs to somebody outside the scope; in one sentence
            for the list as a whole, so that nobody learns which of them exist.
        ReviewRefused: too many people, or none.
    """
    members = scope.members(scope.whole)
    known = dict(zip(members.emails, members.ids.tolist(), strict=True))
    asked = [word for word in re.split(r"[\s,;]+", text) if word]
    found = [known.get(_address(word), 0) for word in asked]
    if not all(found):
        scope.recorder.log_refusal("a list of addresses")
        raise NotPermitted(_NOT_ALL)
    ids = tuple(dict.fromkeys(found))
    words = "1 person" if len(ids) == 1 else f"A list of {len(ids)} people"
    return _bounded(scope, ids, words, None)


def _address(word: str) -> str:
    """An address in the form by which addresses are compared; a word that is no address stays as it is."""
    try:
        return canonical(word.strip("<>\"'()"))
    except ValueError:
        return word


def first(scope: Scope, chosen: ReviewSelection, count: int) -> ReviewSelection:
    """The first of the chosen people by name."""
    members = scope.members(scope.whole)
    wanted = set(chosen.ids)
    named = sorted(
        (name.casefold(), number)
        for name, number in zip(members.names, members.ids.tolist(), strict=True)
        if number in wanted
    )
    ids = tuple(number for _, number in named[:count])
    return ReviewSelection(_covering(scope, ids), ids, chosen.words, None)


def again(scope: Scope, ids: tuple[int, ...], words: str) -> tuple[ReviewSelection, tuple[int, ...]]:
    """The people of an earlier review as far as they are still in the scope, and the ids of those who are not."""
    known = set(scope.members(scope.whole).ids.tolist())
    here = tuple(number for number in ids if number in known)
    gone = tuple(number for number in ids if number not in known)
    return ReviewSelection(_covering(scope, here), here, words, None), gone


def _bounded(scope: Scope, ids: tuple[int, ...], words: str, team_id: int | None) -> ReviewSelection:
    if not ids:
        raise ReviewRefused("There is nobody to make a review of. Choose people, or paste their e-mail addresses.")
    if len(ids) > MOST_PEOPLE:
        raise ReviewRefused(
            f"These are {findings.people(len(ids))}; a file holds at most {wording.number(MOST_PEOPLE)}. "
            "Choose smaller teams, one by one."
        )
    return ReviewSelection(_covering(scope, ids), ids, words, team_id)


def _covering(scope: Scope, ids: tuple[int, ...]) -> tuple[Team, ...]:
    """Teams of at most `AT_ONCE` people that hold these people and nobody else: whole chains where it can be."""
    members = scope.members(scope.whole)
    wanted = np.isin(members.ids, ids)
    counted = np.concatenate(([0], np.cumsum(wanted)))
    parts, place = [], 0
    while place < len(wanted):
        number, size = int(members.ids[place]), int(members.reports[place]) + 1
        if size <= AT_ONCE and counted[place + size] - counted[place] == size:
            parts.append(scope.team(number))
            place += size
            continue
        if wanted[place]:
            parts.append(scope.person(number))
        place += 1
    return tuple(parts)
