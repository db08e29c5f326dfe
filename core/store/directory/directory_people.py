"""The people of the directory as stored: all of them for a comparison, or a page of those that a search finds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from core.people.recognition import Person
from core.store.tables.directory import DIRECTORY_IMPORT
from core.store.tables.usage import EMPLOYEE, REPORTING_LINE

_COLUMNS = (
    *("id", "email", "name", "employee_id", "title", "department", "location", "start_date", "end_date"),
    *("manager_id", "left_pos", "right_pos", "depth"),
)


@dataclass(frozen=True)
class DirectoryCounts:
    """How large the directory is. `teams` have a manager, `tops` no manager; both among `people`, employed on the day.

    `later` begin after the day. `under_archived` are people whose own manager has left: the chain above still sees
    them.
    """

    people: int
    archived: int
    later: int
    teams: int
    tops: int
    under_archived: int


@dataclass(frozen=True)
class ListedPerson:
    """A person of the directory, with the manager's name and address (None: no manager)."""

    id: int
    email: str
    name: str
    employee_id: str | None
    title: str | None
    department: str | None
    location: str | None
    start_date: dt.date | None
    end_date: dt.date | None
    manager: str | None
    manager_email: str | None


@dataclass(frozen=True)
class DatedLine:
    """Whom somebody reported to, from a day (None: ever since) to a day, included (None: today's line)."""

    manager: str
    manager_email: str
    from_day: dt.date | None
    to_day: dt.date | None


def load(connection: Connection) -> list[Person]:
    """Everybody; texts that many people share are kept once."""
    seen: dict[Any, Any] = {}
    return [
        Person(*(seen.setdefault(value, value) if isinstance(value, str) else value for value in row))
        for row in connection.execute(select(*(EMPLOYEE.c[name] for name in _COLUMNS)))
    ]


def highest_id(connection: Connection) -> int:
    """The highest employee id ever given. Those of undone imports stay given: other records may still name them."""
    present = connection.execute(select(func.max(EMPLOYEE.c.id))).scalar() or 0
    given = connection.execute(select(func.max(DIRECTORY_IMPORT.c.highest_id))).scalar() or 0
    return max(int(present), int(given))


def first_added_since(connection: Connection, day: dt.date) -> int:
    """The lowest id of the people added on a day or later; an id that nobody has when there are none."""
    table, midnight = DIRECTORY_IMPORT, dt.datetime.combine(day, dt.time(), dt.UTC)
    statement = select(table.c.highest_id - table.c.added).where(table.c.at >= midnight).order_by(table.c.id).limit(1)
    before = connection.execute(statement).scalar()
    return (highest_id(connection) if before is None else int(before)) + 1


def last_founder(connection: Connection) -> int:
    """The highest id of the people who came with the first import that stands; 0 when there is none."""
    table = DIRECTORY_IMPORT
    statement = select(table.c.highest_id).where(table.c.undone_at.is_(None)).order_by(table.c.id).limit(1)
    return int(connection.execute(statement).scalar() or 0)


def counts(connection: Connection, today: dt.date) -> DirectoryCounts:
    """How the directory stands on a day."""
    person, manager = EMPLOYEE, EMPLOYEE.alias("manager")
    here, left = _employed(person.c, today), manager.c.end_date < today

    def count(*conditions: ColumnElement[bool]) -> int:
        return connection.execute(select(func.count()).select_from(person).where(*conditions)).scalar() or 0

    teams = select(func.count(person.c.manager_id.distinct())).where(here)
    below = select(func.count()).select_from(person.join(manager, manager.c.id == person.c.manager_id))
    return DirectoryCounts(
        people=count(here),
        archived=count(person.c.end_date < today),
        later=count(person.c.start_date > today, or_(person.c.end_date.is_(None), person.c.end_date >= today)),
        teams=connection.execute(teams).scalar() or 0,
        tops=count(here, person.c.manager_id.is_(None)),
        under_archived=connection.execute(below.where(here, left)).scalar() or 0,
    )


def search(connection: Connection, words: str, offset: int, limit: int) -> tuple[list[ListedPerson], int]:
    """A page of the people whose name, address, number, title or department holds every word; and how many there are.

    By name. Only what the database calls a letter is compared without regard to case.
    """
    person = EMPLOYEE
    texts = [person.c[name] for name in ("name", "email", "employee_id", "title", "department")]
    wanted = [or_(*(text.icontains(word, autoescape=True) for text in texts)) for word in words.split()]
    found = connection.execute(select(func.count()).select_from(person).where(*wanted)).scalar() or 0
    ordered = _listed().where(*wanted).order_by(func.lower(person.c.name), person.c.email)
    return [ListedPerson(*row) for row in connection.execute(ordered.offset(offset).limit(limit))], found


def everybody(connection: Connection) -> Iterator[ListedPerson]:
    """All people by address, as a file of the directory lists them."""
    for row in connection.execute(_listed().order_by(EMPLOYEE.c.email).execution_options(yield_per=5_000)):
        yield ListedPerson(*row)


def lines_of(connection: Connection, person: int) -> list[DatedLine]:
    """Whom a person reported to, the newest line first."""
    line, manager = REPORTING_LINE, EMPLOYEE
    columns = (manager.c.name, manager.c.email, line.c.from_day, line.c.to_day)
    statement = select(*columns).join_from(line, manager, manager.c.id == line.c.manager_id)
    rows = connection.execute(statement.where(line.c.employee_id == person).order_by(line.c.id.desc()).limit(100))
    return [DatedLine(*row) for row in rows]


def _listed() -> Any:
    person, manager = EMPLOYEE, EMPLOYEE.alias("manager")
    details = [person.c[name] for name in ListedPerson.__dataclass_fields__ if name in person.c]
    joined = person.outerjoin(manager, manager.c.id == person.c.manager_id)
    return select(*details, manager.c.name, manager.c.email).select_from(joined)


def _employed(columns: Any, today: dt.date) -> ColumnElement[bool]:
    """The condition on a person's columns that they are employed on a day; see `core.people.employment.works`."""
    begun = or_(columns.start_date.is_(None), columns.start_date <= today)
    return and_(begun, or_(columns.end_date.is_(None), columns.end_date >= today))
