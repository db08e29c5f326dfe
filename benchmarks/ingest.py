"""Ingest: pages in memory → hash, decode, match, store, roll-up, commit; against the floor of the same run."""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Callable
from functools import partial

from benchmarks import floor
from benchmarks.figures import Figure, Figures
from benchmarks.proofs import world
from core.store.directory import directory
from core.store.engine import schema
from core.store.engine.column_types import to_epoch
from core.store.engine.database import Database
from core.sync import lease
from core.sync.pipeline import DaySync

FIRST = dt.date(2026, 9, 7)

FULL = {True: 1.6, False: 1.3}
"""How many times the speed of the floor is wanted for days that are new: on SQLite, and on PostgreSQL."""

UNCHANGED = 50
"""The same for days that have not changed."""


def measure(url: str, people: int = 20_000, days: int = 21) -> Figures:
    """Ratios to the floor: `full` for new days, `unchanged` for days read again without a difference.

    Each is the median of the ratios of one day, whose times were taken one after the other: a machine that is now
    quick, now slow, would else compare its own moods.
    """
    database = Database(url)
    schema.upgrade(database)
    with database.write() as connection:
        directory.apply(connection, world.roster(people), FIRST)
        floor.create(connection)
    held = lease.take(database, "benchmark", now())
    assert not isinstance(held, str)
    sync = DaySync(database, held, now)
    dates = [FIRST + dt.timedelta(days=number) for number in range(days)]
    listing = {day: world.pages(people, day, active=1.0 if day == FIRST else world.ACTIVE) for day in dates}
    seconds: dict[str, list[float]] = {"floor": [], "full": [], "unchanged": []}
    for number, (day, pages) in enumerate(listing.items()):
        taken = {
            "floor": _time(partial(_store_floor, database, pages, day)),
            "full": _time(partial(sync.sync_day, _fetch(pages), day)),
            "unchanged": _time(partial(sync.sync_day, _fetch(pages), day)),
        }
        if number:  # on the first day everybody is new and has to be matched
            for name, value in taken.items():
                seconds[name].append(value)
    rows = statistics.mean(b"".join(pages).count(b'"id":') for day, pages in listing.items() if day != FIRST)
    middle = {name: statistics.median(values) for name, values in seconds.items()}
    ratios = {
        name: statistics.median(bare / ours for bare, ours in zip(seconds["floor"], seconds[name], strict=True))
        for name in ("full", "unchanged")
    }
    return Figures(
        Figure("floor, a row", middle["floor"] / rows * 1e6, unit="µs"),
        Figure("full, a row", middle["full"] / rows * 1e6, unit="µs"),
        Figure("full ÷ floor speed", ratios["full"], least=FULL[database.is_sqlite]),
        Figure("unchanged ÷ floor speed", ratios["unchanged"], least=UNCHANGED),
    )


def _store_floor(database: Database, pages: list[bytes], day: dt.date) -> None:
    with database.write() as connection:
        floor.store(connection, pages, to_epoch(day))


def _fetch(pages: list[bytes]) -> Callable[[dt.date, str | None], bytes]:
    left = iter(pages)
    return lambda _day, _cursor: next(left)


def _time(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
