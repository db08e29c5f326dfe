"""Reporting lines in time as arrays: who reported to whom on any day.

They hold no usage and nothing that depends on a viewer. People are given by their positions in today's pre-order; the
position after the last one stands for nobody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, select

from core.store.engine.column_types import to_epoch
from core.store.hierarchy.members import ALWAYS, NEVER
from core.store.hierarchy.organisation import Organisation, numbers
from core.store.tables.usage import REPORTING_LINE


@dataclass(frozen=True)
class DatedLines:
    """Every line that ever held, of one version of the directory; `first` and `last` are epoch days, both included."""

    version: int
    people: int
    employee: np.ndarray
    manager: np.ndarray
    first: np.ndarray
    last: np.ndarray

    def managers_on(self, day: int) -> np.ndarray:
        """The position of everybody's manager on an epoch day [people + 1]; the last entry, nobody's, is nobody."""
        found = np.full(self.people + 1, self.people, dtype=np.int32)
        holds = (self.first <= day) & (self.last >= day)
        found[self.employee[holds]] = self.manager[holds]
        return found

    def spans(self, first: dt.date, last: dt.date) -> Iterator[tuple[int, np.ndarray]]:
        """The first epoch day, and the managers, of each stretch of days in which no line changed; ascending."""
        start, end = to_epoch(first), to_epoch(last)
        begun, ended = self.first, self.last[self.last != NEVER] + 1
        changes = np.concatenate(([start], begun[begun > start], ended[ended > start]))
        for day in np.unique(changes[changes <= end]).tolist():
            yield day, self.managers_on(day)

    def leads(self, first: dt.date, last: dt.date) -> np.ndarray:
        """Mask over positions: somebody reported to them on a day of the range."""
        found = np.zeros(self.people, dtype=bool)
        found[self.manager[(self.first <= to_epoch(last)) & (self.last >= to_epoch(first))]] = True
        return found


def load(connection: Connection, directory: Organisation) -> DatedLines:
    """Read the lines; the directory has to be that of the connection's transaction."""
    columns = [REPORTING_LINE.c[name] for name in ("employee_id", "manager_id", "from_day", "to_day")]
    statement = select(*columns).order_by(REPORTING_LINE.c.id)
    employees, managers, first, last = numbers(connection, statement, (-1, -1, ALWAYS, NEVER))
    order = np.argsort(directory.ids)
    known = np.isin(employees, directory.ids) & np.isin(managers, directory.ids) & (employees != managers)

    def places(ids: np.ndarray) -> np.ndarray:
        return np.asarray(order[np.searchsorted(directory.ids, ids[known], sorter=order)], dtype=np.int32)

    return DatedLines(
        directory.version, len(directory.ids), places(employees), places(managers), first[known], last[known]
    )


def chains(managers: np.ndarray, leads: Sequence[int]) -> np.ndarray:
    """Mask [leads, positions]: everybody below each of several people, themselves included.

    A line on a circle leads nowhere, as everywhere; so the circle that a lead stands on is cut before.
    """
    managers, nobody = _cut(managers, leads), len(managers) - 1
    own = np.arange(len(leads))
    nearest = np.full(nobody + 1, len(leads), dtype=np.int32)
    while True:
        passed = nearest[managers]
        passed[list(leads)] = own
        if np.array_equal(passed, nearest):
            break
        nearest = passed
    holds = np.zeros((len(leads), len(leads) + 1), dtype=bool)
    place = {lead: number for number, lead in enumerate(leads)}
    for lead, number in place.items():
        here = lead
        while here != nobody:
            if here in place:
                holds[place[here], number] = True
            here = int(managers[here])
    return np.asarray(holds[:, nearest[:-1]])


def _cut(managers: np.ndarray, leads: Sequence[int]) -> np.ndarray:
    """The managers without the lines of circles that can be reached from the leads."""
    result, nobody = managers, len(managers) - 1
    for lead in leads:
        walked: dict[int, None] = {}
        here = lead
        while here != nobody and here not in walked:
            walked[here] = None
            here = int(result[here])
        if here != nobody:
            path = list(walked)
            result = result.copy()
            result[path[path.index(here) :]] = nobody
    return result
