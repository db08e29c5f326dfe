"""Disks that refuse, wherever it is, and databases that are held or damaged: whole days, a reason, and no more."""

from __future__ import annotations

import errno
import resource
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, make_url

from core.errors import StorageError
from core.store.engine import schema, schema_version
from core.store.engine.database import Database
from core.sync import spool
from tests.support import stored
from tests.sync.faults import storage
from tests.sync.faults.case import Case
from tests.sync.faults.play import play
from tests.sync.faults.stage import HOUR, Stage, dump, faultless, staged, users_by_day

PAGE = 4_096


def _path(database: Database) -> Path:
    return Path(make_url(database.url).database or "")


def _in_one_phase() -> list[object]:
    """Each fault of the database once, phases and engines in turn."""
    chosen: list[object] = []
    for number, case in enumerate(storage.ALL):
        phase, kind = case.phases[number % len(case.phases)], case.kinds[number % len(case.kinds)]
        marks = [pytest.mark.postgresql] if kind == "postgresql" else []
        chosen.append(
            pytest.param(
                case, phase, kind, id="-".join(f"{case.name} {phase} {kind} {case.id.lower()}".split()), marks=marks
            )
        )
    return chosen


@pytest.mark.parametrize(("case", "phase", "kind"), _in_one_phase())
def test_every_fault_of_the_database_leaves_whole_days_and_heals_r49_r50_r51_r53(
    case: Case, phase: str, kind: str, request
):
    if kind == "postgresql":
        request.getfixturevalue("postgresql_server")
    play(case, phase, kind)


@contextmanager
def _full_after(stage: Stage, turn: int) -> Iterator[None]:
    """There is room for `turn` more pages of the database."""
    stage.database.dispose()
    with closing(sqlite3.connect(_path(stage.database), isolation_level=None)) as program:
        program.execute("VACUUM")  # pages that upgrades left empty are room, too
        program.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        most = program.execute("PRAGMA page_count").fetchone()[0] + turn

    def limit(driver: Any, *_: object) -> None:
        driver.execute(f"PRAGMA max_page_count={most}")

    event.listen(stage.database._writer, "checkout", limit)
    try:
        yield
    finally:
        event.remove(stage.database._writer, "checkout", limit)
        stage.database.dispose()


@contextmanager
def _refused_after(stage: Stage, turn: int) -> Iterator[None]:
    """The system refuses what would make the log longer than so many steps."""
    stage.database.dispose()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_path(stage.database).stat().st_size + turn * 12 * PAGE, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        stage.database.dispose()


@pytest.mark.parametrize(
    ("short_of_room", "says"),
    [(_full_after, "The disk is full"), (_refused_after, "The disk refuses to read or write the database")],
    ids=["no space", "no write"],
)
def test_a_disk_that_refuses_at_any_write_leaves_whole_days_to_be_read_and_heals_by_itself_r49(
    short_of_room: Callable[[Stage, int], AbstractContextManager[None]], says: str
):
    before, right = faultless("first connect")
    versions, refused = users_by_day(right), 0
    with staged("sqlite", "first connect") as stage:
        reader = Database(stage.database.url)
        for turn in range(40):
            reasons = ""
            with short_of_room(stage, turn):
                try:
                    reasons = stage.run().message
                except StorageError as error:
                    reasons = str(error)
                whole = users_by_day(dump(reader))  # the pages go on reading meanwhile
            refused += says in reasons
            assert says in reasons or "days read" in reasons, reasons
            assert all(users == versions[day] for day, users in whole.items())
            stage.clock.now += HOUR / 4
            if dump(reader) == right:
                break
        assert refused > 2
        assert stage.run().outcome == "ok"
        assert dump(stage.database) == right != before
        reader.dispose()


