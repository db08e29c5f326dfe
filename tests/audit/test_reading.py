"""Employees read who looked at them, admins read all of it, and that admins read is in it."""

from __future__ import annotations

import datetime as dt

import pytest

from core import audit
from core.admin.access import admin_of, operator
from core.admin.access_log import Wanted, read_log
from core.audit import Kind
from core.errors import NotLogged, NotPermitted
from tests import personas
from tests.audit.marks import ON_SQLITE
from tests.personas import ALICE, BOB, CHARLIE, DORA, FRANK, IVY, OSCAR

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
        frank.witness.exports(team.team_id, frank.members(team).ids.tolist(), {})
    frank.team_sums(frank.whole, ["commits"], FIRST, LAST)
    return logged


def seen_by(scope):
    rows, count = scope.who_looked(LONG_AGO, 50)
    assert count == len(rows)
    return [(row.actor_name, row.kind, row.place, audit.how_many(row.people)) for row in rows]


def test_an_employee_reads_who_looked_at_them_and_nothing_else_c19(looked, as_viewer):
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
    bob.witness.exports(ids[BOB], [ids[BOB]], {})
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
    page = read_log(admin_of(as_viewer(DORA)), looked, Wanted())
    assert (page.entries[0].act, page.entries[0].actor_name, page.entries[0].kind) == (
        "log.read",
        "Dora Example",
        Kind.ACT,
    )
    read_log(admin_of(as_viewer(DORA)), looked, Wanted())
    assert [entry.act for entry in entries("act")] == ["log.read"]
    read_log(admin_of(as_viewer(DORA)), looked, Wanted(person=BOB))
    last = entries()[-1]
    assert (last.act, last.subject_kind, last.subject_id, last.details) == (
        "log.read",
        "person",
        ids[BOB],
        f'{{"person":"{BOB}"}}',
    )


def test_an_admin_finds_entries_by_kind_actor_person_and_day(looked):
    def found(**wanted):
        return [(entry.actor, entry.kind.value) for entry in read_log(operator(), looked, Wanted(**wanted)).entries]

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
    pages = [read_log(operator(), logged, Wanted(actor=ALICE), page, size=10) for page in (1, 2, 3, 99, -5)]
    assert [len(page.entries) for page in pages] == [10, 10, 3, 3, 10]
    assert {(page.found, page.pages) for page in pages} == {(23, 3)}
    sequences = [entry.sequence for page in pages[:3] for entry in page.entries]
    assert sequences == sorted(sequences, reverse=True)


@ON_SQLITE
def test_a_log_that_cannot_be_written_is_not_shown_either(logged, full_disk):
    full_disk()
    with pytest.raises(NotLogged):
        read_log(operator(), logged, Wanted())
