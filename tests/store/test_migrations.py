"""The schema: made from nothing, the same as the declared tables, and never half there."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlmodel import SQLModel

from core.api.rows import LARGEST
from core.errors import StorageError
from core.store.day_writes import DayWriter
from core.store.engine import migration, schema, schema_version
from core.store.engine.database import Database
from tests.support import personas, stored

NOW = dt.datetime(2026, 11, 22, 6, 30, tzinfo=dt.UTC)


def _tables(database: Database) -> set[str]:
    with database.read("test") as connection:
        return set(inspect(connection).get_table_names())


def test_an_empty_database_becomes_current_and_a_second_upgrade_changes_nothing(database_url):
    database = Database(database_url)
    assert not schema_version.is_current(database)
    schema.upgrade(database)
    tables = _tables(database)
    assert schema_version.is_current(database)
    schema.upgrade(database)
    assert _tables(database) == tables >= {"user_day", "team_day", "sync_day", "lease", "alembic_version"}
    database.dispose()


def test_the_newest_migration_is_told_without_alembic_as_alembic_tells_it():
    assert schema_version.newest() == ScriptDirectory.from_config(migration.config()).get_current_head()


def _is_declared(name: str | None, kind: str, _parents: object) -> bool:
    """Whether the models declare it themselves: the parts of a divided table are the migrations' matter."""
    return kind != "table" or not str(name).startswith(("active_bits_", "user_day_2"))


def test_the_migrated_schema_is_the_declared_one(database):
    with database.write() as connection:
        options = {"compare_type": True, "include_name": _is_declared}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, SQLModel.metadata) == []


def test_a_database_of_a_newer_version_is_refused_and_stays_as_it_is(database):
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'a-later-one'"))
    before = _tables(database)
    with pytest.raises(StorageError, match=r"newer version of Uptake \(schema a-later-one\).*nothing was changed"):
        schema.upgrade(database)
    assert _tables(database) == before
    assert not schema_version.is_current(database)
    with database.read() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "a-later-one"


def test_a_migration_that_breaks_off_leaves_no_table_r57(database_url, monkeypatch):
    """R57"""
    database = Database(database_url)

    def break_off(*arguments: Any) -> None:
        upgrade(*arguments)
        raise ConnectionAbortedError

    upgrade = command.upgrade
    monkeypatch.setattr(command, "upgrade", break_off)
    with pytest.raises(ConnectionAbortedError):
        schema.upgrade(database)
    assert _tables(database) == set()
    monkeypatch.undo()
    schema.upgrade(database)
    assert schema_version.is_current(database)
    database.dispose()


def test_two_processes_that_upgrade_at_once_both_succeed_r57(database_url):
    """R57"""
    program = (
        "import sys, time; from core.store.engine import schema; from core.store.engine.database import Database; "
        "sys.stdout.write('ready\\n'); sys.stdout.flush(); sys.stdin.readline(); "
        "database = Database(sys.argv[1]); schema.upgrade(database); database.dispose()"
    )
    command_line = [sys.executable, "-W", "error", "-c", program, database_url]
    pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    processes: list[Any] = [subprocess.Popen(command_line, **pipes, text=True) for _ in range(2)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    results = [(process.communicate(timeout=30)[1], process.returncode) for process in processes]
    assert results == [("", 0), ("", 0)]
    database = Database(database_url)
    assert schema_version.is_current(database)
    database.dispose()


def test_a_downgrade_to_the_beginning_takes_every_table_away(filled):
    with filled.write() as connection:
        command.downgrade(migration.config(connection), "base")
    assert _tables(filled) <= {"alembic_version"}


def test_an_upgrade_stores_the_sums_of_small_teams_as_if_they_had_been_stored_with_each_day(filled):
    busy = dict.fromkeys(("commits", "chat_messages", "lines_added"), LARGEST)
    with filled.write() as connection:
        page = personas.page([("user_ivy", personas.IVY, busy)])
        DayWriter(connection).store(connection, personas.DAYS[0] - dt.timedelta(days=1), [page], b"busy", NOW)
        before = stored.team_days(connection)
        assert before == stored.recomputed_team_days(connection)
        command.downgrade(migration.config(connection), "0015")
        left = set(
            connection.execute(text("SELECT e.email FROM team_day t JOIN employee e ON e.id = t.team_id")).scalars()
        )
    assert {team for team, _ in before if team} - left == {personas.ALICE}
    schema.upgrade(filled)
    with filled.read("test") as connection:
        assert stored.team_days(connection) == before
