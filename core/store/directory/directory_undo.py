"""Taking an import back: what it needs is packed when the import is done."""

from __future__ import annotations

import datetime as dt
import json
import zlib
from typing import Any

import numpy as np
from sqlalchemy import Connection, delete, func, inspect, literal_column, select, table

from core.errors import DirectoryError
from core.people.hierarchy import Hierarchy, number
from core.people.plan import Change, FieldChange, ImportPlan
from core.store.access import identities
from core.store.directory import directory, directory_lines, directory_matches, directory_people
from core.store.directory.directory import DisplacedLines
from core.store.hierarchy import organisation
from core.store.tables.usage import ACCOUNT_LINK, EMPLOYEE, REPORTING_LINE

_DATES = {"start_date", "end_date"}
_FOLLOWS = {"reporting_line", "account_link", "account_match", "sign_in_identity"}
"""Tables whose rows came about by themselves and do not keep a person; what others hold was somebody's decision."""


def inverse(plan: ImportPlan, displaced: DisplacedLines, matches: dict[str, Any]) -> bytes:
    """What undoes the plan: whom it added, what people and managers were before, and which lines held.

    `matches` is what `core.store.directory.directory_matches` says about matches of accounts before it was carried out.
    """
    packed = {
        "added": [plan.first_id, len(plan.added)],
        "details": [[c.id, {field.name: _plain(field.before) for field in c.fields}] for c in plan.details],
        "managers": [[move.id, move.before_id] for move in plan.moved],
        "ended": displaced.ended,
        "dropped": [[employee, manager, _plain(first)] for _, employee, manager, first in displaced.dropped],
        "matches": matches,
    }
    return zlib.compress(json.dumps(packed).encode(), 6)


def take_back(connection: Connection, packed: bytes) -> None:
    """Bring people, lines and matches of accounts back to what they were before the import that packed this.

    Raises:
        DirectoryError: something that was made later depends on people whom the import added.
    """
    old = json.loads(zlib.decompress(packed))
    first, count = old["added"]
    _refuse_if_needed(connection, first, count)
    before = organisation.load(connection, texts=False)
    moved = [person for person, _ in old["managers"]]
    directory_lines.drop_open(connection, moved)
    directory_lines.reopen(connection, old["ended"])
    directory_lines.add(connection, [(e, m, _day(day)) for e, m, day in old["dropped"]])
    _remove(connection, first, count)
    directory.change_people(connection, [_change(person, values) for person, values in old["details"]])
    _place(connection, dict(old["managers"]))
    if "matches" in old:  # an import that an earlier version of Uptake did has none on record
        directory_matches.take_back(connection, old["matches"])
    directory.rematch(connection, before, moved)


def _refuse_if_needed(connection: Connection, first: int, count: int) -> None:
    """Whatever names a person by id would go with them, unless it was taken back already: then there is no undo."""
    database = inspect(connection)
    for name in set(database.get_table_names()) - _FOLLOWS:
        for key in database.get_foreign_keys(name):
            if key["referred_table"] != EMPLOYEE.name:
                continue
            named: Any = literal_column(key["constrained_columns"][0])
            chosen = select(func.count(named.distinct())).select_from(table(name))
            if "removed_at" in {column["name"] for column in database.get_columns(name)}:
                chosen = chosen.where(literal_column("removed_at").is_(None))
            found = connection.execute(chosen.where(named.between(first, first + count - 1))).scalar() or 0
            if found:
                raise DirectoryError(
                    f"This import cannot be undone: a {name.replace('_', ' ')} that was made since is about "
                    f"{found:,} of the people whom it added. Nothing was changed; import a corrected file instead."
                )


def _remove(connection: Connection, first: int, count: int) -> None:
    last = first + count - 1
    for column in (REPORTING_LINE.c.employee_id, REPORTING_LINE.c.manager_id, ACCOUNT_LINK.c.employee_id):
        connection.execute(delete(column.table).where(column.between(first, last)))
    # A sign-in would go with its employee, and with it the end of its sessions and whose the address is.
    identities.outlive(connection, first, last)
    connection.execute(delete(EMPLOYEE).where(EMPLOYEE.c.id.between(first, last)))


def _place(connection: Connection, managers: dict[int, int | None]) -> None:
    """Give people their managers back, and number the tree anew."""
    people = directory_people.load(connection)
    wanted = {person.id: managers.get(person.id, person.manager_id) for person in people}
    tree = number(wanted, order={p.id: f"{p.name.casefold()}\0{p.email}" for p in people})
    directory_lines.place(connection, _rows(tree))


def _rows(tree: Hierarchy) -> np.ndarray:
    rows = [(e, tree.left[e], tree.right[e], tree.depth[e], tree.manager[e] or -1) for e in tree.left]
    return np.array(rows, dtype=np.int64).reshape(len(rows), 5)


def _change(person: int, values: dict[str, Any]) -> Change:
    fields = tuple(
        FieldChange(name, None, _day(value) if name in _DATES else value) for name, value in sorted(values.items())
    )
    return Change(person, None, "", "", fields)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value


def _day(value: str | None) -> dt.date | None:
    return None if value is None else dt.date.fromisoformat(value)
