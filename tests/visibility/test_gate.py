"""Everybody of the persona company against everybody else, through every read method."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from benchmarks.proofs import oracle
from core.errors import NotPermitted, UnknownViewer, UnscopedRead
from core.people.roster import read_csv
from core.store.directory import directory
from core.store.engine.database import GUARDED, Database
from core.store.tables.usage import Employee
from core.viewers import Role
from core.visibility import EVERYONE, Identity, Scope, Team, Viewer, scope_of, viewer_for
from tests.support import personas
from tests.support.oracle import managers_above, may_see
from tests.support.personas import ADMINS, ALICE, BOB, CHARLIE, DORA, ERIN, FRANK, GRETA, IVY, MANAGER, OSCAR, TODAY
from tests.support.reads import IMPERSONAL, READS, refusals, subject

FIRST, LAST = personas.DAYS[0], personas.DAYS[-1]
ABSENT = (10**6, -1, 2**63, 2**31, 10**40)
VIEWERS = [email for email in MANAGER if email != ERIN] + [OSCAR]


def viewer_of(database: Database, email: str, admins=ADMINS, today: dt.date = TODAY) -> Viewer:
    return viewer_for(database, admins, Identity(email, True), today)


def scope(database: Database, email: str) -> Scope:
    return scope_of(database, viewer_of(database, email))


def numbers(database: Database) -> dict[str, int]:
    with database.write() as connection:
        return {row.email: row.id for row in connection.execute(text("SELECT id, email FROM employee"))}


def name_of(email: str) -> str:
    return f"{email.partition('@')[0].capitalize()} Example"


def test_every_read_method_of_a_scope_is_tried_here():
    methods = {name for name in dir(Scope) if callable(getattr(Scope, name)) and not name.startswith("_")}
    assert methods == READS.keys() | IMPERSONAL


def test_every_read_method_is_in_the_proof_of_everybody_against_everybody():
    assert oracle.ANSWERS.keys() | oracle.ONE_BY_ONE == READS.keys()


def test_a_share_of_the_proof_of_everybody_against_everybody():
    figures = oracle.measure(people=25, small=1, seed=5)
    assert (figures[oracle.LEAKS], figures[oracle.REFUSALS], figures[oracle.SMALL]) == (0, 0, 0)
    assert figures["pairs"] == 625


@pytest.mark.parametrize("viewer", VIEWERS)
def test_a_viewer_reads_exactly_whom_the_oracle_allows(settled, viewer):
    ids, admin, mine = numbers(settled), scope(settled, OSCAR), scope(settled, viewer)
    sentences = set()
    for email, number in ids.items():
        of = subject(admin, number)
        if may_see(viewer, email, MANAGER, ADMINS):
            for reads in READS.values():
                for read in reads:
                    read(mine, of, FIRST, LAST)
        else:
            sentences |= refusals(mine, of, FIRST, LAST)
    for number in ABSENT:
        for method in (mine.team, mine.person, mine.visible_to):
            with pytest.raises(NotPermitted) as refusal:
                method(number)
            sentences.add(str(refusal.value))
        with pytest.raises(NotPermitted) as refusal:
            mine.people_sums([number], ["commits"], FIRST, LAST)
        sentences.add(str(refusal.value))
    assert sentences == {"There is nothing here that you can see."}


@pytest.mark.parametrize("viewer", VIEWERS)
def test_what_a_viewer_reads_is_of_nobody_else(settled, viewer):
    mine, ids = scope(settled, viewer), numbers(settled)
    allowed = {email for email in MANAGER if may_see(viewer, email, MANAGER, ADMINS)}
    allowed_ids = {ids[email] for email in allowed}
    assert set(mine.members(mine.whole).emails) == allowed
    assert set(mine.members(mine.whole).names) == {name_of(email) for email in allowed}
    assert {row[0] for row in mine.user_days(mine.whole, ["commits"], FIRST, LAST)} <= allowed_ids
    sums = mine.team_sums(mine.whole, ["chat_messages"], FIRST, LAST)
    assert sum(row[1] for row in sums) == personas.total(allowed, "chat_messages")
    found = mine.active(mine.whole, {0: (FIRST, LAST)})[0]
    assert found.rows.shape == (len(found.days), -(-len(allowed) // 8))
    assert not np.unpackbits(found.rows, axis=1, bitorder="little")[:, len(allowed) :].any()


@pytest.mark.parametrize("viewer", [email for email in VIEWERS if email not in ADMINS])
def test_everyone_is_a_team_for_admins_only(settled, viewer):
    mine, everyone = scope(settled, viewer), scope(settled, DORA).team(EVERYONE)
    with pytest.raises(NotPermitted, match="^There is nothing here that you can see.$"):
        mine.team(EVERYONE)
    with pytest.raises(NotPermitted, match="^There is nothing here that you can see.$"):
        mine.team_sums(everyone, ["commits"], FIRST, LAST)


def test_one_foreign_person_among_ones_own_spoils_the_whole_question(settled):
    ids = numbers(settled)
    with pytest.raises(NotPermitted):
        scope(settled, ALICE).people_sums([ids[BOB], ids[CHARLIE]], ["commits"], FIRST, LAST)


@pytest.mark.parametrize("named", [GRETA, FRANK, CHARLIE])
def test_a_team_put_together_by_hand_does_not_borrow_another_teams_sums(settled, named):
    ids, mine = numbers(settled), scope(settled, FRANK)
    inside = mine.team(ids[ALICE])
    for forged in (
        Team(ids[named], inside.left, inside.right),
        Team(EVERYONE, inside.left, inside.right),
        Team(ids[named], mine.whole.left, mine.whole.left + 12),
        Team(10**6, inside.left, inside.right),
        Team(ids[ALICE], inside.left, inside.right + 1),
    ):
        for read in (
            mine.members,
            lambda team: mine.team_sums(team, ["commits"], FIRST, LAST),
            lambda team: mine.user_days(team, ["commits"], FIRST, LAST),
            lambda team: mine.active(team, {0: (FIRST, LAST)})[0],
        ):
            with pytest.raises(NotPermitted):
                read(forged)


def test_watchers_are_the_managers_above_the_nearest_first(settled):
    ids = numbers(settled)
    for email in MANAGER:
        above = [name_of(manager) for manager in managers_above(email, MANAGER)]
        assert scope(settled, DORA).visible_to(ids[email]) == above


REFUSED = {
    "unknown": "stranger@example.com",
    "archived": ERIN,
    "a Claude user outside the directory": personas.VISITOR,
    "empty": "",
    "spaces": "   ",
    "without an at sign": "alice",
    "two people": "alice@example.com,dora@example.com",
    "look-alike letters": "al\u0131ce@example.com",
    "full width": "\uff41lice@example.com",
    "zero width": "alice\u200b@example.com",
    "NUL": "alice@example.com\0",
    "another domain": "alice@example.org",
    "very long": "a" * 5000 + "@example.com",
}


@pytest.mark.parametrize("email", REFUSED.values(), ids=REFUSED.keys())
def test_whoever_is_not_known_is_refused_with_the_same_sentence(settled, email):
    with pytest.raises(UnknownViewer, match="^This e-mail address is not known here. Ask the people who run Uptake"):
        viewer_of(settled, email)


@pytest.mark.parametrize("verified", [False, None, "true", 1, 0])
def test_an_unverified_address_is_refused_whoever_it_names(settled, verified):
    for email in (ALICE, DORA, OSCAR, "stranger@example.com"):
        with pytest.raises(UnknownViewer, match="has not verified"):
            viewer_for(settled, ADMINS, Identity(email, verified), TODAY)


def test_spellings_of_one_address_are_one_viewer(settled):
    for spelling in ("ALICE@EXAMPLE.COM", " alice@example.com ", "mailto:alice@example.com", "alice@example.com."):
        assert viewer_of(settled, spelling) == viewer_of(settled, ALICE)


def test_the_last_day_is_the_last_day_one_may_come_in(settled):
    last = personas.left_on()
    assert viewer_of(settled, ERIN, today=last).email == ERIN
    with pytest.raises(UnknownViewer):
        viewer_of(settled, ERIN, today=last + dt.timedelta(days=1))


def test_an_admin_outside_the_directory_sees_everybody_and_is_nobody(settled):
    viewer = viewer_of(settled, OSCAR)
    assert viewer == Viewer(OSCAR, OSCAR, None, frozenset({Role.ADMIN}), sees_everyone=True)
    assert set(scope(settled, OSCAR).members(scope(settled, OSCAR).whole).emails) == set(MANAGER)


def test_without_admins_nobody_is_one(settled):
    for email in VIEWERS:
        if email == OSCAR:
            with pytest.raises(UnknownViewer):
                viewer_of(settled, email, admins=())
        else:
            viewer = viewer_of(settled, email, admins=())
            assert not viewer.is_admin
            with pytest.raises(NotPermitted):
                scope_of(settled, viewer).team(EVERYONE)


@pytest.mark.parametrize("admins", [{"", " "}, {"not an address"}, {"*"}, {"@example.com"}, {"example.com"}])
def test_an_admin_entry_that_is_no_address_makes_nobody_an_admin(settled, admins):
    assert not viewer_of(settled, ALICE, admins=admins).is_admin


def test_an_archived_admin_is_refused(settled):
    with pytest.raises(UnknownViewer):
        viewer_of(settled, ERIN, admins={ERIN})


def test_nobody_but_scope_of_makes_a_scope(settled):
    viewer, real = viewer_of(settled, ALICE), scope(settled, ALICE)
    for proof in (None, object(), True, "proof"):
        with pytest.raises(TypeError, match="scope_of"):
            Scope(proof, settled, viewer, real._directory, {})


def test_a_viewer_who_is_in_the_directory_no_more_gets_no_scope(settled):
    with pytest.raises(UnknownViewer):
        scope_of(settled, Viewer(ALICE, "Alice Example", 10**6, frozenset(), sees_everyone=False))


def moved(old: str, new: str, report: str) -> bytes:
    return personas.CSV.replace(f"{report},{name_of(report)},{old}", f"{report},{name_of(report)},{new}").encode()


def test_a_change_of_the_directory_holds_from_the_next_scope_on(filled):
    ids, admin = numbers(filled), scope(filled, DORA)
    bob = admin.person(ids[BOB])
    scope(filled, ALICE).user_days(bob, ["commits"], FIRST, LAST)
    with filled.write() as connection:
        directory.apply(connection, read_csv(moved(ALICE, CHARLIE, BOB)), TODAY)
    with pytest.raises(NotPermitted):
        scope(filled, ALICE).person(ids[BOB])
    with pytest.raises(NotPermitted):
        scope(filled, ALICE).person(ids[IVY])
    charlies = scope(filled, CHARLIE)
    assert {BOB, IVY} <= set(charlies.members(charlies.whole).emails)
    expected = personas.total([*personas.chain(CHARLIE), BOB, IVY], "chat_messages")
    assert sum(row[1] for row in charlies.team_sums(charlies.whole, ["chat_messages"], FIRST, LAST)) == expected


def test_a_scope_from_before_a_change_never_reads_who_stands_on_the_old_places_now(filled):
    ids, before = numbers(filled), scope(filled, ALICE)
    team = before.whole
    with filled.write() as connection:
        newcomers = "".join(f"aa{n}@example.com,Aa {n} Example,{GRETA},,,,\n" for n in range(6))
        directory.apply(connection, read_csv((personas.CSV + newcomers).encode()), TODAY)
        directory.apply(connection, read_csv(moved(FRANK, CHARLIE, ALICE)), TODAY)
    allowed = {ids[email] for email in personas.chain(ALICE)}
    for read in (before.user_days, before.team_sums):
        try:
            rows = read(team, ["chat_messages"], FIRST, LAST)
        except NotPermitted:
            continue
        if read == before.user_days:
            assert {row[0] for row in rows} <= allowed
        else:
            assert sum(row[1] for row in rows) == personas.total(personas.chain(ALICE), "chat_messages")


def test_a_match_made_while_a_page_is_drawn_does_not_end_the_page(filled):
    mine = scope(filled, ALICE)
    day = TODAY
    with filled.write() as connection:
        from core.store.day_writes import DayWriter

        page = personas.page([("user_new_of_bob", BOB, {"commits": 5})])
        DayWriter(connection).store(connection, day, [page], b"later", dt.datetime.now(dt.UTC))
    assert [row[1] for row in mine.team_sums(mine.whole, ["commits"], day, day)] == [5]
    found = mine.active(mine.whole, {0: (day, day)})[0]
    assert found.days == (day,)
    assert np.bitwise_count(found.rows).sum() == 1


@pytest.mark.parametrize("table", GUARDED)
def test_a_table_about_people_cannot_be_read_around_the_gate(settled, table):
    for statement in (
        f"SELECT * FROM {table}",
        f'SELECT * FROM "{table}"',
        f"SELECT count(*) FROM {table.upper()}",
        f"/* harmless */ SELECT (SELECT max(1) FROM {table})",
    ):
        with settled.read() as connection, pytest.raises(UnscopedRead, match=table.upper() + "|" + table):
            connection.execute(text(statement))
        with settled.read() as connection, pytest.raises(UnscopedRead):
            pd.read_sql(text(statement), connection)
        with settled.read() as connection, pytest.raises(UnscopedRead):
            connection.exec_driver_sql(statement)


def test_the_object_mapper_does_not_slip_by_the_gate(settled):
    with settled.read() as connection, Session(connection) as session, pytest.raises(UnscopedRead):
        session.exec(select(Employee)).all()


@pytest.mark.parametrize("settled", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_a_month_of_user_days_cannot_be_read_around_the_gate(settled):
    with settled.read() as connection, pytest.raises(UnscopedRead):
        connection.execute(text(f"SELECT * FROM user_day_{LAST:%Y_%m}"))


def test_the_reader_cannot_write(settled):
    with (
        pytest.raises(Exception, match="ReadOnly|read-only|readonly|cannot be opened or written"),
        settled.read("x") as connection,
    ):
        connection.execute(text("DELETE FROM employee"))
    assert len(numbers(settled)) == len(MANAGER)
