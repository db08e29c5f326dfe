"""`uptake sync` reads what is due; what cannot be read is a sentence, and the last good data stay."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response

from core.store.engine.database import Database
from core.sync import lease
from simulator.api import create_app
from simulator.server import running
from tests.cli.calls import caller, settings, shell
from tests.cli.company import FIRST, KEY, NEWEST, usage


@pytest.fixture
def garbled() -> Iterator[str]:
    """The base URL of an API whose answer about one day is cut off."""

    def trouble(request: Request) -> Response | None:
        return Response('{"data": [7') if request.query_params.get("date") == str(FIRST) else None

    with running(create_app(usage(), key=KEY, trouble=trouble)) as url:
        yield url


def test_without_a_key_the_error_says_how_to_connect(api: str, tmp_path: Path):
    ended = shell(settings(tmp_path, api), "sync")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.splitlines()[-1].startswith("No API key is stored yet. Connect Claude")


def test_a_day_that_cannot_be_understood_leaves_the_others_readable(garbled: str, tmp_path: Path):
    environ = settings(tmp_path, garbled) | {"UPTAKE_CLAUDE_API_KEY": KEY}
    ended = shell(environ, "sync", "--once")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "1 of 5 days could not be read" in ended.stderr
    assert "Traceback" not in ended.stderr
    found = json.loads(caller(environ)("status", "--json").stdout)
    assert found["data_through"] == str(NEWEST)
    assert found["days"] == {
        "complete": 1,
        "revised": 0,
        "provisional": 3,
        "failed": 1,
        "missing": 0,
        "held": 0,
    }


def test_a_key_that_was_revoked_keeps_the_stored_days(api: str, tmp_path: Path):
    environ = settings(tmp_path, api)
    assert shell(environ | {"UPTAKE_CLAUDE_API_KEY": KEY}, "sync").returncode == 0
    with running(create_app(usage(), key="sk-ant-api01-another")) as url:
        environ["UPTAKE_CLAUDE_BASE_URL"] = url
        ended = shell(environ, "sync")
    assert ended.returncode == 1
    assert "does not accept the key (401)" in ended.stderr
    found = json.loads(caller(environ)("status", "--json").stdout)
    assert (found["claude"]["state"], found["data_through"]) == ("rejected", str(NEWEST))
    assert found["last_success"] < found["last_run"]["started_at"]


def test_a_sync_beside_another_says_for_whom_it_waits_and_does_it_itself_when_that_one_ends(api: str, tmp_path: Path):
    environ = settings(tmp_path, api) | {"UPTAKE_CLAUDE_API_KEY": KEY}
    assert shell(environ, "sync").returncode == 0
    database = Database(f"sqlite:///{tmp_path / 'uptake.db'}")
    # Long enough for the command to start on a busy machine while the other is still alive.
    lease.take(database, "another-host process 7", dt.datetime.now(dt.UTC) + dt.timedelta(seconds=8))
    database.dispose()
    ended = shell(environ, "sync")
    assert ended.returncode == 0
    assert "A sync is at work (another-host process 7) and was asked to sync now; waiting for it…" in ended.stderr
    assert "It ended before it did the sync, so this command does it." in ended.stderr
    assert ended.stdout == "3 days read, 0 of them new or changed.\n"


def test_a_rejected_key_is_not_asked_again_by_a_second_sync_r01(api: str, tmp_path: Path):
    """R01"""
    environ = settings(tmp_path, api)
    assert shell(environ | {"UPTAKE_CLAUDE_API_KEY": KEY}, "sync").returncode == 0
    asked: list[Request] = []
    with running(create_app(usage(), key="sk-ant-api01-another", trouble=asked.append)) as url:
        environ["UPTAKE_CLAUDE_BASE_URL"] = url
        assert "(401)" in shell(environ, "sync").stderr
        first = len(asked)
        again = shell(environ, "sync")
    assert len(asked) == first == 2
    assert again.returncode == 1
    assert "The API rejected the key" in again.stderr and "unless another key is set" in again.stderr
    assert "so it is not asked again before" in caller(environ)("status").stdout
