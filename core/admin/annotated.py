"""Annotations on the charts: a rollout, a training. Set by admins, for the whole organisation or one team's chain."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, select

from core import audit
from core.admin import acts
from core.admin.access import AdminViewer
from core.errors import AnnotationRefused
from core.people.email import canonical
from core.people.text import shown, tidy
from core.store.engine.database import Database
from core.store.notes import annotated
from core.store.notes.annotated import StoredAnnotation
from core.store.tables.usage import EMPLOYEE, EVERYONE

LONGEST = 80
"""Characters that the words may have."""

MOST_DAYS = 366
"""A longer span is no event."""

_MOST_NAMED = 5
"""So many people of one name are told apart by their addresses."""


@dataclass(frozen=True)
class ListedAnnotation:
    """An annotation, and the lead of the team that it is about; None for the whole organisation."""

    noted: StoredAnnotation
    lead: str | None


def listing(_admin: AdminViewer, database: Database, limit: int) -> list[ListedAnnotation]:
    """The latest annotations by day."""
    with database.read("core.admin") as connection:
        found = annotated.newest(connection, limit)
        teams = {each.team_id for each in found} - {EVERYONE}
        people = select(EMPLOYEE.c.id, EMPLOYEE.c.name, EMPLOYEE.c.email).where(EMPLOYEE.c.id.in_(teams))
        leads = {row.id: f"{row.name} ({row.email})" for row in connection.execute(people)}
    return [ListedAnnotation(each, leads.get(each.team_id)) for each in found]


def add(admin: AdminViewer, database: Database, words: str, days: tuple[dt.date, dt.date], lead: str = "") -> None:
    """Say what happened on some days; `lead` is the address or the name of who leads the team, empty for everybody.

    Raises:
        AnnotationRefused: the words, the days or the team cannot be taken.
    """
    try:
        said = tidy(words)
    except ValueError as error:
        raise AnnotationRefused(f"The text {error}. Nothing was changed.") from error
    if not 0 < len(said) <= LONGEST:
        raise AnnotationRefused(f"An annotation has 1 to {LONGEST} characters. Nothing was changed.")
    first, last = days
    if not 0 <= (last - first).days < MOST_DAYS:
        raise AnnotationRefused(
            f"An annotation is about one day or a span of at most {MOST_DAYS} days. Nothing was changed."
        )
    with acts.act(admin, database) as connection:
        team_id = _team(connection, lead) if lead.strip() else EVERYONE
        annotated.add(connection, said, days, team_id, (admin.name, dt.datetime.now(dt.UTC)))
        audit.record(connection, admin.name, "annotation.added", audit.team(team_id), _told(said, days))


def remove(admin: AdminViewer, database: Database, number: int) -> bool:
    """Take an annotation off the charts; False when it was gone already."""
    with acts.act(admin, database) as connection:
        gone = annotated.remove(connection, number)
        if gone is not None:
            told = _told(gone.words, (gone.first_day, gone.last_day))
            audit.record(connection, admin.name, "annotation.removed", audit.team(gone.team_id), told)
    return gone is not None


def _told(words: str, days: tuple[dt.date, dt.date]) -> dict[str, object]:
    return {"words": words, "first": days[0].isoformat(), "last": days[1].isoformat()}


def _team(connection: Connection, lead: str) -> int:
    return _with_address(connection, lead) if "@" in lead else _with_name(connection, lead)


def _with_name(connection: Connection, lead: str) -> int:
    """The one person of this name; case and spaces do not matter, which no database compares for every alphabet."""
    wanted = " ".join(lead.casefold().split())
    people = connection.execute(select(EMPLOYEE.c.id, EMPLOYEE.c.name, EMPLOYEE.c.email).order_by(EMPLOYEE.c.email))
    found = [person for person in people if person.name.casefold() == wanted]
    if len(found) == 1:
        return int(found[0].id)
    if not found:
        raise AnnotationRefused(f"Nobody in the directory is called {shown(lead.strip())}. Nothing was changed.")
    addresses = ", ".join(person.email for person in found[:_MOST_NAMED])
    more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
    raise AnnotationRefused(
        f"{len(found)} people are called {found[0].name}: {addresses}{more}. Give the address of one of them. "
        "Nothing was changed."
    )


def _with_address(connection: Connection, lead: str) -> int:
    try:
        wanted = canonical(lead)
    except ValueError as error:
        raise AnnotationRefused(f"{error} Nothing was changed.") from error
    found = connection.execute(select(EMPLOYEE.c.id).where(EMPLOYEE.c.email == wanted)).scalar()
    if found is None:
        raise AnnotationRefused(f"Nobody in the directory has the address {wanted}. Nothing was changed.")
    return int(found)
