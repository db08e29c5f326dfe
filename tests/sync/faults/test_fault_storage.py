"""Power cuts and odd surroundings: what is on the disk is always a state that a commit left."""

from __future__ import annotations

import os
import shutil
import sqlite3
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import make_url

from core.store.engine.database import Database
from tests.sync.faults.stage import faultless, fingerprint, staged, users_by_day, whole_days

ROOT = Path(__file__).parents[3]
WAL_HEADER, FRAME_HEADER = 32, 24


def _path(database: Database) -> Path:
    return Path(make_url(database.url).database or "")


def test_a_log_that_a_power_cut_shortened_at_any_frame_holds_whole_days_r48(tmp_path):
    with staged("sqlite", "steady") as stage:
        reader = sqlite3.connect(_path(stage.database))  # keeps the log from being folded into the file
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sync_day").fetchone()
        shutil.copyfile(_path(stage.database), tmp_path / "before.db")
        stage.run()
        log = Path(f"{_path(stage.database)}-wal").read_bytes()
        reader.close()
    page = struct.unpack(">I", log[8:12])[0]
    frames = (len(log) - WAL_HEADER) // (FRAME_HEADER + page)
    commits = [n for n in range(frames) if log[_frame(n, page) + 4 : _frame(n, page) + 8] != bytes(4)]
    assert frames > 40 and len(commits) > 10
    seen = []
    # Between two commits the outcome has to be that of the first, so the frames around each commit tell all.
    for cut in sorted({0, *commits, *(n + 1 for n in commits)}):
        path = tmp_path / "cut.db"
        shutil.copyfile(tmp_path / "before.db", path)
        Path(f"{path}-wal").write_bytes(log[: _frame(cut, page)] + log[_frame(cut, page) :][: page // 2])
        Path(f"{path}-shm").unlink(missing_ok=True)
        database = Database(f"sqlite:///{path}")
        seen.append(whole_days(database))
        database.dispose()
    assert seen == sorted(seen)
    assert seen[0] < seen[-1] == len(users_by_day(faultless("steady")[1]))


def _frame(number: int, page: int) -> int:
    return WAL_HEADER + number * (FRAME_HEADER + page)


@pytest.mark.parametrize(
    ("options", "variables"),
    [
        ([], {"LC_ALL": "C", "PYTHONUTF8": "0", "TZ": "Australia/Lord_Howe", "PYTHONOPTIMIZE": "2"}),
        (["-W", "error"], {}),
    ],
    ids=["without assertions", "warnings are errors"],
)
def test_language_time_zone_and_a_python_without_assertions_change_nothing_r71(options, variables):
    program = (
        "from tests.sync.faults.stage import dump, fingerprint, staged\n"
        "with staged('sqlite', 'first connect') as stage:\n"
        "    stage.run()\n"
        "    print(fingerprint(dump(stage.database)))\n"
    )
    command = [sys.executable, *options, "-c", program]
    run = subprocess.run(command, cwd=ROOT, env=os.environ | variables, capture_output=True, text=True, check=False)
    assert run.stdout.strip() == fingerprint(faultless("first connect")[1]), run.stderr[-2_000:]
