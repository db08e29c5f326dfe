"""Who reads somebody else's numbers is in the log before the answer; one's own numbers are nobody's look."""

from __future__ import annotations

import datetime as dt
import threading
import time
from types import SimpleNamespace

import pytest
from sqlalchemy import update

from core import audit
from core.audit import entries as written
from core.audit import repeats, unrepeated
from core.errors import NotLogged, NotPermitted, UnknownViewer
from core.store.engine import versions
from core.store.tables.usage import EMPLOYEE
from core.visibility import Identity, scope_of, viewer_for
from tests.audit.marks import ON_SQLITE
from tests.support import personas
from tests.support.personas import ALICE, BOB, CHARLIE, CLEO, DORA, ERIN, FRANK, IVY, OSCAR
from tests.support.reads import READS, subject

FIRST, LAST = personas.DAYS[0], personas.DAYS[-1]
SILENT = {"team", "person", "members", "visible_to", "as_they_were", "annotations"}
"""Methods that give names and places, and nobody's figures."""


def days_of(scope, employee_id):
    return scope.user_days(scope.person(employee_id), ["commits"], FIRST, LAST)


@ON_SQLITE
@pytest.mark.usefixtures("every_time")
@pytest.mark.parametrize("method", sorted(READS.keys() - SILENT))
def test_every_read_of_somebody_else_leaves_an_entry_a61(entries, as_viewer, ids, method):
    of, alice = subject(as_viewer(OSCAR), ids[BOB]), as_viewer(ALICE)
    for number, read in enumerate(READS[method], start=1):
        read(alice, of, FIRST, LAST)
        looks = entries("look")
        assert len(looks) == number
        assert (looks[-1].actor, looks[-1].actor_id) == (ALICE, ids[ALICE])


@ON_SQLITE
@pytest.mark.usefixtures("every_time")
@pytest.mark.parametrize("method", sorted(READS.keys() - SILENT))
def test_what_is_shown_again_without_being_read_leaves_the_same_entries_as_the_read(entries, as_viewer, ids, method):
    of, alice = subject(as_viewer(OSCAR), ids[BOB]), as_viewer(ALICE)
    with alice.recorder.listening() as around, alice.recorder.listening() as heard:
        for read in READS[method]:
            read(alice, of, FIRST, LAST)
    assert [id(look) for look in around] == [id(look) for look in heard] != []
    first = [(look.subject_kind, look.subject_id, look.people) for look in entries("look")]
    as_viewer(ALICE).recorder.log_again(heard)
    again = [(look.subject_kind, look.subject_id, look.people) for look in entries("look")][len(first) :]
    assert set(again) == set(first)


@ON_SQLITE
def test_a_look_at_one_person_names_that_person(logged, entries, as_viewer, ids):
    with audit.at("Person"):
        days_of(as_viewer(ALICE), ids[BOB])
    (look,) = entries()
    assert (look.kind, look.act, look.place) == ("look", "look", "Person")
    assert (look.subject_kind, look.subject_id, look.people) == ("person", ids[BOB], str(ids[BOB]))


@ON_SQLITE
def test_a_table_is_one_entry_that_names_everybody_in_it_but_the_reader(logged, entries, as_viewer, ids):
    as_viewer(ALICE).people_sums([ids[ALICE], ids[BOB], ids[IVY]], ["commits"], FIRST, LAST)
    (look,) = entries()
    assert look.subject_kind == "people"
    assert audit.how_many(look.people) == 2
    assert look.details == '{"people":2}'


@ON_SQLITE
@pytest.mark.parametrize("email", [ALICE, IVY, CLEO, DORA])
def test_ones_own_numbers_are_nobodys_look(logged, entries, as_viewer, ids, email):
    mine = as_viewer(email)
    me = mine.person(ids[email])
    mine.user_days(me, ["commits"], FIRST, LAST)
    mine.team_sums(me, ["commits"], FIRST, LAST)
    mine.active(me, {0: (FIRST, LAST)})[0]
    mine.people_sums([ids[email]], ["commits"], FIRST, LAST)
    assert entries() == []


