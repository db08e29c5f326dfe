"""`uptake demo` and `uptake run` as processes: they come up, and end together when they are told to."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from core.admin.access import operator
from core.admin.identities import BOUND, sign_ins
from core.admin.storage import opened
from core.cli.demo import set_up
from core.cli.simulation import Ready
from core.settings import load
from core.store.access import identities
from core.store.tables.usage import EMPLOYEE
from tests.cli.calls import ROOT, caller, settings, shell
from tests.cli.company import KEY, NEWEST
from tests.support.small_directory import DIRECTORY

Start = Callable[..., "Running"]


class Running:
    """A command that runs, with what it has said so far."""

    def __init__(self, environ: dict[str, str], *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "core.cli", *arguments],
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if not name.startswith("UPTAKE_")} | environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in self.process.stdout or ():
            self.said += line

    def says(self, pattern: str, seconds: float = 60.0) -> re.Match[str]:
        deadline = time.monotonic() + seconds
        while (found := re.search(pattern, self.said)) is None:
            assert self.process.poll() is None, f"it ended: {self.said}"
            assert time.monotonic() < deadline, f"it did not say {pattern!r}: {self.said}"
            time.sleep(0.05)
        return found

    def end(self, number: signal.Signals) -> int:
        """Tell it to end by a signal; the status with which it does."""
        self.process.send_signal(number)
        return self.process.wait(60)


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[Running] = []

    def begin(environ: dict[str, str], *arguments: str) -> Running:
        started.append(Running(environ, *arguments))
        return started[-1]

    yield begin
    for running in started:
        if running.process.poll() is None:
            running.end(signal.SIGTERM)
        if running.process.stdout is not None:
            running.process.stdout.close()


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port on which somebody else listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def refuses_connections(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) != 0


def is_gone(holder: str) -> bool:
    """Whether the process that held the lease, "<host> process <id> (<mark>)", has ended."""
    found = re.search(r" process (\d+)", holder)
    assert found
    try:
        os.kill(int(found[1]), 0)
    except ProcessLookupError:
        return True
    return False


def test_the_demo_comes_up_fills_itself_and_ends_with_all_its_programs_when_told_to(
    start: Start, taken_port: int, tmp_path: Path
):
    place, real = tmp_path / "demo", tmp_path / "real.db"
    mine = {"UPTAKE_DATABASE_URL": f"sqlite:///{real}", "UPTAKE_ADMINS": "nobody@example.com"}
    demo = start(mine, "demo", "--port", str(taken_port), "--data-dir", str(place))
    url = demo.says(r"The demo runs at (http://localhost:(\d+))\.")
    port = int(url[2])
    assert port != taken_port
    assert f"Port {taken_port} is in use, so the demo takes {port}." in demo.said

    assert httpx.get(f"{url[1]}/healthz").json() == {"status": "ok"}
    assert httpx.get(f"{url[1]}/_stcore/health").status_code == 200

    demo.says(r"All \d+ days are there\.")
    found = json.loads(shell({"UPTAKE_DATA_DIR": str(place)}, "status", "--json").stdout)
    assert found["data_through"] == found["newest_day"] is not None
    assert (found["days"]["failed"], found["days"]["missing"]) == (0, 0)
    assert found["directory"]["people"] > 200
    assert found["daemon"]["alive"] is True

    assert demo.end(signal.SIGTERM) == 0
    assert refuses_connections(port)
    assert is_gone(found["daemon"]["holder"])
    assert not real.exists()


def test_a_kept_demo_lets_everybody_in_again_though_its_sign_in_provider_moved(api: str, tmp_path: Path):
    file = tmp_path / "directory.csv"
    file.write_bytes(DIRECTORY)
    environ = settings(tmp_path / "data", api)
    with opened(load(environ), upgrade=True) as database:
        for port in (4001, 4002):
            ready = Ready(
                base_url=api,
                key=KEY,
                oidc_metadata_url=f"http://127.0.0.1:{port}/oidc/.well-known/openid-configuration",
                client_id="",
                client_secret="",
                admin="dora@example.com",
                earliest=NEWEST,
                latest=NEWEST,
                reorganised_on=NEWEST,
                directory=file,
                former_directory=file,
            )
            set_up(database, load(environ), ready)
            with database.write() as connection:
                dora = connection.execute(select(EMPLOYEE.c.id).where(EMPLOYEE.c.email == ready.admin)).scalar()
                now = dt.datetime.now(dt.UTC)
                assert identities.bind(connection, ready.issuer, "dora", ready.admin, dora, now=now)
        assert [known.issuer for known in sign_ins(operator(), database) if known.state == BOUND] == [ready.issuer]


def test_a_demo_that_is_stopped_at_once_leaves_nothing_behind(start: Start, tmp_path: Path):
    demo = start({"TMPDIR": str(tmp_path)}, "demo")
    demo.says("Inventing a company")
    assert demo.end(signal.SIGINT) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_demo_refuses_a_folder_with_anything_else_in_it(tmp_path: Path):
    (tmp_path / "uptake.db").write_text("real")
    ended = shell({}, "demo", "--data-dir", str(tmp_path))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert (
        ended.stderr == f"{tmp_path} holds something else than a demo, so it was not touched. Name an empty folder.\n"
    )


def test_run_serves_syncs_when_asked_and_ends_with_all_its_programs_when_told_to(
    start: Start, api: str, tmp_path: Path
):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = settings(tmp_path / "data", api) | {"UPTAKE_PORT": str(port)}
    run = start(environ, "run")
    run.says(rf"Uptake runs at .* port {port}\. Ctrl-C stops it\.")
    assert httpx.get(f"http://127.0.0.1:{port}/healthz").json() == {"status": "ok"}

    uptake = caller(environ)
    assert uptake("connect", stdin=KEY).exit_code == 0
    synced = shell(environ, "sync")
    assert synced.returncode == 0, synced.stderr
    assert re.search(r"A sync is at work \(.+\) and was asked to sync now", synced.stderr)
    found = json.loads(uptake("status", "--json").stdout)
    assert (found["data_through"], found["days"]["missing"]) == (str(NEWEST), 0)

    assert run.end(signal.SIGTERM) == 0
    assert refuses_connections(port)
    assert is_gone(found["daemon"]["holder"])


def test_run_does_not_start_where_another_program_listens(taken_port: int, uptake):
    result = uptake("run", UPTAKE_PORT=str(taken_port))
    assert result.exit_code == 1
    assert f"UPTAKE_PORT: another program listens on port {taken_port} of 127.0.0.1" in result.stderr


def test_run_ends_with_an_error_when_the_dashboard_cannot_start(api: str, tmp_path: Path):
    environ = settings(tmp_path / "data", api) | {"UPTAKE_ADDRESS": "192.0.2.1"}
    ended = shell(environ, "run")
    assert ended.returncode == 1
    assert "The dashboard ended by itself (status" in ended.stderr.splitlines()[-1]
