"""Programs started side by side are watched, and end together."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from core.cli import processes
from core.cli.processes import Processes, Program, ProgramEnded

STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open(sys.argv[1], "w").write(f"{child.pid}")
time.sleep(60)
"""


def program(source: str, *arguments: str, restarts: bool = False) -> Program:
    return Program("the test program", ("-c", source, *arguments), restarts=restarts)


def until(condition) -> None:
    """Wait for what comes sooner or later; what never comes fails."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
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
    now = 100.0
    monkeypatch.setattr(processes, "time", SimpleNamespace(monotonic=lambda: now))
    marks = tmp_path / "marks"
    source = "import sys; open(sys.argv[1], 'a').write('x')"
    with Processes() as family:
        family.start(program(source, str(marks), restarts=True), os.environ)
        ended = family._children[0].process
        ended.wait(60)
        for now in (100.0, 102.5, 104.9):
            family.watch()
            assert family._children[0].process is ended, now
        now = 105.0
        family.watch()
        assert family._children[0].process is not ended
        family._children[0].process.wait(60)
        assert marks.read_text() == "xx"
    assert "The test program ended by itself (status 0). It is started again in 5 s." in capsys.readouterr().err


def test_a_program_that_ignores_the_request_to_end_is_killed_with_its_descendants(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    assert processes.STOP_SECONDS < 5  # as long as whoever stops Uptake waits for its end
    monkeypatch.setattr(processes, "STOP_SECONDS", 0.3)
    note = tmp_path / "pid"
    with Processes() as family:
        family.start(program(STUBBORN, str(note)), os.environ)
        until(lambda: note.exists() and note.read_text())
        stubborn = family._children[0].process
    assert stubborn.returncode == -signal.SIGKILL
    until(lambda: not is_alive(int(note.read_text())))


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
