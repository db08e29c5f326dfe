"""The stored key is opened by the sync and by nobody else; what it found is noted for everybody else."""

from __future__ import annotations

import datetime as dt

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.admin import connection, syncs
from core.admin.access import operator
from core.admin.status import status
from core.errors import ApiKeyRejected
from core.store import connections
from core.store.database import Database
from core.sync import health
from core.web.routes import watch_routes
from tests.store import stored
from tests.sync.conftest import KEY, SECRET

ADMIN = operator()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Everything that is decrypted from now on."""
    found: list[bytes] = []

    class Watched:
        def __init__(self, key: bytes) -> None:
            self._cipher = AESGCM(key)

        def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
            return self._cipher.encrypt(nonce, data, associated_data)

        def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
            found.append(data)
            return self._cipher.decrypt(nonce, data, associated_data)

    for place in ("core.store.opening", "core.store.sealing", "cryptography.hazmat.primitives.ciphers.aead"):
        monkeypatch.setattr(f"{place}.AESGCM", Watched)
    return found


def test_nothing_that_the_web_process_answers_opens_the_stored_key(runner, database, held, make_settings, opened):
    runner().run(held, "start")
    assert len(opened) == 0  # the first run had the key from the settings
    runner().run(held, "hourly")
    assert len(opened) == 1
    settings = make_settings(database.url)
    assert status(ADMIN, database, settings).claude.key.state == "stored"
    routes = watch_routes(lambda: True, lambda: health.measure(database, settings), "1", "a-token-of-sixteen")
    with TestClient(Starlette(routes=list(routes)), headers={"authorization": "Bearer a-token-of-sixteen"}) as client:
        for address in ("/healthz", "/readyz", "/health", "/metrics"):
            assert KEY not in client.get(address).text
    syncs.request_sync(ADMIN, database)
    assert syncs.resting(ADMIN, database) is None
    assert "Claude is connected" in connection.connect(ADMIN, database, settings, KEY)
    connection.disconnect(ADMIN, database)
    assert status(ADMIN, database, settings).claude.key.state == "disconnected"
    assert len(opened) == 1


def test_a_key_that_cannot_be_opened_is_noted_by_the_sync_and_told_by_everybody(
    runner, world, database, *, held, make_settings
):
    runner().run(held, "start")
    other, asked = make_settings(database.url, SECRET_KEY=SECRET[::-1]), world.requests
    assert status(ADMIN, database, other).claude.key.state == "stored"
    runner(SECRET_KEY=SECRET[::-1]).run(held, "hourly")
    assert world.requests == asked
    found = status(ADMIN, database, other)
    assert (found.claude.state, found.claude.key.state) == ("unreadable", "unreadable")
    assert "UPTAKE_SECRET_KEY is not the one it was stored under" in found.claude.message
    with database.read() as reader:
        assert health.health(reader, other, world.now).key == "unreadable"
    assert runner().run(held, "hourly").outcome == "ok"
    assert status(ADMIN, database, make_settings(database.url)).claude.key.state == "stored"


def test_another_key_replaces_one_that_cannot_be_opened(runner, world, database, held):
    runner().run(held, "start")
    runner(SECRET_KEY=SECRET[::-1]).run(held, "hourly")
    with database.write() as writer:
        connections.replace(writer, SECRET[::-1], KEY, "dora@example.com", world.now)
    assert runner(SECRET_KEY=SECRET[::-1]).run(held, "hourly").outcome == "ok"


def test_a_key_of_another_organization_reads_nothing_and_the_days_stay_as_they_are_r65(runner, world, database, held):
    """R65"""
    runner().run(held, "start")
    before = user_days(database)
    world.organization = "another-organization"
    world.say(world.newest_first(1)[0], zoe=9)
    report = runner().run(held, "hourly")
    assert (report.outcome, report.days_changed) == ("failed", 0)
    assert "another Claude organization" in report.message
    assert user_days(database) == before
    world.organization, world.now = "an-organization", world.now + dt.timedelta(hours=2)
    assert runner().run(held, "hourly").days_changed == 1


def test_a_key_of_another_organization_is_not_stored_r65(runner, world, database, held, make_settings):
    """R65"""
    runner().run(held, "start")
    world.organization = "another-organization"
    settings = make_settings(database.url)
    with pytest.raises(ApiKeyRejected, match="another Claude organization.*The key was not stored."):
        connection.connect(ADMIN, database, settings, KEY)
    assert status(ADMIN, database, settings).claude.state == "connected"


def test_before_any_day_is_stored_a_key_of_any_organization_will_do_r65(world, database, make_settings):
    """R65"""
    settings = make_settings(database.url)
    connection.connect(ADMIN, database, settings, KEY)
    world.organization = "another-organization"
    assert "Claude is connected" in connection.connect(ADMIN, database, settings, KEY)


def user_days(database: Database) -> dict[tuple[str, dt.date], dict[str, int]]:
    with database.read("test") as reading:
        return stored.user_days(reading)
