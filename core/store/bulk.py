"""The quick paths into the database for many rows at once, per engine, inside the caller's transaction.

SQLite takes tuples through the driver's `executemany`; PostgreSQL takes binary COPY. The ORM would be many
times slower.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
from sqlalchemy import Column, Connection, Date, Integer, LargeBinary, SmallInteger, Table, Text

from core.store.types import Day, from_epoch

_CHUNK = 2_000
"""Rows that exist as Python objects at once: bounds the memory of a large day."""


def insert(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert plain tuples into an existing table; days are epoch days."""
    if connection.dialect.name == "sqlite":
        _insert_many(connection, f"{table.name} ({', '.join(columns)})", len(columns), rows)
    else:
        _copy(connection, table.name, [table.c[name] for name in columns], rows)


def stage(
    connection: Connection, name: str, table: Table, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    """Make a temporary table shaped like some columns of `table` and fill it."""
    drop(connection, name)
    connection.exec_driver_sql(f"CREATE TEMP TABLE {name} AS SELECT {', '.join(columns)} FROM {table.name} WHERE 1=0")
    if connection.dialect.name == "sqlite":
        _insert_many(connection, name, len(columns), rows)
    else:
        _copy(connection, name, [table.c[column] for column in columns], rows)


def _insert_many(connection: Connection, into: str, width: int, rows: Iterable[tuple[Any, ...]]) -> None:
    statement = f"INSERT INTO {into} VALUES ({', '.join('?' * width)})"
    left = iter(rows)
    while chunk := list(islice(left, _CHUNK)):
        connection.exec_driver_sql(statement, chunk)


def drop(connection: Connection, name: str) -> None:
    """Forget a temporary table."""
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")


def tuples(*arrays: np.ndarray) -> Iterator[tuple[Any, ...]]:
    """Rows of Python numbers from parallel arrays; a two-dimensional array contributes one value per column."""
    for start in range(0, len(arrays[0]), _CHUNK):
        parts = [array[start : start + _CHUNK] for array in arrays]
        matrix = np.concatenate([part.reshape(len(part), -1).astype(np.int64) for part in parts], axis=1)
        yield from map(tuple, matrix.tolist())


def _copy(connection: Connection, name: str, columns: Sequence[Column[Any]], rows: Iterable[tuple[Any, ...]]) -> None:
    driver: Any = connection.connection.driver_connection
    names = ", ".join(column.name for column in columns)
    days = [index for index, column in enumerate(columns) if isinstance(column.type, Day)]
    with driver.cursor() as cursor, cursor.copy(f"COPY {name} ({names}) FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types([_postgres_type(column) for column in columns])
        for row in rows:
            copy.write_row(_with_dates(row, days) if days else row)


def _with_dates(row: tuple[Any, ...], days: list[int]) -> list[Any]:
    values = list(row)
    for index in days:
        values[index] = None if values[index] is None else from_epoch(values[index])
    return values


def _postgres_type(column: Column[Any]) -> str:
    kind = column.type
    if isinstance(kind, Day | Date):
        return "date"
    if isinstance(kind, SmallInteger):
        return "int2"
    if isinstance(kind, LargeBinary):
        return "bytea"
    if isinstance(kind, Text):
        return "text"
    return "int4" if type(kind) is Integer else "int8"
