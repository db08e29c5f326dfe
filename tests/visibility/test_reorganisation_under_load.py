"""A reorganisation while many read: each answer is of the company before or after it, never of both."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.errors import NotPermitted
from core.people.roster import read_csv
from core.store.day_writes import DayWriter
from core.store.directory import directory
from core.store.engine.database import Database
from core.visibility import Identity, scope_of, viewer_for
from tests.support import databases, personas

DAY, TODAY = dt.date(2026, 11, 18), dt.date(2026, 11, 22)
PEOPLE = [f"person{number:02}@example.com" for number in range(20)]
LEADS = ("left@example.com", "right@example.com")
MESSAGES = {email: 1 << number for number, email in enumerate(PEOPLE)}
"""Each sum of these tells of whom it is the sum."""


@pytest.fixture
def organisation(tmp_path: Path) -> Iterator[Database]:
    database = Database(databases.prepared_database("sqlite", tmp_path, databases.migrate))
    put_under(database, 0)
    with database.write() as connection:
        rows = [(f"user_{email}", email, {"chat_messages": count}) for email, count in MESSAGES.items()]
        DayWriter(connection).store(connection, DAY, [personas.page(rows)], b"day", dt.datetime.now(dt.UTC))
    yield database
    database.dispose()


def put_under(database: Database, side: int) -> None:
    """Everybody under one of the two leads."""
    lines = ["email,name,manager_email", *(f"{lead},{lead[:4].title()} Example," for lead in LEADS)]
    lines += [f"{email},{email[:8].title()} Example,{LEADS[side]}" for email in PEOPLE]
    with database.write() as connection:
        directory.apply(connection, read_csv("\n".join(lines).encode()), TODAY)


def answer(database: Database, lead: str) -> tuple[frozenset[str], int]:
    """Whom a lead is told of, and the sum over them, as one page reads them one after the other."""
    scope = scope_of(database, viewer_for(database, frozenset(), Identity(lead, True), TODAY))
    whole = scope.whole
    people = frozenset(scope.members(whole).emails) - {lead}
    time.sleep(0.01)  # a page draws in between, and the reorganisation comes
    return people, sum(row[1] for row in scope.team_sums(whole, ["chat_messages"], DAY, DAY))


def test_a55_readers_beside_a_reorganisation_are_told_of_the_chain_before_or_after_it_and_of_no_mixture(organisation):
    everybody = (frozenset(PEOPLE), sum(MESSAGES.values()))
    nobody: tuple[frozenset[str], int] = (frozenset(), 0)
    ready, over = threading.Barrier(7), threading.Event()

    def read(lead: str) -> Counter[str]:
        told: Counter[str] = Counter()
        ready.wait(30)
        while not over.is_set():
            try:
                found = answer(organisation, lead)
                told["all" if found == everybody else "none" if found == nobody else f"mixed {found}"] += 1
            except NotPermitted:
                told["asked to load again"] += 1
        return told

    with ThreadPoolExecutor(6) as pool:
        readers = [pool.submit(read, LEADS[number % 2]) for number in range(6)]
        ready.wait(30)
        try:
            for move in range(1, 25):
                put_under(organisation, move % 2)
                committed = {lead: answer(organisation, lead) for lead in LEADS}
                assert committed == {LEADS[move % 2]: everybody, LEADS[(move + 1) % 2]: nobody}
        finally:
            over.set()
        told = sum((reader.result(60) for reader in readers), Counter())
    assert told["all"] and told["none"]
    assert set(told) <= {"all", "none", "asked to load again"}
