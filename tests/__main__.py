"""Runs every check of the project, each step even when an earlier one failed: `./uptake test [pytest arguments]`."""

from __future__ import annotations

import compileall
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.running import browsers, lock

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

PROCESSES = min((os.cpu_count() or 1) + 2, 4)
"""Two more than there are processors: tests wait for browsers, databases and other processes half of their time."""

EVERY_TEST = ["-q", f"--numprocesses={PROCESSES}", "--dist=loadfile", "--no-loadscope-reorder"]
"""Files are shared out among processes, in the order of `tests.conftest`; what a file's tests prepare together is
prepared once."""

MEMORY, ROOM = Path("/dev/shm"), 6 * 2**30  # noqa: S108 - a folder of its own is made there
"""Where Linux keeps files in memory, and how many bytes have to be free there and in all."""

Step = Callable[[], bool]


def main(arguments: list[str]) -> int:
    """Run all steps, print how each went and what could not be run, and return the exit status."""
    steps: dict[str, Step] = {
        "format (ruff format)": _program("ruff", "format", "--check"),
        "lint (ruff check)": _program("ruff", "check"),
        "who may import whom (lint-imports)": _program("lint-imports"),
        "locked requirements": _locked,
        "browser": _browser,
        "compiled (compileall)": _compiled,
        "tests (pytest)": lambda: _tests(arguments or EVERY_TEST),
        "types (mypy), beside all of these": _begun("mypy", "."),
    }
    results = [(title, *_run(title, step)) for title, step in steps.items()]

    print("\nSteps")
    for title, passed, seconds in results:
        print(f"  {'ok' if passed else 'FAILED':6} {seconds:6.1f} s  {title}")
    failed = [title for title, passed, _ in results if not passed]
    _print_absences()
    print(f"FAILED: {', '.join(failed)}" if failed else "All steps passed.", flush=True)
    return 1 if failed else 0


def _run(title: str, step: Step) -> tuple[bool, float]:
    print(f"\n── {title} ──", flush=True)
    start = time.monotonic()
    passed = step()
    return passed, time.monotonic() - start


def _program(name: str, *arguments: str) -> Step:
    return lambda: subprocess.run([BIN / name, *arguments], cwd=ROOT, check=False).returncode == 0


def _begun(name: str, *arguments: str) -> Step:
    """A program that runs beside the other steps from now on, as tests leave processors idle; its step waits for it."""
    running = subprocess.Popen(
        [BIN / name, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )

    def ended() -> bool:
        said, _ = running.communicate()
        print(said)
        return running.returncode == 0

    return ended


def _locked() -> bool:
    problems = lock.problems(ROOT)
    print("\n".join(problems) or "requirements.txt and requirements-dev.txt are in step with pyproject.toml.")
    return not problems


def _browser() -> bool:
    """Find a browser or try to install one; tests say for themselves when there is none."""
    if browsers.find() is None:
        browsers.install()
    print(browsers.find() or browsers.ABSENT)
    return True


def _compiled() -> bool:
    """Compile the project once, for the hundreds of processes that tests start; some systems let none of them do it."""
    return all(compileall.compile_dir(ROOT / folder, quiet=1) for folder in ("core", "pages", "simulator", "tests"))


def _tests(arguments: list[str]) -> bool:
    """Databases that live for one test need no disk, and half of the time would go by in waiting for it."""
    with ExitStack() as stack:
        if "TMPDIR" not in os.environ and _has_room():
            folder = stack.enter_context(tempfile.TemporaryDirectory(dir=MEMORY, ignore_cleanup_errors=True))
            os.environ["TMPDIR"] = tempfile.tempdir = folder
        return pytest.main(arguments) == pytest.ExitCode.OK


def _has_room() -> bool:
    if not os.access(MEMORY, os.W_OK):
        return False
    available = re.search(r"MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text("ascii"))
    return available is not None and min(shutil.disk_usage(MEMORY).free, int(available[1]) * 1_024) >= ROOM


def _print_absences() -> None:
    from tests.running import absences  # only now: pytest rewrites its plugins' assertions as it imports them

    if lines := absences.lines():
        print("\n!!! COULD NOT RUN" + (", WHICH FAILS IN CI" if absences.in_ci() else ""))
        print("\n".join(f"!!! {line}" for line in lines))
    print()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