class _FullFile(BytesIO):
    """A file on a disk without space."""

    def write(self, _: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def _no_file() -> Any:
    raise OSError(errno.ENOSPC, "No space left on device")  # no inode is free


@pytest.mark.parametrize("file", [_FullFile, _no_file], ids=["no space", "no inode"])
@pytest.mark.parametrize("phase", ["first connect", "steady"])
def test_a_folder_for_temporary_files_without_room_is_named_and_nothing_is_lost_r49(monkeypatch, file, phase):
    before, right = faultless(phase)
    with staged("sqlite", phase) as stage:
        monkeypatch.setattr(spool, "TemporaryFile", file)
        monkeypatch.setattr(spool, "BODIES_IN_MEMORY", 0)
        monkeypatch.setattr(spool, "PAGES_IN_MEMORY", 0)
        report = stage.run()
        assert report.outcome == "failed"
        assert "takes none (No space left on device). Free some space in " in stage.reasons()
        assert dump(stage.database) == before
        monkeypatch.undo()
        stage.clock.now += HOUR
        assert stage.run().outcome == "ok"
        assert dump(stage.database) == right


def test_a_reader_who_stays_for_hours_sees_one_state_and_the_log_is_folded_in_when_it_leaves_r50():
    with staged("sqlite", "first connect") as stage:
        event.listen(stage.database._writer, "connect", lambda c, _: c.execute("PRAGMA wal_autocheckpoint=60"))
        log = Path(f"{_path(stage.database)}-wal")
        with closing(sqlite3.connect(_path(stage.database), isolation_level=None)) as reader:
            reader.execute("BEGIN")
            assert reader.execute("SELECT count(*) FROM sync_day").fetchone() == (0,)
            for _ in range(3):
                assert stage.run().outcome == "ok"
                stage.ask_for_all_days()
                stage.clock.now += HOUR
            assert reader.execute("SELECT count(*) FROM sync_day").fetchone() == (0,)
            longest = log.stat().st_size
            reader.execute("ROLLBACK")
            for _ in range(3):
                assert stage.run().outcome == "ok"
                stage.ask_for_all_days()
                stage.clock.now += HOUR
            assert log.stat().st_size < 1.2 * longest
        stage.database.dispose()
        assert not log.exists()


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_a_lock_that_goes_in_time_is_waited_for_r50(kind, request):
    if kind == "postgresql":
        request.getfixturevalue("postgresql_server")
    _, right = faultless("first connect")
    with staged(kind, "first connect") as stage:
        other = Database(stage.database.url)
        holders: list[threading.Thread] = []

        def hold(locked: threading.Event) -> None:
            with other.write() as connection:
                connection.exec_driver_sql("UPDATE lease SET expires_at = expires_at")
                locked.set()
                for _ in range(300):  # while the run, which begins to write at this moment, waits
                    connection.exec_driver_sql("UPDATE version SET number = number")

        def lock(*_: object) -> None:
            locked = threading.Event()
            holders.append(threading.Thread(target=hold, args=(locked,)))
            holders[-1].start()
            locked.wait()

        event.listen(stage.database._writer, "checkout", lock)
        report = stage.run()
        event.remove(stage.database._writer, "checkout", lock)
        for holder in holders:
            holder.join()
        assert report.outcome == "ok"
        assert dump(stage.database) == right
        assert len(holders) > 10
        other.dispose()


def test_a_page_of_the_file_that_is_damaged_gives_no_other_numbers_and_a_run_says_what_to_do_r53(tmp_path):
    with staged("sqlite", "back-fill") as stage:
        stage.database.dispose()
        file = _path(stage.database)
        whole = file.read_bytes()
        right, answers = stored.dump(stage.database), list[str]()
        stage.database.dispose()
        pages = len(whole) // PAGE
        for number in range(1, pages, max(pages // 30, 1)):
            file.write_bytes(whole[: number * PAGE] + b"\xff" * PAGE + whole[(number + 1) * PAGE :])
            database = Database(stage.database.url)
            try:
                answers.append("right" if stored.dump(database) == right else "other numbers")
            except StorageError as error:
                answers.append(str(error))
            database.dispose()
        damaged = "The database file is damaged or is no database. Restore a backup; nothing was changed."
        assert set(answers) <= {"right", damaged}
        assert answers.count(damaged) > 5
        file.write_bytes(whole)
        assert stage.run().outcome == "ok"


@pytest.mark.parametrize("left", ["", "no page"], ids=["missing", "of no length"])
def test_no_database_is_made_in_the_place_of_one_whose_log_is_left_r53(tmp_path, left):
    path = tmp_path / "uptake.db"
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database)
    with closing(sqlite3.connect(path)) as other:
        other.execute("SELECT * FROM version").fetchall()
        log = Path(f"{path}-wal").read_bytes()
    database.dispose()
    kept = path.read_bytes()
    path.unlink()
    if left:
        path.touch()
    Path(f"{path}-wal").write_bytes(log)
    for _ in range(2):
        fresh = Database(f"sqlite:///{path}")
        with pytest.raises(StorageError, match=r"is gone or empty, but its log uptake.db-wal is there"):
            schema.upgrade(fresh)
        fresh.dispose()
    assert Path(f"{path}-wal").read_bytes() == log
    assert path.exists() == bool(left)
    path.write_bytes(kept)
    again = Database(f"sqlite:///{path}")
    assert schema_version.is_current(again)
    again.dispose()


def test_a_database_of_another_program_is_refused_and_stays_as_it_is_r53(database_url):
    database = Database(database_url)
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE accounts_of_another_program (id INTEGER)")
    with pytest.raises(StorageError, match="holds tables of another program, so nothing was changed"):
        schema.upgrade(database)
    with database.write() as connection:
        connection.exec_driver_sql("DROP TABLE accounts_of_another_program")
    schema.upgrade(database)
    assert schema_version.is_current(database)
    database.dispose()
