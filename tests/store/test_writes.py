"""A day is stored whole, replaced whole, and its ledger says what changed."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select, text

from core.catalogue import MASK_BITS, MEASURE, MEASURES
from core.errors import DayHeld
from core.store.day_writes import DayWriter
from core.store.engine import versions
from core.store.engine.database import Database
from core.store.tables.usage import DAY_REVISION, SYNC_DAY, UNKNOWN_FIELD, USER_DAY
from core.store.usage import ledger, rollups, user_days
from core.store.usage.ledger import DayChange
from tests.support import stored
from tests.support.personas import page

DAY = dt.date(2026, 11, 20)
NOW = dt.datetime(2026, 11, 21, 6, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=1)
TWO = {"ann": {"chat_messages": 5}, "ben": {"code_sessions": 2, "commits": 1}}

CHANGES = [
    pytest.param(TWO, (0, 0, 0), id="the same again"),
    pytest.param(TWO | {"ann": {"chat_messages": 6}}, (0, 0, 1), id="revised up"),
    pytest.param(TWO | {"ann": {"chat_messages": 4}}, (0, 0, 1), id="revised down"),
    pytest.param(TWO | {"ann": {"chat_messages": 0}}, (0, 0, 1), id="revised to zero"),
    pytest.param({"ben": TWO["ben"]}, (0, 1, 0), id="somebody vanished"),
    pytest.param(TWO | {"cat": {"excel_messages": 3}}, (1, 0, 0), id="somebody appeared"),
    pytest.param({"ann": {}, "cat": {}}, (1, 1, 1), id="all of it at once"),
    pytest.param({}, (0, 2, 0), id="everybody vanished"),
]


def _page(people: dict[str, dict[str, int]], **more: Any):
    return page([(user, f"{user}@example.com", counts) for user, counts in people.items()], **more)


def _store(database: Database, *pages, day: dt.date = DAY, now: dt.datetime = NOW, digests=b"d") -> DayChange:
    with database.write() as connection:
        return DayWriter(connection).store(connection, day, pages, digests, now)


def _accept(database: Database, digests: bytes) -> None:
    """Let a version through that lost everybody."""
    with database.write() as connection:
        ledger.hold(connection, DAY, digests, "Nobody is left.", NOW)
        assert ledger.accept_held(connection, DAY)


def _user_days(database: Database, day: dt.date = DAY) -> dict[str, dict[str, int]]:
    with database.read("test") as connection:
        return {user: counts for (user, on), counts in stored.user_days(connection).items() if on == day}


def _nonzero(people: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    return {user: {key: n for key, n in counts.items() if n} for user, counts in people.items()}


def _sums(people: dict[str, dict[str, int]]) -> dict[str, int]:
    totals = Counter[str]()
    for counts in people.values():
        totals.update(counts)
    return {key: amount for key, amount in totals.items() if amount}


def _sync_day(database: Database):
    with database.read() as connection:
        return connection.execute(select(SYNC_DAY)).one()


def test_a_new_day_is_stored_with_its_record_and_counts_as_a_change(database):
    change = _store(database, _page(TWO))
    assert change == DayChange(DAY, 1, rows=2, appeared=2, vanished=0, changed=0, differences=_sums(TWO))
    assert change.anything
    assert _user_days(database) == TWO
    row = _sync_day(database)
    assert (row.day, row.revision, row.rows, row.page_digests, row.problem) == (DAY, 1, 2, b"d", None)
    assert row.stored_at == row.changed_at == row.checked_at == NOW


@pytest.mark.parametrize(("second", "counts"), CHANGES)
def test_a_revision_replaces_the_day_and_the_ledger_counts_it_r34(database, second, counts):
    """R34"""
    _store(database, _page(TWO))
    if not second:
        _accept(database, b"e")
    change = _store(database, _page(second), now=LATER, digests=b"e")
    assert (change.appeared, change.vanished, change.changed) == counts
    assert change.anything == any(counts)
    assert _user_days(database) == _nonzero(second)
    row = _sync_day(database)
    assert (row.revision, row.rows, row.page_digests, row.stored_at) == (2, len(second), b"e", NOW)
    assert row.checked_at == LATER
    assert row.changed_at == (LATER if any(counts) else NOW)
    with database.read("test") as connection:
        versions_of_day = connection.execute(select(DAY_REVISION).order_by(DAY_REVISION.c.revision)).all()
        stored.assert_sums_and_bitmaps_are_right(connection)
    assert [tuple(entry)[:7] for entry in versions_of_day] == [
        (DAY, 1, NOW, 2, 2, 0, 0),
        (DAY, 2, LATER, len(second), *counts),
    ]
    first, then = (json.loads(entry.differences) for entry in versions_of_day)
    assert first == _sums(TWO)
    both = {key: _sums(second).get(key, 0) - first.get(key, 0) for key in {*first, *_sums(second)}}
    assert then == {key: amount for key, amount in both.items() if amount}


def test_zero_not_measured_and_partly_measured_survive_in_both_mask_words(database):
    first_word = next(m.key for m in MEASURES if m.slot == MASK_BITS - 1)
    second_word = next(m.key for m in MEASURES if m.slot == MASK_BITS)
    people = {"ann": {"chat_messages": 0, first_word: 7}, "ben": {}}
    _store(database, _page(people, unmeasured=[second_word], partly=[("ann", first_word), ("ben", "conversations")]))
    assert MEASURE[first_word].slot == 61
    assert _user_days(database) == {
        "ann": {first_word: 7, "unmeasured_1": 1 << 61, "unmeasured_2": 1},
        "ben": {"unmeasured_1": 1 << MEASURE["conversations"].slot, "unmeasured_2": 1},
    }
    assert _sync_day(database).unmeasured == second_word


def test_what_becomes_measured_is_a_change_although_the_number_stays_zero(database):
    _store(database, _page(TWO, unmeasured=["web_searches"]))
    change = _store(database, _page(TWO), now=LATER)
    assert change.changed == 2
    assert _sync_day(database).unmeasured == ""


def test_a_day_without_users_is_stored_as_an_empty_day_r32(database):
    """R32"""
    assert _store(database, _page({})).anything
    row = _sync_day(database)
    assert (row.revision, row.rows, row.unmeasured) == (1, 0, "")
    assert _user_days(database) == {}
    with database.read("test") as connection:
        stored.assert_sums_and_bitmaps_are_right(connection)


def test_the_largest_counter_is_stored_and_summed_without_overflow(database, import_csv):
    import_csv("email,name,manager_email\nann@example.com,Ann,\nben@example.com,Ben,\n")
    largest = 2**31 - 1
    _store(database, _page({user: {"lines_added": largest} for user in ("ann", "ben")}))
    with database.read("test") as connection:
        assert stored.team_days(connection) == {("", DAY): {"lines_added": 2 * largest}}


@pytest.mark.parametrize(
    "step",
    [
        (user_days, "_delete"),
        (user_days, "_insert"),
        (rollups, "_write_team_day"),
        (rollups, "_write_bits"),
        (ledger, "record"),
        (ledger, "record_unknown_fields"),
        (versions, "bump"),
    ],
    ids=lambda step: step[1],
)
def test_a_day_that_fails_at_any_step_leaves_the_version_before_r46(filled, monkeypatch, step):
    """R46"""
    module, name = step
    _accept(filled, b"d")  # the new version lacks most of what is stored
    before = stored.dump(filled)
    original = getattr(module, name)

    def fail(*arguments: object, **options: object) -> object:
        original(*arguments, **options)
        raise ConnectionAbortedError

    monkeypatch.setattr(module, name, fail)
    with pytest.raises(ConnectionAbortedError):
        _store(filled, _page({"user_bob": {"chat_messages": 999}, "new": {}}, unknown_fields=["a.b"]))
    assert stored.dump(filled) == before
    monkeypatch.undo()
    _store(filled, _page({"user_bob": {"chat_messages": 999}}))
    assert _user_days(filled) == {"user_bob": {"chat_messages": 999}}


def test_partitions_are_made_as_days_come_even_over_the_turn_of_the_year_r41(database):
    """R41"""
    days = [
        dt.date(2025, 12, 31),
        dt.date(2026, 1, 1),
        dt.date(2026, 12, 31),
        dt.date(2027, 1, 1),
        dt.date(2028, 2, 29),
    ]
    for day in days:
        _store(database, _page(TWO), day=day)
    with database.read("test") as connection:
        assert sorted({day for _, day in stored.user_days(connection)}) == days
        if not database.is_sqlite:
            names = connection.execute(
                text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'user_day'::regclass")
            )
            months = ("2025_12", "2026_01", "2026_12", "2027_01", "2028_02")
            assert sorted(names.scalars()) == [f"user_day_{month}" for month in months]


def test_an_unknown_field_is_recorded_once_with_the_day_it_was_first_met(database):
    _store(database, _page(TWO, unknown_fields=["chat_metrics.new"]))
    _store(database, _page(TWO, unknown_fields=["chat_metrics.new", "other"]), day=DAY + dt.timedelta(days=1))
    with database.read() as connection:
        found = connection.execute(select(UNKNOWN_FIELD).order_by(UNKNOWN_FIELD.c.path)).all()
    assert [tuple(row) for row in found] == [("chat_metrics.new", DAY), ("other", DAY + dt.timedelta(days=1))]


def test_versions_grow_with_usage_and_with_the_directory(database, import_csv):
    def numbers() -> tuple[int, int]:
        with database.read() as connection:
            return versions.read(connection, versions.DATA), versions.read(connection, versions.DIRECTORY)

    start = numbers()
    _store(database, _page(TWO))
    assert numbers() == (start[0] + 1, start[1])
    import_csv("email,name,manager_email\nann@example.com,Ann,\n")
    data, directory = numbers()
    assert data == start[0] + 1
    assert directory > start[1]
    _store(database, _page(TWO | {"eve": {}}))
    assert numbers()[0] == data + 1


def test_a_day_that_is_confirmed_or_could_not_be_read_keeps_its_rows(database):
    _store(database, _page(TWO))
    with database.write() as connection:
        ledger.record_problem(connection, DAY, "The answer was cut off.", LATER)
    assert (_sync_day(database).problem, _sync_day(database).revision) == ("The answer was cut off.", 1)
    with database.write() as connection:
        ledger.confirm_unchanged(connection, DAY, LATER)
    assert _sync_day(database).problem is None
    assert _user_days(database) == TWO
    with database.read("test") as connection:
        assert connection.execute(select(USER_DAY.c.account_id)).scalars().all() == [1, 2]


def test_a_day_that_was_first_a_problem_is_stored_as_its_first_version(database):
    with database.write() as connection:
        ledger.record_problem(connection, DAY, "The answer was cut off.", NOW)
    assert _sync_day(database).revision == 0
    assert _store(database, _page(TWO), now=LATER).revision == 1
    assert (_sync_day(database).problem, _sync_day(database).stored_at) == (None, LATER)


MANY = {f"user{number}": {"chat_messages": 10} for number in range(40)}


def _without(share: float) -> dict[str, dict[str, int]]:
    return dict(list(MANY.items())[: round(len(MANY) * (1 - share))])


@pytest.mark.parametrize("left", [{}, _without(0.25), {user: {"chat_messages": 4} for user in MANY}])
def test_a_version_that_lost_too_much_is_refused_and_changes_nothing_r35(database, left):
    """R35"""
    _store(database, _page(MANY))
    with pytest.raises(DayHeld, match="until an admin accepts"):
        _store(database, _page(left), now=LATER, digests=b"short")
    assert _user_days(database) == MANY
    assert (_sync_day(database).revision, _sync_day(database).page_digests) == (1, b"d")


def test_a_small_loss_is_not_held_and_in_a_small_team_a_large_one_is_not(database):
    _store(database, _page(MANY))
    assert _store(database, _page(_without(0.15)), now=LATER).vanished == 6
    _store(database, _page(TWO), day=DAY + dt.timedelta(days=1))
    one = dict(list(TWO.items())[:1])
    assert _store(database, _page(one), day=DAY + dt.timedelta(days=1), now=LATER).vanished == 1


def test_a_day_of_a_small_team_that_lost_everybody_is_held_r32(database):
    _store(database, _page(TWO))
    with pytest.raises(DayHeld, match="0 people on .* instead of 2"):
        _store(database, _page({}), now=LATER)
    assert _user_days(database) == TWO


LINES = {"lines_added": 500}


@pytest.mark.parametrize("people", [30, 3])
def test_a_product_that_came_to_nothing_is_held_whatever_the_others_count(database, people):
    _store(database, _page({f"user{n}": {"chat_messages": 9, **LINES} for n in range(people)}))
    with pytest.raises(DayHeld, match="no use of Claude Chat on"):
        _store(database, _page({f"user{n}": LINES for n in range(people)}), now=LATER)


def test_a_product_with_little_use_may_be_revised_to_none(database):
    few = {"user1": {"chat_messages": 19, **LINES}, "user2": LINES}
    _store(database, _page(few))
    assert _store(database, _page({"user1": LINES, "user2": LINES}), now=LATER).changed == 1


@pytest.mark.parametrize("people", [30, 3])
def test_a_measure_that_is_measured_for_nobody_any_more_is_held(database, people):
    crowd = {f"user{n}": {"chat_messages": 9, "files_uploaded": 1} for n in range(people)}
    _store(database, _page(crowd))
    less = {user: {"chat_messages": 9} for user in crowd}
    with pytest.raises(DayHeld, match=r"no measurement of chat_metrics\.distinct_files_uploaded_count for anybody"):
        _store(database, _page(less, unmeasured=["files_uploaded"]), now=LATER)
    assert _store(database, _page(less), now=LATER).changed == people


def test_a_measure_that_counted_nothing_may_become_unmeasured(database):
    _store(database, _page(TWO))
    assert _store(database, _page(TWO, unmeasured=["files_uploaded"]), now=LATER).changed == 2


def test_a_measure_that_was_measured_in_part_only_may_come_to_nothing(database):
    crowd = {f"user{n}": {"chat_messages": 9, "files_uploaded": 1} for n in range(3)}
    _store(database, _page(crowd, unmeasured=["files_uploaded"]))
    less = {user: {"chat_messages": 9} for user in crowd}
    assert _store(database, _page(less, unmeasured=["files_uploaded"]), now=LATER).changed == 3


def test_an_accepted_version_is_taken_and_another_one_is_not(database):
    _store(database, _page(MANY))
    with database.write() as connection:
        assert not ledger.accept_held(connection, DAY)
        ledger.hold(connection, DAY, b"short", "Too short.", LATER)
        assert ledger.accept_held(connection, DAY)
    with pytest.raises(DayHeld):
        _store(database, _page(_without(0.5)), now=LATER, digests=b"shorter")
    assert _store(database, _page(_without(0.25)), now=LATER, digests=b"short").vanished == 10
    row = _sync_day(database)
    assert (row.revision, row.problem, row.held_digests) == (2, None, b"")


def test_a_new_month_is_stored_while_somebody_reads(filled):
    with filled.moment(), filled.read("test") as connection:
        before = len(stored.user_days(connection))
        _store(filled, _page(TWO), day=dt.date(2031, 5, 1))  # would fail after the time for which a lock is waited for
        assert len(stored.user_days(connection)) == before
    with filled.read("test") as connection:
        assert len(stored.user_days(connection)) > before
