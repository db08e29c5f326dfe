"""The organisation's totals: for who leads people, never about anybody, and private names for admins only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import inspect

from core.api import totals
from core.errors import NotPermitted
from core.people.roster import read_csv
from core.store import directory, organisation_writes, schema
from core.store.database import Database
from core.store.organisation_tables import CONNECTOR_DAY, ORGANISATION_DAY, SKILL_DAY
from core.store.writes import DayWriter
from core.visibility import Identity, Scope, scope_of, viewer_for
from tests import databases, personas
from tests.personas import ADMINS, ALICE, BOB, CHARLIE, DORA, FRANK, GRETA, HUGO, IVY, OSCAR

DAY = personas.DAYS[-3]
"""A Thursday, on which everybody works."""

NOW = dt.datetime(2026, 11, 22, 6, 30, tzinfo=dt.UTC)
SKILLS = b"""{"data": [
    {"skill_name": "skill_0123456789abcd", "skill_display_name": "layoff-plan", "share_status": "private",
     "distinct_user_count": 1, "invocation_count": 3},
    {"skill_name": "deck-outline", "share_status": "organization", "distinct_user_count": 4, "invocation_count": 9},
    {"skill_name": "in-code-only", "share_status": null, "distinct_user_count": 2, "invocation_count": null}]}"""
CONNECTORS = b'{"data": [{"connector_name": "calendar", "distinct_user_count": 2, "read_call_count": 5}]}'
SUMMARIES = b'{"data": [{"starting_at": "DAYT00:00:00Z", "assigned_seat_count": 30}]}'


def store(database: Database, day: dt.date) -> None:
    with database.write() as connection:
        for endpoint, page in (
            ("skills", totals.skills(SKILLS)),
            ("connectors", totals.connectors(CONNECTORS)),
            ("summaries", totals.summaries(SUMMARIES.replace(b"DAY", day.isoformat().encode()))),
        ):
            organisation_writes.replace_day(connection, endpoint, day, page.rows, NOW)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The persona company with one day of totals; no test changes it."""
    if request.param == "postgresql":
        request.getfixturevalue("postgresql_server")
    database = Database(databases.fresh_database(request.param, tmp_path_factory.mktemp("told")))
    schema.upgrade(database)
    personas.fill(database)
    store(database, DAY)
    yield database
    database.dispose()
    databases.drop_database(database.url)


def scope(database: Database, email: str) -> Scope:
    return scope_of(database, viewer_for(database, ADMINS, Identity(email, email_verified=True), personas.TODAY))


@pytest.mark.parametrize("email", [IVY, HUGO])
def test_who_leads_nobody_is_refused(told, email):
    with pytest.raises(NotPermitted, match="nothing here that you can see"):
        scope(told, email).organisation_totals(DAY, DAY)


def test_who_leads_nearly_everybody_is_refused_as_the_rest_would_be_the_few_others(told):
    frank = scope(told, FRANK)
    assert frank.leads_people and not frank.sees_totals
    with pytest.raises(NotPermitted, match="nothing here that you can see"):
        frank.organisation_totals(DAY, DAY)


def test_five_others_with_use_are_enough_and_four_or_people_without_use_are_not(filled):
    """Outside Frank's chain stand Greta and Dora, who use Claude, and Hugo, who does not."""
    newcomers = [f"new{number}@example.com" for number in range(4)]
    lines = "".join(f"{email},New Example,{GRETA},,,,\n" for email in newcomers)
    with filled.write() as connection:
        directory.apply(connection, read_csv((personas.CSV + lines).encode()), personas.TODAY)
    assert not scope(filled, FRANK).sees_totals
    for count, sees in ((2, False), (3, True)):
        rows = [(f"user_{email}", email, {"commits": 1}) for email in newcomers[:count]]
        with filled.write() as connection:
            day = DAY - dt.timedelta(days=100 + count)
            DayWriter(connection).store(connection, day, [personas.page(rows)], b"new", NOW)
        assert scope(filled, FRANK).sees_totals is sees


@pytest.mark.parametrize("email", [GRETA, ALICE, BOB, CHARLIE, DORA, OSCAR])
def test_leads_and_admins_read_the_same_totals(told, email):
    found = scope(told, email).organisation_totals(DAY, DAY)
    assert [(row.invocations, row.users) for row in found.skills] == [(9, 4), (None, 2), (3, 1)]
    assert [(row.name, row.reads, row.writes) for row in found.connectors] == [("calendar", 5, None)]
    assert [(row.day, row.seats, row.daily_active) for row in found.days] == [(DAY, 30, None)]
    assert found.stored == dict.fromkeys(("summaries", "skills", "connectors"), frozenset({DAY}))
    assert {fresh.data_through for fresh in found.fresh.values()} == {DAY}


QUIET = personas.DAYS[-1]
"""A Saturday, on which only Greta uses Claude."""


@pytest.mark.parametrize(
    ("email", "told"), [(GRETA, True), (DORA, True), (OSCAR, True), (ALICE, False), (CHARLIE, False)]
)
def test_a_day_on_which_fewer_than_five_others_were_active_is_withheld_from_who_leads_a_part(filled, email, told):
    store(filled, QUIET)
    store(filled, DAY)
    store(filled, missing := personas.DAYS[personas.GAP])
    found = scope(filled, email).organisation_totals(missing, QUIET)
    days = {missing, DAY, QUIET} if told else {DAY}
    for rows in (found.skills, found.connectors):
        assert {row.day for row in rows} == days
    assert {row.day for row in found.days} == days
    assert found.withheld == {missing, DAY, QUIET} - days
    assert found.stored["skills"] == {missing, DAY, QUIET}


def test_five_others_who_were_active_on_the_day_are_enough_and_four_are_not(filled):
    """Outside Charlie's chain Greta, Frank, Alice, Bob and Ivy work on a Thursday; Bob does not on a Friday."""
    friday = DAY + dt.timedelta(days=1)
    store(filled, DAY)
    store(filled, friday)
    charlie = scope(filled, CHARLIE)
    assert charlie.sees_totals
    assert charlie.organisation_totals(DAY, friday).withheld == {friday}


def test_the_name_of_a_skill_that_a_member_keeps_private_reaches_admins_only(told):
    names = {
        email: [(row.name, row.display_name) for row in scope(told, email).organisation_totals(DAY, DAY).skills]
        for email in (OSCAR, DORA, GRETA, ALICE)
    }
    rest = [("deck-outline", None), ("in-code-only", None)]
    assert names[OSCAR] == names[DORA] == [*rest, ("skill_0123456789abcd", "layoff-plan")]
    assert names[GRETA] == names[ALICE] == [*rest, (None, None)]


def test_a_range_without_totals_is_empty_and_still_says_how_far_they_reach(told):
    found = scope(told, ALICE).organisation_totals(DAY - dt.timedelta(days=9), DAY - dt.timedelta(days=1))
    assert (list(found.days), list(found.skills), list(found.connectors), found.stored) == ([], [], [], {})
    assert found.fresh["skills"].data_through == DAY


def test_no_table_of_totals_has_a_column_for_a_person(told):
    with told.read("test") as connection:
        for table in (ORGANISATION_DAY, SKILL_DAY, CONNECTOR_DAY):
            columns = {column["name"] for column in inspect(connection).get_columns(table.name)}
            assert not {name for name in columns if "email" in name or "user_id" in name or "account" in name}
            assert inspect(connection).get_foreign_keys(table.name) == []
