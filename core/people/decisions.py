"""What admins decided about Claude accounts, and what several decisions about one account come to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class Verdict(StrEnum):
    """What an admin can decide about an account."""

    LINK = "link"
    UNLINK = "unlink"
    NOT_AN_EMPLOYEE = "not an employee"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision about an account. `employee_id` is whose it is, or is not; a link may be dated, days included."""

    verdict: Verdict
    employee_id: int | None = None
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """What all decisions about an account come to: the link in force, or that it is nobody's, and who it is not."""

    link: Decision | None = None
    not_an_employee: bool = False
    refused: frozenset[int] = frozenset()


UNDECIDED = Ruling()


def ruling(decisions: Iterable[Decision]) -> Ruling:
    """What decisions about one account come to, oldest first; the later one holds where two contradict each other."""
    found = UNDECIDED
    for decision in decisions:
        person = frozenset(() if decision.employee_id is None else (decision.employee_id,))
        if decision.verdict is Verdict.LINK:
            found = Ruling(link=decision, refused=found.refused - person)
        elif decision.verdict is Verdict.NOT_AN_EMPLOYEE:
            found = Ruling(not_an_employee=True, refused=found.refused)
        else:
            link = None if found.link is None or found.link.employee_id in person else found.link
            found = replace(found, link=link, refused=found.refused | person)
    return found
