"""How fast the daemon asks, kept so that a restart does not forget that other tools need the same budget."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from core.store.tables.sync import SYNC_PACE


@dataclass(frozen=True)
class Pace:
    """The daemon's own limit in requests a minute (None: the setting's), and the runs in a row that led to it.

    `refused_runs` met a refusal for too many requests, `quiet_runs` none. `since`: when the limit was last changed.
    """

    per_minute: int | None = None
    refused_runs: int = 0
    quiet_runs: int = 0
    since: dt.datetime | None = None


def pace(connection: Connection) -> Pace:
    """The pace as it is kept."""
    columns = [SYNC_PACE.c[name] for name in Pace.__dataclass_fields__]
    row = connection.execute(select(*columns)).first()
    return Pace() if row is None else Pace(*row)


def keep(connection: Connection, found: Pace) -> None:
    """Keep the pace for the next run."""
    connection.execute(delete(SYNC_PACE))
    connection.execute(insert(SYNC_PACE).values(id=1, **vars(found)))
