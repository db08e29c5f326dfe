"""The roster: who is in it, found by what, in which order, page by page, and why somebody has no habit."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from core.catalogue import ANY, PRODUCT, stats_of
from core.catalogue.selections import PEOPLE_COLUMNS
from core.people.roster import read_csv
from core.reports.adoption.adoption import adoption
from core.reports.measures import context
from core.reports.measures.context import Context
from core.reports.measures.tiers import Tier, window
from core.reports.people.people import Order, PeoplePage, Show, headlines, people
from core.reports.people.person import person_usage
from core.reports.periods import Period
from core.store.day_writes import DayWriter
from core.store.directory import directory
from core.visibility import Identity, MarkedDays, PastDays, scope_of, viewer_for
from tests.reports.world import ADMIN, DAY, FIRST, GAP, LAST, TODAY, World
from tests.support import personas
from tests.support.imports import import_managers

NOW = dt.datetime(2026, 11, 22, 6, tzinfo=dt.UTC)
PERIOD = Period(LAST - DAY * 27, LAST)


def ask(scope, *, product=ANY, period=PERIOD, **asked) -> PeoplePage:
    return people(scope, scope.whole, product, period, FIRST, **{"size": 100, **asked})


def emails(world: World, page: PeoplePage) -> list[str]:
    by_id = {number: email for email, number in world.ids.items()}
    return [by_id[number] for number in page.rows.index] if len(page.rows) else []


def employed(world: World) -> set[str]:
    return {person for person in world.managers if world.employed(person, LAST)}


def account(world: World, person: str) -> bool:
    return any(world.accounts[user] == person for user, _ in world.rows)


def is_active(world: World, person: str, product: str = "any") -> bool:
    return world.active_in(person, product, PERIOD.first, PERIOD.last)


def test_everybody_on_the_roster_is_in_the_table_with_or_without_use_and_employed_or_not(world, scope):
    page = ask(scope)
    assert set(emails(world, page)) == set(world.managers) > employed(world)
    assert page.found == len(world.managers)


@pytest.mark.parametrize("product", ["any", "chat", "code", "slack"])
def test_each_part_of_the_roster_shows_exactly_its_people(world, scope, product):
    here = employed(world)
    parts = {
        Show.EVERYBODY: set(world.managers),
        Show.ACTIVE: {p for p in here if is_active(world, p, product)},
        Show.NO_USE: {p for p in here if account(world, p) and not is_active(world, p, product)},
        Show.NO_ACCOUNT: {p for p in here if not account(world, p)},
        Show.ARCHIVED: {p for p, end in world.ends.items() if end is not None and end < LAST},
        Show.AWAY: set(),
    }
    told = ask(scope, product=PRODUCT[product])
    words = dict(zip(emails(world, told), told.rows["status"], strict=True))
    habits = {Show.POWER: "Power", Show.REGULAR: "Regular", Show.LIGHT: "Light", Show.NEW: "New"}
    parts |= {show: {p for p in here if words[p] == word} for show, word in habits.items()}
    weeks = window(PERIOD)
    parts[Show.NO_HABIT] = {p for p in here if not world.active_in(p, product, weeks.first, weeks.last)}
    assert parts.keys() == set(Show)
    for show, expected in parts.items():
        page = ask(scope, product=PRODUCT[product], show=show)
        assert set(emails(world, page)) == expected, show
        assert page.found == len(expected)


@pytest.mark.parametrize("product", ["any", "chat", "code"])
def test_each_habit_shows_as_many_people_as_its_bar_on_adoption(world, scope, product):
    shows = {
        Tier.POWER: Show.POWER,
        Tier.REGULAR: Show.REGULAR,
        Tier.LIGHT: Show.LIGHT,
        Tier.NEW: Show.NEW,
        Tier.NONE: Show.NO_HABIT,
    }
    counts = adoption(scope, scope.whole, PRODUCT[product], PERIOD, FIRST).now.tier_counts
    found = {tier: ask(scope, product=PRODUCT[product], show=show).found for tier, show in shows.items()}
    assert found == {tier: counts.get(tier, 0) for tier in shows}


def test_who_used_something_in_the_range_and_nothing_in_its_last_weeks_is_found_by_the_habit_alone(world, scope):
    period, weeks = Period(FIRST + DAY * 20, LAST), window(PERIOD)
    earlier = {
        person
        for person in employed(world)
        if world.active_in(person, "any", period.first, LAST)
        and not world.active_in(person, "any", weeks.first, weeks.last)
    }
    assert earlier
    assert earlier <= set(emails(world, ask(scope, period=period, show=Show.NO_HABIT)))
    assert earlier.isdisjoint(emails(world, ask(scope, period=period, show=Show.NO_USE)))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("n03", {"n03@example.com"}),
        ("N03@EXAMPLE.com", {"n03@example.com"}),
        ("name n03 title", {"n03@example.com"}),
        ("title n03 name", {"n03@example.com"}),
        ("n03 n04", set()),
        ("department nowhere", set()),
        ("%", set()),
        ("'; DROP TABLE employee; --", set()),
        (".*", set()),
    ],
)
def test_a_search_finds_people_by_all_of_its_words(world, scope, words, found):
    assert set(emails(world, ask(scope, search=words))) == found & set(world.managers)


def test_a_search_finds_a_department(world, scope):
    assert set(emails(world, ask(scope, search="department 4"))) == {
        person for person in world.managers if person.partition("@")[0].endswith("4")
    }


def test_the_order_is_by_name_unless_the_reader_chooses_another(world, scope):
    names = ask(scope).rows["name"].tolist()
    assert names == sorted(names, key=str.casefold)


def test_each_order_sorts_by_what_it_says(world, scope):
    days = ask(scope, order=Order.DAYS).rows["days"].fillna(-1).tolist()
    assert days == sorted(days, reverse=True)
    last = [
        day or dt.date.min for day in ask(scope, order=Order.LAST).rows["last_active"].where(lambda x: x.notna(), None)
    ]
    assert last == sorted(last, reverse=True)
    ranks = {"Power": 0, "Regular": 1, "New": 2, "Light": 3}
    words = ask(scope, order=Order.TIER).rows["status"]
    habits = [ranks.get(word, 9 if word in {"Archived", "Not started"} else 4) for word in words]
    assert habits == sorted(habits)
    line = emails(world, ask(scope, order=Order.TEAM))
    for place, person in enumerate(line):
        manager = world.managers[person]
        assert manager not in line[place:]


@pytest.mark.parametrize("order", Order)
def test_pages_hold_everybody_once(world, scope, order):
    pages = [ask(scope, order=order, page=number, size=5) for number in range(1, 7)]
    found = -(-pages[0].found // 5)
    seen = [email for page in pages[:found] for email in emails(world, page)]
    assert seen == emails(world, ask(scope, order=order))
    assert all(len(page.rows) == 5 for page in pages[: found - 1])


def test_a_page_that_is_not_there_is_the_nearest_one(world, scope):
    first = ask(scope, size=5)
    last = ask(scope, page=first.pages, size=5)
    assert emails(world, first) and emails(world, last) != emails(world, first)
    for number, nearest in {0: first, -3: first, first.pages + 1: last, 10**9: last}.items():
        assert emails(world, ask(scope, page=number, size=5)) == emails(world, nearest)


def test_the_row_of_a_person_has_the_figures_of_the_persons_page(world, scope):
    rows = ask(scope).rows
    for person in sorted(employed(world))[::3]:
        row, usage = rows.loc[world.ids[person]], person_usage(scope, world.ids[person], PERIOD, FIRST)
        if not account(world, person):
            assert pd.isna(row["days"]) and row["weeks"] is None
            continue
        assert row["days"] == usage.days_active
        assert sum(row["weeks"]) == sum(int(usage.activity.days_active(week)[0]) for week in PERIOD.complete_weeks())
        if row["status"] in {tier.label for tier in Tier} and usage.days_active:
            assert row["status"] == usage.tier.label


def test_the_totals_of_a_row_are_those_of_the_rows_of_that_person(world, scope):
    rows = ask(scope).rows
    for person in employed(world):
        for key in PEOPLE_COLUMNS:
            known = [value for day in PERIOD if (value := world.value(person, key, day)) is not None]
            told = rows.loc[world.ids[person], key]
            assert told == sum(known) if known and account(world, person) else np.isnan(told)


@pytest.mark.parametrize("product", [PRODUCT["code"], PRODUCT["chat"]])
def test_the_totals_are_those_of_the_product(world, scope, product):
    rows = ask(scope, product=product).rows
    keys = headlines(product)
    assert keys and set(keys) <= {stat.key for stat in stats_of(product.key)}
    for person in filter(lambda one: account(world, one), employed(world)):
        for key in keys:
            expected = sum(counts.get(key, 0) for day in PERIOD for _, counts in world.person_rows(person, day))
            assert rows.loc[world.ids[person], key] == expected or np.isnan(rows.loc[world.ids[person], key])
    assert not set(rows.columns) & (set(PEOPLE_COLUMNS) - set(keys))


def test_what_no_row_measured_is_told_of_nobody(world, scope):
    first = Period(FIRST, FIRST + DAY * 5)
    page = ask(scope, period=first)
    assert page.rows[list(PEOPLE_COLUMNS)].notna().to_numpy().any()
    unread = ask(scope, period=Period(GAP, GAP))
    assert unread.rows[list(PEOPLE_COLUMNS)].isna().to_numpy().all()


@pytest.mark.parametrize("last", [FIRST + DAY * 12, GAP + DAY * 20], ids=["before four weeks", "with a day unread"])
def test_while_data_does_not_cover_its_weeks_no_page_tells_a_habit(world, scope, last):
    period = Period(max(FIRST, last - DAY * 27), last)
    data = adoption(scope, scope.whole, ANY, period, FIRST)
    assert data.now.tier_counts == {}
    assert [label for label, _ in data.funnel.steps][3:] == [f"Active in {len(period)} days"]
    rows = ask(scope, period=period).rows
    told = {tier.label for tier in Tier} - {Tier.UNKNOWN.label}
    assert told.isdisjoint(rows["status"])
    assert Tier.UNKNOWN.label in set(rows["status"])
    for number in rows.index:
        assert person_usage(scope, int(number), period, FIRST).tier is Tier.UNKNOWN


def expected_status(world: World, person: str) -> str | None:
    """The word for who has no habit; None for everybody else."""
    if not world.employed(person, LAST):
        return "Archived" if world.ends[person] else "Not started"
    if not world.active_in(person, "any", FIRST, LAST):
        start = world.starts[person]
        if start and (LAST - start).days < 28:
            return "Joined lately"
        return "No use yet" if account(world, person) else "No Claude account"
    return None


def test_no_use_no_account_new_and_archived_are_told_apart(world, scope):
    words = dict(zip(emails(world, ask(scope)), ask(scope).rows["status"], strict=True))
    assert words.keys() == set(world.managers)
    for person, word in words.items():
        expected = expected_status(world, person)
        assert word == expected or (expected is None and word in {tier.label for tier in Tier})
    assert {"Archived", "No Claude account"} <= set(words.values())


def test_nobody_matching_is_an_empty_page(scope):
    page = ask(scope, search="zzzz")
    assert page.rows.empty
    assert page.found == 0


def test_leave_is_told_apart_from_no_use_and_from_a_habit(world, scope, monkeypatch):
    words = dict(zip(emails(world, ask(scope)), ask(scope).rows["status"], strict=True))
    silent = next(p for p, word in words.items() if word == "No use")
    busy = next(p for p, word in words.items() if word in {"Regular", "Power"})
    ids = scope.members(scope.whole).ids.tolist()
    places = np.array([ids.index(world.ids[person]) for person in (silent, busy)])
    today = (LAST - dt.date(1970, 1, 1)).days
    ones = np.ones(2, dtype=int)
    days = MarkedDays(places, ones * (today - 1), ones * (today + 9), ones * 0)
    monkeypatch.setattr(context, "load", lambda scope, team: Context(team.size, days))
    told = dict(zip(emails(world, ask(scope)), ask(scope).rows["status"], strict=True))
    assert told[silent] == "On leave"
    assert told[busy] == f"{words[busy]} · on leave"
    assert {person for person in words if told[person] != words[person]} == {silent, busy}
    assert set(emails(world, ask(scope, show=Show.AWAY))) == {silent, busy}


def test_what_none_of_somebodys_days_measured_is_told_of_nobody_else(database):
    """Measured for others: never for Ann, on one day for Bob, who has two accounts then; Cem has a day without use."""
    keys, day = ("ann", "bob", "bob.two", "cem", "dan"), TODAY - DAY * 3
    roster = "email,name,manager_email\n" + "".join(f"{key}@example.com,{key},\n" for key in keys if key != "bob.two")
    with database.write() as connection:
        directory.apply(connection, read_csv(roster.encode()), TODAY)
        for number in range(3):
            here = [key for key in keys if (key, number) not in {("cem", 1), ("bob.two", 0), ("bob.two", 2)}]
            blind = [f"user_{key}" for key in here if key not in {"dan", "bob.two"}]
            page = personas.page(
                [(f"user_{key}", f"{key.removesuffix('.two')}@example.com", {"chat_messages": 2}) for key in here],
                partly=[(user, "conversations") for user in blind],
            )
            DayWriter(connection).store(connection, day + DAY * number, [page], bytes([number]), NOW)
    scope = scope_of(database, viewer_for(database, {ADMIN}, Identity(ADMIN, True), TODAY))
    rows = people(scope, scope.whole, ANY, Period(day, day + DAY * 2), day).rows.set_index("name")
    assert rows["conversations"].fillna(-1).to_dict() == {"ann": -1, "bob": 0, "cem": 0, "dan": 0}
    assert rows["chat_messages"].to_dict() == {"ann": 6, "bob": 8, "cem": 4, "dan": 6}


def test_of_a_team_as_it_was_only_the_days_in_it_tell_whether_something_was_measured(database):
    """Ann came to Al's team three days before the end, and of those days hers measured no conversations."""
    begin, came, last = TODAY - DAY * 20, TODAY - DAY * 4, TODAY - DAY * 2
    lead, al, bea = (f"{name}@example.com" for name in ("lead", "al", "bea"))
    people_of = {lead: None, al: lead, bea: lead, "dan@example.com": al}
    import_managers(database, {**people_of, "ann@example.com": bea}, begin)
    import_managers(database, {**people_of, "ann@example.com": al}, came)
    with database.write() as connection:
        for day in Period(begin, last):
            counts = {"chat_messages": 2} if day >= came else {"chat_messages": 2, "conversations": 5}
            page = personas.page(
                [("user_ann", "ann@example.com", counts), ("user_dan", "dan@example.com", {"conversations": 5})],
                partly=[("user_ann", "conversations")] if day >= came else [],
            )
            DayWriter(connection).store(connection, day, [page], day.isoformat().encode(), NOW)
    scope = scope_of(database, viewer_for(database, {ADMIN}, Identity(ADMIN, True), TODAY))
    members = scope.members(scope.whole)
    team = scope.team(int(members.ids[members.emails.index(al)]))
    [past] = scope.as_they_were([team], PastDays(begin, last, begin))
    rows = people(scope, past.at_the_end(), ANY, Period(begin, last), begin).rows.set_index("name")
    conversations = rows["conversations"].fillna(-1).to_dict()
    assert (conversations["ann"], conversations["dan"]) == (-1, 5 * len(Period(begin, last)))
    assert rows["chat_messages"].to_dict()["ann"] == 6
