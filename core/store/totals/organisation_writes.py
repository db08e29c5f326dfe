"""Storing figures of the whole organisation: a day at a time, whole, with what is known about its endpoint."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, delete, insert, select, update

from core.store.engine import versions
from core.store.tables.organisation import CONNECTOR_DAY, ENDPOINT, ENDPOINT_DAY, ORGANISATION_DAY, SKILL_DAY

TABLES: Mapping[str, Table] = {"summaries": ORGANISATION_DAY, "skills": SKILL_DAY, "connectors": CONNECTOR_DAY}
"""Where each endpoint's rows are kept."""


ROWS_KEPT = 0.5
"""A version with less than this share of a stored day's rows is not taken."""


def replace_day(
    connection: Connection, endpoint: str, day: dt.date, rows: Sequence[Any], now: dt.datetime
) -> str | None:
    """Make a day equal to freshly read rows (structs of `core.api.totals`), in the caller's transaction.

    A version that lost most of what is stored is not taken: its day stays, with the reason that is returned, until
    `accept_losses` lets one through.
    """
    table = TABLES[endpoint]
    values = [_values(row) for row in rows]
    if (loss := _loss(connection, endpoint, day, values)) is not None:
        record_day_problem(connection, endpoint, day, loss, now)
        return loss
    connection.execute(delete(table).where(table.c.day == day))
    if values:
        connection.execute(insert(table), [{"day": day, **row} for row in values])
    _note_day(connection, endpoint, day, {"rows": len(rows), "stored_at": now, "checked_at": now, "problem": None})
    versions.bump(connection, versions.TOTALS)
    return None


def _loss(connection: Connection, endpoint: str, day: dt.date, values: Sequence[Mapping[str, Any]]) -> str | None:
    """What a new version of a day lost, if that is likelier a fault of the API than a revision."""
    known = (ENDPOINT_DAY.c.endpoint == endpoint) & (ENDPOINT_DAY.c.day == day)
    rows = connection.execute(select(ENDPOINT_DAY.c.rows).where(known)).scalar() or 0
    if len(values) < rows * ROWS_KEPT:
        said = f"now has {_entries(len(values))} for {day} instead of {rows}"
    elif rows and not _counts_anything(values) and _counts_anything(_stored(connection, endpoint, day)):
        said = f"now counts nothing on {day}"
    else:
        return None
    return (
        f"The API {said}. What is stored stays until an admin has the day read again on the Connection page and takes "
        "what was lost."
    )


def _entries(count: int) -> str:
    return {0: "no entry", 1: "1 entry"}.get(count, f"{count} entries")


def _counts_anything(rows: Sequence[Mapping[str, Any]]) -> bool:
    return any(isinstance(value, int) and value > 0 for row in rows for value in row.values())


def _stored(connection: Connection, endpoint: str, day: dt.date) -> Sequence[Mapping[str, Any]]:
    table = TABLES[endpoint]
    return connection.execute(select(table).where(table.c.day == day)).mappings().all()  # type: ignore[return-value]


def accept_losses(connection: Connection, first: dt.date, last: dt.date) -> None:
    """Let the next reading of a range's days in trouble through, whatever it lacks: an admin says the loss is real."""
    within = (ENDPOINT_DAY.c.day >= first) & (ENDPOINT_DAY.c.day <= last)
    connection.execute(update(ENDPOINT_DAY).where(within, ENDPOINT_DAY.c.problem.is_not(None)).values(rows=0))


def _values(row: Any) -> dict[str, Any]:
    """A whole number may have come as 3.0."""
    fields = msgspec.structs.asdict(row)
    return {name: int(value) if isinstance(value, float) else value for name, value in fields.items()}


def record_day_problem(connection: Connection, endpoint: str, day: dt.date, problem: str, now: dt.datetime) -> None:
    """Note why a day could not be read; what is stored of it stays."""
    _note_day(connection, endpoint, day, {"checked_at": now, "problem": problem})


def settle_before(connection: Connection, endpoint: str, earliest: dt.date) -> None:
    """Note that days before `earliest` are served no more: nothing is wrong with them, and what is stored stays."""
    which = (ENDPOINT_DAY.c.endpoint == endpoint) & (ENDPOINT_DAY.c.day < earliest)
    connection.execute(update(ENDPOINT_DAY).where(which).values(problem=None))


def _note_day(connection: Connection, endpoint: str, day: dt.date, values: dict[str, Any]) -> None:
    which = (ENDPOINT_DAY.c.endpoint == endpoint) & (ENDPOINT_DAY.c.day == day)
    if connection.execute(update(ENDPOINT_DAY).where(which).values(**values)).rowcount == 0:
        connection.execute(insert(ENDPOINT_DAY).values(**{"endpoint": endpoint, "day": day, "rows": 0, **values}))


def record_outcome(connection: Connection, endpoint: str, problem: str | None, now: dt.datetime) -> None:
    """Note how the reading of an endpoint ended."""
    values = {"checked_at": now, "problem": problem}
    if connection.execute(update(ENDPOINT).where(ENDPOINT.c.name == endpoint).values(**values)).rowcount == 0:
        connection.execute(insert(ENDPOINT).values(name=endpoint, **values))
