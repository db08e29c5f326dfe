"""Every measurement and every proof that the command line can name, and what each tells."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks import chain, directory, exports, ingest, load, memory, pages
from benchmarks.figures import Figures, Report
from benchmarks.proofs import backfill, changes, faults, fuzz, kills, mutants, numbers, oracle, soak, tampering, wire
from tests.support import databases


@dataclass(frozen=True)
class Command:
    """Something to measure or to prove.

    Attributes:
        run: with the number that follows the name on the command line, or None.
        number: what that number is of; empty where none may follow.
    """

    run: Callable[[int | None], Iterator[Report]]
    number: str = ""


@contextmanager
def _fresh(kind: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        url = databases.fresh_database(kind, Path(folder))
        yield url
        databases.drop_database(url)


def _on_fresh(title: str, measure: Callable[[str], Figures], _number: int | None) -> Iterator[Report]:
    """On each kind of database, in an empty one."""
    for kind in databases.KINDS:
        with _fresh(kind) as url:
            yield f"{title} on {kind}", measure(url)


def _memory(_number: int | None) -> Iterator[Report]:
    for kind in databases.KINDS:
        yield f"Memory of a sync on {kind}", memory.measure(kind)


def _exports(_number: int | None) -> Iterator[Report]:
    yield "Reviews of 1,000 people over a quarter on sqlite", exports.measure()


def _pages(_number: int | None) -> Iterator[Report]:
    for kind in databases.KINDS:
        yield from pages.measure(kind)


def _load(number: int | None) -> Iterator[Report]:
    for viewers in [number] if number else load.P95:
        for kind in databases.KINDS:
            title = f"{viewers} viewers, ten seconds between clicks, beside a running sync, on {kind}"
            yield title, load.measure(viewers, kind)


def _numbers(number: int | None) -> Iterator[Report]:
    yield "Numbers of the pages beside those worked out from user-days", numbers.measure(number or 1_000)


def _faults(_number: int | None) -> Iterator[Report]:
    yield "Faults × phases × databases, each against a run without the fault", faults.measure()


def _fuzz(number: int | None) -> Iterator[Report]:
    for kind, count in zip(databases.KINDS, (number or 100_000, (number or 100_000) // 10), strict=True):
        with _fresh(kind) as url:
            yield f"Mutated answers through the whole pipeline on {kind}", fuzz.measure(url, count)


def _soak(number: int | None) -> Iterator[Report]:
    yield "Hour after hour, one request in five in trouble", soak.measure(number or 400)


def _kills(number: int | None) -> Iterator[Report]:
    for kind in databases.KINDS:
        yield f"kill -9 of a daemon on {kind}", kills.measure(kind, number or 1_000)


def _backfill(_number: int | None) -> Iterator[Report]:
    yield "Back-fill of 90 days × 10,000 seats at 50 requests a minute, simulated time", backfill.measure()
    yield "72 hours with 100,000 seats at 50 requests a minute, simulated time", backfill.measure_hours()


def _oracle(_number: int | None) -> Iterator[Report]:
    yield "Everybody against everybody, beside an oracle", oracle.measure(processes=os.cpu_count() or 1)


def _wire(_number: int | None) -> Iterator[Report]:
    yield "Every reader × page × range over the socket, the bytes searched", wire.measure()


def _changes(number: int | None) -> Iterator[Report]:
    yield "Changes of organisation, roles and matches under twenty open connections", changes.measure(number or 10_000)


def _mutants(_number: int | None) -> Iterator[Report]:
    for module in mutants.GUARDS:
        yield f"Mutants of {module}", mutants.measure(module)


def _tampering(number: int | None) -> Iterator[Report]:
    measure = partial(tampering.measure, count=number or 1_000)
    yield from _on_fresh("Tamperings with the access log", measure, None)


_CHAIN = "The data of charts, 10,000 people × 365 days, slowest of all managers tried"

COMMANDS: Mapping[str, Command] = {
    "ingest": Command(partial(_on_fresh, "Ingest of full pages, 20,000 people", ingest.measure)),
    "chain": Command(partial(_on_fresh, _CHAIN, chain.measure)),
    "memory": Command(_memory),
    "pages": Command(_pages),
    "load": Command(_load, "viewers"),
    "exports": Command(_exports),
    "directory": Command(partial(_on_fresh, "Directory of 100,000 people, 28 days of usage", directory.measure)),
    "faults": Command(_faults),
    "fuzz": Command(_fuzz, "altered answers"),
    "soak": Command(_soak, "simulated days"),
    "kills": Command(_kills, "kills at random"),
    "backfill": Command(_backfill),
    "oracle": Command(_oracle),
    "wire": Command(_wire),
    "changes": Command(_changes, "changes"),
    "mutants": Command(_mutants),
    "numbers": Command(_numbers, "draws"),
    "tampering": Command(_tampering, "tamperings"),
}

UNASKED = ("ingest", "chain", "memory")
"""What runs when the command line names nothing."""
