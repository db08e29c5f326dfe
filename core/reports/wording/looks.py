"""Who looked: what an employee reads of the access log, which is what others looked at of theirs, in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from core import audit
from core.visibility import Scope

_EVER = dt.datetime.fromtimestamp(0, dt.UTC)


@dataclass(frozen=True)
class LookInWords:
    """One entry: when (UTC), who, and at what."""

    at: dt.datetime
    who: str
    what: str


def looks(scope: Scope, limit: int, offset: int = 0) -> tuple[list[LookInWords], int]:
    """A page of all looks of others at the viewer's own figures, the newest first; and how many there are."""
    rows, count = scope.who_looked(_EVER, limit, offset)
    return [_look(row) for row in rows], count


def _look(row: Any) -> LookInWords:
    return LookInWords(row.at, _who(row), _what(row))


def _who(row: Any) -> str:
    if row.actor == audit.COMMAND_LINE:
        return "The people who run Uptake (on the server)"
    return str(row.actor_name or row.actor)


def _what(row: Any) -> str:
    people = audit.how_many_others(row.people, row.actor_id)  # a file has its maker's own figures, too
    where = row.place or "a page"
    if row.kind == audit.Kind.EXPORT:
        return f"A file to take away, from {where}" + (f", with {people} people" if people > 1 else "")
    return f"{where}: your numbers alone" if people == 1 else f"{where}: a table of {people} people"
