"""Whatever a day became since, what it was at an earlier moment can be told again."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from core.catalogue import MASK_BITS, MEASURE, MEASURES
from core.people.roster import read_csv
from core.store.day_writes import DayWriter
from core.store.directory import directory
from core.store.engine.database import Database
from core.store.hierarchy import organisation
from core.store.tables.usage import DAY_REVISION, MASK_COLUMNS
from core.store.usage import reads, revisions
from tests.support.personas import page

DAYS = [dt.date(2026, 11, day) for day in (18, 19, 20)]
START = dt.datetime(2026, 11, 21, 6, 0, tzinfo=dt.UTC)
KEYS = tuple(measure.key for measure in MEASURES)
PEOPLE = ("ann", "ben", "cat", "dan")
ROSTER = "email,name,manager_email\n" + "".join(f"{name}@example.com,{name.title()} Example,\n" for name in PEOPLE)


@pytest.fixture
def staffed(database) -> Database:
    with database.write() as connection:
        directory.apply(connection, read_csv(ROSTER.encode()), DAYS[0])
    return database


def _moment(step: int) -> dt.datetime:
    return START + dt.timedelta(hours=step)


def _store(database: Database, step: int, day: dt.date, people: dict[str, dict[str, int]], **more) -> None:
    rows = [(name, f"{name}@example.com", counts) for name, counts in people.items()]
    with database.write() as connection:
        DayWriter(connection).store(connection, day, [page(rows, **more)], b"%d" % step, _moment(step))


def _now(database: Database) -> list[tuple]:
    with database.read("test") as connection:
        everyone = organisation.load(connection).everyone
        return [tuple(row) for row in reads.user_days(connection, everyone, KEYS, DAYS[0], DAYS[-1])]


def _then(database: Database, step: int) -> list[tuple]:
    with database.read("test") as connection:
        everyone = organisation.load(connection).everyone
        return revisions.user_days(connection, everyone, DAYS[0], DAYS[-1], _moment(step))


@pytest.mark.parametrize("seed", range(4))
def test_every_earlier_state_of_the_days_can_be_told_again(staffed, seed):
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    seen = []
    for step in range(12):
        people = {
            name: {key: chance.randint(0, 3) for key in chance.sample(KEYS, 4)}
            for name in PEOPLE
            if chance.random() < 0.7
        }
        _store(staffed, step, chance.choice(DAYS), people)
        seen.append(_now(staffed))
    assert [_then(staffed, step) for step in range(12)] == seen
    assert _then(staffed, -1) == []
    assert len({str(state) for state in seen}) > 6


def test_what_was_not_measured_then_is_not_a_zero_now(staffed):
    _store(staffed, 0, DAYS[0], {"ann": {"commits": 2}}, unmeasured=("chat_messages",))
    _store(staffed, 1, DAYS[0], {"ann": {"commits": 2, "chat_messages": 7}})
    masks = len(MASK_COLUMNS)
    assert any(_then(staffed, 0)[0][-masks:])
    assert not any(_then(staffed, 1)[0][-masks:])
    with staffed.read("test") as connection:
        before, after = (revisions.stored_days(connection, DAYS[0], DAYS[2], _moment(step)) for step in (0, 1))
    assert before == {DAYS[0]: frozenset({"chat_messages"})}
    assert after == {DAYS[0]: frozenset()}


def test_a_day_on_which_nobody_used_anything_measured_then_what_its_neighbours_did_then(staffed):
    _store(staffed, 0, DAYS[0], {"ann": {"commits": 2}}, unmeasured=("chat_messages",))
    _store(staffed, 1, DAYS[1], {})
    _store(staffed, 2, DAYS[0], {"ann": {"commits": 2, "chat_messages": 7}})
    with staffed.read("test") as connection:
        before, after = (revisions.stored_days(connection, DAYS[0], DAYS[2], _moment(step)) for step in (1, 2))
        assert reads.stored_days(connection) == after
    assert before[DAYS[1]] == frozenset({"chat_messages"})
    assert after[DAYS[1]] == frozenset()


def test_a_counter_added_since_was_not_measured_by_a_row_that_vanished_before(staffed):
    _store(staffed, 0, DAYS[0], {"ann": {"commits": 2}, "ben": {"commits": 1}})
    _store(staffed, 1, DAYS[0], {"ben": {"commits": 1}})
    with staffed.write() as connection:  # as the migration that adds a counter says of every version
        connection.execute(DAY_REVISION.update().values(unmeasured="web_searches"))
    slot = MEASURE["web_searches"].slot
    mask = 2 + len(KEYS) + slot // MASK_BITS  # behind id, day and all counters
    assert [row[mask] >> slot % MASK_BITS & 1 for row in _then(staffed, 0)] == [1, 1]


def test_a_day_read_again_without_a_difference_keeps_nothing(staffed):
    for step in range(3):
        _store(staffed, step, DAYS[0], {"ann": {"commits": 2}})
    with staffed.read("test") as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM user_day_was").scalar() == 0