@ON_SQLITE
def test_the_sums_of_a_large_team_are_a_look_at_the_team_and_at_no_person(logged, entries, as_viewer, ids):
    frank = as_viewer(FRANK)
    frank.team_sums(frank.whole, ["commits"], FIRST, LAST)
    (look,) = entries()
    assert (look.subject_kind, look.subject_id, look.people) == ("team", ids[FRANK], "")


@ON_SQLITE
def test_the_sums_of_several_teams_are_a_look_at_each_and_a_team_of_one_is_a_person(entries, as_viewer, ids):
    frank = as_viewer(FRANK)
    frank.chain_sums([frank.team(ids[email]) for email in (ALICE, CHARLIE, IVY)], ["commits"], FIRST, LAST)
    looks = [(entry.subject_kind, entry.subject_id) for entry in entries()]
    assert looks == [("person", ids[IVY]), ("team", ids[ALICE]), ("team", ids[CHARLIE])]


@ON_SQLITE
def test_the_sums_of_oneself_and_one_other_are_a_look_at_the_other(logged, entries, as_viewer, ids):
    bob = as_viewer(BOB)
    bob.team_sums(bob.whole, ["commits"], FIRST, LAST)
    (look,) = entries()
    assert (look.subject_kind, look.subject_id) == ("person", ids[IVY])


def test_the_same_look_again_is_the_same_entry(logged, entries, as_viewer, ids):
    for _ in range(5):
        days_of(as_viewer(ALICE), ids[BOB])
    assert len(entries()) == 1
    repeats.RECENT.forget()  # as another process would not know of it
    days_of(as_viewer(ALICE), ids[BOB])
    assert len(entries()) == 1
    with audit.at("elsewhere"):
        days_of(as_viewer(ALICE), ids[BOB])
    days_of(as_viewer(FRANK), ids[BOB])
    assert [(entry.actor, entry.place) for entry in entries()[1:]] == [(ALICE, "elsewhere"), (FRANK, "another page")]


@ON_SQLITE
def test_a_quarter_of_an_hour_later_it_is_another_look(logged, entries, as_viewer, ids, every_time):
    for _ in range(3):
        days_of(as_viewer(ALICE), ids[BOB])
    assert len(entries()) == 3


@pytest.mark.parametrize("restarts", [False, True], ids=["one process", "several processes"])
@ON_SQLITE
def test_somebody_who_is_always_shown_is_named_again_a_quarter_of_an_hour_later_whoever_else_is_new(
    entries, as_viewer, ids, monkeypatch, restarts
):
    alice, passed = as_viewer(ALICE), dt.timedelta()

    clock, later = time.monotonic, SimpleNamespace(now=lambda tz: dt.datetime.now(tz) + passed)
    monkeypatch.setattr(time, "monotonic", lambda: clock() + passed.total_seconds())
    for module in (written, repeats):
        monkeypatch.setattr(module, "dt", SimpleNamespace(**vars(dt) | {"datetime": later}))
    for other in (IVY, ERIN, ALICE):
        alice.people_sums([ids[BOB], ids[other]], ["commits"], FIRST, LAST)
        passed += dt.timedelta(minutes=8)
        if restarts and other == IVY:
            repeats.RECENT.forget()
    assert [set(written.ids_of(entry.people)) for entry in entries()] == [{ids[BOB], ids[IVY]}, {ids[ERIN]}, {ids[BOB]}]


def test_only_those_whom_a_table_shows_anew_are_named_again(logged, entries, as_viewer, ids):
    alice = as_viewer(ALICE)
    alice.people_sums([ids[BOB]], ["commits"], FIRST, LAST)
    alice.people_sums([ids[BOB], ids[IVY], ids[ERIN]], ["commits"], FIRST, LAST)
    assert [set(written.ids_of(entry.people)) for entry in entries()] == [{ids[BOB]}, {ids[IVY], ids[ERIN]}]


