"""How much memory a sync needs: a daemon's run in a process of its own, against an API with many users."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks import ingest
from benchmarks.figures import Figure, Figures
from benchmarks.proofs import world
from core.store.directory import directory
from core.store.engine import schema
from core.store.engine.database import Database
from core.sync import lease
from core.sync.pipeline import DaySync
from tests.support import databases

SIZES = (10_000, 100_000, 500_000)
BUDGET = 300
"""Megabytes that a sync may need, whatever the size."""

REVISED = "revised"
"""The listing of the first day once more: of the same people, since a version without them is held, who did more."""


def measure(kind: str) -> Figures:
    """Peak resident megabytes of storing three days and a revision of one; each size in a fresh process."""
    result = []
    for people in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            url = databases.fresh_database(kind, Path(folder))
            command = [sys.executable, "-m", "benchmarks.memory", str(people), folder, url]
            peak = float(subprocess.check_output(command, text=True))  # noqa: S603
            result.append(Figure(f"peak memory, {people:,} people", peak, most=BUDGET, unit="MB"))
            databases.drop_database(url)
    return Figures(*result)


def _store_days(people: int, folder: Path, url: str) -> float:
    database = Database(url)
    schema.upgrade(database)
    dates = [ingest.FIRST + dt.timedelta(days=number) for number in range(3)]
    _in_a_child(_prepare, people, folder, url, dates)
    held = lease.take(database, "benchmark", ingest.now())
    assert not isinstance(held, str)
    sync = DaySync(database, held, ingest.now)
    for day, listed in [*((day, f"{day}") for day in dates), (dates[0], REVISED)]:
        files = iter(sorted(folder.glob(f"{listed}-*.json")))
        sync.sync_day(lambda _day, _cursor, files=files: next(files).read_bytes(), day)  # type: ignore[misc]
    return peak_megabytes()


def peak_megabytes(process: int | str = "self") -> float:
    """A process's own peak. Linux carries `ru_maxrss` over from the process that started it."""
    status = Path(f"/proc/{process}/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _prepare(people: int, folder: Path, url: str, dates: list[dt.date]) -> None:
    """Import the directory and write the API's pages to files: neither belongs to what is measured."""
    database = Database(url)
    with database.write() as connection:
        directory.apply(connection, world.roster(people), ingest.FIRST)
    listings = {f"{day}": partial(world.pages, people, day) for day in dates}
    for name, pages in (listings | {REVISED: partial(world.pages, people, dates[0], more=1)}).items():
        for number, body in enumerate(pages()):
            (folder / f"{name}-{number:04d}.json").write_bytes(body)


def _in_a_child(work: Callable[..., None], *arguments: object) -> None:
    child = multiprocessing.get_context("spawn").Process(target=work, args=arguments)
    child.start()
    child.join()


if __name__ == "__main__":
    print(_store_days(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
