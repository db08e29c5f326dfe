"""The organisation's totals: for who leads people, never about anybody, and private names for admins only."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

import pytest
from sqlalchemy import inspect, select, text, update

from core.api import totals
from core.catalogue import PRODUCTS, SUMMARIES
from core.errors import NotPermitted
from core.people.roster import read_csv
from core.store.day_writes import DayWriter
from core.store.directory import directory
from core.store.engine import schema
from core.store.engine.database import Database
from core.store.tables.organisation import CONNECTOR_DAY, ORGANISATION_DAY, SKILL_DAY
from core.store.tables.usage import ACCOUNT, ACCOUNT_LINK
from core.store.totals import organisation_writes
from core.visibility import Identity, Scope, scope_of, viewer_for
from tests.support import databases, personas
from tests.support.personas import ADMINS, ALICE, BOB, CHARLIE, DORA, FRANK, GRETA, HUGO, IVY, OSCAR

DAY = personas.DAYS[-3]
"""A Thursday, on which everybody works."""

NOW = dt.datetime(2026, 11, 22, 6, 30, tzinfo=dt.UTC)
SKILLS = b"""{"data": [
    {"skill_name": "skill_0123456789abcd", "skill_display_name": "layoff-plan", "share_status": "private",
     "distinct_user_count": 1, "invocation_count": 3},
    {"skill_name": "deck-outline", "share_status": "organization", "distinct_user_count": 5, "invocation_count": 9},
    {"skill_name": "four", "share_status": "organization", "distinct_user_count": 4, "invocation_count": 7},
    {"skill_name": "in-code-only", "share_status": null, "distinct_user_count": 6, "invocation_count": null},
    {"skill_name": "uncounted", "share_status": null, "distinct_user_count": null, "invocation_count": 8}]}"""
CONNECTORS = b"""{"data": [
    {"connector_name": "calendar", "distinct_user_count": 5, "read_call_count": 6},
    {"connector_name": "mail", "distinct_user_count": 1, "read_call_count": 2, "write_call_count": 1}]}"""


def store(database: Database, day: dt.date, **active: int) -> None:
    """One day of totals, with 30 seats and these counts of active users."""
    counts = {f"{name}_user_count": count for name, count in active.items()}
    summary = {"starting_at": f"{day}T00:00:00Z", "assigned_seat_count": 30, **counts}
    with database.write() as connection:
        for endpoint, page in (
            ("skills", totals.skills(SKILLS)),
            ("connectors", totals.connectors(CONNECTORS)),
            ("summaries", totals.summaries(json.dumps({"data": [summary]}).encode())),
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


IS_ERINS = ACCOUNT_LINK.c.account_id.in_(select(ACCOUNT.c.id).where(ACCOUNT.c.user_id == "user_erin"))


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


@pytest.mark.parametrize("email", [DORA, OSCAR])
def test_who_sees_everybody_reads_all_totals(told, email):
    found = scope(told, email).organisation_totals(DAY, DAY)
    assert [(row.invocations, row.users) for row in found.skills] == [(9, 5), (7, 4), (None, 6), (3, 1), (8, None)]
    assert [(row.name, row.reads, row.writes) for row in found.connectors] == [("calendar", 6, None), ("mail", 2, 1)]
    assert [(row["day"], row["seats"], row["daily_active"]) for row in found.days] == [(DAY, 30, None)]
    assert found.stored == dict.fromkeys(("summaries", "skills", "connectors"), frozenset({DAY}))
    assert {fresh.data_through for fresh in found.fresh.values()} == {DAY}


@pytest.mark.parametrize("email", [ALICE, BOB, CHARLIE])
def test_a65_a_lead_reads_no_figure_of_a_skill_or_connector_that_fewer_than_five_used(told, email):
    found = scope(told, email).organisation_totals(DAY, DAY)
    skills = [(row.name, row.users, row.invocations, bool(row.told)) for row in found.skills]
    assert skills == [
        ("deck-outline", 5, 9, True),
        ("four", None, None, False),
        ("in-code-only", 6, None, True),
        (None, None, None, False),
        ("uncounted", None, None, False),
    ]
    connectors = [(row.name, row.users, row.reads, row.writes, bool(row.told)) for row in found.connectors]
    assert connectors == [("calendar", 5, 6, None, True), ("mail", None, None, None, False)]
    assert {row.name for row in found.skills if not row.counted} == {"uncounted"}
    assert all(row.counted for row in found.connectors)


QUIET = personas.DAYS[-1]
"""A Saturday, on which only Greta uses Claude."""


@pytest.mark.parametrize(
    ("email", "told"),
    [
        (DORA, {"missing", "work", "quiet"}),
        (OSCAR, {"missing", "work", "quiet"}),
        (ALICE, {"work"}),
        (CHARLIE, {"work"}),
        (GRETA, {"quiet"}),  # the whole directory is hers, and on working days two accounts are nobody's
    ],
)
def test_a_day_on_which_fewer_than_five_others_were_active_is_withheld_from_leads(filled, email, told):
    days = {"missing": personas.DAYS[personas.GAP], "work": DAY, "quiet": QUIET}
    for day in days.values():
        store(filled, day)
    found = scope(filled, email).organisation_totals(days["missing"], QUIET)
    shown = {days[name] for name in told}
    for rows in (found.skills, found.connectors):
        assert {row.day for row in rows} == shown
    assert {row["day"] for row in found.days} == (shown if email in ADMINS else {max(shown)})
    assert found.withheld == set(days.values()) - shown
    assert found.of_nobody == (email == GRETA)
    assert found.stored["skills"] == set(days.values())


@pytest.mark.parametrize(("count", "is_told"), [(0, True), (1, False), (4, False), (5, True)])
def test_a66_accounts_of_nobody_are_not_told_apart_by_who_leads_the_whole_directory(filled, count, is_told):
    """Whole less chain is what they did, and only admins read of those: unmatched ones, and of who had left."""
    day = DAY - dt.timedelta(days=100)
    nobody = [("user_erin", personas.ERIN), *((f"user_x{number}", f"x{number}@example.org") for number in range(9))]
    rows = [("user_greta", GRETA, {"commits": 1}), *((*who, {"commits": 1}) for who in nobody[:count])]
    with filled.write() as connection:
        connection.execute(update(ACCOUNT_LINK).values(until=day - dt.timedelta(days=1)).where(IS_ERINS))
        DayWriter(connection).store(connection, day, [personas.page(rows)], b"apart", NOW)
    store(filled, day, daily_active=20)
    found = scope(filled, GRETA).organisation_totals(day, day)
    assert (len(found.days), bool(found.skills), found.withheld == {day}) == (int(is_told), is_told, not is_told)


@pytest.mark.parametrize(("begins", "is_told"), [(0, True), (1, False)])
def test_a66_an_account_is_nobodys_on_the_days_before_it_is_attributed_to_somebody(filled, begins, is_told):
    day = DAY - dt.timedelta(days=100)
    with filled.write() as connection:
        since = day + dt.timedelta(days=begins)
        connection.execute(update(ACCOUNT_LINK).values(since=since, until=None).where(IS_ERINS))
        rows = [(f"user_{name}", f"{name}@example.com", {"commits": 1}) for name in ("greta", "erin")]
        DayWriter(connection).store(connection, day, [personas.page(rows)], b"before", NOW)
    store(filled, day, daily_active=20)
    found = scope(filled, GRETA).organisation_totals(day, day)
    assert (len(found.days), bool(found.skills), found.withheld == {day}) == (int(is_told), is_told, not is_told)


WEEK = [DAY - dt.timedelta(days=200 + back) for back in range(7)]
"""Days of the tests below, the newest first."""


def use(database: Database, day: dt.date, *rows: tuple[str, str, dict[str, int]]) -> None:
    with database.write() as connection:
        DayWriter(connection).store(connection, day, [personas.page(rows)], f"{day} {rows}".encode(), NOW)


def rows_of(*people: str, **counts: int) -> list[tuple[str, str, dict[str, int]]]:
    return [(f"user_{email.partition('@')[0]}", email, counts) for email in people]


CREW = personas.CREW


@pytest.mark.parametrize(
    ("claude", "designers", "shown"),
    [
        (20, 5, 20),
        (20, 4, None),
        (20, 0, None),  # that none of the others does would be told of each of them
        (6, 5, None),  # four besides Alice and Bob, by Claude's way to count
        (4, 5, None),
        (7, 5, 7),
        (2, 5, None),
        (0, 5, 0),
    ],
)
def test_a67_a_products_number_that_would_leave_fewer_than_five_others_is_not_told(filled, claude, designers, shown):
    others = rows_of(*CREW[:designers], design_sessions=1) + rows_of(*CREW[designers:], commits=1)
    use(filled, WEEK[0], *rows_of(ALICE, BOB, design_sessions=1), *others)
    store(filled, WEEK[0], claude_design_daily_active=claude, daily_active=30)
    found = scope(filled, ALICE).organisation_totals(WEEK[0], WEEK[0])
    assert found.days[0]["claude_design_daily_active"] == shown
    assert found.few == (frozenset() if shown is not None else {"claude_design_daily_active"})
    assert found.days[0]["daily_active"] == 30
    everything = scope(filled, OSCAR).organisation_totals(WEEK[0], WEEK[0])
    assert (everything.days[0]["claude_design_daily_active"], everything.few) == (claude, frozenset())


def test_a66_a_week_in_which_an_account_of_nobody_was_active_is_not_told_though_the_day_is(filled):
    for day in WEEK:
        use(filled, day, *rows_of(GRETA, ALICE, *CREW, commits=1))
    store(filled, WEEK[0], daily_active=9, weekly_active=9)

    def told() -> tuple[int | None, int | None]:
        (row,) = scope(filled, GRETA).organisation_totals(WEEK[0], WEEK[0]).days
        return row["daily_active"], row["weekly_active"]

    assert told() == (9, 9)
    use(filled, WEEK[3], *rows_of(GRETA, ALICE, personas.VISITOR, *CREW, commits=1))
    assert told() == (9, None)


def test_a_week_of_which_a_day_is_not_stored_is_not_told_to_leads(filled):
    for day in WEEK[:3] + WEEK[4:]:
        use(filled, day, *rows_of(ALICE, *CREW, commits=1))
    store(filled, WEEK[0], daily_active=8, weekly_active=8)
    (row,) = scope(filled, ALICE).organisation_totals(WEEK[0], WEEK[0]).days
    assert (row["daily_active"], row["weekly_active"]) == (8, None)


@pytest.mark.parametrize("filled", ["sqlite"], indirect=True)
@pytest.mark.parametrize("stored", [27, 28, 29, 30])
def test_a_month_is_told_when_each_of_its_days_is_stored_be_it_of_30_days_or_of_28(filled, stored):
    columns = ("monthly_active", "chat_cowork_unified_monthly_active", "claude_tag_monthly_active")
    for back in range(stored):
        used = {"chat_messages": 1, "slack_active_messages": 1}
        use(filled, WEEK[0] - dt.timedelta(days=back), *rows_of(ALICE, *CREW, **used))
    store(filled, WEEK[0], **dict.fromkeys(columns, 30))
    (row,) = scope(filled, ALICE).organisation_totals(WEEK[0], WEEK[0]).days
    whole = {"monthly_active": stored >= 30} | dict.fromkeys(columns[1:], stored >= 28)
    assert {column: row[column] is not None for column in columns} == whole


def test_who_is_refused_the_totals_is_written_down_with_what_was_asked_for(filled):
    with pytest.raises(NotPermitted):
        scope(filled, IVY).organisation_totals(DAY, DAY)
    with filled.write() as connection:
        rows = connection.execute(text("SELECT actor, details FROM access_log WHERE kind = 'refusal'")).all()
    assert [tuple(row) for row in rows] == [(IVY, '{"asked":"the organisation"}')]


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
        for email in (OSCAR, DORA, ALICE, BOB)
    }
    rest = [("deck-outline", None), ("four", None), ("in-code-only", None)]
    assert names[OSCAR] == names[DORA] == [*rest, ("skill_0123456789abcd", "layoff-plan"), ("uncounted", None)]
    assert names[ALICE] == names[BOB] == [*rest, (None, None), ("uncounted", None)]


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


def test_the_office_agents_are_summed_up_with_each_of_them():
    [office] = [each for each in SUMMARIES if each.key == "office_agent"]
    assert set(office.products) == {product.key for product in PRODUCTS if product.label.endswith(" agent")}
    assert {key for each in SUMMARIES for key in each.products} == {product.key for product in PRODUCTS}
