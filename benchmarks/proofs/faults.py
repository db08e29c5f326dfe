"""The fault matrix: every fault in every phase on both databases, each against the run without it."""

from __future__ import annotations

import logging
import time
from collections import Counter

from benchmarks.figures import Figure, Figures, no
from tests.support import databases
from tests.sync.faults.play import CASES, play

LEAST = 73
"""So many faults are tried in every phase on every database: more than 72."""


def measure(kinds: tuple[str, ...] = databases.KINDS) -> Figures:
    """How many runs there were, and how many of them did not end as they have to; those are printed."""
    logging.disable(logging.CRITICAL)
    runs, failures, start = Counter[str](), 0, time.monotonic()
    for case in CASES:
        for kind in (kind for kind in kinds if kind in case.kinds):
            for phase in case.phases:
                runs[kind] += 1
                try:
                    play(case, phase, kind)
                except Exception as error:  # noqa: BLE001 - whatever it is, the next fault is still to be tried
                    failures += 1
                    print(f"  FAILED {case}, {phase}, {kind}: {type(error).__name__}: {error}")
    logging.disable(logging.NOTSET)
    for case in CASES:
        if case.why_not_all:
            print(f"  only in part: {case}, since {case.why_not_all}")
    whole = sum(not case.why_not_all for case in CASES)
    return Figures(
        Figure("faults", len(CASES)),
        Figure("of these in every phase on every database", whole, least=LEAST),
        *(Figure(f"runs on {kind}", number) for kind, number in runs.items()),
        no("runs that did not end as they have to", failures),
        Figure("taken", time.monotonic() - start, unit="s"),
    )
