"""Writing what an import changes, in the caller's transaction: people, reporting lines, and whatever follows from them.

What it would change is worked out before, by `core.people.comparison`; `directory_imports` keeps the record of it and
takes it back.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, update

from core.people.comparison import compare
from core.people.plan import DETAILS, Change, ImportPlan, Value
from core.people.roster import Refused, RosterFile
from core.store.directory import directory_lines, directory_people, directory_sums
from core.store.directory.directory_lines import Line
from core.store.engine import bulk, versions
from core.store.engine.column_types import to_epoch
from core.store.hierarchy import organisation
from core.store.hierarchy.organisation import Organisation
from core.store.matching import attribution
from core.store.tables.usage import EMPLOYEE

_MATCHED_BY = {"email", "end_date"}
"""The details on which matches of Claude accounts depend."""


@dataclass(frozen=True)
class DirectoryChange:
    """What an import did; `refused` and `notes` name line and reason, `absent` counts people not in the file."""

    added: int
    changed: int
    moved: int
    unchanged: int
    absent: int
    refused: tuple[Refused, ...]
    notes: tuple[Refused, ...]


@dataclass(frozen=True)
class DisplacedLines:
    """Reporting lines that a change ended, by id, and those that it replaced without a trace."""

    ended: list[int]
    dropped: list[Line]


def apply(connection: Connection, roster: RosterFile, today: dt.date) -> DirectoryChange:
    """Add and update the people of a file that is known to be good; whom it does not mention stay as they are."""
    organisation.lock(connection)
    plan = planned(connection, roster, today, complete=False)
    write(connection, plan, today)
    return summary(plan)


def summary(plan: ImportPlan) -> DirectoryChange:
    """What a plan does, in numbers; archived and rehired people are counted as changed."""
    return DirectoryChange(
        added=len(plan.added),
        changed=len(plan.details),
        moved=len(plan.moved),
        unchanged=plan.unchanged,
        absent=plan.absent,
        refused=plan.refused,
        notes=plan.notes,
    )


def planned(connection: Connection, roster: RosterFile, today: dt.date, *, complete: bool) -> ImportPlan:
    """What importing the roster would change in the directory as it is in this transaction."""
    people = directory_people.load(connection)
    first = directory_people.highest_id(connection) + 1
    return compare(roster, people, today, complete=complete, first_id=first)


def write(
    connection: Connection, plan: ImportPlan, today: dt.date, before: Organisation | None = None
) -> DisplacedLines:
    """Do what the plan says; the directory, `before` where it was read already, has to be the one it was made from."""
    if plan.is_empty:
        return DisplacedLines([], [])
    before = before or organisation.load(connection, texts=False)
    _add_people(connection, plan)
    change_people(connection, plan.details)
    managers = {int(row[0]): int(row[4]) for row in plan.places if row[0] >= plan.first_id and row[4] >= 0}
    founders = not len(before.ids)
    starts = [directory_lines.first_day(row.start_date, today, founder=founders) for row in plan.added]
    first_lines = {employee: (manager, starts[employee - plan.first_id]) for employee, manager in managers.items()}
    ended, dropped = directory_lines.change(connection, plan.moved, first_lines, today)
    directory_lines.place(connection, plan.places)
    rematched = bool(plan.added) or any(field.name in _MATCHED_BY for change in plan.details for field in change.fields)
    moved = [move.id for move in plan.moved]
    if rematched:
        rematch(connection, before, moved)
    else:
        versions.bump(connection, versions.DIRECTORY)
        if len(plan.places):
            directory_sums.carry(connection, before, directory_sums.relocated(before, plan.places), moved)
    return DisplacedLines(ended, dropped)


def rematch(connection: Connection, before: Organisation, moved: Iterable[int]) -> None:
    """Bring along what depends on the people of the directory: matches of accounts, the version, stored team sums."""
    attribution.relink(connection)
    versions.bump(connection, versions.DIRECTORY)
    directory_sums.carry(connection, before, organisation.load(connection, texts=False), moved)


def change_people(connection: Connection, changes: Sequence[Change]) -> None:
    """Give people the details that the changes say; those of one kind go together."""
    kinds: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for change in changes:
        row = {f"new_{field.name}": field.after for field in change.fields}
        kinds[tuple(field.name for field in change.fields)].append({"person": change.id, **row})
    for names, rows in kinds.items():
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
        connection.execute(update(EMPLOYEE).where(EMPLOYEE.c.id == bindparam("person")).values(**values), rows)


def _add_people(connection: Connection, plan: ImportPlan) -> None:
    columns = ("id", "left_pos", "right_pos", "depth", *DETAILS)
    rows = (
        (plan.first_id + place, 0, 0, 0, *(_stored(getattr(row, name)) for name in DETAILS))
        for place, row in enumerate(plan.added)
    )
    bulk.insert(connection, EMPLOYEE, columns, rows)


def _stored(value: Value) -> str | int | None:
    return to_epoch(value) if isinstance(value, dt.date) else value
