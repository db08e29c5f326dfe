"""Storing figures of the whole organisation: a day at a time, whole, with what is known about its endpoint."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, delete, insert, update

from core.store.organisation_tables import CONNECTOR_DAY, ENDPOINT, ENDPOINT_DAY, ORGANISATION_DAY, SKILL_DAY

TABLES: Mapping[str, Table] = {"summaries": ORGANISATION_DAY, "skills": SKILL_DAY, "connectors": CONNECTOR_DAY}
"""Where each endpoint's rows are kept."""


def replace_day(connection: Connection, endpoint: str, day: dt.date, rows: Sequence[Any], now: dt.datetime) -> None:
    """Make a day equal to freshly read rows (structs of `core.api.totals`), in the caller's transaction."""
    table = TABLES[endpoint]
    connection.execute(delete(table).where(table.c.day == day))
    if rows:
        connection.execute(insert(table), [{"day": day, **_values(row)} for row in rows])
    _note_day(connection, endpoint, day, {"rows": len(rows), "stored_at": now, "checked_at": now, "problem": None})


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
