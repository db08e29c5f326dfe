"""Programs that run side by side as child processes, are watched, and end together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import click

from core.errors import UptakeError

ROOT = Path(__file__).resolve().parents[2]
"""The checkout, where the programs are."""

RESTART_SECONDS = 5.0
STOP_SECONDS = 4.0
"""How long programs may take to end before they are killed; who stops us expects the end within 5 s."""


class ProgramEnded(UptakeError):
    """A program that everything depends on could not start, or ended by itself."""


@dataclass(frozen=True)
class Program:
    """A Python program; `name` stands in sentences. One that `restarts` is started anew when it ends."""

    name: str
    arguments: tuple[str, ...]
    restarts: bool = False


@dataclass
class _Child:
    program: Program
    environ: Mapping[str, str]
    process: subprocess.Popen[bytes]
    start_again_at: float | None = field(default=None)


def stop_on_signals() -> threading.Event:
    """An event that is set by SIGINT, SIGTERM and SIGHUP from now on, in place of ending this process."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: stop.set())
    return stop


class Processes:
    """A context manager: whatever was started inside the block has ended when the block is left.

    Programs write to this process's standard streams, or to `log` when it is given.
    """

    def __init__(self, log: Path | None = None) -> None:
        self._log = log
        self._children: list[_Child] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, program: Program, environ: Mapping[str, str], *, piped: bool = False) -> IO[bytes] | None:
        """Start a program; with `piped`, its standard output, to be read by the caller."""
        process = self._spawn(program, environ, piped=piped)
        self._children.append(_Child(program, environ, process))
        return process.stdout

    def watch(self) -> None:
        """Look once at every program, and start again what ended, after a pause.

        Raises:
            ProgramEnded: a program that is not restarted has ended.
        """
        for child in self._children:
            status = child.process.poll()
            if status is None:
                continue
            how = f"{child.program.name} ended by itself ({_how(status)})."
            if not child.program.restarts:
                raise ProgramEnded(f"{how[0].upper()}{how[1:]}{self._last_words()}")
            if child.start_again_at is None:
                child.start_again_at = time.monotonic() + RESTART_SECONDS
                click.echo(f"{how[0].upper()}{how[1:]} It is started again in {RESTART_SECONDS:g} s.", err=True)
            elif time.monotonic() >= child.start_again_at:
                child.process = self._spawn(child.program, child.environ)
                child.start_again_at = None

    def stop(self) -> None:
        """End all programs: ask them, and kill with all their descendants whatever is still there after a while."""
        running = [child.process for child in self._children if child.process.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(max(deadline - time.monotonic(), 0.0))
            except subprocess.TimeoutExpired:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        for child in self._children:
            if child.process.stdout is not None:
                child.process.stdout.close()
        self._children.clear()

    def _spawn(self, program: Program, environ: Mapping[str, str], *, piped: bool = False) -> subprocess.Popen[bytes]:
        log = self._log.open("ab") if self._log is not None else None
        try:
            # A session of its own: Ctrl-C reaches this process alone, which then ends the others in order.
            return subprocess.Popen(  # noqa: S603 - our own programs, with arguments of our own
                [sys.executable, *program.arguments],
                cwd=ROOT,
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if piped else log,
                stderr=log,
                start_new_session=True,
            )
        finally:
            if log is not None:
                log.close()

    def _last_words(self) -> str:
        """The last lines of the log, for somebody who cannot see it otherwise."""
        if self._log is None or not self._log.exists():
            return ""
        lines = self._log.read_text("utf-8", "replace").split("\n")[-6:]
        return "".join(f"\n  {line}" for line in lines if line.strip())


def _how(status: int) -> str:
    return f"status {status}" if status >= 0 else f"signal {-status}"
