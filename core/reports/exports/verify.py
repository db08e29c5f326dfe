"""Tells the figures of a review export again, from the revision ledger and from the present data, and compares."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from core.catalogue import STAT
from core.reports.exports import canonical
from core.reports.exports.provenance import Provenance, definitions
from core.reports.exports.reading import Contents
from core.reports.exports.table import Cell
from core.reports.periods import Grain, Period
from core.reports.reviews import people
from core.reports.reviews.packet import Request, gather
from core.reports.reviews.readings import PastReadings, PresentReadings, Readings
from core.visibility import Scope

_UNCOMPARED = {"record", "person", "email", "name", "title", "department", "note", "first_day", "last_day"}
"""Columns that are no figures: who somebody is, what they wrote, and what the row is about."""


@dataclass(frozen=True)
class Difference:
    """A figure of a file that is now another: whose, which, of what days, in the file (`then`) and rebuilt."""

    email: str
    label: str
    days: str
    then: Cell
    rebuilt: Cell

    def __str__(self) -> str:
        """The difference as one line for a reader."""
        return (
            f"{self.email}, {self.label}, {self.days}: {_words(self.then)} in the file, {_words(self.rebuilt)} rebuilt"
        )


@dataclass(frozen=True)
class VerifyResult:
    """The result of verifying one file, or one part of a file.

    Attributes:
        differences: between the file and the figures as of the moment at which it was made.
        today: between the file and the figures of today.
        gone: people of the file who are in the directory no more.
        definitions: the version of the definitions now, where it is another than the file's.
    """

    differences: tuple[Difference, ...]
    today: tuple[Difference, ...]
    gone: int
    definitions: str | None


def rebuilt(scope: Scope, contents: Contents, stored: Mapping[dt.date, frozenset[str]]) -> VerifyResult:
    """Compare a file with the figures as of the moment at which it was made, and with those of today.

    `stored`: the days that were stored at that moment. A statistic that the catalogue has no more is left out.
    """
    said = contents.said
    ids = tuple(dict.fromkeys(canonical.person_of(row) for row in contents.rows))
    chosen, gone = people.again(scope, ids, said.scope)
    request = Request(chosen, _period(said), tuple(key for key in said.statistics if key in STAT), Grain(said.grain))
    then: Readings = (
        PresentReadings(scope)
        if said.as_of is None
        else PastReadings(scope, stored, dt.datetime.fromisoformat(said.as_of))
    )
    now = definitions()
    with scope.moment():
        differences, today = (_differences(contents, readings, request) for readings in (then, PresentReadings(scope)))
    return VerifyResult(
        differences=differences,
        today=today,
        gone=len(gone),
        definitions=None if now == said.definitions else now,
    )


def _period(said: Provenance) -> Period:
    return Period(dt.date.fromisoformat(said.first_day), dt.date.fromisoformat(said.last_day))


def _differences(contents: Contents, readings: Readings, request: Request) -> tuple[Difference, ...]:
    packet = gather(readings, request)
    names = canonical.columns(request.stats)
    fresh = {_key(row): dict(zip(names, row, strict=True)) for row in canonical.rows(packet)}
    old_names = canonical.columns(contents.said.statistics)
    found = []
    for row in contents.rows:
        old = dict(zip(old_names, row, strict=True))
        new = fresh.pop(_key(row), {})
        found += [
            _difference(old, name, old[name], new.get(name))
            for name in names
            if name not in _UNCOMPARED and old[name] != new.get(name)
        ]
    for new in fresh.values():
        found.append(_difference(new, "active_days", None, new["active_days"]))
    return tuple(found)


def _key(row: tuple[Cell, ...]) -> tuple[str, int, str]:
    place = canonical.LEAD.index("first_day")
    return str(row[0]), canonical.person_of(row), str(row[place])


def _difference(row: Mapping[str, Cell], name: str, then: Cell, rebuilt: Cell) -> Difference:
    label = STAT[name].label if name in STAT else name.replace("_", " ")
    return Difference(str(row["email"]), label, f"{row['first_day']} to {row['last_day']}", then, rebuilt)


def _words(cell: Cell) -> str:
    return "nothing" if cell is None else str(cell)
