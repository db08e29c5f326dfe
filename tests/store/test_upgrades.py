"""Upgrades of a database with data: from every earlier schema, broken off anywhere, on a disk without room."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table, event, inspect, make_url, text

from core.catalogue import MASK_BITS, MEASURES, Measure
from core.errors import StorageError
from core.store.engine import migration, schema, schema_version
from core.store.engine.database import Database
from core.store.tables.usage import MASK_COLUMNS
from tests.support import stored

SCRIPTS = list(ScriptDirectory.from_config(migration.config()).walk_revisions())
REVISIONS = [script.revision for script in SCRIPTS]
"""Newest first."""

DERIVED = ("team_day", "alembic_version", "version")
"""Tables in which an upgrade may change rows: sums that are stored of more teams, and counters of changes."""

RENAMED = {"ended_session": "session_end", "ended_at": "ends_at"}
"""Tables, and columns of these, that earlier schemas have under another name."""

WITHOUT_SMALL_TEAMS = (
    "DELETE FROM team_day WHERE team_id IN (SELECT id FROM employee WHERE right_pos - left_pos BETWEEN 2 AND 7)"
)
"""Schemas before 0016 have no sums of small teams, whatever a way back leaves."""

Rows = dict[str, set[tuple[Any, ...]]]


class BrokenOff(BaseException):
    """Stands for the end of the process."""


def _back_to(database: Database, revision: str) -> None:
    with database.write() as connection:
        command.downgrade(migration.config(connection), revision)


def _revision(database: Database) -> str | None:
    with database.read() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _tables(connection: Connection) -> list[Table]:
    """The tables, those that others refer to first; partitions are left out, as their rows are those of their table."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if not table.name.startswith(("user_day_2", "active_bits_"))]


def _put_a_row_into_every_empty_table(connection: Connection) -> None:
    for table in _tables(connection):
        if not connection.execute(table.select().limit(1)).first():
            connection.execute(table.insert().values({column.name: _a_value(connection, column) for column in table.c}))


def _a_value(connection: Connection, column: Any) -> object:
    for key in column.foreign_keys:
        return connection.execute(key.column.table.select().with_only_columns(key.column).limit(1)).scalar()
    if column.primary_key and column.type.python_type is int:
        return 1
    return {int: 20_000, str: "a", bytes: b"a", float: 1.5, bool: True}.get(column.type.python_type) or _moment(column)


def _moment(column: Any) -> object:
    return column.type.python_type(2026, 11, 20)


def _columns(connection: Connection) -> dict[str, list[str]]:
    return {table.name: [column.name for column in table.c] for table in _tables(connection)}


def _as_now(columns: dict[str, list[str]]) -> dict[str, list[str]]:
    """Tables and columns of an earlier schema by their present names."""
    return {
        RENAMED.get(table, table): [RENAMED[name] if table in RENAMED and name in RENAMED else name for name in names]
        for table, names in columns.items()
    }


def _rows(connection: Connection, columns: dict[str, list[str]]) -> Rows:
    return {
        table: {tuple(row) for row in connection.execute(text(f"SELECT {', '.join(names)} FROM {table}"))}
        for table, names in columns.items()
    }


def _everything(database: Database) -> Rows:
    with database.write() as connection:
        return _rows(connection, _columns(connection))


def _added_since(revision: str) -> list[Measure]:
    """The measures for which migrations after a revision add counters."""
    scripts = [script for script in SCRIPTS if script.revision > revision]
    programs = "".join(Path(script.path).read_text("utf-8") for script in scripts)
    return [measure for measure in MEASURES if f'counters.add("{measure.key}"' in programs]


