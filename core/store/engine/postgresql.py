"""Engines for PostgreSQL. With SQLite neither this nor the driver is imported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine

_LOOKS_UP = "-c random_page_cost=1.1 -c max_parallel_workers_per_gather=0"
"""Pages look up a few rows of large tables. PostgreSQL's own figures are for disks that turn, on which it is cheaper to
read a table whole, and to start further processes for that (its manual, 19.7.2 and 19.4.6)."""


class _BinaryCursor(psycopg.Cursor[Any]):
    """Takes results in PostgreSQL's binary form: bitmaps would else travel as text of twice their size."""

    def __init__(self, connection: psycopg.Connection[Any], **options: Any) -> None:
        super().__init__(connection, **options)
        self.format = psycopg.pq.Format.BINARY


def engine(url: str, *, read_only: bool, patience: int, marks: Mapping[str, Any]) -> Engine:
    """An engine that waits so many seconds for a connection or a lock; `marks` are its execution options.

    A reader's transaction sees the database as at its first statement, and can write nothing.
    """
    # Said in either case, as a server or a role may have it the other way round by itself.
    options = f"-c timezone=UTC -c jit=off -c lock_timeout={patience}s"
    options += (
        f" -c default_transaction_read_only=on {_LOOKS_UP}" if read_only else " -c default_transaction_read_only=off"
    )
    return create_engine(
        url,
        hide_parameters=True,
        execution_options=marks,
        pool_pre_ping=True,
        isolation_level="REPEATABLE READ" if read_only else "READ COMMITTED",
        connect_args={
            "options": options,
            "connect_timeout": patience,
            "cursor_factory": _BinaryCursor if read_only else psycopg.Cursor,
        },
    )
