"""The engines: what they refuse, how they are set up, and what their errors say."""

from __future__ import annotations

import sqlite3
import traceback
from contextlib import closing
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel, select

from core.errors import StorageError, UnscopedRead
from core.store.access import introductions
from core.store.engine import database as database_module
from core.store.engine import schema
from core.store.engine.database import GUARDED, Database
from core.store.tables import access_log as access_log_tables
from core.store.tables import annotations as annotation_tables
from core.store.tables import context_marks as context_tables
from core.store.tables import directory as directory_tables
from core.store.tables import exports as exports_tables
from core.store.tables import identities as identity_tables
from core.store.tables import links as links_tables
from core.store.tables import notes as note_tables
from core.store.tables import organisation as organisation_tables
from core.store.tables import revisions as revision_tables
from core.store.tables import usage as tables
from tests.support import personas

ROOMS = (
    tables,
    access_log_tables,
    annotation_tables,
    context_tables,
    directory_tables,
    exports_tables,
    identity_tables,
    introductions,
    links_tables,
    note_tables,
    organisation_tables,
    revision_tables,
)
MODELS: dict[str, Any] = {
    str(model.__tablename__): model
    for room in ROOMS
    for model in vars(room).values()
    if isinstance(model, type) and issubclass(model, SQLModel) and getattr(model, "__tablename__", "") in GUARDED
}

READS = {
    "ORM": lambda connection, table: Session(connection).exec(select(MODELS[table])).all(),
    "Core": lambda connection, table: connection.execute(MODELS[table].__table__.select()).all(),
    "text": lambda connection, table: connection.execute(text(f"SELECT count(*) FROM {table.upper()}")).all(),
    "driver": lambda connection, table: connection.exec_driver_sql(f'SELECT * FROM "{table}"').all(),
    "pandas": lambda connection, table: pd.read_sql(text(f"SELECT * FROM {table}"), connection),
    "subquery": lambda connection, table: connection.execute(
        text(f"WITH x AS (SELECT 1 FROM {table}) SELECT count(*) FROM x")
    ).all(),
}


@pytest.mark.parametrize("way", READS)
def test_no_guarded_table_opens_without_the_gate_and_all_do_with_it(filled, way):
    assert set(MODELS) == set(GUARDED)
    for table in GUARDED:
        with filled.read() as connection, pytest.raises(UnscopedRead):
            READS[way](connection, table)
        with filled.read("core.visibility") as connection:
            READS[way](connection, table)


def test_a_gate_does_not_stay_open_for_the_next_reader(filled):
    with filled.read("core.visibility") as connection:
        connection.execute(text("SELECT count(*) FROM employee"))
    with filled.read() as connection, pytest.raises(UnscopedRead):
        connection.execute(text("SELECT count(*) FROM employee"))


def test_reads_of_one_moment_see_the_same_each_under_its_own_gate(filled):
    people = text("SELECT count(*) FROM employee")
    with filled.moment():
        with filled.read("core.visibility") as connection:
            before = connection.execute(people).scalar_one()
            with filled.read() as inner, pytest.raises(UnscopedRead):
                inner.execute(people)
            assert connection.execute(people).scalar_one() == before
        with filled.write() as writer:
            writer.execute(text("UPDATE version SET number = number + 1"))
            writer.execute(text("DELETE FROM sync_day"))
        with filled.read() as connection:
            assert connection.execute(text("SELECT count(*) FROM sync_day")).scalar_one()
            with pytest.raises(UnscopedRead):
                connection.execute(people)
    with filled.read() as connection:
        assert not connection.execute(text("SELECT count(*) FROM sync_day")).scalar_one()


def test_a_moment_inside_another_is_that_one_and_does_not_end_it(filled):
    days = text("SELECT count(*) FROM sync_day")
    with filled.moment():
        with filled.read() as connection:
            before = connection.execute(days).scalar_one()
        with filled.write() as writer:
            writer.execute(text("DELETE FROM sync_day"))
        with filled.moment(), filled.read() as connection:
            assert connection.execute(days).scalar_one() == before > 0
        with filled.read() as connection:
            assert connection.execute(days).scalar_one() == before
    with filled.moment(), filled.read() as connection:
        assert connection.execute(days).scalar_one() == 0


def test_a_moment_of_one_database_is_none_of_another(filled, tmp_path):
    other = Database(f"sqlite:///{tmp_path}/other.db")
    with filled.moment(), other.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM sqlite_master")).scalar_one() == 0
    other.dispose()


@pytest.mark.parametrize("partition", ["user_day_2026_11", "active_bits_3", "active_bits_15"])
def test_a_partition_is_guarded_like_its_table(filled, partition):
    with filled.read() as connection, pytest.raises(UnscopedRead):
        connection.execute(text(f"SELECT count(*) FROM {partition}"))


