"""A long back-fill that is interrupted again and again: it goes on where it was, and the limit holds all the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from core.api.client import AnalyticsClient
from core.api.governor import Governor
from core.store.engine.database import Database
from core.store.tables.usage import SYNC_DAY
from core.sync import lease
from tests.sync.faults.api import Asked, Clock
from tests.sync.faults.hosts import Killed
from tests.sync.faults.stage import DAY, NOW, Stage, dump

DAYS, INTERRUPTIONS, PER_MINUTE = 60, 10, 50
START = dt.timedelta(seconds=2)
"""A process takes as long to start, and more."""


class Daemons:
    """One daemon after the other on one database, each with a governor of its own; the requests with their moments."""

    def __init__(self, database: Database) -> None:
        self.stage = Stage(database, Clock(NOW), backfill_days=DAYS)
        self.stage.settings = replace(self.stage.settings, names_of_skills=False)
        self.stage.api.page_size = 1_000
        self.stage.api.connect = self._connect  # type: ignore[method-assign]
        self.asked: list[tuple[dt.datetime, str, dt.date]] = []
        self.ends_after = 10_000

    def _connect(self, key: str, stop: Callable[[], bool] = lambda: False) -> AnalyticsClient:
        clock = self.stage.clock
        return AnalyticsClient(
            "https://api.anthropic.com",
            key,
            version="2023-06-01",
            governor=Governor(PER_MINUTE, clock.monotonic, clock.sleep),
            transport=self.stage.api,
            sleep=clock.sleep,
            clock=clock.host,
            stop=stop,
        )

    def run(self, requests: int, *, killed: bool) -> None:
        """A daemon that ends, by a signal or killed, while it waits for its n-th answer."""
        left = [requests]

        def note(asked: Asked) -> None:
            self.asked.append((self.stage.clock.now, asked.endpoint, asked.day))
            left[0] -= 1
            if killed and left[0] == 0:
                raise Killed

        def answer(asked: Asked):
            note(asked)
            return asked.genuine()

        self.stage.api.begin(answer)
        self.stage.stop = lambda: not killed and left[0] <= 0
        self.stage.clock.now += START
        try:
            self.stage.run()
        except Killed:
            self.stage.clock.now += lease.LASTS

    def stored(self) -> list[dt.date]:
        with self.stage.database.read() as connection:
            known = select(SYNC_DAY.c.day).where(SYNC_DAY.c.revision > 0).order_by(SYNC_DAY.c.day.desc())
            return list(connection.execute(known).scalars())


@pytest.fixture
def daemons(database: Database) -> Daemons:
    return Daemons(database)


def _most_in_a_minute(moments: list[dt.datetime]) -> int:
    minute = dt.timedelta(minutes=1)
    return max(sum(first <= other < first + minute for other in moments) for first in moments)


def _newest_first(count: int) -> list[dt.date]:
    return [NOW.date() - DAY * (back + 1) for back in range(count)]


def test_a_back_fill_that_is_interrupted_ten_times_goes_on_where_it_was_within_the_limit_r66(daemons):
    for number in range(INTERRUPTIONS):
        before = daemons.stored()
        daemons.run(9, killed=number % 2 == 0)
        after = daemons.stored()
        assert after == _newest_first(len(after))
        assert len(after) > len(before)
    assert len(after) < DAYS
    daemons.run(10_000, killed=False)
    assert daemons.stored() == _newest_first(DAYS)
    pages = [day for _, endpoint, day in daemons.asked if endpoint == "users"]
    young = _newest_first(3)
    twice = {day for day in pages if day not in young and pages.count(day) > 1}
    assert len(twice) <= INTERRUPTIONS  # the day that each of them was at
    assert _most_in_a_minute([moment for moment, _, _ in daemons.asked]) <= PER_MINUTE


def test_a_new_day_is_read_first_however_far_the_back_fill_is_r66(daemons):
    daemons.run(20, killed=False)
    assert len(daemons.stored()) < DAYS
    daemons.stage.clock.now += DAY
    daemons.asked.clear()
    daemons.run(6, killed=False)
    read = [day for _, endpoint, day in daemons.asked if endpoint == "users"]
    newest = NOW.date()
    assert read[1:5] == [newest - DAY * back for back in range(4)]


def test_an_interrupted_back_fill_ends_as_one_that_nobody_interrupted_r66(daemons, tmp_path):
    from tests.support import databases

    undisturbed = Database(databases.prepared_database("sqlite", tmp_path, databases.migrate))
    other = Daemons(undisturbed)
    other.run(10_000, killed=False)
    for number in range(3):
        daemons.run(15, killed=number % 2 == 0)
    daemons.run(10_000, killed=False)
    assert dump(daemons.stage.database) == dump(undisturbed)
    undisturbed.dispose()
