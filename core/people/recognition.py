"""Which person of the directory a line of a file is about.

The company's own employee id says so where both have one; else the address does. An address that somebody else of the
directory has is never given away in an import: Claude's accounts are matched by address, so for a moment one person's
history would be another's.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from core.people.roster import Refused, RosterRow


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the directory as stored; `left`, `right` and `depth` are their place in the reporting tree."""

    id: int
    email: str
    name: str
    employee_id: str | None
    title: str | None
    department: str | None
    location: str | None
    start_date: dt.date | None
    end_date: dt.date | None
    manager_id: int | None
    left: int
    right: int
    depth: int

    def has_not_left(self, day: dt.date) -> bool:
        """Whether the last day of employment, if there is one, is not before a day; who begins later has not left."""
        return self.end_date is None or self.end_date >= day


@dataclass(frozen=True, slots=True)
class Recognised:
    """Rows with the person each is about (None: somebody new), the lines refused, and who stands in those."""

    rows: tuple[tuple[RosterRow, Person | None], ...]
    refused: tuple[Refused, ...]
    mentioned: frozenset[int]


def recognise(
    rows: Sequence[RosterRow], people: Iterable[Person], today: dt.date, columns: Collection[str]
) -> Recognised:
    """Tell of each row whom it is about on a day; a row that could be about two people is refused.

    So is one whose date contradicts a date that only the directory has, the file having no such one of the `columns`.
    """
    people = tuple(people)
    by_email = {person.email: person for person in people}
    stored = Counter(person.employee_id for person in people if person.employee_id)
    by_number = {
        person.employee_id: person for person in people if person.employee_id and stored[person.employee_id] == 1
    }
    given = Counter(row.employee_id for row in rows if row.employee_id)

    accepted: list[tuple[RosterRow, Person | None]] = []
    refused: list[Refused] = []
    mentioned: set[int] = set()
    for row in rows:
        holder = by_email.get(row.email)
        numbered = by_number.get(row.employee_id) if row.employee_id else None
        reason = _ambiguity(row, holder, numbered, given) or (_recycled(row, holder, today) if not numbered else None)
        reason = reason or _crossing(row, numbered or holder, today, columns)
        if reason is None:
            accepted.append((row, numbered or holder))
        else:
            refused.append(Refused(row.line, row.email, reason))
            mentioned |= {person.id for person in (holder, numbered) if person is not None}
    claims = Counter(person.id for _, person in accepted if person is not None)
    twice = {person for person, count in claims.items() if count > 1}
    if twice:
        for row, person in accepted:
            if person is not None and person.id in twice:
                refused.append(Refused(row.line, row.email, _claimed_twice(person)))
        accepted = [(row, person) for row, person in accepted if person is None or person.id not in twice]
    return Recognised(tuple(accepted), tuple(refused), frozenset(mentioned | twice))


def _ambiguity(row: RosterRow, holder: Person | None, numbered: Person | None, given: Counter[str]) -> str | None:
    """Why nobody can say whom the row is about; None when it is plain."""
    if row.employee_id and given[row.employee_id] > 1:
        return f"The employee_id {row.employee_id} stands in several lines, so none of them is imported."
    if holder is not None and numbered is not None and holder is not numbered:
        return (
            f"The address {row.email} belongs to another person of the directory ({holder.name}) than the employee_id "
            f"{row.employee_id} ({numbered.name}). Addresses are not handed from one person to another in an import, "
            "as that would cross their histories. Give both people addresses that nobody has."
        )
    if holder is None or numbered is not None or not (row.employee_id and holder.employee_id):
        return None
    if row.name.casefold() != holder.name.casefold():
        return (
            f"The address {row.email} belongs to {holder.name} with the employee_id {holder.employee_id}, and the line "
            f"gives it to {row.name} with {row.employee_id}. Another person needs another address; if it is the same "
            "one, change the name or the number first."
        )
    return None


def _recycled(row: RosterRow, holder: Person | None, today: dt.date) -> str | None:
    """Why the row is no return of the one who had its address and has left: nothing but the address says so."""
    if holder is None or holder.has_not_left(today) or (row.end_date is not None and row.end_date < today):
        return None
    if _words(row.name) == _words(holder.name):
        return None
    return (
        f"The address {row.email} belongs to {holder.name}, who has left, and the line gives it to {row.name}. Another "
        "person needs another address, as the history of the first stays with it; if it is the same one, import the "
        f"line with the name {holder.name} first."
    )


def _crossing(row: RosterRow, person: Person | None, today: dt.date, columns: Collection[str]) -> str | None:
    """Why the dates that the person would have are none, one being the row's and one the directory's."""
    if person is None:
        return None
    start = row.start_date if "start_date" in columns else person.start_date
    end = row.end_date if "end_date" in columns else person.end_date if person.has_not_left(today) else None
    if start is None or end is None or start <= end:
        return None
    return (
        f"The end_date {end} lies before the start_date {start}; the file has one of them and the directory the other."
    )


def _words(name: str) -> list[str]:
    """A name as two are compared: its words in any order, without accents and signs."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(char))
    return sorted(re.findall(r"\w+", plain))


def _claimed_twice(person: Person) -> str:
    return f"Several lines are about {person.name} ({person.email}), so none of them is imported. Keep the right one."
