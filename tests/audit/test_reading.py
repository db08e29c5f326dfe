"""Employees read who looked at them, admins read all of it, and that admins read is in it."""

from __future__ import annotations

import datetime as dt
import io
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from core import audit
from core.admin import directory_people, matching
from core.admin.access import admin_of, operator
from core.admin.access_log import LogFilter, read_log
from core.audit import Kind
from core.audit import entries as written
from core.errors import NotLogged, NotPermitted
from core.reports.wording.looks import looks
from tests.audit.marks import ON_SQLITE
from tests.support import personas
from tests.support.personas import ALICE, BOB, CHARLIE, DORA, FRANK, IVY, OSCAR

FIRST, LAST = personas.DAYS[0], personas.DAYS[-1]
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def looked(logged, as_viewer, ids):
    """Alice looked at Bob alone and at a table with Bob and Ivy; Dora at Charlie; Frank took Alice's team away."""
    alice = as_viewer(ALICE)
    with audit.at("Person"):
        alice.user_days(alice.person(ids[BOB]), ["commits"], FIRST, LAST)
    with audit.at("People"):
        alice.people_sums([ids[BOB], ids[IVY]], ["commits"], FIRST, LAST)
    dora = as_viewer(DORA)
    dora.user_days(dora.person(ids[CHARLIE]), ["commits"], FIRST, LAST)
    frank = as_viewer(FRANK)
    team = frank.team(ids[ALICE])
    with audit.at("People"):
        frank.recorder.log_export(team.team_id, frank.members(team).ids.tolist(), {})
    frank.team_sums(frank.whole, ["commits"], FIRST, LAST)
    return logged


def seen_by(scope):
    rows, count = scope.who_looked(LONG_AGO, 50)
    assert count == len(rows)
    return [(row.actor_name, row.kind, row.place, audit.how_many(row.people)) for row in rows]


def test_an_employee_reads_who_looked_at_them_and_nothing_else(looked, as_viewer):
    assert seen_by(as_viewer(BOB)) == [
        ("Frank Example", "export", "People", 4),
        ("Alice Example", "look", "People", 2),
        ("Alice Example", "look", "Person", 1),
    ]
    assert seen_by(as_viewer(IVY)) == [("Frank Example", "export", "People", 4), ("Alice Example", "look", "People", 2)]
    assert seen_by(as_viewer(CHARLIE)) == [("Dora Example", "look", "another page", 1)]
    assert seen_by(as_viewer(FRANK)) == seen_by(as_viewer(DORA)) == []


@ON_SQLITE
def test_ones_own_export_is_not_somebody_who_looked(logged, as_viewer, ids, entries):
    bob = as_viewer(BOB)
    bob.recorder.log_export(ids[BOB], [ids[BOB]], {})
    assert len(entries("export")) == 1
    assert seen_by(bob) == []


def test_who_looked_is_read_page_by_page_and_ends_at_a_day(looked, as_viewer):
    bob = as_viewer(BOB)
    rows, count = bob.who_looked(LONG_AGO, 2, 2)
    assert (count, [row.place for row in rows]) == (3, ["Person"])
    tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    assert bob.who_looked(tomorrow, 50) == ([], 0)


@ON_SQLITE
def test_an_admin_outside_the_directory_has_no_numbers_that_anybody_could_look_at(looked, as_viewer):
    with pytest.raises(NotPermitted):
        as_viewer(OSCAR).who_looked(LONG_AGO, 50)


def test_who_reads_the_log_is_in_the_log_first_a61(looked, as_viewer, ids, entries):
    page = read_log(admin_of(as_viewer(DORA)), looked, LogFilter())
    assert (page.entries[0].act, page.entries[0].actor_name, page.entries[0].kind) == (
        "log.read",
        "Dora Example",
        Kind.ACT,
    )
    read_log(admin_of(as_viewer(DORA)), looked, LogFilter())
    assert [entry.act for entry in entries("act")] == ["log.read"]
    read_log(admin_of(as_viewer(DORA)), looked, LogFilter(person=BOB))
    last = entries()[-1]
    assert (last.act, last.subject_kind, last.subject_id, last.details) == (
        "log.read",
        "person",
        ids[BOB],
        f'{{"person":"{BOB}"}}',
    )


@pytest.mark.parametrize(("person", "is_nobody"), [("", False), (BOB, False), ("bob", True), ("x@example.com", True)])
def test_it_is_told_when_the_person_whom_entries_should_concern_is_nobody(looked, person, is_nobody):
    page = read_log(operator(), looked, LogFilter(person=person))
    assert page.is_nobody is is_nobody
    assert bool(page.entries) is not is_nobody


def test_an_admin_finds_entries_by_kind_actor_person_and_day(looked):
    def found(**wanted):
        return [(entry.actor, entry.kind.value) for entry in read_log(operator(), looked, LogFilter(**wanted)).entries]

    today = dt.datetime.now(dt.UTC).date()
    assert found(kind=Kind.EXPORT) == [(FRANK, "export")]
    assert found(actor="ALICE@", kind=Kind.LOOK) == [(ALICE, "look"), (ALICE, "look")]
    assert found(actor="%") == []
    assert [kind for _, kind in found(person=f" {BOB.upper()} ", last=today) if kind != "act"] == [
        "export",
        "look",
        "look",
    ]
    assert found(person="nobody@example.com") == found(person="not an address") == []
    assert found(first=today + dt.timedelta(days=1)) == []
    assert len(found(first=today, last=today, kind=Kind.LOOK)) == 4


