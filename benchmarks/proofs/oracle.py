"""Everybody against everybody: what each viewer of a large, untidy organisation gets, beside what an oracle allows.

The oracle (`tests.support.oracle`) walks from a person up the managers of the employee table; the product numbers a
tree and takes slices. For every viewer each read path is called for all that they may see, and the people in the answer
are compared with the oracle's, so that each pair is judged once for each path. Then everybody in the scope, and others
drawn at random, are asked for by number and through every method. A person's one day has a number that nobody else has,
so that a sum is right only when it is of exactly the right people.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from benchmarks.figures import Figure, Figures, no
from benchmarks.proofs import untidy
from benchmarks.proofs.untidy import DAY, TODAY
from core.catalogue import ANY, STATS
from core.errors import NotPermitted, UnknownViewer
from core.reports.exports.table import usage_table
from core.reports.periods import Period
from core.reports.reviews.packet import Request, gather
from core.reports.reviews.people import chain
from core.reports.reviews.readings import PresentReadings
from core.store.engine import schema
from core.store.engine.database import Database
from core.visibility import Identity, Scope, scope_of, viewer_for
from tests.support import databases
from tests.support.reads import MEASURES, READS, Subject, subject
from tests.visibility.random_organisations import check, draw

OPERATOR = "operator@example.com"
PERIOD = Period(DAY, DAY)
PAIRS = "pairs"
LEAKS, REFUSALS, SMALL = "leaks", "wrong refusals", "small organisations with a leak or a wrong refusal"
"""The figures that have to be 0."""

ASKED_BY_NUMBER, ASKED_EVERY_WAY = 300, 20
"""People drawn for each viewer who are asked for by number, and through every read method."""

Answer = set[int] | int
"""Employee ids that an answer tells of, or the sum of everybody's numbers."""

ANSWERS: dict[str, Callable[[Scope], Answer]] = {
    "members": lambda scope: {*scope.members(scope.whole).ids.tolist()},
    "team_sums": lambda scope: sum(row[1] for row in scope.team_sums(scope.whole, ["chat_messages"], DAY, DAY)),
    "people_sums": lambda scope: {row[0] for row in scope.people_sums(sorted(_ids(scope)), MEASURES, DAY, DAY)},
    "people_days": lambda scope: {row[0] for row in scope.people_days(sorted(_ids(scope)), MEASURES, DAY, DAY)},
    "user_days": lambda scope: {row[0] for row in scope.user_days(scope.whole, MEASURES, DAY, DAY)},
    "user_days_at": lambda scope: {
        row[0] for row in scope.user_days_at(scope.whole, DAY, DAY, dt.datetime.now(dt.UTC))
    },
    "active": lambda scope: _of_bits(scope, scope.active(scope.whole, {ANY.bit: (DAY, DAY)})[ANY.bit].rows[0]),
    "active_in": lambda scope: set(
        scope.members(scope.whole).ids[scope.active_in(scope.whole, {ANY.bit: [(DAY, DAY)]})[ANY.bit].mask[0]].tolist()
    ),
    "person_totals": lambda scope: sum(row[0] for row in scope.person_totals(scope.whole, ["chat_messages"], DAY, DAY)),
    "chain_sums": lambda scope: scope.chain_sums([scope.whole], MEASURES, DAY, DAY)[scope.whole.team_id][0],
}
"""Read method → what it tells of everybody in the scope."""

ONE_BY_ONE = {
    "team",
    "person",
    "visible_to",
    "annotations",
    "context",
    "marks_of",
    "marks_of_people",
    "notes_of",
    "as_they_were",
}
"""Read methods that answer about one person or team, and tell nobody's numbers: asked for people drawn at random."""

FILES: dict[str, Callable[[Scope, dict[str, int]], Answer]] = {
    "usage, totals": lambda scope, ids: _exported(scope, ids, "total"),
    "usage, days": lambda scope, ids: _exported(scope, ids, "day"),
    "review": lambda scope, _: {person.figures.id for person in gather(PresentReadings(scope), _review(scope)).people},
}
"""What is taken away, and whom it tells of."""


def _ids(scope: Scope) -> set[int]:
    return set(scope.members(scope.whole).ids.tolist())


def _of_bits(scope: Scope, row: np.ndarray) -> set[int]:
    ids = scope.members(scope.whole).ids
    return set(ids[np.unpackbits(row, bitorder="little")[: len(ids)].astype(bool)].tolist())


def _exported(scope: Scope, ids: dict[str, int], grain: Literal["day", "total"]) -> set[int]:
    return {ids[str(row[0])] for row in usage_table(scope, scope.whole, PERIOD, grain).rows}


def _review(scope: Scope) -> Request:
    return Request(chain(scope, scope.whole.team_id, PERIOD), PERIOD, (STATS[0].key,))


