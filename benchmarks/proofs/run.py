"""Proofs: figures of which most have to be 0, and exit status 1 when one is not.

`python -m benchmarks faults | fuzz [N] | soak [DAYS] | kills [N] | backfill`, one or several, prove that the sync
loses nothing; `oracle | wire | changes [N] | mutants` that nobody sees whom they may not.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from benchmarks.proofs import backfill, changes, faults, fuzz, kills, mutants, oracle, soak, wire
from tests.support import databases

Figures = dict[str, float]
Wanted = Mapping[str, tuple[float, float]]

NOTHING = (0, 0)
WANTED: Wanted = {
    "runs that did not end as they have to": NOTHING,
    "of these in every phase on every database": (72, 1e9),
    "crashes": NOTHING,
    "half commits": NOTHING,
    "differences to a store without faults": NOTHING,
    "growth of memory after that, %": (-100, 5),
    "half days, wrong sums or differences": NOTHING,
    "requests for pages of users": (900, 900),
    "refused for coming too early": NOTHING,
    "most requests in any 60 s": (0, 50),
    "share of the allowed rate, %": (95, 100.5),
    "days read an hour, fewest": (3, 1e9),
    "requests an hour, most": (0, 3_000),
    "minutes of an hourly run, most": (0, 60),
    oracle.LEAKS: NOTHING,
    oracle.REFUSALS: NOTHING,
    oracle.SMALL: NOTHING,
    wire.SHOWN: (1, 1e9),
    "told that is not the reader's": NOTHING,
    "stale or wrongly refused": NOTHING,
    "mutants noticed by no test": NOTHING,
}
"""Least and most of each figure that decides."""


def named(arguments: list[str]) -> bool:
    """Whether the command line names a proof."""
    return not PROOFS.keys().isdisjoint(arguments)


def main(arguments: list[str]) -> int:
    """Run the proofs that the command line names, each with the number that follows it; the exit status."""
    failed = False
    for index, name in enumerate(arguments):
        if name in PROOFS:
            number = arguments[index + 1] if index + 1 < len(arguments) else ""
            for title, figures in PROOFS[name](int(number) if number.isdigit() else None):
                failed |= not tell(title, figures)
    return int(failed)


def tell(title: str, figures: Figures) -> bool:
    """Print the figures; whether all of them are as wanted."""
    print(f"\n{title}")
    good = True
    for name, value in figures.items():
        least, most = WANTED.get(name, (-1e18, 1e18))
        is_wanted = least <= value <= most
        good &= is_wanted
        print(f"  {name:<52} {value:12,.2f}{'' if is_wanted else f'   WANTED {least:g} to {most:g}'}", flush=True)
    return good


def _faults(_number: int | None) -> Iterator[tuple[str, Figures]]:
    yield "Faults × phases × databases, each against a run without the fault", faults.measure()


def _fuzz(number: int | None) -> Iterator[tuple[str, Figures]]:
    for kind, count in zip(databases.KINDS, (number or 100_000, (number or 100_000) // 10), strict=True):
        with tempfile.TemporaryDirectory() as folder:
            url = databases.fresh_database(kind, Path(folder))
            yield f"Mutated answers through the whole pipeline on {kind}", fuzz.measure(url, count)
            databases.drop_database(url)


def _soak(number: int | None) -> Iterator[tuple[str, Figures]]:
    yield "Hour after hour, one request in five in trouble", soak.measure(number or 400)


def _kills(number: int | None) -> Iterator[tuple[str, Figures]]:
    for kind in databases.KINDS:
        yield f"kill -9 of a daemon on {kind}", kills.measure(kind, number or 1_000)


def _backfill(_number: int | None) -> Iterator[tuple[str, Figures]]:
    yield "Back-fill of 90 days × 10,000 seats at 50 requests a minute, simulated time", backfill.measure()
    yield "72 hours with 100,000 seats at 50 requests a minute, simulated time", backfill.measure_hours()


def _oracle(_number: int | None) -> Iterator[tuple[str, Figures]]:
    yield "Everybody against everybody, beside an oracle", oracle.measure(processes=os.cpu_count() or 1)


def _wire(_number: int | None) -> Iterator[tuple[str, Figures]]:
    yield "Every reader × page × range over the socket, the bytes searched", wire.measure()


def _changes(number: int | None) -> Iterator[tuple[str, Figures]]:
    yield "Changes of organisation, roles and matches under twenty open connections", changes.measure(number or 10_000)


def _mutants(_number: int | None) -> Iterator[tuple[str, Figures]]:
    for module in mutants.GUARDS:
        yield f"Mutants of {module}", mutants.measure(module)


PROOFS: Mapping[str, Callable[[int | None], Iterator[tuple[str, Figures]]]] = {
    "faults": _faults,
    "fuzz": _fuzz,
    "soak": _soak,
    "kills": _kills,
    "backfill": _backfill,
    "oracle": _oracle,
    "wire": _wire,
    "changes": _changes,
    "mutants": _mutants,
}
