"""Entries hang together, follow one another without gaps, and are never changed."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy.exc import DBAPIError

from core import audit
from core.audit import entries as written
from core.audit import log
from core.errors import NotLogged
from tests.audit.marks import ON_SQLITE
from tests.support.personas import ALICE, BOB


def record(database, act="thing.done", **details):
    with database.write() as connection:
        audit.record(connection, ALICE, act, audit.NOBODY, details)


def record_and_fail(database):
    with database.write() as connection:
        audit.record(connection, ALICE, "thing.undone")
        raise ZeroDivisionError


def rename_everybody(database):
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE employee SET name = 'changed'")
        audit.record(connection, ALICE, "everybody.renamed")


def test_an_act_is_written_with_who_when_and_whom(logged, entries, ids):
    with logged.write() as connection:
        audit.record(connection, ALICE, "match.linked", audit.person(ids[BOB]), {"account": "user_bob"})
    (entry,) = entries()
    assert (entry.sequence, entry.kind, entry.act, entry.actor, entry.actor_id) == (
        1,
        "act",
        "match.linked",
        ALICE,
        ids[ALICE],
    )
    assert (entry.subject_kind, entry.subject_id, entry.people) == ("person", ids[BOB], str(ids[BOB]))
    assert entry.details == '{"account":"user_bob"}'
    assert audit.verify(logged).wrong == []


def test_what_is_rolled_back_leaves_neither_entry_nor_gap_nor_anchor(logged, entries, anchor):
    record(logged)
    with pytest.raises(ZeroDivisionError):
        record_and_fail(logged)
    record(logged)
    assert [(entry.sequence, entry.act) for entry in entries()] == [(1, "thing.done"), (2, "thing.done")]
    assert [int(line.split()[0]) for line in anchor.read_text().splitlines()] == [1, 2]
    assert audit.verify(logged).wrong == []


def test_eight_writers_at_once_make_one_chain_without_gaps(logged, entries):
    def write_many():
        for number in range(10):
            record(logged, number=number)

    threads = [threading.Thread(target=write_many) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [entry.sequence for entry in entries()] == list(range(1, 81))
    assert audit.verify(logged).wrong == []


@pytest.mark.parametrize("table", ["access_log", "access_log_person"])
@pytest.mark.parametrize("change", ["UPDATE {} SET sequence = 9", "DELETE FROM {}"])
def test_the_database_refuses_to_change_or_remove_an_entry(logged, table, change, ids):
    with logged.write() as connection:
        audit.record(connection, ALICE, "thing.done", audit.person(ids[BOB]))
    with pytest.raises(DBAPIError), logged.write() as connection:
        connection.exec_driver_sql(change.format(table))
    assert audit.verify(logged).entries == 1


def test_an_entry_cannot_be_replaced_either(logged):
    record(logged)
    statement = (
        "INSERT OR REPLACE INTO access_log SELECT * FROM access_log" if logged.is_sqlite else "TRUNCATE access_log"
    )
    with pytest.raises(DBAPIError), logged.write() as connection:
        connection.exec_driver_sql(statement)


@ON_SQLITE
@pytest.mark.parametrize("name", ["Bob\nalice looked", "\x1b[31mBob", "\x00", "\ud800", "a" * 5_000])
def test_a_name_with_a_line_break_or_an_escape_stays_one_entry_and_plain_text_a90(logged, entries, name):
    with logged.write() as connection:
        audit.record(connection, name, "thing.done", details={"name": name})
    (entry,) = entries()
    assert entry.actor.isprintable() and len(entry.actor) <= 200
    assert entry.details.isascii() and entry.details.isprintable()
    assert audit.verify(logged).wrong == []


@ON_SQLITE
@pytest.mark.parametrize("act", ["", "Thing done", "thing..done", "thing.done\n", "DROP"])
def test_an_act_is_words_joined_by_points(logged, act):
    with pytest.raises(ValueError, match="An act is"), logged.write() as connection:
        audit.record(connection, ALICE, act)


@pytest.mark.parametrize(
    ("ids", "text"),
    [([], ""), ([7], "7"), ([5, 3, 4, 9, 3], "3-5,9"), (range(1, 100_001), "1-100000"), ([1, 3, 5], "1,3,5")],
)
def test_people_are_kept_as_ranges(ids, text):
    assert written.ranges(ids) == text
    assert written.ids_of(text) == sorted(set(ids))
    assert written.how_many(text) == written.how_many_others(text, None) == len(set(ids))
    assert written.how_many_others(text, 3) == len(set(ids) - {3})


def test_an_act_that_cannot_be_written_down_is_not_done_a89(logged, full_disk):
    full_disk()
    with pytest.raises(NotLogged, match="^This was not done, because it could not be written to the access log"):
        rename_everybody(logged)
    with logged.write() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM employee WHERE name = 'changed'").scalar() == 0


@ON_SQLITE
def test_a_directory_in_the_anchors_place_gives_no_answer(logged, anchor):
    anchor.mkdir()
    with pytest.raises(NotLogged, match="which guards the access log, cannot be read"):
        record(logged)


@ON_SQLITE
def test_a_process_with_another_key_cannot_add_to_the_log(logged, entries):
    record(logged)
    log._logs[logged.url] = log.AccessLog(b"another key, of 32 bytes as well", None)
    with pytest.raises(NotLogged, match="was not written with this UPTAKE_SECRET_KEY"):
        record(logged)
    assert len(entries()) == 1


@ON_SQLITE
def test_the_reader_engine_opens_the_log_for_the_gate_only(logged):
    from core.errors import UnscopedRead

    for table in ("access_log", "access_log_person"):
        with pytest.raises(UnscopedRead), logged.read() as connection:
            connection.exec_driver_sql(f"SELECT * FROM {table}")
