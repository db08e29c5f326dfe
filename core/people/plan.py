"""What an import would change, as values: nothing here changes anything."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np

from core.people.roster import Refused, RosterRow

DETAILS = ("email", "name", "employee_id", "title", "department", "location", "start_date", "end_date")
"""What a line says about a person besides the manager; named alike in the file, in the directory and here."""

COUNTED = ("added", "changed", "moved", "archived", "rehired", "refused")
"""The lists of a plan that are counted, by name."""

Value = str | dt.date | None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A detail of a person as it is and as it would be; `name` is in `DETAILS`."""

    name: str
    before: Value
    after: Value

    def __str__(self) -> str:
        before, after = ("none" if value is None else value for value in (self.before, self.after))
        return f"{self.name}: {before} → {after}"


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody whose details change; `line` is None for people whom the file does not mention."""

    id: int
    line: int | None
    email: str
    name: str
    fields: tuple[FieldChange, ...]

    @property
    def what(self) -> str:
        """The details with what they are and would be, as a reader compares them."""
        return "; ".join(map(str, self.fields))


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody who gets another manager, or none, or loses one; managers by id and by address."""

    id: int
    line: int | None
    email: str
    name: str
    before_id: int | None
    after_id: int | None
    before: str | None
    after: str | None


@dataclass(frozen=True)
class ImportPlan:
    """Everything that an import would do, each list by line.

    A person is in one of `added`, `changed`, `archived` (left, or missing from a file that names everybody) and
    `rehired`, and besides in `moved` when the manager changes. `refused` lines are left out; `notes` name reporting
    lines that are left out and addresses that look alike. With `concerns`, sentences all, an admin has to confirm.
    """

    added: tuple[RosterRow, ...]
    first_id: int
    """The id of the first person added; the others follow in order."""
    changed: tuple[Change, ...]
    archived: tuple[Change, ...]
    rehired: tuple[Change, ...]
    moved: tuple[Move, ...]
    refused: tuple[Refused, ...]
    notes: tuple[Refused, ...]
    concerns: tuple[str, ...]
    unchanged: int
    """People of the file whose details and manager stay."""
    absent: int
    """People of the directory whom the file does not mention and who stay as they are."""
    places: np.ndarray = field(compare=False, repr=False)
    """Rows (id, left, right, depth, manager's id or -1) of everybody whose place in the reporting tree changes."""

    @property
    def is_empty(self) -> bool:
        """Whether the directory would stay as it is."""
        return not (self.added or self.changed or self.archived or self.rehired or self.moved)

    @property
    def in_words(self) -> str:
        """The counts as a sentence, or that there is nothing to change."""
        left_out = "1 line was" if len(self.refused) == 1 else f"{len(self.refused):,} lines were"
        refused = f" {left_out} left out." if self.refused else ""
        if self.is_empty:
            return f"Nothing to change. People: {self.unchanged:,} unchanged.{refused}"
        kinds = ("added", "changed", "archived", "rehired")
        people = ", ".join(f"{len(getattr(self, name)):,} {name}" for name in kinds)
        moved = f"{len(self.moved):,} with another manager, or with none now"
        return f"People: {people}, {self.unchanged:,} unchanged; {moved}.{refused}"

    @property
    def details(self) -> tuple[Change, ...]:
        """Everybody of the directory whose details change."""
        return (*self.changed, *self.archived, *self.rehired)