def measure(people: int = 5_000, small: int = 1_000, seed: int = 11, processes: int = 1) -> Figures:
    """Pairs compared, leaks and wrong refusals, of one large organisation and of many small ones.

    Each process has a database of its own, of the same organisation, and a share of the viewers.
    """
    began, of_a_share = time.perf_counter(), partial(_share, people, small, seed, processes)
    if processes == 1:
        shares = [of_a_share(0)]
    else:
        with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
            shares = list(pool.map(of_a_share, range(processes)))
    counts = {name: sum(share[name] for share in shares) for name in shares[0]}
    return Figures(
        Figure(PAIRS, counts.pop(PAIRS), least=people**2),
        *(no(name, counts.pop(name)) for name in (LEAKS, REFUSALS, SMALL)),
        *(Figure(name, count) for name, count in counts.items()),
        Figure("taken", (time.perf_counter() - began) / 60, unit="min"),
    )


def _share(people: int, small: int, seed: int, shares: int, share: int) -> dict[str, int]:
    return _large(people, seed, share, shares) | _small(len(range(share, small, shares)), f"{seed}:{share}")


def _large(people: int, seed: int, share: int, shares: int) -> dict[str, int]:
    dice = random.Random(seed)
    managers, admins, archived = untidy.organisation(people, dice)
    counts = dict.fromkeys((PAIRS, "answers compared", "asked by number", LEAKS, REFUSALS), 0)
    with _database() as url:
        numbers = untidy.fill(url, managers, archived, dice)
        database = Database(url)
        root = scope_of(database, viewer_for(database, [OPERATOR], Identity(OPERATOR, email_verified=True), TODAY))
        whole = root.members(root.whole)
        ids = dict(zip(whole.emails, whole.ids.tolist(), strict=True))
        for viewer, seen in list(untidy.seen_by(managers, admins).items())[share::shares]:
            counts[PAIRS] += len(managers)
            try:
                named = viewer_for(database, admins, Identity(viewer, email_verified=True), TODAY)
            except UnknownViewer:
                counts[REFUSALS] += viewer not in archived
                continue
            counts[LEAKS] += viewer in archived
            _compare(scope_of(database, named), seen, ids, numbers, counts)
            asked = seen | set(dice.sample(sorted(ids), min(ASKED_BY_NUMBER, len(ids))))
            _ask(scope_of(database, named), seen, {name: ids[name] for name in asked}, counts)
            some = [subject(root, ids[name]) for name in dice.sample(sorted(ids), ASKED_EVERY_WAY)]
            _ask_every_way(scope_of(database, named), some, {ids[name] for name in seen}, counts)
        database.dispose()
    return counts


def _compare(
    scope: Scope, seen: set[str], ids: dict[str, int], numbers: dict[str, int], counts: dict[str, int]
) -> None:
    """Every read path for all that a viewer may see."""
    allowed = {ids[name] for name in seen}
    answers = [read(scope) for read in ANSWERS.values()] + [read(scope, ids) for read in FILES.values()]
    for found in answers:
        counts["answers compared"] += 1
        if isinstance(found, int):
            counts[LEAKS] += found != sum(numbers[name] for name in seen)
        else:
            counts[LEAKS] += len(found - allowed)
            counts[REFUSALS] += len(allowed - found)


def _ask(scope: Scope, seen: set[str], ids: dict[str, int], counts: dict[str, int]) -> None:
    """People one by one, by number."""
    for name, number in ids.items():
        counts["asked by number"] += 1
        try:
            scope.person(number)
        except NotPermitted:
            counts[REFUSALS] += name in seen
        else:
            counts[LEAKS] += name not in seen


def _ask_every_way(scope: Scope, some: list[Subject], allowed: set[int], counts: dict[str, int]) -> None:
    """Some people through each read method, with teams as somebody has them who may see everything."""
    for of in some:
        for read in (read for reads in READS.values() for read in reads):
            counts["answers compared"] += 1
            try:
                read(scope, of, DAY, DAY)
            except NotPermitted:
                counts[REFUSALS] += of.employee_id in allowed
            else:
                counts[LEAKS] += of.employee_id not in allowed


def _small(count: int, seed: str) -> dict[str, int]:
    """Small organisations with every defect, everybody against everybody through every read method."""
    dice, wrong = random.Random(f"small:{seed}"), 0
    with _database() as url:
        database = Database(url)
        schema.upgrade(database)
        for _ in range(count):
            try:
                check(database, *draw(dice))
            except (AssertionError, pytest.fail.Exception):
                wrong += 1
        database.dispose()
    return {"small organisations": count, SMALL: wrong}


@contextmanager
def _database() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield databases.fresh_database("sqlite", Path(folder))
