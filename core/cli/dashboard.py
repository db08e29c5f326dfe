"""The programs that make up a running Uptake, where the dashboard listens, and whether it answers."""

from __future__ import annotations

import errno
import socket
import threading
import time
from collections.abc import Callable

import click
import httpx

from core.cli.processes import ROOT, Processes, Program, ProgramEnded
from core.settings import Settings

DAEMON = Program("the sync daemon", (str(ROOT / "sync_daemon.py"),), restarts=True)
DASHBOARD = Program("the dashboard", (str(ROOT / "app.py"),))

_START_SECONDS = 90.0
_POLL_SECONDS = 0.25
_PORTS_TRIED = 100


def is_free(address: str, port: int) -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            # Only "in use" is an answer. An address that this machine lacks is told better by the server itself.
            return error.errno not in {errno.EADDRINUSE, errno.EACCES}
    return True


def free_port(first: int) -> int:
    """The first port from `first` on that is free on this machine's loopback, for IPv4 and IPv6.

    Raises:
        ProgramEnded: a hundred ports in a row are taken.
    """
    for port in range(first, min(first + _PORTS_TRIED, 65_536)):
        if is_free("127.0.0.1", port) and is_free("::1", port):
            return port
    raise ProgramEnded(f"No port from {first} on is free on this machine. Choose another one with --port.")


def when_it_answers(
    processes: Processes, settings: Settings, stop: threading.Event, meanwhile: Callable[[], None] = lambda: None
) -> bool:
    """Wait until the dashboard answers, calling `meanwhile` now and then; False when stopped before.

    Raises:
        ProgramEnded: the dashboard ended, or does not answer for long.
    """
    deadline = time.monotonic() + _START_SECONDS
    while not stop.is_set():
        if _answers(settings):
            return True
        processes.watch()
        meanwhile()
        if time.monotonic() > deadline:
            raise ProgramEnded(f"The dashboard did not answer within {_START_SECONDS:g} s, so everything was stopped.")
        stop.wait(_POLL_SECONDS)
    return False


def until_stopped(processes: Processes, stop: threading.Event, meanwhile: Callable[[], None] = lambda: None) -> None:
    """Watch over the programs until a signal comes.

    Raises:
        ProgramEnded: the dashboard ended by itself.
    """
    while not stop.wait(_POLL_SECONDS):
        processes.watch()
        meanwhile()
    click.echo("Stopping…", err=True)


def _answers(settings: Settings) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.address, settings.address)  # noqa: S104 - only compared
    host = f"[{host}]" if ":" in host else host
    try:
        # Whatever proxy the environment names, this is our own machine.
        answer = httpx.get(f"http://{host}:{settings.port}/readyz", timeout=5.0, trust_env=False)
    except httpx.HTTPError:
        return False
    return answer.status_code == httpx.codes.OK
