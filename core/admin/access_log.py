"""The access log as admins read it, page by page; that they read it is an entry of its own."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, false, not_, or_

from core import audit
from core.admin.access import AdminViewer
from core.audit import Kind
from core.people.email import canonical
from core.people.text import number_of
from core.store.access import access_log
from core.store.engine.database import Database
from core.store.engine.paging import placed
from core.store.tables.access_log import ACCESS_LOG


@dataclass(frozen=True)
class LogFilter:
    """Which entries: of a kind, by whom (a part of the address), concerning whom (an address), of which UTC days."""

    kind: Kind | None = None
    actor: str = ""
    person: str = ""
    first: dt.date | None = None
    last: dt.date | None = None


@dataclass(frozen=True)
class LogEntry:
    """One entry with the present names of who acted and whom it concerns; see `core.audit.entries`.

    `asked_name` is whose number was asked for, of what was refused.
    """

    sequence: int
    at: dt.datetime
    kind: Kind
    act: str
    actor: str
    actor_name: str | None
    subject_kind: str
    subject_name: str | None
    people: int
    place: str
    details: str
    asked_name: str | None


@dataclass(frozen=True)
class LogPage:
    """One page of entries, the newest first; `found` match in all, on `pages` pages.

    `is_nobody`: the person whom they should concern is nobody of the directory.
    """

    entries: list[LogEntry]
    found: int
    pages: int
    is_nobody: bool


def read_log(admin: AdminViewer, database: Database, wanted: LogFilter, page: int = 1, size: int = 50) -> LogPage:
    """A page of the log. Reading it is written to it first.

    Raises:
        NotLogged: the log cannot be written, so it is not shown either.
    """
    with database.read("core.admin") as connection:
        subject = _person(wanted.person, employee := _employee(connection, wanted.person))
    audit.log_reading(database, admin.name, subject, _asked(wanted))
    with database.read("core.admin") as connection:
        conditions = _conditions(wanted, employee)
        found = access_log.count(connection, conditions)
        pages, before = placed(found, page, size)
        rows = access_log.page(connection, conditions, size, before)
        asked = [_number_asked_for(row) for row in rows]
        names = access_log.names(connection, {number for number in asked if number is not None})
    entries = [_entry(row, names.get(number or 0)) for row, number in zip(rows, asked, strict=True)]
    return LogPage(entries, found, pages, bool(wanted.person.strip()) and employee is None)


def _employee(connection: Any, address: str) -> int | None:
    try:
        return access_log.employee_id(connection, canonical(address)) if address.strip() else None
    except ValueError:
        return None


def _person(address: str, employee: int | None) -> audit.Subject:
    if not address.strip():
        return audit.EVERYONE
    return audit.NOBODY if employee is None else audit.person(employee)


def _asked(wanted: LogFilter) -> dict[str, object]:
    return {name: value for name, value in vars(wanted).items() if value}


def _conditions(wanted: LogFilter, employee: int | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.kind is not None:
        conditions.append(_of_kind(wanted.kind))
    if wanted.actor.strip():
        conditions.append(ACCESS_LOG.c.actor.icontains(wanted.actor.strip(), autoescape=True))
    if wanted.person.strip():
        conditions.append(false() if employee is None else access_log.concerning(employee))
    if wanted.first is not None:
        conditions.append(ACCESS_LOG.c.at >= _midnight(wanted.first))
    if wanted.last is not None:
        conditions.append(ACCESS_LOG.c.at < _midnight(wanted.last + dt.timedelta(days=1)))
    return conditions


def _of_kind(kind: Kind) -> ColumnElement[bool]:
    """Files of the directory are exports, and older entries call them acts; an entry cannot be changed."""
    stored, taken = ACCESS_LOG.c.kind == kind.value, ACCESS_LOG.c.act == "directory.exported"
    if kind is Kind.EXPORT:
        return or_(stored, taken)
    return and_(stored, not_(taken)) if kind is Kind.ACT else stored


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def _number_asked_for(row: Row[Any]) -> int | None:
    """The employee id that a refused request named, if it named one."""
    try:
        asked = str(json.loads(row.details).get("asked", ""))
    except (ValueError, AttributeError):
        return None  # somebody changed it; `uptake log verify` says so
    return number_of(asked) if row.kind == Kind.REFUSAL.value else None


def _entry(row: Row[Any], asked_name: str | None) -> LogEntry:
    return LogEntry(
        row.sequence,
        row.at,
        Kind(row.kind),
        row.act,
        row.actor,
        row.actor_name,
        row.subject_kind,
        row.subject_name,
        audit.how_many(row.people),
        row.place,
        row.details,
        asked_name,
    )
