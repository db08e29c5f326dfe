"""Programs started side by side are watched, and end together within 5 s."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from core.cli import processes
from core.cli.processes import Processes, Program, ProgramEnded

STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open(sys.argv[1], "w").write(f"{child.pid}")
time.sleep(60)
"""


def program(source: str, *arguments: str, restarts: bool = False) -> Program:
    return Program("the test program", ("-c", source, *arguments), restarts=restarts)


def until(condition, seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits for its parent to notice does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


def watched_until_it_fails(family: Processes) -> str:
    with pytest.raises(ProgramEnded) as ended:
        until(family.watch)
    return str(ended.value)


def test_a_program_that_everything_depends_on_ends_everything():
    with Processes() as family:
        family.start(program("raise SystemExit(3)"), os.environ)
        assert watched_until_it_fails(family) == "The test program ended by itself (status 3)."


def test_the_last_words_of_a_program_with_a_log_are_repeated(tmp_path: Path):
    with Processes(tmp_path / "log") as family:
        family.start(program("raise SystemExit('The port is taken.')"), os.environ)
        assert watched_until_it_fails(family).endswith("(status 1).\n  The port is taken.")


def test_a_program_that_restarts_is_started_again_after_a_pause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
):
    monkeypatch.setattr(processes, "RESTART_SECONDS", 0.3)
    marks = tmp_path / "marks"
    source = "import sys, time; open(sys.argv[1], 'a').write(f'{time.time()}\\n')"
    with Processes() as family:
        family.start(program(source, str(marks), restarts=True), os.environ)

        def twice() -> bool:
            family.watch()
            return marks.exists() and marks.read_text().count("\n") >= 2

        until(twice)
    first, second = (float(line) for line in marks.read_text().splitlines()[:2])
    assert second - first >= 0.3
    assert "The test program ended by itself (status 0). It is started again in 0.3 s." in capsys.readouterr().err


def test_a_program_that_ignores_the_request_to_end_is_killed_with_its_descendants(tmp_path: Path):
    note = tmp_path / "pid"
    with Processes() as family:
        family.start(program(STUBBORN, str(note)), os.environ)
        until(lambda: note.exists() and note.read_text())
        start = time.monotonic()
    assert time.monotonic() - start < 5
    until(lambda: not is_alive(int(note.read_text())), 1.0)


def test_programs_end_when_an_error_leaves_the_block(tmp_path: Path):
    note = tmp_path / "pid"
    source = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(60)"

    def fail_while_it_runs() -> None:
        with Processes() as family:
            family.start(program(source, str(note)), os.environ)
            until(lambda: note.exists() and note.read_text())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_while_it_runs()
    assert not is_alive(int(note.read_text()))
