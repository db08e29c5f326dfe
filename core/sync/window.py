"""Which days a run reads: decided from what is stored and what the API offers, by pure functions.

The API revises values by a few per cent over the days after it first serves them (Analytics API reference, "data
freshness"), so stored days are read again: every run while they are new, then less and less often.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from core.api.endpoints import EARLIEST_DAY

YOUNG = dt.timedelta(days=3)
SETTLING = dt.timedelta(days=7)
SETTLED = dt.timedelta(days=30)


@dataclass(frozen=True)
class StoredDay:
    """What decides about a day: whether a version is stored, when it was last asked for, and if that failed.

    `pages` is how many requests its stored version took.
    """

    stored: bool
    checked_at: dt.datetime | None
    failed: bool
    pages: int = 1


def days_to_read(
    stored: Mapping[dt.date, StoredDay],
    newest: dt.date,
    earliest: dt.date,
    now: dt.datetime,
    requests: int | None = None,
    *,
    continues: bool = False,
) -> list[dt.date]:
    """The days to read, newest first: missing and failed ones, and stored ones whose next look is due.

    `newest` is the newest day that the API serves, `earliest` where the back-fill ends; days outside are never asked,
    unless somebody asked for them, and then until they could be read. `requests` is a budget for looking again: those
    days that were looked at longest ago share what the newest ones leave of it (None: no bound), and at least one of
    them is read. A run that `continues` the one before looks at the newest days once a day only: where they take as
    long as a run may, older ones would never have their turn.
    """
    span = (newest - earliest).days
    days = (newest - dt.timedelta(days=back) for back in range(span + 1))
    due = [day for day in days if _is_due(stored.get(day), newest - day, now, continues=continues)]
    if requests is not None:
        put_off = _beyond(requests, {day: stored[day] for day in due if day in stored}, newest)
        due = [day for day in due if day not in put_off]
    return due + sorted((day for day, known in stored.items() if _is_asked_for(day, known, earliest)), reverse=True)


def _is_asked_for(day: dt.date, known: StoredDay, earliest: dt.date) -> bool:
    """Whether somebody asked for a day before the back-fill, and it was not read since or could not be."""
    return EARLIEST_DAY <= day < earliest and (known.checked_at is None or known.failed)


def _is_due(known: StoredDay | None, age: dt.timedelta, now: dt.datetime, *, continues: bool) -> bool:
    if known is None or not known.stored or known.failed or known.checked_at is None:
        return True
    pause = _pause(SETTLING if continues and age < YOUNG else age)
    # A look that lies in the future was dated by a clock that ran ahead, so it puts nothing off.
    return pause is not None and not dt.timedelta(0) <= now - known.checked_at < pause


def _pause(age: dt.timedelta) -> dt.timedelta | None:
    """How long a stored day is left alone, by its age behind the newest one; None: for good."""
    if age < YOUNG:
        return dt.timedelta(0)
    if age < SETTLING:
        return dt.timedelta(hours=6)
    if age < SETTLED:
        return dt.timedelta(days=1)
    return None


def _beyond(requests: int, due: Mapping[dt.date, StoredDay], newest: dt.date) -> set[dt.date]:
    """The stored days that the budget leaves to a later run."""
    left = requests - sum(known.pages for day, known in due.items() if newest - day < YOUNG)
    again = [
        (known.checked_at, day, known.pages)
        for day, known in due.items()
        if newest - day >= YOUNG and known.stored and not known.failed and known.checked_at is not None
    ]
    put_off = set()
    for number, (_, day, pages) in enumerate(sorted(again)):
        left -= pages
        if left < 0 and number > 0:
            put_off.add(day)
    return put_off
