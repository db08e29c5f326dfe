"""Taking a directory file into the database, in one transaction: people, reporting lines, and whatever follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, text, update

from core.people.hierarchy import Hierarchy, number
from core.people.roster import Refused, Roster, RosterRow, unknown_managers
from core.store import attribution, organisation, rollups, versions
from core.store.tables import EMPLOYEE, REPORTING_LINE

_DETAILS = ("name", "employee_id", "title", "department", "location", "start_date", "end_date")


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


def apply(connection: Connection, roster: Roster, today: dt.date) -> DirectoryChange:
    """Add and update the people of the file; people whom the file does not mention stay as they are."""
    before = organisation.load(connection)
    present = {row["email"]: row for row in connection.execute(select(EMPLOYEE)).mappings()}
    orphans = unknown_managers(roster.rows, present.keys())
    added, changed = _write_people(connection, roster.rows, present)
    ids = {row.email: row.id for row in connection.execute(select(EMPLOYEE.c.id, EMPLOYEE.c.email))}
    wanted = _managers(connection, roster.rows, ids)
    tree = number(wanted, order=_sort_keys(connection))
    moved = _write_lines(connection, tree, roster.rows, ids, today)
    _write_positions(connection, tree)
    attribution.relink(connection)
    versions.bump(connection, versions.DIRECTORY)
    rollups.move(connection, before, organisation.load(connection))
    mentioned = {row.email for row in roster.rows}
    return DirectoryChange(
        added=added,
        changed=changed,
        moved=moved,
        unchanged=len(roster.rows) - added - changed,
        absent=len(present.keys() - mentioned),
        refused=roster.refused,
        notes=(*orphans, *_cycle_notes(tree, roster.rows, ids)),
    )


def _write_people(connection: Connection, rows: Sequence[RosterRow], present: dict) -> tuple[int, int]:  # type: ignore[type-arg]
    fresh = [row for row in rows if row.email not in present]
    changed = [
        row for row in rows if row.email in present and any(getattr(row, k) != present[row.email][k] for k in _DETAILS)
    ]
    if fresh:
        connection.execute(
            insert(EMPLOYEE).values(left_pos=0, right_pos=0, depth=0),
            [{"email": row.email, **{key: getattr(row, key) for key in _DETAILS}} for row in fresh],
        )
    if changed:
        values: dict[str, Any] = {key: bindparam(f"new_{key}") for key in _DETAILS}
        connection.execute(
            update(EMPLOYEE).where(EMPLOYEE.c.email == bindparam("address")).values(**values),
            [{"address": row.email, **{f"new_{key}": getattr(row, key) for key in _DETAILS}} for row in changed],
        )
    return len(fresh), len(changed)


def _managers(connection: Connection, rows: Sequence[RosterRow], ids: dict[str, int]) -> dict[int, int | None]:
    """Everybody's manager: as the file says, else as it was."""
    managers = {row.id: row.manager_id for row in connection.execute(select(EMPLOYEE.c.id, EMPLOYEE.c.manager_id))}
    managers |= {ids[row.email]: ids.get(row.manager_email or "") for row in rows}
    return managers


def _sort_keys(connection: Connection) -> dict[int, str]:
    rows = connection.execute(select(EMPLOYEE.c.id, EMPLOYEE.c.name, EMPLOYEE.c.email))
    return {row.id: f"{row.name.casefold()}\0{row.email}" for row in rows}


def _write_lines(
    connection: Connection, tree: Hierarchy, rows: Sequence[RosterRow], ids: dict[str, int], today: dt.date
) -> int:
    """End the lines that no longer hold and begin the new ones; how many people got another manager.

    Somebody's first line holds since their start; a line that was begun today, or later, is replaced without a trace.
    """
    known = set(connection.execute(select(REPORTING_LINE.c.employee_id).distinct()).scalars())
    open_lines = {
        row.employee_id: row
        for row in connection.execute(select(REPORTING_LINE).where(REPORTING_LINE.c.to_day.is_(None)))
    }
    starts = {ids[row.email]: row.start_date for row in rows}
    ended: list[dict[str, object]] = []
    dropped: list[dict[str, object]] = []
    begun: list[dict[str, object]] = []
    moved = 0
    for employee, manager in tree.manager.items():
        line = open_lines.get(employee)
        if (line.manager_id if line else None) == manager:
            continue
        if line is not None:
            moved += 1
            (dropped if line.from_day and line.from_day >= today else ended).append({"line": line.id})
        if manager is not None:
            first = today if employee in known else starts.get(employee)
            begun.append({"employee_id": employee, "manager_id": manager, "from_day": first, "to_day": None})
    table = REPORTING_LINE
    if dropped:
        connection.execute(table.delete().where(table.c.id == bindparam("line")), dropped)
    if ended:
        yesterday = today - dt.timedelta(days=1)
        connection.execute(table.update().where(table.c.id == bindparam("line")).values(to_day=yesterday), ended)
    if begun:
        connection.execute(table.insert(), begun)
    return moved


def _write_positions(connection: Connection, tree: Hierarchy) -> None:
    """Number everybody anew. Positions move by one when somebody joins, so this touches nearly every row."""
    rows = [
        {"e": e, "l": tree.left[e], "r": tree.right[e], "d": tree.depth[e], "m": tree.manager[e]} for e in tree.left
    ]
    if rows:
        connection.execute(
            text("UPDATE employee SET left_pos = :l, right_pos = :r, depth = :d, manager_id = :m WHERE id = :e"), rows
        )


def _cycle_notes(tree: Hierarchy, rows: Sequence[RosterRow], ids: dict[str, int]) -> list[Refused]:
    lines = {ids[row.email]: row for row in rows}
    emails = {number: email for email, number in ids.items()}
    notes = []
    for cycle in tree.cycles:
        circle = " → ".join(emails[member] for member in (*cycle, cycle[0]))
        reason = f"The reporting lines go round in a circle ({circle}), so none of them is used until that is mended."
        line = min((lines[member].line for member in cycle if member in lines), default=0)
        notes.append(Refused(line, emails[cycle[0]], reason))
    return notes