def test_the_reader_cannot_write(filled):
    for statement in ("DELETE FROM sync_day", "CREATE TABLE another (x INTEGER)"):
        with pytest.raises((StorageError, DBAPIError)), filled.read("core.visibility") as connection:
            connection.execute(text(statement))
    with filled.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM sync_day")).scalar() == 59


def test_sqlite_is_set_up_to_survive_a_crash_and_to_serve_readers_while_it_writes(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'new folder' / 'uptake.db'}")
    schema.upgrade(database)
    with database.write() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "query_only", "busy_timeout")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "query_only": 0,
        "busy_timeout": 10_000,
    }
    with database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA query_only").scalar() == 1
    with database.write() as writer, database.read() as reader:
        writer.execute(text("UPDATE version SET number = number + 1"))
        assert reader.execute(text("SELECT max(number) FROM version")).scalar() is not None
    database.dispose()


def test_a_block_that_fails_rolls_back(database):
    def delete_and_slip() -> None:
        with database.write() as connection:
            connection.execute(text("DELETE FROM version"))
            connection.execute(text("a slip"))

    def rows() -> int:
        with database.read() as connection:
            return connection.execute(text("SELECT count(*) FROM version")).scalar()

    before = rows()
    with pytest.raises(DBAPIError):
        delete_and_slip()
    assert rows() == before > 0


def test_a_database_that_another_process_keeps_locked_is_called_busy_r50(tmp_path, monkeypatch):
    """R50"""
    monkeypatch.setattr(database_module, "_BUSY_SECONDS", 0.1)
    path = tmp_path / "uptake.db"
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="busy: another process keeps it locked. Nothing was changed"):
            schema.upgrade(database)
        other.rollback()
    schema.upgrade(database)
    database.dispose()


@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_that_is_deleted_or_replaced_under_a_running_process_is_refused_and_none_is_made_r53(tmp_path, replaced):
    """R53"""
    path = tmp_path / "uptake.db"
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database)
    with database.read() as connection:
        connection.execute(text("SELECT 1"))
    for file in tmp_path.iterdir():
        file.rename(tmp_path / f"away-{file.name}")
    if replaced:
        other = Database(f"sqlite:///{path}")
        schema.upgrade(other)
        other.dispose()
    for _ in range(2):  # the second time with a new connection
        for opened in (database.write, database.read):
            with pytest.raises(StorageError, match="replaced" if replaced else "deleted"), opened():
                pass
        database.dispose()
    assert path.exists() == replaced
    path.unlink(missing_ok=True)
    for file in tmp_path.glob("away-*"):
        file.rename(tmp_path / file.name.removeprefix("away-"))
    with database.read() as connection:
        connection.execute(text("SELECT * FROM version")).all()


def test_a_database_in_memory_has_no_file_to_look_for():
    database = Database("sqlite:///:memory:")
    for _ in range(2):
        with database.write() as connection:
            assert connection.execute(text("SELECT 1")).scalar() == 1


def test_a_file_that_is_no_database_is_called_so_and_left_alone_r53(tmp_path):
    """R53"""
    path = tmp_path / "uptake.db"
    path.write_bytes(b"This is a letter to somebody, and no database. " * 100)
    before = path.read_bytes()
    database = Database(f"sqlite:///{path}")
    with pytest.raises(StorageError, match="damaged or is no database"):
        schema.upgrade(database)
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_made_or_opened_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="folder .*file/below cannot be made"):
        Database(f"sqlite:///{tmp_path / 'file' / 'below' / 'uptake.db'}")
    database = Database(f"sqlite:///{tmp_path}")
    with pytest.raises(StorageError, match="cannot be opened or written"):
        schema.upgrade(database)


def test_a_database_without_tables_is_called_empty(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'uptake.db'}")
    with pytest.raises(StorageError, match="empty or of another version"), database.read() as connection:
        connection.execute(text("SELECT * FROM sync_day"))
    database.dispose()


def test_a_postgresql_server_that_is_not_there_is_named_without_the_password_r51():
    """R51"""
    database = Database("postgresql+psycopg://uptake:se-cret@127.0.0.1:1/uptake")
    with pytest.raises(StorageError, match="does not answer. Check UPTAKE_DATABASE_URL") as caught:
        schema.upgrade(database)
    assert "se-cret" not in str(caught.value)


def test_no_error_repeats_a_bound_or_stored_value(filled):
    statements = [
        "INSERT INTO employee (email, name, left_pos, right_pos, depth) VALUES (:value, 'x', 0, 0, 0)",
        "INSERT INTO employee (email, name, left_pos, right_pos, depth) VALUES (NULL, :value, 0, 0, 0)",
        "SELECT no_such_function(:value)",
    ]
    for statement in statements:
        with pytest.raises((DBAPIError, StorageError)) as caught, filled.write() as connection:
            connection.execute(text(statement), {"value": personas.ALICE})
        assert personas.ALICE not in "".join(traceback.format_exception(caught.value))
