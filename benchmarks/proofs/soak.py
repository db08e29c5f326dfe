"""A soak: hour after hour of simulated time, each request in trouble with a chance of one in five."""

from __future__ import annotations

import datetime as dt
import gc
import logging
import random
import resource
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import event

from benchmarks.figures import Figure, Figures, no
from core.api.client import AnalyticsClient
from core.store.engine.database import Database
from tests.sync.faults import answers, payloads
from tests.sync.faults.api import KEY, Asked, Clock
from tests.sync.faults.case import TAKEN, Case
from tests.sync.faults.stage import Stage, dump, preparation

START = dt.datetime(2026, 1, 3, 0, 30, tzinfo=dt.UTC)
CHANCE = 0.2
FOR_ADMINS = {"R29", "R30", "R32", "R35"}
"""Accounts that were matched by a wrong address, and days that lost too many people, are left to an admin."""

WARM_UP = 0.25
"""Share of the time after which memory is measured for the first time: caches are full then, and the month is usual."""

GROWTH = "growth of memory after that"
"""The figure that says something only of a soak of many days: per cent, `MOST_GROWTH` at most."""
MOST_GROWTH = 5

LAST_HOURS = 23
"""Without trouble, at the end: days up to a week old are read again every six hours only."""


def measure(days: int = 400, seed: int = 3) -> Figures:
    """How far the store differs in the end from one that never met a fault, and by how much memory has grown."""
    logging.disable(logging.CRITICAL)
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        stage = _stage(Path(folder) / "soaked.db", days, Clock(START))
        figures = _soak(stage, days, random.Random(seed))
        found = dump(stage.database)
        stage.database.dispose()
        calm = _stage(Path(folder) / "calm.db", days, Clock(stage.clock.now))
        for _ in range(2 + days // 30):  # totals by name come some days a run
            calm.run()
            calm.clock.now = stage.clock.now
        right = dump(calm.database)
        calm.database.dispose()
    logging.disable(logging.NOTSET)
    return Figures(
        Figure("simulated days", days),
        *figures,
        no("differences to a store without faults", sum(_differences(found[part], right[part]) for part in right)),
        Figure("taken", time.monotonic() - start, unit="s"),
    )


def faults() -> list[Case]:
    """Those that a request can meet and that an admin has nothing to do about."""
    cases = [*answers.REFUSALS, *answers.BROKEN, *answers.NO_PAGES, *payloads.PAGING, *payloads.ROWS]
    settled = [case for case in cases if case.answer and not case.around and not case.cure and case.ends != TAKEN]
    return [case for case in settled if case.id not in FOR_ADMINS]


def _soak(stage: Stage, days: int, dice: random.Random) -> list[Figure]:
    counts, chosen, hours = Counter[str](), [case.answer for case in faults()], days * 24
    client = _KeptOpen.of(stage)
    stage.api.connect = lambda _key, _stop=None: client  # type: ignore[method-assign, assignment]

    def trouble(asked: Asked) -> httpx.Response:
        counts["requests"] += 1
        if dice.random() >= CHANCE:
            return asked.genuine()
        counts["requests in trouble"] += 1
        answer = dice.choice(chosen)
        assert answer is not None
        return answer(replace(asked, turn=1))

    warm = 0.0
    for hour in range(hours):
        stage.clock.now = START + dt.timedelta(hours=hour)  # whatever was waited for in the hour before
        stage.api.begin(trouble)
        counts[f"runs that ended {stage.run().outcome}"] += 1
        stage.api.asked.clear()
        if hour == int(hours * WARM_UP):
            warm = _megabytes()
    grown = _megabytes() / warm - 1
    stage.api.begin(None)
    for hour in range(hours, hours + LAST_HOURS):
        stage.clock.now = START + dt.timedelta(hours=hour)
        stage.run()
    return [
        *(Figure(what, count) for what, count in counts.items()),
        Figure("memory after warming up", warm, unit="MB"),
        Figure(GROWTH, 100 * grown, most=MOST_GROWTH, unit="%"),
    ]


class _KeptOpen(AnalyticsClient):
    """One client for all runs, since making one reads all certificates."""

    @classmethod
    def of(cls, stage: Stage) -> _KeptOpen:
        client = stage.api.connect(KEY)
        client.__class__ = cls
        assert isinstance(client, cls)
        return client

    def __exit__(self, *_: object) -> None:
        """Stays open."""


def _stage(path: Path, days: int, clock: Clock) -> Stage:
    url = f"sqlite:///{path}"
    preparation("first connect", START)(url)
    database = Database(url)
    spare_the_disk(database)
    stage = Stage(database, clock, backfill_days=days + 10)
    stage.api.page_size = 14
    return stage


def spare_the_disk(database: Database) -> None:
    """Power cuts are not what is tried here, so nothing waits for the disk."""

    @event.listens_for(database._writer, "connect")  # noqa: SLF001 - the product always waits for the disk
    def _relax(driver: Any, _record: object) -> None:
        driver.execute("PRAGMA synchronous=OFF" if database.is_sqlite else "SET synchronous_commit = off")


def _differences(found: Any, right: Any) -> int:
    if isinstance(right, dict):
        return sum(found.get(key) != right.get(key) for key in found.keys() | right.keys())
    return len(set(map(repr, found)) ^ set(map(repr, right)))


def _megabytes() -> float:
    """What this process has in memory at the moment; where that is not told, the most that it ever had."""
    gc.collect()
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * resource.getpagesize() / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