def test_twenty_readers_at_once_leave_one_entry_each(logged, entries, as_viewer, ids):
    scopes = [as_viewer(email) for email in (ALICE, FRANK, DORA, OSCAR)] * 5
    threads = [threading.Thread(target=days_of, args=(scope, ids[BOB])) for scope in scopes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(entry.actor for entry in entries()) == sorted([ALICE, FRANK, DORA, OSCAR])
    assert audit.verify(logged).wrong == []


@ON_SQLITE
@pytest.mark.parametrize("method", sorted(READS.keys() - SILENT))
def test_no_log_no_answer_a89(logged, as_viewer, ids, full_disk, method):
    of, alice = subject(as_viewer(OSCAR), ids[BOB]), as_viewer(ALICE)
    full_disk()
    for read in READS[method]:
        with pytest.raises(NotLogged, match="^This was not shown, because it could not be written to the access log"):
            read(alice, of, FIRST, LAST)
    mine = as_viewer(ALICE)
    days_of(mine, ids[ALICE])  # one's own numbers need no entry


@ON_SQLITE
def test_a_refused_question_is_written_as_it_was_asked_a01(logged, entries, as_viewer, ids):
    alice = as_viewer(ALICE)
    for asked in (ids[CHARLIE], 10**6, -1, 10**5_000):
        with pytest.raises(NotPermitted):
            alice.person(asked)
    said = [entry.details for entry in entries("refusal")]
    assert said == [
        f'{{"asked":"{ids[CHARLIE]}"}}',
        '{"asked":"1000000"}',
        '{"asked":"-1"}',
        '{"asked":"a number of more than 18 digits"}',
    ]
    assert {entry.actor for entry in entries()} == {ALICE}


def test_whoever_tries_a_thousand_ids_fills_no_disk(logged, entries, as_viewer):
    alice = as_viewer(ALICE)
    for number in range(1_000):
        with pytest.raises(NotPermitted):
            alice.person(10**6 + number % 500)
    refusals = entries("refusal")
    assert len(refusals) == unrepeated.REFUSALS
    assert [entry.act for entry in refusals].count("refused.often") == 1


@ON_SQLITE
def test_a_few_sign_ins_of_nobody_do_not_hide_the_next(logged, entries, monkeypatch):
    monkeypatch.setattr(unrepeated, "STRANGERS", 60)
    for number in range(100):
        with pytest.raises(UnknownViewer):
            viewer_for(logged, personas.ADMINS, Identity(f"junk{number}@example.com", False), personas.TODAY)
    refusals = entries("refusal")
    assert [entry.act for entry in refusals] == ["refused"] * 59 + ["refused.often"]
    assert unrepeated.REFUSALS < 59


@ON_SQLITE
def test_a_refusal_that_cannot_be_written_is_refused_all_the_same(logged, as_viewer, full_disk):
    alice = as_viewer(ALICE)
    full_disk()
    with pytest.raises(NotPermitted, match="^There is nothing here that you can see"):
        alice.person(10**6)
    with pytest.raises(UnknownViewer, match="^This e-mail address is not known here"):
        viewer_for(logged, personas.ADMINS, Identity(ERIN, True), personas.TODAY)


@ON_SQLITE
@pytest.mark.parametrize(
    ("identity", "actor", "details"),
    [
        (Identity("stranger@example.com", True), "stranger@example.com", "{}"),
        (Identity(ERIN, True), ERIN, "{}"),
        (Identity(ALICE, False), "unknown", f'{{"claimed":"{ALICE}"}}'),
        (Identity("no address\n", True), "unknown", '{"claimed":"no address\\ufffd"}'),
    ],
)
def test_who_is_not_let_in_is_written_down_and_nobody_is_accused(logged, entries, identity, actor, details):
    for _ in range(3):
        with pytest.raises(UnknownViewer):
            viewer_for(logged, personas.ADMINS, identity, personas.TODAY)
    (refusal,) = entries()
    assert (refusal.kind, refusal.actor, refusal.actor_id, refusal.details) == ("refusal", actor, None, details)


@ON_SQLITE
def test_an_export_is_one_entry_of_its_own_each_time_and_no_look_besides(logged, entries, as_viewer, ids):
    found = []
    for _ in range(2):
        alice = as_viewer(ALICE)
        found.append(alice.recorder.log_export(ids[ALICE], alice.members(alice.whole).ids.tolist(), {"form": "csv"}))
        alice.user_days(alice.whole, ["commits"], FIRST, LAST)
    first, second = entries()
    assert (first.kind, first.subject_kind, first.subject_id) == ("export", "team", ids[ALICE])
    assert audit.how_many(first.people) == 4
    assert [found[0] in first.details, found[1] in second.details] == [True, True]
    assert len(found[0]) == 32 and found[0] != found[1]


@ON_SQLITE
def test_without_a_log_there_is_no_file(logged, as_viewer, ids, full_disk):
    alice = as_viewer(ALICE)
    full_disk()
    with pytest.raises(NotLogged, match="^The file was not made"):
        alice.recorder.log_export(ids[ALICE], [ids[BOB]], {})


@ON_SQLITE
def test_what_the_operator_exports_in_somebodys_place_is_the_operators(logged, entries, ids):
    with audit.at("uptake export", by=audit.COMMAND_LINE):
        viewer = viewer_for(logged, personas.ADMINS, Identity(ALICE, True), personas.TODAY)
        scope = scope_of(logged, viewer)
        days_of(scope, ids[ALICE])
    (look,) = entries()
    assert (look.actor, look.actor_id, look.people) == ("command line", None, str(ids[ALICE]))
    assert look.details == f'{{"as":"{ALICE}"}}'


@ON_SQLITE
@pytest.mark.parametrize("read", ["team_sums", "active", "active_in", "chain_sums", "person_totals"])
def test_sums_of_days_on_which_only_one_other_was_there_are_a_look_at_that_one(logged, entries, as_viewer, ids, read):
    with logged.write() as connection:
        left = update(EMPLOYEE).where(EMPLOYEE.c.email == IVY).values(end_date=FIRST + dt.timedelta(days=2))
        connection.execute(left)
        versions.bump(connection, versions.DIRECTORY)
    alice = as_viewer(ALICE)
    bobs = alice.team(ids[BOB])
    calls = {
        "active": lambda: alice.active(bobs, {0: (FIRST, LAST)}),
        "active_in": lambda: alice.active_in(bobs, {0: [(FIRST, LAST)]}),
        "chain_sums": lambda: alice.chain_sums([bobs], ["commits"], FIRST, LAST),
    }
    calls.get(read, lambda: getattr(alice, read)(bobs, ["commits"], FIRST, LAST))()
    assert [(each.subject_kind, each.subject_id) for each in entries()] == [("person", ids[BOB]), ("team", ids[BOB])]


@ON_SQLITE
def test_days_that_are_only_looked_back_to_make_nobody_looked_at(logged, entries, as_viewer, ids):
    with logged.write() as connection:
        came = update(EMPLOYEE).where(EMPLOYEE.c.email == IVY).values(start_date=FIRST + dt.timedelta(days=9))
        connection.execute(came)
        versions.bump(connection, versions.DIRECTORY)
    bobs, shown = as_viewer(ALICE).team(ids[BOB]), (LAST - dt.timedelta(days=6), LAST)
    as_viewer(ALICE).active(bobs, {0: (FIRST, LAST)}, shown)
    as_viewer(ALICE).active_in(bobs, {0: [shown, (FIRST, LAST)]}, shown)
    assert [each.subject_kind for each in entries()] == ["team"]
    as_viewer(ALICE).active_in(bobs, {0: [shown], 1: [(FIRST, LAST)]})
    assert [(each.subject_kind, each.subject_id) for each in entries()] == [("team", ids[BOB]), ("person", ids[BOB])]
