"""Many spans and teams read at once say what one read at a time says; kept bitmaps are never old."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from core.store import bitmaps, reads, snapshots, team_reads
from core.store.bitmaps import Bitmaps
from core.store.database import Database
from core.store.writes import DayWriter
from tests import personas
from tests.personas import ALICE, BOB, CHARLIE, ERIN, FRANK, GRETA

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
    directory = snapshots.directory(filled, "test")
    team = directory.team(directory.by_email[person])
    with filled.read("test") as connection:
        days = reads.activity_bits(connection, product, FIRST - DAY * 9, LAST)
        for _ in range(2):  # the second time from what is kept
            found = team_reads.active_in(connection, filled.url, directory, team, {product: SPANS, 3: []})
            mask = directory.active_people(team, days)
            for row, (first, last) in enumerate(SPANS):
                inside = [index for index, (day, _) in enumerate(days) if first <= day <= last]
                assert np.array_equal(found[product][row], mask[inside].any(axis=0))
            assert found[3].shape == (0, team.size)
    assert ERIN not in {directory.emails[team.left + at] for at in np.flatnonzero(found[product][3])}


def test_sums_of_chains_large_and_small_are_those_of_each(filled: Database):
    directory = snapshots.directory(filled, "test")
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


def test_a_revised_day_is_read_anew_and_others_are_not(filled: Database):
    kept, counted = Bitmaps(), 0
    wanted = {0: (FIRST, LAST)}
    with filled.read("test") as connection:
        before = kept.read(connection, filled.url, wanted)
    with filled.write() as connection:
        page = personas.page([("user_bob", BOB, {"commits": 1})])
        DayWriter(connection).store(connection, LAST, [page], b"revised", dt.datetime.now(dt.UTC))
    with filled.read("test") as connection:
        after = kept.read(connection, filled.url, wanted)
    for day in before[0]:
        counted += after[0][day] is not before[0][day]
    assert counted == 1
    assert np.unpackbits(after[0][LAST]).sum() == 1


def test_bitmaps_that_were_asked_for_longest_ago_make_room(filled: Database, monkeypatch: pytest.MonkeyPatch):
    few = Bitmaps(most_bytes=5 * (bitmaps._OVERHEAD + 8))
    with filled.read("test") as connection:
        first = few.read(connection, filled.url, {0: (FIRST, LAST)})
        again = few.read(connection, filled.url, {0: (FIRST, LAST)})
    assert len(few._kept) <= 6
    assert all(np.array_equal(first[0][day], again[0][day]) for day in first[0])
    few.forget_all()
    assert not few._kept
