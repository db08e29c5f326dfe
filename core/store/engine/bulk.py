"""The quick paths into the database for many rows at once, per engine, inside the caller's transaction.

SQLite takes tuples through the driver's `executemany`; PostgreSQL takes binary COPY. The ORM would be many
times slower.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, repeat
from typing import Any

import numpy as np
from sqlalchemy import Column, Connection, Date, Integer, LargeBinary, MetaData, SmallInteger, Table, Text
from sqlalchemy.schema import CreateTable, DropTable

from core.store.engine.column_types import Day, from_epoch, to_epoch

_CHUNK = 2_000
"""Rows that exist as Python objects at once: bounds the memory of a large day."""

_IDS = 500
"""Ids in one statement."""


def insert(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert plain tuples into an existing table; days are epoch days."""
    if connection.dialect.name == "sqlite":
        _insert_many(connection, f"{table.name} ({', '.join(columns)})", len(columns), rows)
    else:
        _copy(connection, table.name, [table.c[name] for name in columns], rows)


def scratch(name: str, *columns: Column[Any]) -> Table:
    """A temporary table of the present connection, which `stage` makes and fills."""
    return Table(name, MetaData(), *columns, prefixes=["TEMPORARY"])


def stage(connection: Connection, table: Table, rows: Iterable[tuple[Any, ...]]) -> None:
    """Make a `scratch` table and fill it; days are epoch days."""
    drop(connection, table)
    connection.execute(CreateTable(table))
    insert(connection, table, table.columns.keys(), rows)
    if connection.dialect.name == "postgresql":
        # Nobody else counts temporary rows, and a plan made for unknown ones reads all of the table beside them.
        connection.exec_driver_sql(f"ANALYZE {table.name}")


def _insert_many(connection: Connection, into: str, width: int, rows: Iterable[tuple[Any, ...]]) -> None:
    statement = f"INSERT INTO {into} VALUES ({', '.join('?' * width)})"
    left = iter(rows)
    while chunk := list(islice(left, _CHUNK)):
        connection.exec_driver_sql(statement, chunk)


def drop(connection: Connection, table: Table) -> None:
    """Forget a `scratch` table."""
    connection.execute(DropTable(table, if_exists=True))


@dataclass(frozen=True)
class ZerosAsNull:
    """An array whose zeros are written as NULL, which takes no room in PostgreSQL."""

    array: np.ndarray


def insert_numbers(connection: Connection, table: Table, columns: Sequence[str], size: int, *parts: Any) -> None:
    """Insert so many rows given as parallel arrays of numbers, `ZerosAsNull`, and values that all rows share.

    A two-dimensional array holds one column of the table per column. A `bound` day is a value that all rows share.
    """
    for start in range(0, size, _CHUNK):
        end = min(start + _CHUNK, size)
        values = list(chain.from_iterable(_columns(part, start, end) for part in parts))
        if connection.dialect.name == "sqlite":
            # What all rows share stands in the statement: most counters of a page are zero for everybody.
            marks = ", ".join("?" if isinstance(value, list) else str(value) for value in values)
            rows = list(zip(*(value for value in values if isinstance(value, list)), strict=True))
            connection.exec_driver_sql(f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})", rows)
        else:
            lists = (value if isinstance(value, list) else repeat(value, end - start) for value in values)
            _copy(connection, table.name, [table.c[name] for name in columns], zip(*lists, strict=True))


def _columns(part: Any, start: int, end: int) -> Iterator[Any]:
    """Each column as a list, or as the one value that all rows share."""
    if not isinstance(part, np.ndarray | ZerosAsNull):
        yield part
        return
    array, zero = (part, 0) if isinstance(part, np.ndarray) else (part.array, None)
    if array.ndim == 1:
        yield array[start:end].tolist()
        return
    rows = array[start:end]
    is_shared = (rows == rows[0]).all(axis=0)
    for column, same in zip(rows.T, is_shared, strict=True):
        if same:
            yield column[0].item() or zero
        else:
            yield [value or None for value in column.tolist()] if zero is None else column.tolist()


def bound(connection: Connection, day: dt.date) -> int | dt.date:
    """A day as the driver takes it."""
    return to_epoch(day) if connection.dialect.name == "sqlite" else day


def _copy(connection: Connection, name: str, columns: Sequence[Column[Any]], rows: Iterable[tuple[Any, ...]]) -> None:
    driver: Any = connection.connection.driver_connection
    names = ", ".join(column.name for column in columns)
    days = [index for index, column in enumerate(columns) if isinstance(column.type, Day)]
    with driver.cursor() as cursor, cursor.copy(f"COPY {name} ({names}) FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types([_postgres_type(column) for column in columns])
        for row in rows:
            copy.write_row(_with_dates(row, days) if days else row)


def _with_dates(row: tuple[Any, ...], days: list[int]) -> Sequence[Any]:
    if isinstance(row[days[0]], dt.date):
        return row
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


def in_parts(ids: Sequence[int]) -> Iterator[list[int]]:
    """Ids in parts that one statement may name: databases bound how many values it holds."""
    for start in range(0, len(ids), _IDS):
        yield [int(number) for number in ids[start : start + _IDS]]
