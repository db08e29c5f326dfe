"""`python -m benchmarks [NAME …]`: measure and print; without a name `ingest`, `chain` and `memory`.

Other names: `pages`, `load [N]`, `numbers [N]`, `directory`, `teams`, `tampering` and `exports`. `faults`, `fuzz`,
`soak`, `kills` and `backfill` prove the sync, `oracle`, `wire`, `changes` and `mutants` the gate, see
`benchmarks.proofs.run`. PostgreSQL is measured where TEST_DATABASE_URL names a server or the bundled one of the tests
can be started.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks import chain, directory, exports, ingest, load, memory, pages, teams
from benchmarks.proofs import numbers, run, tampering
from tests.support import databases

TARGETS = {
    "full ÷ floor speed": {"sqlite": "at least 1.6", "postgresql": "at least 1.3"},
    "unchanged ÷ floor speed": {"sqlite": "at least 50", "postgresql": "at least 50"},
}


@contextmanager
def _fresh(kind: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        url = databases.fresh_database(kind, Path(folder))
        yield url
        databases.drop_database(url)


def _both(title: str, measure: Callable[[str], dict[str, float]]) -> None:
    for kind in databases.KINDS:
        with _fresh(kind) as url:
            _print(f"{title} on {kind}", measure(url), kind)


def _memory() -> None:
    for kind in databases.KINDS:
        _print(f"Memory of a sync on {kind}", memory.measure(kind))


def _exports() -> None:
    _print("Reviews of 1,000 people over a quarter, wanted: 60 s and 500 MB, on sqlite", exports.measure())


def _pages() -> None:
    for kind in databases.KINDS:
        _print(f"Pages, 100,000 people × 365 days on {kind}: the worst of all readers and presets", pages.worst(kind))


def _load() -> None:
    for viewers in [_number("load")] if _number("load") else load.VIEWERS:
        for kind in databases.KINDS:
            title = f"{viewers} viewers, ten seconds between clicks, beside a running sync, on {kind}"
            _print(title, load.measure(viewers, kind))


def _numbers() -> None:
    _print("Numbers of the pages beside those worked out from user-days", numbers.measure(_number("numbers") or 1_000))


def _number(name: str) -> int:
    """The number that follows a name on the command line; 0 when there is none."""
    following = sys.argv[sys.argv.index(name) + 1 :][:1]
    return int(following[0]) if following and following[0].isdigit() else 0


def _print(title: str, figures: dict[str, float], kind: str = "") -> None:
    print(f"\n{title}")
    for name, value in figures.items():
        target = TARGETS.get(name, {}).get(kind, "")
        print(f"  {name:<46} {value:8.2f}  {target}")


UNASKED = ("ingest", "chain", "memory")
MEASURES: dict[str, Callable[[], None]] = {
    "ingest": partial(_both, "Ingest of full pages, 20,000 people", ingest.measure),
    "chain": partial(
        _both, "Milliseconds in the database, 10,000 people × 365 days, slowest of all managers tried", chain.measure
    ),
    "memory": _memory,
    "pages": _pages,
    "load": _load,
    "numbers": _numbers,
    "directory": partial(_both, "Directory of 100,000 people, 28 days of usage", directory.measure),
    "teams": partial(
        _both, "Milliseconds of the Teams page, 100,000 people × 365 days, worst of all presets", teams.measure
    ),
    "tampering": partial(_both, "Tamperings with the access log", tampering.measure),
    "exports": _exports,
}


def main() -> None:
    """Measure, or prove, what the command line names."""
    if run.named(sys.argv[1:]):
        sys.exit(run.main(sys.argv[1:]))
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    for name in [name for name in sys.argv[1:] if not name.isdigit()] or UNASKED:
        if name not in MEASURES:
            sys.exit(f"There is no benchmark {name!r}. There are: {', '.join([*MEASURES, *run.PROOFS])}.")
        MEASURES[name]()


if __name__ == "__main__":
    main()
