"""What imports left out, and which reporting lines are not used: kept with each import for admins to read."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Sequence

from sqlalchemy import Connection, or_, select

from core.people.plan import ImportPlan
from core.people.roster import OPTIONAL, REQUIRED, Refused, RosterFile
from core.store.tables.directory import DIRECTORY_IMPORT
from core.store.tables.usage import EMPLOYEE

KEPT_NOTES = 200
"""Refusals and notes of an import that its record names."""

_TOLD = 3
"""Refusals and notes of an import that one sentence names."""


def noted(connection: Connection, roster: RosterFile, plan: ImportPlan, today: dt.date) -> str:
    """What the record of an import that was carried out just now names, as JSON.

    Reporting lines that are not used come first, those of people whom only an earlier file named included: they stay
    unused until a file names these people again.
    """
    unused = [note for note in plan.notes if note.about]
    others = [note for note in plan.notes if not note.about]
    found = [*unused, *_carried(connection, roster, plan, today), *others, *plan.refused]
    return json.dumps([dataclasses.asdict(note) for note in found[:KEPT_NOTES]])


def problems(connection: Connection) -> list[Refused]:
    """Which reporting lines are not used, and what the last import that stands left out; line 0: an earlier file."""
    stands = DIRECTORY_IMPORT.c.undone_at.is_(None)
    statement = select(DIRECTORY_IMPORT.c.notes).where(stands).order_by(DIRECTORY_IMPORT.c.id.desc()).limit(1)
    notes = json.loads(connection.execute(statement).scalar() or "[]")
    return [Refused(**note | {"about": tuple(note.get("about", ()))}) for note in notes]


def in_short(refused: Sequence[Refused], notes: Sequence[Refused] = ()) -> str:
    """How many lines were left out or need a look, and why the first ones, as sentences; empty when there are none."""
    found = [*refused, *notes]
    if not found:
        return ""
    more = f" And {len(found) - _TOLD:,} more." if len(found) > _TOLD else ""
    told = " ".join(f"Line {note.line}: {note.reason}" for note in found[:_TOLD])
    return f"Lines that were left out or need a look: {len(found):,}. {told}{more}"


def _carried(connection: Connection, roster: RosterFile, plan: ImportPlan, today: dt.date) -> list[Refused]:
    refused = {refusal.line for refusal in plan.refused}
    named = {row.email for row in roster.rows if row.line not in refused}
    before = [(note, set(note.about) - named) for note in problems(connection)]
    people = set().union(*(about for _, about in before))
    here = or_(EMPLOYEE.c.end_date.is_(None), EMPLOYEE.c.end_date >= today)
    statement = select(EMPLOYEE.c.email).where(EMPLOYEE.c.email.in_(people), here)
    present = set(connection.execute(statement).scalars()) if people else set()
    return [
        dataclasses.replace(note, line=0, about=tuple(sorted(about & present)))
        for note, about in before
        if about & present
    ]


def remarks(roster: RosterFile, plan: ImportPlan) -> tuple[str, ...]:
    """Sentences about a file as a whole: columns left out, a guessed encoding, what a return brings with it."""
    known = ", ".join(REQUIRED + OPTIONAL)
    found = [f"The column “{name}” was left out; known are {known}." for name in roster.ignored_columns]
    if roster.guessed is not None:
        found.append(
            f"The file is not UTF-8 and was read as {roster.guessed}. Check letters with accents, or save it as UTF-8."
        )
    if plan.rehired:
        found.append(
            f"People who come back: {len(plan.rehired):,}. What their Claude users did since their last day counts as "
            "theirs again, with the managers that they have now."
        )
    return tuple(found)
