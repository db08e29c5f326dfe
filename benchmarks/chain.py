"""Chain queries: how long the database takes for each chart's data, for managers of every size."""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from sqlalchemy import Connection, create_engine, text

from benchmarks.figures import Figure, Figures
from benchmarks.proofs import world
from core.api.records import UsagePage
from core.catalogue import ANY, MASK_WORDS, MEASURE_KEYS, PRODUCTS, STATS, measures_of
from core.reports.periods import DAY, Period
from core.store.day_writes import DayWriter
from core.store.directory import directory
from core.store.engine import schema
from core.store.engine.database import Database
from core.store.usage import bitmaps, reads
from core.visibility import EVERYONE, Identity, Scope, Team, scope_of, viewer_for

LAST = dt.date(2026, 11, 20)
REPEATS = 25
BUDGET = 5
"""Milliseconds in the database that the data of a chart may take."""
ADMIN = "admin@example.com"
_Read = Callable[[Connection], object]


def fill(url: str, people: int, days: int) -> Database:
    """A company with a year of usage, stored through the product's own writer."""
    database = Database(url)
    schema.upgrade(database)
    dice = np.random.default_rng(11)
    with database.write() as connection:
        directory.apply(connection, world.roster(people), LAST)
    writer = None
    for back in range(days):
        day = LAST - DAY * back
        with database.write() as connection:
            writer = writer or DayWriter(connection)
            writer.store(connection, day, [page(dice, people, day)], b"", dt.datetime.now(dt.UTC))
    _settle(url)
    return database


def _settle(url: str) -> None:
    """What the database does by itself in the hours after a back-fill, so that it is not at it while it is measured."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("VACUUM"))
        connection.execute(text("ANALYZE"))
        connection.execute(text("PRAGMA wal_checkpoint" if engine.dialect.name == "sqlite" else "CHECKPOINT"))
    engine.dispose()


def page(dice: np.random.Generator, people: int, day: dt.date) -> UsagePage:
    chance = world.ACTIVE if day.weekday() < 5 else world.ACTIVE / 10
    active = np.flatnonzero(dice.random(people) < chance)
    values = np.zeros((len(active), len(MEASURE_KEYS)), dtype=np.int32)
    used = dice.integers(0, len(MEASURE_KEYS), size=(len(active), 9))
    np.put_along_axis(values, used, dice.integers(1, 90, size=used.shape), axis=1)
    return UsagePage(
        user_ids=[f"user_{number:024d}" for number in active],
        emails=[world.email(number) for number in active.tolist()],
        values=values,
        unmeasured=np.zeros((len(active), MASK_WORDS), dtype=np.int64),
        unknown_fields=frozenset(),
        next_page=None,
    )


def measure(url: str, people: int = 10_000, days: int = 365) -> Figures:
    """Median milliseconds in the database per chart; of a chain's, for the worst of several managers of every level."""
    database = fill(url, people, days)
    scope = scope_of(database, viewer_for(database, [ADMIN], Identity(ADMIN, email_verified=True), LAST))
    asked: dict[str, list[_Read]] = {}
    for length in (28, 90, days):
        period = Period(LAST - DAY * (length - 1), LAST)
        for chart, read in _of_everybody(period, days).items():
            asked[f"{chart}, {length} days"] = [read]
        trends = [partial(_trends, team=team, period=period) for team in _teams(scope)]
        asked[f"trends of one product, {length} days"] = list(trends)
    taken = _milliseconds(database, [read for of_chart in asked.values() for read in of_chart])
    slowest = {chart: max(taken[read] for read in of_chart) for chart, of_chart in asked.items()}
    return Figures(*(Figure(chart, value, most=BUDGET, unit="ms") for chart, value in slowest.items()))


def _teams(scope: Scope) -> list[Team]:
    """Everybody, the top, and two managers of each size below."""
    members = scope.members(scope.whole)
    sizes: dict[int, list[int]] = {}
    for number, reports in zip(members.ids.tolist(), members.reports.tolist(), strict=True):
        if reports:
            sizes.setdefault(reports, []).append(number)
    chosen = [number for group in sizes.values() for number in group[:2]]
    return [scope.team(EVERYONE), *(scope.team(number) for number in chosen)]


def _of_everybody(period: Period, days: int) -> dict[str, _Read]:
    """What charts of distinct people ask the database, as the gate asks it: a manager's chain is cut from it later."""
    every = list(Period(LAST - DAY * (days - 1), LAST))
    return {
        "weekly active, tiers, funnel": lambda connection: list(bitmaps.stored(connection, ANY.bit, every)),
        "line of one product": lambda connection: list(bitmaps.stored(connection, PRODUCTS[0].bit, list(period))),
    }


def _trends(connection: Connection, team: Team, period: Period) -> object:
    """What the trends of a chain in one product ask."""
    measures = dict.fromkeys(key for stat in STATS if stat.product == "code" for key in measures_of(stat))
    return reads.team_sums(connection, team, list(measures), period.first, period.last)


def _milliseconds(database: Database, asked: Sequence[_Read]) -> dict[_Read, float]:
    """Median of each read, in rounds over all of them: a moment in which the machine is slow is then no manager's."""
    taken: dict[_Read, list[float]] = {read: [] for read in asked}
    with database.read("benchmark") as connection:
        for read in asked:
            read(connection)
        for _ in range(REPEATS):
            for read in asked:
                start = time.perf_counter()
                read(connection)
                taken[read].append(time.perf_counter() - start)
    return {read: statistics.median(times) * 1_000 for read, times in taken.items()}
