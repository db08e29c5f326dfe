"""The one place that knows the paths and parameters of the Analytics API. Every endpoint is read with GET.

Source: platform.claude.com, "Analytics API", and the official SDK 2.12.0 (`anthropic.types.organization.analytics`).
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

EARLIEST_DAY = dt.date(2026, 1, 1)
"""The API holds nothing older and answers an earlier day with an error."""

PAGE_LIMIT = 1000
"""Most rows that the API puts on one page."""

_ROOT = "/v1/organizations/analytics/"
USERS, SUMMARIES, SKILLS, CONNECTORS = (_ROOT + name for name in ("users", "summaries", "skills", "connectors"))
PATHS = frozenset({USERS, SUMMARIES, SKILLS, CONNECTORS})
"""Everything that Uptake may ever ask for: counters, no content."""


class Query(NamedTuple):
    """A path and its parameters; those of a following page differ in `page` alone, or the API refuses the cursor."""

    path: str
    parameters: dict[str, str]


def users(day: dt.date, cursor: str | None = None, limit: int = PAGE_LIMIT) -> Query:
    """One page of the counters of each user on one UTC day."""
    return _of_day(USERS, day, cursor, limit)


def skills(day: dt.date, cursor: str | None = None, limit: int = PAGE_LIMIT) -> Query:
    """One page of the skills used on one UTC day."""
    return _of_day(SKILLS, day, cursor, limit)


def connectors(day: dt.date, cursor: str | None = None, limit: int = PAGE_LIMIT) -> Query:
    """One page of the connectors used on one UTC day."""
    return _of_day(CONNECTORS, day, cursor, limit)


def summaries(first: dt.date, after_last: dt.date) -> Query:
    """Seats and active users of each day from `first` to before `after_last`: at most 366 days, never paged."""
    return Query(SUMMARIES, {"starting_date": first.isoformat(), "ending_date": after_last.isoformat()})


def _of_day(path: str, day: dt.date, cursor: str | None, limit: int) -> Query:
    parameters = {"date": day.isoformat(), "limit": str(limit)}
    if cursor is not None:
        parameters["page"] = cursor
    return Query(path, parameters)
