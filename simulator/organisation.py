"""The demo company as data: its people, who reported to whom and when, and the people worth trying it out as."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass, replace

COMPANY = "Quillmarsh Instruments"
"""A maker of barometers and tide clocks that does not exist."""

API_FLOOR = dt.date(2026, 1, 1)
"""The analytics API has no data before this day (official SDK 2.12.0, parameter `date`)."""

SCEPTICAL_DEPARTMENT = "Legal"

CSV_COLUMNS = (
    "email",
    "name",
    "manager_email",
    "employee_id",
    "title",
    "department",
    "location",
    "start_date",
    "end_date",
)


@dataclass(frozen=True, kw_only=True)
class Person:
    """One line of the directory. `level` is 1 for the CEO and 5 for staff; `end_date` is the last day of employment."""

    email: str
    name: str
    manager_email: str
    employee_id: str
    title: str
    department: str
    location: str
    start_date: dt.date
    end_date: dt.date | None = None
    level: int = 5

    def employed_on(self, day: dt.date) -> bool:
        return self.start_date <= day and (self.end_date is None or day <= self.end_date)


@dataclass(frozen=True, kw_only=True)
class Move:
    """From `day` on, these people report to `new_manager`; until the day before they reported to `old_manager`."""

    day: dt.date
    emails: tuple[str, ...]
    old_manager: str
    new_manager: str


@dataclass(frozen=True, kw_only=True)
class Stranger:
    """Somebody with a verified e-mail address who is not in the directory."""

    name: str
    email: str


@dataclass(frozen=True, kw_only=True)
class Persona:
    """A person worth signing in as, and one line on what they may see."""

    person: Person
    sees: str


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """The company as it stands on `today`; the same seed and day give the same company.

    ceo: sees everybody in the chain; vp: a large chain; line_manager: about eight direct reports and nobody below them;
    employee: one of these reports; admin: an IT person; archived: a former team lead; stranger: not in the directory.
    """

    seed: int
    today: dt.date
    earliest: dt.date
    people: tuple[Person, ...]
    moves: tuple[Move, ...]
    ceo: Person
    vp: Person
    line_manager: Person
    employee: Person
    admin: Person
    archived: Person
    stranger: Stranger

    def person(self, email: str) -> Person:
        """Raises KeyError for an address that is not in the directory."""
        for person in self.people:
            if person.email == email:
                return person
        raise KeyError(email)

    def reports(self, manager_email: str) -> tuple[Person, ...]:
        """Direct reports on today's chart, archived people included."""
        return tuple(person for person in self.people if person.manager_email == manager_email)

    def chain(self, manager_email: str) -> tuple[Person, ...]:
        """Everybody below a manager on today's chart, at any distance."""
        below: list[Person] = []
        for person in self.reports(manager_email):
            below.append(person)
            below.extend(self.chain(person.email))
        return tuple(below)

    def people_on(self, day: dt.date) -> tuple[Person, ...]:
        """The directory as it stood on `day`: nobody who came later, no leaving date that was still ahead."""
        former = {email: move.old_manager for move in self.moves if day < move.day for email in move.emails}
        return tuple(
            replace(
                person,
                manager_email=former.get(person.email, person.manager_email),
                end_date=person.end_date if person.end_date and person.end_date <= day else None,
            )
            for person in self.people
            if person.start_date <= day
        )

    @property
    def personas(self) -> tuple[Persona, ...]:
        """The people whom the sign-in page offers first."""
        team = len([person for person in self.reports(self.line_manager.email) if person.employed_on(self.today)])
        return (
            Persona(person=self.ceo, sees="the whole company"),
            Persona(person=self.vp, sees=f"own numbers and all of {self.vp.department}"),
            Persona(person=self.line_manager, sees=f"own numbers and a team of {team}"),
            Persona(person=self.employee, sees="own numbers only"),
            Persona(
                person=self.admin, sees="everybody's numbers, the connection and the directory, as an administrator"
            ),
            Persona(person=self.archived, sees="nothing: left the company, and may not come in"),
        )


def directory_csv(org: Organisation, as_of: dt.date | None = None) -> str:
    """The directory in the columns that the product imports; `as_of` gives it as it stood on an earlier day."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for person in org.people_on(as_of or org.today):
        values = [getattr(person, column) for column in CSV_COLUMNS]
        writer.writerow("" if value is None else value for value in values)
    return text.getvalue()
