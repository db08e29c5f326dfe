"""Trying a key on the API: a few times a minute, each time in the access log."""

from __future__ import annotations

import dataclasses
import time
from collections import defaultdict, deque

import pytest
from sqlalchemy import text

from core.admin import connection
from core.admin.access import operator
from core.errors import ApiError, ApiRateLimited


def test_all_tries_of_a_process_share_one_limit_of_a_few_requests_a_minute(database, settings, monkeypatch):
    shared = []

    def noting(_settings, governor):
        shared.append((governor, governor.per_minute))
        raise ApiError("No such key.")

    monkeypatch.setattr(connection, "connector", noting)
    monkeypatch.setattr(connection, "_tried", defaultdict(lambda: deque(maxlen=connection.TRIES)))
    for per_minute in (50, 3):
        here = dataclasses.replace(settings, database_url=database.url, requests_per_minute=per_minute)
        with pytest.raises(ApiError):
            connection.connect(operator(), database, here, "a key")
    (one, usual), (other, less) = shared
    assert one is other
    assert (usual, less) == (connection.REQUESTS, 3)


def test_a86_of_a_thousand_tries_of_a_key_five_reach_the_api_and_all_are_in_the_access_log(
    database, settings, monkeypatch
):
    asked, now = [], [1_000.0]

    class Answering:
        def __init__(self, key: str) -> None:
            asked.append(key)

        def __enter__(self):
            raise ApiError("No such key.")

        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr(connection, "connector", lambda *_: Answering)
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    here = dataclasses.replace(settings, database_url=database.url)
    for number in range(1_000):
        now[0] += 0.01
        with pytest.raises(ApiError, match="The key was not stored") as refusal:
            connection.connect(operator(), database, here, f"key {number}")
        assert isinstance(refusal.value, ApiRateLimited) == (number >= 5)
    assert asked == [f"key {number}" for number in range(5)]
    with database.read("test") as reader:
        told = reader.execute(text("SELECT details FROM access_log WHERE act = 'key.refused'")).scalars().all()
    assert len(told) == 1_000 and sum("ApiRateLimited" in each for each in told) == 995
    now[0] += 51
    with pytest.raises(ApiError):
        connection.connect(operator(), database, here, "later")
    assert asked[-1] == "later"
