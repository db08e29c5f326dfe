"""Imports of the directory: time and memory of a first one, and a reorganisation while a reader looks on.

Each measurement runs in a process of its own; the reader is another process, as a page is in production.
"""

from __future__ import annotations

import datetime as dt
import json
import multiprocessing
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from multiprocessing.synchronize import Event
from pathlib import Path

import numpy as np
from sqlalchemy import text

from benchmarks import chain
from benchmarks.figures import Figure, Figures
from benchmarks.memory import peak_megabytes
from benchmarks.proofs import world
from core.people.roster import read_csv
from core.store.day_writes import DayWriter
from core.store.directory import directory_imports
from core.store.engine import schema, versions
from core.store.engine.database import Database
from core.store.hierarchy import organisation
from core.store.usage import reads

PEOPLE = 100_000
MOVED = 10_000
DAYS = 28
TODAY = dt.date(2026, 11, 22)
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


def measure(url: str) -> Figures:
    """Seconds and megabytes of a first import; seconds of reorganisations, and milliseconds of reads beside them."""
    command = [sys.executable, "-m", "benchmarks.directory", url]
    return Figures(*(Figure(**each) for each in json.loads(subprocess.check_output(command, text=True))))  # noqa: S603


def managers() -> dict[int, int | None]:
    """Everybody's manager by number; number 0 is at the top."""
    found = world.managers(PEOPLE)
    return {number: found[number] if number else None for number in range(PEOPLE)}


def file_of(above: dict[int, int | None]) -> bytes:
    """The company as a directory file with every column filled."""
    lines = ["email,name,manager_email,employee_id,title,department,location,start_date,end_date"]
    for number, manager in above.items():
        boss = "" if manager is None else world.email(manager)
        details = f"Engineer {number % 30},Department {number % 40},City {number % 12},2024-01-15,"
        lines.append(f"{world.email(number)},Person {number:06d},{boss},E{number:06d},{details}")
    return "\n".join(lines).encode()


def first_import(url: str) -> list[Figure]:
    """Reading, previewing and applying a file of everybody, in this process."""
    data = file_of(managers())
    database = Database(url)
    schema.upgrade(database)
    start = time.perf_counter()
    shown = _preview(database, data)
    looked = time.perf_counter()
    _apply(database, shown)
    done = time.perf_counter()
    return [
        Figure("preview", looked - start, unit="s"),
        Figure("preview and import", done - start, most=20, unit="s"),
        Figure("peak memory", peak_megabytes(), most=500, unit="MB"),
    ]


def reorganise(url: str, above: dict[int, int | None], name: str) -> list[Figure]:
    """Applying a file with other managers while a reader asks for the figures of the largest team all the time."""
    database = Database(url)
    shown = _preview(database, file_of(above))
    begin, end = multiprocessing.Event(), multiprocessing.Event()
    with tempfile.TemporaryDirectory() as folder:
        times = Path(folder) / "times.json"
        reader = multiprocessing.Process(target=_read_all_the_time, args=(url, times, begin, end))
        reader.start()
        begin.wait()
        time.sleep(1)
        start = time.time()
        _apply(database, shown)
        stop = time.time()
        time.sleep(0.5)
        end.set()
        reader.join()
        reads = json.loads(times.read_text())
    before = [taken for at, taken in reads if at + taken < start]
    beside = [taken for at, taken in reads if at < stop and at + taken > start]
    return [
        Figure(name, stop - start, most=2, unit="s"),
        Figure(f"{name}: a read before, median", statistics.median(before) * 1_000, unit="ms"),
        Figure(f"{name}: a read beside, median", statistics.median(beside) * 1_000, unit="ms"),
        Figure(f"{name}: a read beside, slowest", max(beside) * 1_000, unit="ms"),
    ]


def _read_all_the_time(url: str, times: Path, begin: Event, end: Event) -> None:
    database = Database(url)
    with database.read("benchmark") as connection:
        team = organisation.load(connection).team(1)
    found = []
    while not end.is_set():
        at = time.time()
        with database.read("benchmark") as connection:
            versions.read(connection, versions.DIRECTORY)
            reads.team_sums(connection, team, ["chat_messages"], TODAY - dt.timedelta(days=90), TODAY)
        found.append((at, time.time() - at))
        begin.set()
        time.sleep(0.005)
    times.write_text(json.dumps(found))


def one_branch(above: dict[int, int | None]) -> dict[int, int | None]:
    """The manager whose chain has about `MOVED` people reports to another one of the same level."""
    sizes = dict.fromkeys(above, 1)
    for number in sorted(above, reverse=True):  # everybody's manager has a lower number
        if (boss := above[number]) is not None:
            sizes[boss] += sizes[number]
    branch = min((n for n in above if n), key=lambda n: abs(sizes[n] - MOVED))
    other = next(n for n in above if n and n != branch and above[n] == above[branch])
    return above | {branch: other}


def one_by_one(above: dict[int, int | None]) -> dict[int, int | None]:
    """People without reports, `MOVED` of them, get the manager of somebody else."""
    leading = set(above.values())
    leaves = [number for number in above if number not in leading][:MOVED]
    return above | {number: above[other] for number, other in zip(leaves, leaves[50:] + leaves[:50], strict=True)}


def _store_days(database: Database) -> None:
    dice = np.random.default_rng(11)
    writer = None
    for back in range(1, DAYS + 1):
        day = TODAY - dt.timedelta(days=back)
        with database.write() as connection:
            writer = writer or DayWriter(connection)
            writer.store(connection, day, [chain.page(dice, PEOPLE, day)], b"", NOW)
    with database.write() as connection:
        connection.execute(text("ANALYZE"))


def _preview(database: Database, data: bytes) -> directory_imports.ImportPreview:
    with database.read("benchmark") as connection:
        return directory_imports.preview(connection, read_csv(data), "a file", TODAY, complete=True)


def _apply(database: Database, shown: directory_imports.ImportPreview) -> None:
    with database.write() as connection:
        directory_imports.take_in(connection, shown, "benchmark", NOW, confirmed=True)


def _in_a_child(work: Callable[..., list[Figure]], *arguments: object) -> list[Figure]:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def main(url: str) -> list[Figure]:
    """All measurements, one after the other on one database."""
    figures = _in_a_child(first_import, url)
    _store_days(Database(url))
    above = managers()
    figures += reorganise(url, one_branch(above), f"moving a branch of {MOVED:,}")
    return figures + reorganise(url, one_by_one(one_branch(above)), f"moving {MOVED:,} one by one")


if __name__ == "__main__":
    print(json.dumps([asdict(figure) for figure in main(sys.argv[1])]))
