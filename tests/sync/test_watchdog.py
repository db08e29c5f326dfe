"""A sync that is stuck is noticed: by whoever started it, and by the lease, which it loses."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from core.api.client import AnalyticsClient
from core.api.exchange import Limits
from core.api.governor import Governor
from core.errors import ApiUnavailable
from core.sync import daemon, lease, watchdog
from core.sync.lease import HeldLease
from tests.sync.conftest import KEY, environment

ROOT = Path(__file__).parents[2]


@pytest.fixture
def ear(tmp_path, monkeypatch) -> Iterator[socket.socket]:
    """What systemd listens with."""
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(address)
        listener.settimeout(30)
        monkeypatch.setenv("NOTIFY_SOCKET", address)
        yield listener


@pytest.fixture
def clock(monkeypatch) -> list[float]:
    """A monotonic clock that the test moves; of whole seconds, so that they add up to just as many."""
    now = [1_000.0]
    monkeypatch.setattr(watchdog, "_last", [now[0], float("-inf")])
    monkeypatch.setattr(watchdog, "monotonic", lambda: now[0])
    return now


def _heard(ear: socket.socket) -> int:
    ear.setblocking(False)
    found = 0
    while True:
        try:
            assert ear.recv(64) == b"WATCHDOG=1"
        except BlockingIOError:
            return found
        found += 1


def test_a_daemon_that_waits_for_an_answer_gives_signs_of_life_r62(ear, tmp_path):
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        values = environment(f"http://127.0.0.1:{silent.getsockname()[1]}", f"sqlite:///{tmp_path / 'u.db'}", tmp_path)
        environ = {k: v for k, v in os.environ.items() if not k.startswith("UPTAKE_")} | values
        process = subprocess.Popen([sys.executable, "sync_daemon.py"], cwd=ROOT, env=environ, stderr=subprocess.DEVNULL)
        connection, _ = silent.accept()
        with closing(connection):
            _heard(ear)
            ear.settimeout(30)
            assert [ear.recv(64) for _ in range(3)] == [b"WATCHDOG=1"] * 3
            process.terminate()
            assert process.wait(25) == 0


def test_the_thread_that_keeps_the_lease_gives_no_sign_of_life_and_lets_it_go_when_the_sync_is_stuck_r62(
    database, ear, clock, caplog, monkeypatch
):
    held = lease.take(database, "the stuck one", daemon.now())
    assert isinstance(held, HeldLease)
    assert _renewals(database, held, clock, monkeypatch, turns=20) == [1, 2, 3, 4]
    assert _heard(ear) == 0
    assert caplog.text.count("stuck for 10 min, so it leaves the lease to others") == 1
    assert isinstance(lease.take(database, "the spare one", daemon.now() + lease.LASTS * 2), HeldLease)


@pytest.mark.usefixtures("ear")
def test_the_thread_keeps_the_lease_again_when_a_sync_that_was_stuck_goes_on_r62(database, clock, monkeypatch, caplog):
    held = lease.take(database, "the paused one", daemon.now())
    assert _renewals(database, held, clock, monkeypatch, turns=12, goes_on_at=9) == [1, 2, 3, 4, 9, 10, 11, 12]
    assert caplog.text.count("stuck for 10 min") == 1


def _renewals(database, held, clock, monkeypatch, *, turns: int, goes_on_at: int = 0) -> list[int]:
    """At which of its turns, a quarter of what a sync may be silent for apart, the thread renewed the lease."""
    turn, renewed = 0, []

    class Beats(threading.Event):
        def wait(self, _seconds: float | None = None) -> bool:
            nonlocal turn
            turn += 1
            clock[0] += watchdog.LONGEST / 4
            if turn == goes_on_at:
                watchdog.alive()
            return turn > turns

    renew = lease.renew

    def noted(*given: Any) -> None:
        renew(*given)
        renewed.append(turn)

    monkeypatch.setattr(lease, "renew", noted)
    daemon._beat(database, held, Governor(50), Beats())
    return renewed


@pytest.mark.usefixtures("ear")
def test_whoever_asks_whether_to_stop_is_not_stuck_r62(ear, clock):
    for _ in range(5):
        clock[0] += watchdog.LONGEST - 1
        assert not watchdog.is_stuck()
        assert not daemon._stopping()
    assert _heard(ear) == 5
    daemon._stopping()
    assert _heard(ear) == 0  # one a second will do
    clock[0] += watchdog.LONGEST + 1
    assert watchdog.is_stuck()


@pytest.mark.parametrize("address", ["", "/nowhere/at/all", "@uptake-nobody-listens"])
def test_without_anybody_who_listens_a_sign_of_life_is_nothing(monkeypatch, clock, address):
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    watchdog.alive()
    assert not watchdog.is_stuck()


@pytest.fixture
def stuck() -> Iterator[Callable[[httpx.Request], httpx.Response]]:
    """A network that comes to no end, whatever the time limits below it are."""
    over = threading.Event()

    def never(_request: httpx.Request) -> httpx.Response:
        over.wait(60)
        return httpx.Response(500)

    yield never
    over.set()


def test_a_request_that_never_ends_is_left_behind_r62(stuck):
    client = AnalyticsClient(
        "https://api.anthropic.com",
        KEY,
        version="2023-06-01",
        governor=Governor(60_000),
        transport=httpx.MockTransport(stuck),
        limits=Limits(total=0.3),
    )
    with client, pytest.raises(ApiUnavailable, match="not complete after 0.3 seconds"):
        client.newest_day(once=True)