def _beside(added: Sequence[Measure], columns: dict[str, list[str]]) -> dict[str, list[str]]:
    """The columns without those of measures that migrations add, and without what these say of the days of before.

    A mask stands without the bits of these measures.
    """
    keys, bits = {measure.key for measure in added}, dict.fromkeys(MASK_COLUMNS, 0)
    for measure in added:
        bits[MASK_COLUMNS[measure.slot // MASK_BITS]] |= 1 << measure.slot % MASK_BITS
    told = keys | ({"unmeasured", "page_digests"} if added else set())
    kept = {table: [name for name in names if name not in told] for table, names in columns.items()}
    return kept | {"user_day": [f"{name} & ~{bits[name]}" if name in bits else name for name in kept["user_day"]]}


@pytest.mark.parametrize("revision", REVISIONS[1:])
def test_a_filled_database_of_an_earlier_schema_comes_up_to_this_one_with_every_row_r58(filled, revision):
    """R58"""
    added = _added_since(revision)
    with filled.write() as connection:
        whole = _beside(added, _columns(connection) | {"account_match": ["account_id", "employee_id", "origin"]})
        original = _rows(connection, whole)
    _back_to(filled, revision)
    with filled.write() as connection:
        if revision < "0016":
            connection.execute(text(WITHOUT_SMALL_TEAMS))
        _put_a_row_into_every_empty_table(connection)
        columns = _beside(added, _columns(connection))
        before = {RENAMED.get(table, table): rows for table, rows in _rows(connection, columns).items()}
    assert all(before.values())
    schema.upgrade(filled)
    assert schema_version.is_current(filled)
    with filled.read("test") as connection:
        after, again = _rows(connection, _as_now(columns)), _rows(connection, whole)
        stored.assert_sums_and_bitmaps_are_right(connection)
    assert {name for name in before if before[name] != after[name]} <= set(DERIVED)
    assert before["team_day"] <= after["team_day"]
    assert {name for name in original if original[name] - again[name]} == set(), "what was taken away is not derived"


def test_a_database_of_a_later_schema_keeps_every_row_and_is_called_newer_r58(filled):
    """R58"""
    with filled.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(text("ALTER TABLE employee ADD COLUMN of_a_later_version TEXT"))
        columns = _columns(connection)
        before = _rows(connection, columns)
    for _ in range(2):
        with pytest.raises(StorageError, match=r"newer version of Uptake \(schema 9999\). Install that version, or"):
            schema.upgrade(filled)
    with filled.read("test") as connection:
        assert _rows(connection, columns) == before


@contextmanager
def _at_statement(database: Database, number: int, act: Callable[[Connection], object]) -> Iterator[list[str]]:
    """Have something happen before a writer's n-th statement; gives the statements so far."""
    met: list[str] = []

    def before(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        met.append(statement)
        if len(met) == number:
            act(connection)

    event.listen(database._writer, "before_cursor_execute", before)
    try:
        yield met
    finally:
        event.remove(database._writer, "before_cursor_execute", before)


def _break_off(_connection: Connection) -> None:
    raise BrokenOff


def _shape(database: Database) -> str:
    """Every table with its columns, in words that can be compared."""
    with database.read("test") as connection:
        inspector = inspect(connection)
        return repr({name: inspector.get_columns(name) for name in sorted(inspector.get_table_names())})


@pytest.mark.parametrize("revision", REVISIONS[1:])
def test_an_upgrade_that_breaks_off_at_any_statement_leaves_the_schema_and_rows_before_r57(filled, revision):
    """R57"""
    following = REVISIONS[REVISIONS.index(revision) - 1]
    _back_to(filled, revision)
    shape, before = _shape(filled), _everything(filled)
    with filled.write() as connection, _at_statement(filled, 0, _break_off) as met:
        command.upgrade(migration.config(connection), following)
        statements = len(met)
        connection.rollback()
    assert statements > 2
    for number in range(1, statements + 1):
        with _at_statement(filled, number, _break_off), pytest.raises(BrokenOff):
            schema.upgrade(filled)
        assert _revision(filled) == revision
    assert _shape(filled) == shape
    assert _everything(filled) == before
    schema.upgrade(filled)
    assert schema_version.is_current(filled)


KILLED = """
import os, signal, sys
from sqlalchemy import event
from core.store.engine import schema
from core.store.engine.database import Database

database, left = Database(sys.argv[1]), int(sys.argv[2])

def before(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

event.listen(database._writer, "before_cursor_execute", before)
schema.upgrade(database)
"""


@pytest.mark.parametrize("number", [7, 40])
def test_a_process_that_is_killed_in_an_upgrade_leaves_the_schema_and_rows_before_r57(filled, number):
    """R57"""
    _back_to(filled, "0005")
    shape = _shape(filled)
    filled.dispose()
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, filled.url, str(number)], env=os.environ, capture_output=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert (_revision(filled), _shape(filled)) == ("0005", shape)
    schema.upgrade(filled)
    assert schema_version.is_current(filled)


def test_an_upgrade_for_which_the_disk_has_no_room_leaves_the_schema_before_and_does_it_later_r57(filled):
    """R57"""
    _back_to(filled, "0001")
    shape = _shape(filled)
    refused = 0
    for how in _SHORT_OF_ROOM[filled.is_sqlite](filled):
        with how, pytest.raises(StorageError, match=r"The disk is full, so nothing was written\. Free some space"):
            schema.upgrade(filled)
        refused += 1
        assert (_revision(filled), _shape(filled)) == ("0001", shape)
    assert refused > 3
    schema.upgrade(filled)
    assert schema_version.is_current(filled)


def _few_pages(database: Database) -> Iterator[Any]:
    """SQLite may grow by so many pages, and by more the next time."""
    database.dispose()
    with closing(sqlite3.connect(make_url(database.url).database or "", isolation_level=None)) as program:
        program.execute("VACUUM")  # so that no page is free
        program.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        pages = program.execute("PRAGMA page_count").fetchone()[0]
    for more in range(0, 40, 8):

        @contextmanager
        def limited(most: int = pages + more) -> Iterator[None]:
            def limit(driver: Any, *_: object) -> None:
                driver.execute(f"PRAGMA max_page_count={most}")

            event.listen(database._writer, "checkout", limit)
            try:
                yield
            finally:
                event.remove(database._writer, "checkout", limit)
                database.dispose()

        yield limited()


def _no_extension(database: Database) -> Iterator[Any]:
    """PostgreSQL reports at some statement that a file finds no space."""

    def refuse(connection: Connection) -> None:
        connection.exec_driver_sql("DO $$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END $$")

    for number in range(10, 60, 10):
        yield _at_statement(database, number, refuse)


_SHORT_OF_ROOM = {True: _few_pages, False: _no_extension}
