"""The simulated Analytics API and sign-in provider of the demo: a process that says in one line where it serves."""

from __future__ import annotations

import datetime as dt
import queue
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec

from core.cli.processes import Processes, Program, ProgramEnded

_START_SECONDS = 60.0
_POLL_SECONDS = 0.1


class _Announcement(msgspec.Struct):
    base_url: str
    key: str
    oidc_metadata_url: str
    client_id: str
    client_secret: str
    admin: str
    earliest: dt.date
    latest: dt.date
    reorganised_on: dt.date


@dataclass(frozen=True)
class Ready:
    """Where the simulated API and provider are, the days that it serves, and the company's directory files."""

    base_url: str
    key: str
    oidc_metadata_url: str
    client_id: str
    client_secret: str
    admin: str
    earliest: dt.date
    latest: dt.date
    reorganised_on: dt.date
    directory: Path
    former_directory: Path

    @property
    def issuer(self) -> str:
        """Whom the provider's sign-ins name as theirs."""
        return self.oidc_metadata_url.removesuffix("/.well-known/openid-configuration")

    def __repr__(self) -> str:
        """Leaves the secrets out."""
        return f"Ready({self.base_url!r})"


def start_simulation(
    processes: Processes, folder: Path, environ: Mapping[str, str], app_url: str, stop: threading.Event
) -> Ready | None:
    """Start the simulator and wait until it serves; None when stopped before.

    Raises:
        ProgramEnded: it did not start, or said something that cannot be understood.
    """
    directory, former = folder / "directory.csv", folder / "former-directory.csv"
    arguments = ("-m", "simulator", "--port", "0", "--app-url", app_url)
    files = ("--write-directory", str(directory), "--write-former-directory", str(former))
    trouble = ("--trouble", str(folder / "trouble.txt"))
    output = processes.start(Program("the simulated API", (*arguments, *files, *trouble)), environ, piped=True)
    line = _first_line(output, processes, stop)
    if line is None:
        return None
    try:
        said = msgspec.json.decode(line, type=_Announcement)
    except msgspec.MsgspecError as error:
        raise ProgramEnded("The simulated API did not say where it serves, so the demo was stopped.") from error
    return Ready(**msgspec.structs.asdict(said), directory=directory, former_directory=former)


def _first_line(output: IO[bytes] | None, processes: Processes, stop: threading.Event) -> bytes | None:
    lines: queue.Queue[bytes] = queue.Queue()
    threading.Thread(target=_read, args=(output, lines), name="simulator-output", daemon=True).start()
    for _ in range(int(_START_SECONDS / _POLL_SECONDS)):
        if stop.is_set():
            return None
        try:
            return lines.get(timeout=_POLL_SECONDS)
        except queue.Empty:
            processes.watch()
    raise ProgramEnded(f"The simulated API was not ready within {_START_SECONDS:g} s, so the demo was stopped.")


def _read(output: IO[bytes], lines: queue.Queue[bytes]) -> None:
    """Hand the first line over and drop the others: a pipe that nobody reads would block its writer."""
    if line := output.readline():
        lines.put(line)
    while output.read(65_536):
        pass