def test_the_log_is_paged_in_the_database(logged):
    for number in range(23):
        with logged.write() as connection:
            audit.record(connection, ALICE, "thing.done", details={"number": number})
    pages = [read_log(operator(), logged, LogFilter(actor=ALICE), page, size=10) for page in (1, 2, 3, 99, -5)]
    assert [len(page.entries) for page in pages] == [10, 10, 3, 3, 10]
    assert {(page.found, page.pages) for page in pages} == {(23, 3)}
    sequences = [entry.sequence for page in pages[:3] for entry in page.entries]
    assert sequences == sorted(sequences, reverse=True)


@ON_SQLITE
def test_a_log_that_cannot_be_written_is_not_shown_either(logged, full_disk):
    full_disk()
    with pytest.raises(NotLogged):
        read_log(operator(), logged, LogFilter())


@ON_SQLITE
def test_a_preview_of_a_link_is_a_look_at_whose_the_account_is_and_at_nobody_else(logged, entries, as_viewer, ids):
    with logged.write() as connection:
        found = connection.execute(text("SELECT user_id, id FROM account"))
        accounts = {row.user_id: row.id for row in found}
    dora = admin_of(as_viewer(DORA))
    for user in ("user_bob", "user_bob", "user_dora", "user_visitor"):
        with audit.at("Matching"):
            matching.preview(dora, logged, accounts[user], ids[CHARLIE])
    (look,) = entries()
    assert (look.kind, look.actor, look.place, look.people) == ("look", DORA, "Matching", str(ids[BOB]))


@ON_SQLITE
def test_without_a_log_no_preview_tells_the_days_of_somebodys_account(logged, full_disk):
    full_disk()
    with pytest.raises(NotLogged):
        matching.preview(operator(), logged, 1, 1)


@ON_SQLITE
def test_a_person_of_the_directory_who_is_opened_is_named_and_that_is_no_look_at_their_numbers(
    logged, entries, as_viewer, ids
):
    for _ in range(2):
        directory_people.lines_of(operator(), logged, ids[BOB])
    (opened,) = entries()
    assert (opened.kind, opened.act, opened.people) == ("act", "directory.person.opened", str(ids[BOB]))
    assert seen_by(as_viewer(BOB)) == []


@ON_SQLITE
def test_a_directory_taken_as_a_file_is_an_export_also_where_an_older_entry_calls_it_an_act(logged, entries):
    with logged.write() as connection:
        audit.record(connection, DORA, "directory.exported", audit.EVERYONE)
        audit.record(connection, DORA, "directory.imported", audit.EVERYONE)
    directory_people.write_csv(operator(), logged, io.StringIO())
    assert entries()[-1].kind == "export"
    found = {kind: read_log(operator(), logged, LogFilter(kind=kind)).entries for kind in (Kind.EXPORT, Kind.ACT)}
    assert [entry.sequence for entry in found[Kind.EXPORT]] == [3, 1]
    assert "directory.exported" not in {entry.act for entry in found[Kind.ACT]}
    assert audit.verify(logged).wrong == []


@ON_SQLITE
def test_an_employee_reads_of_every_look_that_is_kept_however_old(logged, as_viewer, ids, monkeypatch):
    moment = dt.datetime.now(dt.UTC) - dt.timedelta(days=900)
    monkeypatch.setattr(
        written, "dt", SimpleNamespace(**vars(dt) | {"datetime": SimpleNamespace(now=lambda _tz: moment)})
    )
    alice = as_viewer(ALICE)
    alice.user_days(alice.person(ids[BOB]), ["commits"], FIRST, LAST)
    found, count = looks(as_viewer(BOB), 20)
    assert ([look.at.date() for look in found], count) == ([moment.date()], 1)


def test_whose_number_was_asked_for_is_said_by_name_and_a_number_of_nobody_stays_one(looked, as_viewer, ids):
    ivy = as_viewer(IVY)
    for number in (ids[BOB], 999_999):
        with pytest.raises(NotPermitted):
            ivy.person(number)
    newest = read_log(operator(), looked, LogFilter(kind=Kind.REFUSAL)).entries[:2]
    assert [entry.asked_name for entry in newest] == [None, "Bob Example"]


@ON_SQLITE
def test_a_table_and_the_file_of_the_same_people_are_told_with_one_number(logged, as_viewer, ids):
    alice, three = as_viewer(ALICE), [ids[ALICE], ids[BOB], ids[IVY]]
    with audit.at("Review exports"):
        alice.people_sums(three, ["commits"], FIRST, LAST)
        alice.recorder.log_export(ids[ALICE], three, {})
    told, _ = looks(as_viewer(IVY), 10)
    assert {look.what for look in told} == {
        "Review exports: a table of 2 people",
        "A file to take away, from Review exports, with 2 people",
    }
