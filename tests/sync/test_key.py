"""The stored key is opened by the sync and by nobody else; what it found is noted for everybody else."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, select, update
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.testclient import TestClient

from core.admin import connection, syncs
from core.admin.access import operator
from core.admin.status import status
from core.errors import ApiKeyRejected
from core.store.connection import connections
from core.store.connection.connections import ConnectionState
from core.store.engine.database import Database
from core.store.tables.organisation import ENDPOINT_DAY
from core.store.tables.usage import CONNECTION, SYNC_DAY
from core.sync import health, key
from core.web.routes import watch_routes
from simulator.wire import usage_row
from tests.support import stored
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

    for place in (
        "core.store.connection.opening",
        "core.store.connection.sealing",
        "cryptography.hazmat.primitives.ciphers.aead",
    ):
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
    runner().run(held, "start")
    world.organization = "another-organization"
    settings = make_settings(database.url)
    with pytest.raises(ApiKeyRejected, match="another Claude organization.*The key was not stored."):
        connection.connect(ADMIN, database, settings, KEY)
    assert status(ADMIN, database, settings).claude.state == "connected"


def test_before_any_day_is_stored_a_key_of_any_organization_will_do_r65(world, database, make_settings):
    settings = make_settings(database.url)
    connection.connect(ADMIN, database, settings, KEY)
    world.organization = "another-organization"
    assert "Claude is connected" in connection.connect(ADMIN, database, settings, KEY)


def refuse(_day: dt.date, _number: int) -> Response:
    """The API does not accept the key."""
    return Response(json.dumps({"type": "error", "error": {"message": "no"}}), 401, media_type="application/json")


def test_what_the_api_says_of_a_key_that_was_replaced_meanwhile_is_not_said_of_the_new_one_r65(
    runner, world, database, *, held, monkeypatch
):
    monkeypatch.setattr(key, "LOOK_SECONDS", 3_600.0)
    first = world.requests + 1

    def rotated(day: dt.date, number: int) -> Response | None:
        if number == first + 1:
            with database.write() as writer:
                connections.replace(writer, SECRET, KEY[::-1], "dora@example.com", world.now)
                connections.note(writer, ConnectionState.CONNECTED, "The new one works.", world.now)
        return refuse(day, number) if number > first else None

    world.answer = rotated
    assert runner().run(held, "hourly").outcome == "failed"
    with database.read() as reading:
        found = connections.read(reading)
    assert found is not None
    assert (found.state, found.message) == ("connected", "The new one works.")


@pytest.mark.parametrize("looks", [0.0, 3_600.0], ids=["seen before a request", "seen in the day's transaction"])
def test_nothing_that_was_read_with_a_replaced_key_is_stored_under_another_organization_r65(
    runner, world, database, *, held, monkeypatch, looks
):
    monkeypatch.setattr(key, "LOOK_SECONDS", looks)
    first = world.requests + 1

    def replaced(_day: dt.date, number: int) -> None:
        if number == first + 1:
            with database.write() as writer:
                connections.replace(writer, SECRET, KEY[::-1], "dora@example.com", world.now)
                connections.confirm_organization(writer, "another-organization")

    world.answer = replaced
    report = runner().run(held, "hourly")
    assert (report.outcome, report.days_checked) == ("failed", 0)
    assert report.message.startswith("Another API key was stored during this run")
    assert user_days(database) == {}
    with database.read() as reading:
        assert reading.execute(select(CONNECTION.c.organization)).scalar() == "another-organization"


@pytest.mark.parametrize(("looks", "asked"), [(0.0, 2), (3_600.0, 5)], ids=["at the next page", "at the commit"])
def test_a_disconnect_during_a_large_day_ends_it_and_stores_nothing_of_it_r67(
    runner, world, database, *, held, monkeypatch, looks, asked
):
    monkeypatch.setattr(key, "LOOK_SECONDS", looks)
    day, first = world.newest_first(1)[0], world.requests + 1
    world.days[day] = [usage_row(f"user_{n:05d}", f"p{n:05d}@example.com") for n in range(3_500)]

    def disconnect(_day: dt.date, number: int) -> None:
        if number == first + 1:
            connection.disconnect(ADMIN, database)

    world.answer = disconnect
    report = runner().run(held, "hourly")
    assert (report.outcome, report.days_checked, world.requests - first + 1) == ("failed", 0, asked)
    assert "disconnected by command line" in report.message
    assert user_days(database) == {}


def user_days(database: Database) -> dict[tuple[str, dt.date], dict[str, int]]:
    with database.read("test") as reading:
        return stored.user_days(reading)


def test_another_organization_that_the_api_does_not_name_is_known_by_its_people_r65(runner, world, database, held):
    world.organization = ""
    days = world.newest_first(6)
    for day in days:
        world.say(day, **{f"ours{n}": 3 for n in range(30)})
    runner().run(held, "start")
    before = user_days(database)
    for day in days:
        world.say(day, **{f"theirs{n}": 3 for n in range(30)})
    report = runner().run(held, "hourly")
    assert (report.days_held, report.days_changed) == (3, 0)
    assert user_days(database) == before
    with database.read() as reading:
        said = reading.execute(select(SYNC_DAY.c.problem).where(SYNC_DAY.c.day == days[0])).scalar()
    assert f"other people on {days[0]}: only 0 of the 30 whom it had before" in said


def test_a_key_that_is_revoked_in_mid_back_fill_stops_it_and_the_next_key_reads_on_from_there_r65(
    runner, world, database, held
):
    days = world.newest_first(6)
    world.answer = lambda day, number: refuse(day, number) if day == days[3] else None
    assert runner().run(held, "start").outcome == "failed"
    asked = world.requests
    assert status(ADMIN, database, runner()._settings).claude.state == "rejected"
    assert {day for _, day in user_days(database)} == set(days[:3])
    world.answer = lambda _day, _number: None
    runner().run(held, "request")
    assert world.requests == asked  # the key rests
    read: list[dt.date] = []
    world.answer = lambda day, _number: read.append(day) if world.endpoint == "users" else None
    with database.write() as writer:
        connections.replace(writer, SECRET, KEY, "dora@example.com", world.now)
    assert runner().run(held, "request").outcome == "ok"
    assert {day for _, day in user_days(database)} == set(days)
    assert read[-3:] == days[3:]


def test_a_disconnect_at_any_request_of_a_run_is_the_last_request_and_erases_the_key_r67(
    runner, world, database, *, held, monkeypatch
):
    monkeypatch.setattr(key, "LOOK_SECONDS", 0.0)
    first = world.requests
    runner().run(held, "start")
    requests = world.requests - first
    assert requests > 12
    history = user_days(database)
    sealed = _sealed(database)
    for turn in range(1, requests + 1, 3):
        first = world.requests
        with database.write() as writer:
            connections.replace(writer, SECRET, KEY, "dora@example.com", world.now)
            writer.execute(update(SYNC_DAY).values(checked_at=None))
            writer.execute(delete(ENDPOINT_DAY))

        def disconnect(_day: dt.date, number: int, last: int = first + turn) -> None:
            if number == last:
                connection.disconnect(ADMIN, database)

        world.answer = disconnect
        assert "disconnected by command line" in runner().run(held, "hourly").message or turn > len(history) // 2
        assert runner().run(held, "request").message.endswith("History stays; connect again to go on reading.")
        assert world.requests - first == turn
        assert _sealed(database) == b"" != sealed
        assert user_days(database) == history


def _sealed(database: Database) -> bytes:
    with database.read() as reading:
        return reading.execute(select(CONNECTION.c.sealed_key)).scalar() or b""
