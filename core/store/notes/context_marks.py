"""Context marks: days of which employees say themselves that they were on leave, in a training or the like.

Who may make and see them is decided in `core.visibility`. A process keeps the days of all marks, without their words,
and reads those that changed since: marks count in the rates of every team, and a page may not read a hundred thousand.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from sqlalchemy import Connection, bindparam, func, insert, select, update

from core.store.engine import versions
from core.store.engine.bulk import in_parts
from core.store.engine.column_types import to_epoch
from core.store.engine.waiting import one_at_a_time
from core.store.tables.context_marks import CONTEXT_MARK

_TOLD = ("id", "employee_id", "kind", "first_day", "last_day", "note", "made_at")
_OF_PEOPLE = (
    select(*(CONTEXT_MARK.c[name] for name in _TOLD))
    .where(CONTEXT_MARK.c.employee_id.in_(bindparam("people", expanding=True)), CONTEXT_MARK.c.removed_at.is_(None))
    .order_by(CONTEXT_MARK.c.employee_id, CONTEXT_MARK.c.first_day)
)


class MarkKind(StrEnum):
    """Why the days are no ordinary ones. There is none for illness on purpose: nobody has to tell that here."""

    LEAVE = "leave"
    TRAINING = "training"
    TRAVEL = "travel"
    HOLIDAY = "holiday"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The word for the days."""
        return {"holiday": "Public holiday", "other": "Something else"}.get(self, self.capitalize())

    @property
    def status(self) -> str:
        """The words for somebody whose day it is."""
        return {
            "leave": "On leave",
            "training": "In training",
            "travel": "Travelling",
            "holiday": "Public holiday",
            "other": "Away",
        }[self]


MARK_KINDS = tuple(MarkKind)
"""A kind's place here is its number in arrays."""


@dataclass(frozen=True)
class NewMark:
    """Days that somebody marks, the first and the last included, and what they say about them; empty for nothing."""

    kind: MarkKind
    first: dt.date
    last: dt.date
    note: str = ""


@dataclass(frozen=True)
class ContextMark:
    """A mark as its maker and everybody who sees that person reads it; `note` is text from outside."""

    id: int
    employee_id: int
    kind: MarkKind
    first: dt.date
    last: dt.date
    note: str | None
    made_at: dt.datetime


@dataclass(frozen=True)
class MarkedDays:
    """The days of marks, in arrays that run in parallel: whose, from and to (epoch days), and the number of the kind.

    `people` holds employee ids, or places in a team. Marks of one person do not overlap.
    """

    people: np.ndarray
    first: np.ndarray
    last: np.ndarray
    kind: np.ndarray

    def where(self, chosen: np.ndarray) -> MarkedDays:
        """The marks that a mask or an index over the arrays chooses."""
        return MarkedDays(self.people[chosen], self.first[chosen], self.last[chosen], self.kind[chosen])


@dataclass(frozen=True)
class _Kept:
    version: int
    ids: np.ndarray
    days: MarkedDays


_kept: dict[str, _Kept] = {}
_lock = threading.Lock()
_COLUMNS = ("id", "employee_id", "first_day", "last_day", "kind", "removed_at")
_CHUNK = 10_000


def present(connection: Connection, database: str) -> MarkedDays:
    """The days of every mark that stands, by employee id; read as far as they changed since this process last asked."""
    version = versions.now(connection, versions.CONTEXT)
    with one_at_a_time(_lock):
        kept = _kept.get(database)
        if kept is None or kept.version > version:
            nothing = np.empty(0, dtype=np.int32)
            kept = _Kept(-1, nothing, MarkedDays(nothing, nothing, nothing, nothing))
        if kept.version < version:
            kept = _kept[database] = _renewed(connection, kept, version)
        return kept.days


def _renewed(connection: Connection, kept: _Kept, version: int) -> _Kept:
    columns = [CONTEXT_MARK.c[name] for name in _COLUMNS]
    statement = select(*columns).where(CONTEXT_MARK.c.change > kept.version, CONTEXT_MARK.c.change <= version)
    partitions = connection.execute(statement.execution_options(yield_per=_CHUNK)).partitions()
    parts = [np.array([_numbers(row) for row in rows], dtype=np.int32) for rows in partitions]
    changed = np.concatenate([np.empty((0, len(_COLUMNS)), dtype=np.int32), *parts])
    stay = ~np.isin(kept.ids, changed[:, 0])
    ids, people, first, last, kind = changed[changed[:, -1] == 0].T[:-1]
    old = kept.days.where(stay)
    return _Kept(
        version,
        np.concatenate([kept.ids[stay], ids]),
        MarkedDays(
            np.concatenate([old.people, people]),
            np.concatenate([old.first, first]),
            np.concatenate([old.last, last]),
            np.concatenate([old.kind, kind]),
        ),
    )


def _numbers(row: Sequence[Any]) -> tuple[int, ...]:
    number, employee_id, first, last, kind, removed_at = row
    return number, employee_id, to_epoch(first), to_epoch(last), MARK_KINDS.index(_kind(kind)), removed_at is not None


def _kind(word: str) -> MarkKind:
    """The kind that a stored word stands for: `OTHER` for a word that this version does not know."""
    return MarkKind(word) if word in set(MarkKind) else MarkKind.OTHER


def marks_of(connection: Connection, employees: Sequence[int]) -> list[ContextMark]:
    """The marks that stand of some people, of each by day."""
    return [
        ContextMark(number, employee_id, _kind(kind), first, last, note, made_at)
        for some in in_parts(employees)
        for number, employee_id, kind, first, last, note, made_at in connection.execute(_OF_PEOPLE, {"people": some})
    ]


def overlapping(connection: Connection, employee_id: int, first: dt.date, last: dt.date) -> ContextMark | None:
    """A mark of a person that shares a day with a range."""
    return next((m for m in marks_of(connection, [employee_id]) if m.first <= last and first <= m.last), None)


def count(connection: Connection, employee_id: int) -> int:
    """How many marks somebody ever made."""
    return connection.execute(
        select(func.count()).select_from(CONTEXT_MARK).where(CONTEXT_MARK.c.employee_id == employee_id)
    ).scalar_one()


def add(connection: Connection, employee_id: int, given: NewMark, now: dt.datetime) -> None:
    """Add a mark; after `lock`."""
    days = {"first_day": given.first, "last_day": given.last}
    values = {"employee_id": employee_id, "kind": given.kind.value, **days, "note": given.note or None}
    connection.execute(insert(CONTEXT_MARK).values(**values, made_at=now, change=_next(connection)))


def remove(connection: Connection, employee_id: int, mark_id: int, now: dt.datetime) -> ContextMark | None:
    """Take back a mark of a person, with its words; None when they have no such mark. After `lock`."""
    found = next((mark for mark in marks_of(connection, [employee_id]) if mark.id == mark_id), None)
    if found is not None:
        taken = update(CONTEXT_MARK).where(CONTEXT_MARK.c.id == mark_id)
        connection.execute(taken.values(removed_at=now, note=None, change=_next(connection)))
    return found


def lock(connection: Connection) -> None:
    """Let nobody else change marks until the transaction ends: changes become visible in the order of their numbers."""
    versions.bump(connection, versions.CONTEXT)


def _next(connection: Connection) -> int:
    return versions.read(connection, versions.CONTEXT)
