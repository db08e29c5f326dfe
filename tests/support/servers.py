"""A server as a process of its own: started, waited for until it answers, and ended."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.support.screen import ROOT

SECONDS = 60
"""A machine that is busy with other tests is slow to start one."""


def free_port() -> int:
    """A port of this machine at which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment_without(*prefixes: str) -> dict[str, str]:
    """The environment of this process, without the variables that begin so."""
    return {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}


@contextmanager
def server(
    command: Sequence[str], environ: Mapping[str, str], ready: str, log: Path, *, cwd: Path = ROOT
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that answers at the address `ready`, as long as the block runs; what it prints goes into `log`."""
    with log.open("wb") as printed:
        process = subprocess.Popen(command, cwd=cwd, env=environ, stdout=printed, stderr=subprocess.STDOUT)
    try:
        _wait_until_it_answers(process, ready, log)
        yield process
    finally:
        process.terminate()
        process.wait(20)


def _wait_until_it_answers(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    end = time.monotonic() + SECONDS
    while not _answers(address):
        assert process.poll() is None and time.monotonic() < end, log.read_text("utf-8", "replace")[-2_000:]
        time.sleep(0.1)


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=2).is_success
    except httpx.TransportError:
        return False
