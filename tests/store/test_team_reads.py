"""Many spans and teams read at once say what one read at a time says; kept bitmaps are never old."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest
from sqlalchemy import Connection

from core.people.roster import read_csv
from core.store import process_cache
from core.store.day_writes import DayWriter
from core.store.directory import directory as organisation_directory
from core.store.engine import waiting
from core.store.engine.database import Database
from core.store.hierarchy import organisation
from core.store.usage import bitmaps, reads, team_reads
from core.store.usage.bitmaps import Bitmaps
from tests.support import personas
from tests.support.personas import ALICE, BOB, CHARLIE, CREW, ERIN, FRANK, GRETA
from tests.support.stored import active_people

FIRST, LAST = personas.DAYS[0], personas.DAYS[-1]
DAY = dt.timedelta(days=1)
SPANS = [
    (FIRST, LAST),
    (LAST - DAY * 6, LAST),
    (FIRST - DAY * 9, FIRST - DAY),
    (LAST, LAST),
    (LAST - DAY * 25, LAST - DAY * 15),
]


@pytest.mark.parametrize("person", [GRETA, FRANK, ALICE, CHARLIE, BOB])
@pytest.mark.parametrize("product", [0, 1, 2])
def test_active_in_spans_is_the_union_of_the_days(filled: Database, person: str, product: int):
    directory = process_cache.directory(filled, "test")
    team = directory.team(directory.by_email[person])
    with filled.read("test") as connection:
        days = list(bitmaps.stored(connection, product, personas.DAYS))
        for _ in range(2):  # the second time from what is kept
            found = team_reads.active_in(connection, filled.url, directory, team, {product: SPANS, 3: []})
            mask = active_people(directory, team, days)
            for row, (first, last) in enumerate(SPANS):
                inside = [index for index, (day, _) in enumerate(days) if first <= day <= last]
                assert np.array_equal(found[product].mask[row], mask[inside].any(axis=0))
            assert found[3].mask.shape == (0, team.size)
    assert ERIN not in {directory.emails[team.left + at] for at in np.flatnonzero(found[product].mask[3])}


def test_sums_of_chains_large_and_small_are_those_of_each(filled: Database):
    directory = process_cache.directory(filled, "test")
    keys = ["chat_messages", "commits"]
    teams = [directory.team(directory.by_email[person]) for person in (GRETA, FRANK, ALICE, BOB)]
    assert {team.rolled_up for team in teams} == {True, False}
    with filled.read("test") as connection:
        found = team_reads.chain_sums(
            connection, directory, [*teams, directory.everyone], keys, (FIRST, LAST - DAY * 3)
        )
        for team in [*teams, directory.everyone]:
            rows = reads.team_sums(connection, team, keys, FIRST, LAST - DAY * 3)
            assert found[team.team_id] == tuple(sum(column) for column in list(zip(*rows, strict=True))[1:])
        later = team_reads.chain_sums(connection, directory, teams[:1], keys, (LAST + DAY, LAST + DAY))
    assert later == {teams[0].team_id: (0, 0)}


@pytest.mark.parametrize("person", [GRETA, FRANK, ALICE, CHARLIE, CREW[0], BOB])
def test_packed_days_of_a_team_hold_its_people_and_nobody_else(filled: Database, person: str):
    directory = process_cache.directory(filled, "test")
    team = directory.team(directory.by_email[person])
    span = (FIRST + DAY * 2, LAST - DAY)
    with filled.read("test") as connection:
        found = team_reads.active_days(connection, filled.url, directory, team, {0: span})[0]
        wanted = active_people(directory, team, list(bitmaps.stored(connection, 0, found.days)))
    assert found.days == tuple(day for day in personas.DAYS[2:-1] if day != personas.DAYS[personas.GAP])
    assert np.array_equal(np.unpackbits(found.rows, axis=1, count=team.size, bitorder="little"), wanted)
    assert np.bitwise_count(found.rows).sum() == wanted.sum()


def test_a_revised_day_is_read_anew_and_others_are_not(filled: Database, monkeypatch: pytest.MonkeyPatch):
    kept, asked = Bitmaps(), []
    wanted = {0: (FIRST, LAST)}
    directory = process_cache.directory(filled, "test")
    with filled.read("test") as connection:
        before = kept.read(connection, filled.url, directory, wanted)[0]
    with filled.write() as connection:
        page = personas.page([("user_bob", BOB, {"commits": 1})])
        DayWriter(connection).store(connection, LAST, [page], b"revised", dt.datetime.now(dt.UTC))
    read = bitmaps.stored

    def counted(connection: Connection, product: int, days: list[dt.date]) -> object:
        asked.extend(days)
        return read(connection, product, days)

    monkeypatch.setattr(bitmaps, "stored", counted)
    with filled.read("test") as connection:
        after = kept.read(connection, filled.url, directory, wanted)[0]
    assert asked == [LAST]
    assert np.array_equal(after.rows[:-1], before.rows[:-1])
    bob = directory.position[directory.by_email[BOB]]
    assert np.flatnonzero(np.unpackbits(after.rows[-1], bitorder="little")).tolist() == [bob]


def _at_once(ask: Callable[[], object]) -> list[object]:
    """What eight threads are given that ask in the same moment."""
    together = Barrier(8)

    def one(_number: int) -> object:
        together.wait()
        return ask()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, range(8)))


def test_of_many_who_ask_at_once_one_reads_and_all_are_given_the_same(filled: Database, monkeypatch):
    kept, asked = Bitmaps(), []
    loaded: list[Connection] = []
    read, load = bitmaps.stored, organisation.load

    def slowly(connection: Connection, product: int, days: list[dt.date]) -> object:
        asked.append(product)
        time.sleep(0.1)
        return read(connection, product, days)

    def loading(connection: Connection) -> object:
        loaded.append(connection)
        time.sleep(0.1)
        return load(connection)

    monkeypatch.setattr(bitmaps, "stored", slowly)
    monkeypatch.setattr(organisation, "load", loading)
    monkeypatch.setattr(process_cache, "_kept", {})
    assert len({id(found) for found in _at_once(lambda: process_cache.directory(filled, "test"))}) == len(loaded) == 1

    def ask() -> object:
        with filled.read("test") as connection:
            return kept.read(connection, filled.url, process_cache.directory(filled, "test"), {0: (FIRST, LAST)})[0]

    assert len({id(found) for found in _at_once(ask)}) == 1
    assert asked == [0]


def test_nobody_waits_without_an_end_for_a_reader_whose_database_hangs(filled: Database, monkeypatch):
    monkeypatch.setattr(waiting, "PATIENCE", 0.01)
    monkeypatch.setattr(process_cache, "_kept", {})
    kept = Bitmaps()
    with process_cache._loading, kept._renewing:
        directory = process_cache.directory(filled, "test")
        with filled.read("test") as connection:
            assert kept.read(connection, filled.url, directory, {0: (FIRST, LAST)})[0].days
    assert not process_cache._loading.locked()
    assert not kept._renewing.locked()


def test_people_on_other_places_are_read_anew(filled: Database):
    kept = Bitmaps()
    wanted = {0: (FIRST, LAST)}
    text = personas.csv_text().replace(f"{BOB},Bob Example,{ALICE}", f"{BOB},Bob Example,{CHARLIE}")
    with filled.read("test") as connection:
        kept.read(connection, filled.url, process_cache.directory(filled, "test"), wanted)
    with filled.write() as connection:
        organisation_directory.apply(connection, read_csv(text.encode()), personas.TODAY)
    directory = process_cache.directory(filled, "test")
    with filled.read("test") as connection:
        after = kept.read(connection, filled.url, directory, wanted)[0]
        days = list(bitmaps.stored(connection, 0, after.days))
    for person in (ALICE, CHARLIE):
        team = directory.team(directory.by_email[person])
        found = np.unpackbits(after.of(team).rows, axis=1, count=team.size, bitorder="little")
        assert np.array_equal(found, active_people(directory, team, days))


def test_bitmaps_that_were_asked_for_longest_ago_make_room(filled: Database):
    few = Bitmaps(most_bytes=1)
    directory = process_cache.directory(filled, "test")
    with filled.read("test") as connection:
        first = few.read(connection, filled.url, directory, {0: (FIRST, LAST), 1: (FIRST, LAST)})
        again = few.read(connection, filled.url, directory, {0: (FIRST, LAST)})
    assert list(few._kept) == [(filled.url, 0)]
    assert np.array_equal(first[0].rows, again[0].rows)
    few.forget_all()
    assert not few._kept
