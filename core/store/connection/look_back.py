"""Where the past that the API serves begins: learnt by asking, and kept, so that it is not asked for in every run."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from core.store.tables.sync import LOOK_BACK


@dataclass(frozen=True)
class Floor:
    """The earliest day that an endpoint serves, when that was asked, and the back-fill that was wanted then."""

    earliest: dt.date
    asked_at: dt.datetime
    backfill_days: int


def floor(connection: Connection, endpoint: str) -> Floor | None:
    """What is known of an endpoint's past; None: no day was refused for its age so far."""
    columns = (LOOK_BACK.c.earliest, LOOK_BACK.c.asked_at, LOOK_BACK.c.backfill_days)
    row = connection.execute(select(*columns).where(LOOK_BACK.c.endpoint == endpoint)).first()
    return None if row is None else Floor(*row)


def note(connection: Connection, endpoint: str, found: Floor) -> None:
    """Remember where an endpoint's past begins."""
    forget(connection, endpoint)
    connection.execute(insert(LOOK_BACK).values(endpoint=endpoint, **vars(found)))


def forget(connection: Connection, endpoint: str | None = None) -> None:
    """Have it asked anew: of one endpoint that serves older days after all, or of all."""
    statement = delete(LOOK_BACK)
    connection.execute(statement if endpoint is None else statement.where(LOOK_BACK.c.endpoint == endpoint))
