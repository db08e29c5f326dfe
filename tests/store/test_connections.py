"""The API key at rest: encrypted, opened only by the secret it was stored under, hinted at and never shown."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from sqlalchemy import Connection, text

from core.errors import StorageError
from core.store.connection import connections, opening
from core.store.connection.connections import ConnectionState, KnownConnection
from core.store.connection.opening import unseal
from core.store.connection.sealing import seal
from tests.support.invented import SECRET

KEY = "sk-ant-api01-invented-for-the-tests"
NOW = dt.datetime(2026, 11, 22, 6, 30, tzinfo=dt.UTC)


def _state(connection: Connection) -> KnownConnection:
    found = connections.read(connection)
    assert found is not None
    return found


def test_a_sealed_text_opens_and_no_two_seals_are_alike():
    sealed = seal(SECRET, "one thing", KEY)
    assert unseal(SECRET, "one thing", sealed) == KEY
    assert seal(SECRET, "one thing", KEY) != sealed
    assert KEY.encode() not in sealed


def test_another_secret_or_purpose_does_not_open_it():
    sealed = seal(SECRET, "one thing", KEY)
    for secret, purpose in ((SECRET[::-1], "one thing"), (SECRET, "another thing")):
        with pytest.raises(StorageError, match="UPTAKE_SECRET_KEY is not the one it was stored under"):
            unseal(secret, purpose, sealed)


def test_an_altered_shortened_or_lengthened_seal_does_not_open():
    sealed = seal(SECRET, "one thing", KEY)
    for place in random.Random(1).sample(range(len(sealed)), 12):  # noqa: S311 - repeatable
        altered = bytearray(sealed)
        altered[place] ^= 1
        with pytest.raises(StorageError):
            unseal(SECRET, "one thing", bytes(altered))
    for other in (b"", sealed[:5], sealed[:-1], sealed + b"x"):
        with pytest.raises(StorageError):
            unseal(SECRET, "one thing", other)


def test_the_key_is_kept_sealed_and_comes_back_only_by_its_secret(database):
    with database.write() as connection:
        assert connections.read(connection) is None
        assert opening.api_key(connection, SECRET) is None
        connections.replace(connection, SECRET, KEY, "dora@example.com", NOW)
    with database.read() as connection:
        assert opening.api_key(connection, SECRET) == KEY
        state = _state(connection)
        row = str(connection.execute(text("SELECT * FROM connection")).one())
        with pytest.raises(StorageError):
            opening.api_key(connection, SECRET[::-1])
    assert (state.key_hint, state.set_by, state.state, state.checked_at) == (
        "…ests",
        "dora@example.com",
        "unchecked",
        None,
    )
    assert KEY not in row
    assert KEY not in repr(state)


def test_another_key_takes_the_place_of_the_first_and_forgets_what_was_said_of_it(database):
    with database.write() as connection:
        connections.replace(connection, SECRET, KEY, "dora@example.com", NOW)
        connections.note(connection, ConnectionState.REJECTED, "The key was refused.", NOW)
        connections.replace(connection, SECRET, KEY[::-1], "oscar@example.com", NOW)
        state = _state(connection)
        assert opening.api_key(connection, SECRET) == KEY[::-1]
    assert (state.state, state.message, state.set_by) == ("unchecked", "", "oscar@example.com")


@pytest.mark.parametrize("state", ConnectionState)
def test_a_state_is_stored_as_its_word_and_comes_back(database, state):
    with database.write() as connection:
        connections.replace(connection, SECRET, KEY, "dora@example.com", NOW)
        connections.note(connection, state, "", NOW)
        assert connection.execute(text("SELECT state FROM connection")).scalar_one() == state.value
        assert _state(connection).state is state


@pytest.mark.parametrize("key", ["x", "short", "fifteen-letters"])
def test_the_hint_of_a_short_key_shows_none_of_it(database, key):
    with database.write() as connection:
        connections.replace(connection, SECRET, key, "dora@example.com", NOW)
        assert _state(connection).key_hint == "…"
