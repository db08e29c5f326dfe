"""Requests at 50 a minute on a simulated clock, by the daemon's own run: a back-fill, and hour after hour beside it.

The limit is the simulator's: it refuses, and counts, whatever comes too early. Each answer takes a while.
"""

from __future__ import annotations

import datetime as dt
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx

from benchmarks.figures import Figure, Figures, no
from benchmarks.proofs import world
from core.api.client import AnalyticsClient
from core.api.governor import WINDOW, Governor
from core.store.directory import directory
from core.store.engine import schema
from core.store.engine.database import Database
from core.sync import lease
from core.sync.journal import RunReport
from core.sync.run import SyncRunner
from simulator.access import RateLimit
from simulator.errors import ApiProblem
from tests.sync.faults.api import KEY, Clock
from tests.sync.faults.stage import Stage

SEATS, DAYS, PER_MINUTE = 10_000, 90, 50
NEWEST = 3
"""So many days are read every hour, whatever else is read."""
HOUR = dt.timedelta(hours=1)
NOW = dt.datetime(2026, 11, 22, 15, 0, tzinfo=dt.UTC)


def measure(seats: int = SEATS, days: int = DAYS) -> Figures:
    """Requests and rates of the back-fill of so many days, 1,000 seats a page."""
    clock = Clock(NOW)
    bodies = world.pages(seats, NOW.date(), active=1.0)
    api = _Listing(clock, bodies)
    with _daemon(clock, api, seats, days) as run:
        report = run()
    seconds = api.at[-1] - api.at[0]
    rate = (len(api.at) - 1) / seconds * 60
    pages = len(bodies) * days
    return Figures(
        Figure("days read", report.days_checked, least=days, most=days),
        Figure("requests for pages of users", api.pages, least=pages, most=pages),
        Figure("all requests", len(api.at)),
        *_within_the_limit(api),
        Figure("requests a minute", rate),
        Figure("share of the allowed rate", 100 * rate / PER_MINUTE, least=95, most=100.5, unit="%"),
        Figure("simulated time", seconds / 60, unit="min"),
    )


def _within_the_limit(api: _Listing) -> tuple[Figure, Figure]:
    return (
        no("refused for coming too early", api.refused),
        Figure("most requests in any 60 s", _busiest(api.at), most=PER_MINUTE),
    )


def measure_hours(pages: int = 100, hours: int = 72, days: int = 40) -> Figures:
    """Hour after hour once the past is there, with a day of so many pages: 100 are those of 100,000 seats.

    The pages hold ten people each: how many requests there are, and when, does not depend on what is in them.
    """
    clock = Clock(NOW)
    seats = pages * 10
    api = _Listing(clock, world.pages(seats, NOW.date(), active=1.0, size=10))
    requests, minutes, read = [], [], []
    with _daemon(clock, api, seats, days) as run:
        run()
        api.at.clear()
        start = clock.now + HOUR
        for hour in range(hours):
            clock.now = max(start + HOUR * hour, clock.now)
            before, begun = len(api.at), clock.now
            read.append(run().days_checked)
            requests.append(len(api.at) - before)
            minutes.append((clock.now - begun) / dt.timedelta(minutes=1))
    return Figures(
        Figure("hours", hours),
        Figure("days read an hour, fewest", min(read), least=NEWEST),
        Figure("days read an hour, most", max(read)),
        Figure("requests an hour, most", max(requests), most=60 * PER_MINUTE),
        Figure("an hourly run, most", max(minutes), most=60, unit="min"),
        *_within_the_limit(api),
    )


@contextmanager
def _daemon(clock: Clock, api: _Listing, seats: int, days: int) -> Iterator[Callable[[], RunReport]]:
    """One run after the other against an empty database, each with the lease."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'backfill.db'}")
        schema.upgrade(database)
        with database.write() as connection:
            directory.apply(connection, world.roster(seats), NOW.date())
        settings = replace(Stage(database, clock, backfill_days=days).settings, names_of_skills=False)
        runner = SyncRunner(settings, database, api.connect, clock=clock.host)

        def run() -> RunReport:
            held = lease.take(database, "benchmark", clock.host())
            assert not isinstance(held, str)
            return runner.run(held, "benchmark")

        yield run
        database.dispose()


class _Listing(httpx.BaseTransport):
    """The same pages for every day, after a while that differs."""

    def __init__(self, clock: Clock, bodies: list[bytes]) -> None:
        self._clock, self._bodies, self._dice = clock, bodies, random.Random(4)
        self._limit = RateLimit(PER_MINUTE, clock.monotonic)
        self.at: list[float] = []
        self.pages = self.refused = 0

    def connect(self, key: str) -> AnalyticsClient:
        """A client with the governor of a daemon, at the usual limit."""
        assert key == KEY
        governor = Governor(PER_MINUTE, self._clock.monotonic, self._clock.sleep)
        return AnalyticsClient(
            "https://api.anthropic.com",
            key,
            version="2023-06-01",
            governor=governor,
            transport=self,
            sleep=self._clock.sleep,
            clock=self._clock.host,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One page, or a refusal for coming too early."""
        self.at.append(self._clock.monotonic())
        try:
            self._limit.check()
        except ApiProblem:
            self.refused += 1
            return httpx.Response(429, headers={"retry-after": "1"})
        self._clock.now += dt.timedelta(seconds=self._dice.uniform(0.2, 1.6))
        if request.url.path.endswith("/summaries"):
            return httpx.Response(200, json={"data": [], "next_page": None})
        if request.url.params["limit"] == "1":
            return httpx.Response(200, json={"data": [], "next_page": None})
        self.pages += 1
        cursor = request.url.params.get("page")
        return httpx.Response(200, content=self._bodies[int(cursor.rpartition("-")[2]) + 1 if cursor else 0])


def _busiest(moments: list[float]) -> int:
    """The most requests that any window of a minute holds; one that ends where the next begins holds one of both."""
    most = start = 0
    for end, moment in enumerate(moments):
        while moment - moments[start] >= WINDOW - 1e-6:
            start += 1
        most = max(most, end - start + 1)
    return most
