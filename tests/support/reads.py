"""Every read method of a scope, as one call about one person or that person's team."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pytest

from core.catalogue import ANY
from core.errors import NotPermitted
from core.visibility import PastDays, PastTeam, Scope, Team

MEASURES = ("chat_messages", "commits")


@dataclass(frozen=True)
class Subject:
    """A person and their chain, today and as it was, as somebody who may see everything has them."""

    employee_id: int
    person: Team
    team: Team
    past: PastTeam


LATELY = PastDays(dt.date(2026, 11, 1), dt.date(2026, 11, 30), dt.date(2026, 11, 1))


def subject(admin: Scope, employee_id: int) -> Subject:
    team = admin.team(employee_id)
    return Subject(employee_id, admin.person(employee_id), team, admin.as_they_were([team], LATELY)[0])


Read = Callable[[Scope, Subject, Any, Any], Any]

READS: dict[str, list[Read]] = {
    "team": [lambda scope, of, first, last: scope.team(of.employee_id)],
    "person": [lambda scope, of, first, last: scope.person(of.employee_id)],
    "members": [
        lambda scope, of, first, last: scope.members(of.team),
        lambda scope, of, first, last: scope.members(of.person),
        lambda scope, of, first, last: scope.members(of.past),
    ],
    "as_they_were": [
        lambda scope, of, first, last: scope.as_they_were([of.team], LATELY),
    ],
    "visible_to": [lambda scope, of, first, last: scope.visible_to(of.employee_id)],
    "annotations": [
        lambda scope, of, first, last: scope.annotations(of.team, first, last),
        lambda scope, of, first, last: scope.annotations(of.person, first, last),
    ],
    "team_sums": [
        lambda scope, of, first, last: scope.team_sums(of.team, MEASURES, first, last),
        lambda scope, of, first, last: scope.team_sums(of.person, MEASURES, first, last),
        lambda scope, of, first, last: scope.team_sums(of.past, MEASURES, first, last),
    ],
    "notes_of": [lambda scope, of, first, last: scope.notes_of([of.employee_id])],
    "people_sums": [
        lambda scope, of, first, last: scope.people_sums([of.employee_id], MEASURES, first, last),
        lambda scope, of, first, last: scope.people_sums([of.employee_id], MEASURES, first, last, of.past),
    ],
    "people_days": [lambda scope, of, first, last: scope.people_days([of.employee_id], MEASURES, first, last)],
    "user_days": [
        lambda scope, of, first, last: scope.user_days(of.team, MEASURES, first, last),
        lambda scope, of, first, last: scope.user_days(of.person, MEASURES, first, last),
        lambda scope, of, first, last: scope.user_days(of.past, MEASURES, first, last),
    ],
    "user_days_at": [
        lambda scope, of, first, last: scope.user_days_at(of.team, first, last, dt.datetime.now(dt.UTC)),
        lambda scope, of, first, last: scope.user_days_at(of.person, first, last, dt.datetime.now(dt.UTC)),
    ],
    "active": [
        lambda scope, of, first, last: scope.active(of.team, {ANY.bit: (first, last)})[ANY.bit],
        lambda scope, of, first, last: scope.active(of.person, {ANY.bit: (first, last)})[ANY.bit],
        lambda scope, of, first, last: scope.active(of.past, {ANY.bit: (first, last)})[ANY.bit],
    ],
    "active_in": [
        lambda scope, of, first, last: scope.active_in(of.team, {ANY.bit: [(first, last)]}),
        lambda scope, of, first, last: scope.active_in(of.person, {ANY.bit: [(first, last)]}),
        lambda scope, of, first, last: scope.active_in(of.past, {ANY.bit: [(first, last)]}),
    ],
    "context": [
        lambda scope, of, first, last: scope.context(of.team),
        lambda scope, of, first, last: scope.context(of.person),
        lambda scope, of, first, last: scope.context(of.past),
    ],
    "marks_of": [lambda scope, of, first, last: scope.marks_of(of.employee_id)],
    "marks_of_people": [lambda scope, of, first, last: scope.marks_of_people([of.employee_id])],
    "person_totals": [
        lambda scope, of, first, last: scope.person_totals(of.team, MEASURES, first, last),
        lambda scope, of, first, last: scope.person_totals(of.person, MEASURES, first, last),
        lambda scope, of, first, last: scope.person_totals(of.past, MEASURES, first, last),
    ],
    "chain_sums": [
        lambda scope, of, first, last: scope.chain_sums([of.team], MEASURES, first, last),
        lambda scope, of, first, last: scope.chain_sums([of.person], MEASURES, first, last),
        lambda scope, of, first, last: scope.chain_sums([of.past], MEASURES, first, last),
    ],
}
"""Name of the method → ways to ask it."""

IMPERSONAL = {
    "freshness",
    "stored_days",
    "organisation_totals",
    "who_looked",
    "mark",
    "unmark",
    "as_my_manager",
    "led_mask",
    "write_note",
    "remove_note",
    "moment",
}
"""Methods that are asked about nobody: what they say, if anything, is of the viewer, their own people or the days."""


def refusals(scope: Scope, of: Subject, first: Any, last: Any, names: Iterable[str] = READS) -> set[str]:
    """The sentences with which every read method refuses; fails when one answers."""
    sentences = set()
    for name in names:
        for read in READS[name]:
            with pytest.raises(NotPermitted) as refusal:
                read(scope, of, first, last)
            assert type(refusal.value) is NotPermitted
            sentences.add(str(refusal.value))
    return sentences
