"""Every number of the Teams page against one that is worked out from the drawn user-days, for drawn viewers."""

from __future__ import annotations

import datetime as dt
from random import Random

import pytest
from sqlalchemy import text

from core.audit.entries import ids_of
from core.catalogue import ANY, MEASURES, PRODUCT, PRODUCTS, STAT, Stat
from core.errors import UnknownViewer
from core.people.roster import read_csv
from core.reports.adoption.adoption import adoption
from core.reports.measures import trends
from core.reports.measures.activity import Share, mean_rate
from core.reports.measures.tiers import ORDER
from core.reports.periods import Period
from core.reports.teams import team_comparison, team_table
from core.reports.teams.team_activity import StoredDays, TeamCounts
from core.reports.teams.teams import MOST_AREAS, SMALLEST_AREA, Teams, teams, top
from core.store.day_writes import DayWriter
from core.store.directory import directory
from core.store.engine.database import Database
from core.visibility import EVERYONE, Scope
from tests.reports.expected_teams import check, leads, scope_of_person, total
from tests.reports.world import ADMIN, DAY, FIRST, LAST, TODAY, World
from tests.support import personas

NOW = dt.datetime(2026, 11, 22, 6, tzinfo=dt.UTC)
DRAWS = 10
"""For each engine."""


def check_table(found: Teams) -> None:
    """What is taken away holds the counts of the rows, and nothing where nothing was measured."""
    frame = team_table.table(found)
    for row, (name, told) in zip(found.rows, frame.iterrows(), strict=True):
        counts = row.counts
        assert (name, told["Headcount"]) == (row.name, counts.headcount)
        shares = {"Active": counts.active, "Active in the period before": counts.before}
        shares |= {item.label: counts.products.get(item.key) for item in PRODUCTS}
        shares |= {f"Week of {week.first}": share for week, share in zip(found.weeks, counts.weeks, strict=True)}
        expected = {label: share.count for label, share in shares.items() if share}
        expected |= {f"{label}, out of": share.of for label, share in shares.items() if share}
        expected |= {f"{tier.label}, people": counts.tiers[tier] for tier in ORDER if counts.tiers}
        assert told.drop(["Title", "Headcount"]).to_dict() == expected


def draw(rng: Random) -> tuple[str, dt.date, dt.date]:
    first = FIRST + DAY * rng.randrange(95)
    return rng.choice(["any", "chat", "code"]), first, first + DAY * rng.randrange((LAST - first).days + 1)


@pytest.mark.parametrize("seed", range(DRAWS))
def test_each_row_and_area_is_what_the_user_days_say(drawn: tuple[World, Database], seed: int):
    world, database = drawn
    rng = Random(f"teams:{seed}")  # noqa: S311 - repeatable on purpose
    product, first, last = draw(rng)
    viewer, scope = ADMIN, scope_of_person(database, ADMIN)
    if rng.random() < 0.7:
        viewer = rng.choice(leads(world))
        try:
            scope = scope_of_person(database, viewer)
        except UnknownViewer:
            assert not world.employed(viewer, TODAY)
            return
    below = [person for person in (leads(world) if viewer == ADMIN else world.chain(viewer)) if person in leads(world)]
    top = rng.choice([*below, None]) if viewer == ADMIN else rng.choice(below)
    team = scope.team(EVERYONE if top is None else world.ids[top])
    found = teams(scope, team, PRODUCT[product], Period(first, last), FIRST)
    people = list(world.managers) if top is None else world.chain(top)
    check(found.chain, world, people, (product, first, last))
    reports = [person for person in world.managers if world.managers[person] == top]
    shown = {row.team_id: row for row in found.rows}
    alone = [person for person in reports if person not in leads(world)]
    rows = {world.ids[person]: world.chain(person) for person in reports if person in leads(world)}
    for number, chain in [*rows.items(), *([(None, alone)] if alone else [])]:
        if any(world.employed(person, last) for person in chain):
            check(shown.pop(number).counts, world, chain, (product, first, last))
        assert number not in shown
    assert not shown
    names = [row.name for row in found.rows if row.team_id is not None]
    assert names == sorted(names)
    check_table(found)
    by_id = {number: email for email, number in world.ids.items()}
    for area in found.areas[1:4]:
        check(area.counts, world, world.chain(by_id[area.team_id]), (product, first, last))
        manager = world.managers[by_id[area.team_id]]
        assert area.parent == (EVERYONE if manager is None else world.ids[manager])
        assert area.counts.headcount >= SMALLEST_AREA
    above = [step.team_id for step in found.path]
    assert above[-1] == team.team_id
    assert viewer == ADMIN or above[0] == world.ids[viewer]


@pytest.mark.parametrize("seed", range(4))
def test_compared_teams_are_what_the_user_days_say(drawn: tuple[World, Database], seed: int):
    world, database = drawn
    rng = Random(f"compared:{seed}")  # noqa: S311
    product, first, last = draw(rng)
    scope = scope_of_person(database, ADMIN)
    people = rng.sample(leads(world), 4)
    given = [scope.team(world.ids[person]) for person in people]
    found = team_comparison.compare(scope, given, PRODUCT[product], Period(first, last), FIRST)
    assert [team.team_id for team in found.teams] == [world.ids[person] for person in people]
    for team, person in zip(found.teams, people, strict=True):
        chain = world.chain(person)
        check(team.counts, world, chain, (product, first, last))
        for stat in rng.sample(team_comparison.STATISTICS, 6):
            if isinstance(stat, Stat):
                assert team.totals[stat.key] == total(world, chain, stat.measures, first, last), stat.key


def test_areas_stay_few_enough_to_be_read_and_hold_their_children(world: World, scope: Scope):
    found = whole(scope)
    assert len(found.areas) <= MOST_AREAS + 1
    for area in found.areas:
        inside = [other.counts.headcount for other in found.areas if other.parent == area.team_id]
        assert sum(inside) <= area.counts.headcount


def whole(scope: Scope) -> Teams:
    return teams(scope, scope.whole, ANY, Period(LAST - DAY * 89, LAST), FIRST)


def test_who_begins_at_the_top_has_their_own_chain_or_the_one_that_holds_everybody(drawn: tuple[World, Database]):
    world, database = drawn
    for lead in (person for person in leads(world) if world.employed(person, TODAY)):
        scope = scope_of_person(database, lead)
        assert top(scope) == scope.team(world.ids[lead]) == scope.whole
    everybody, tops = scope_of_person(database, ADMIN), [who for who, above in world.managers.items() if above is None]
    assert top(everybody) == (everybody.team(world.ids[tops[0]]) if len(tops) == 1 else everybody.whole)


def test_a_product_that_was_measured_on_no_day_is_absent_and_not_zero(database: Database):
    slack = [measure.key for measure in MEASURES if measure.product == "slack"]
    with database.write() as connection:
        directory.apply(connection, read_csv(b"email,name,manager_email\na@example.com,Ada,\n"), TODAY)
        for day, unmeasured in ((LAST - DAY, slack), (LAST, [])):
            page = personas.page([("user_a", "a@example.com", {"commits": 1})], unmeasured=unmeasured)
            DayWriter(connection).store(connection, day, [page], day.isoformat().encode(), NOW)
    scope = scope_of_person(database, ADMIN)
    early = teams(scope, scope.whole, ANY, Period(LAST - DAY, LAST - DAY), LAST - DAY)
    late = teams(scope, scope.whole, ANY, Period(LAST - DAY, LAST), LAST - DAY)
    assert early.chain.products["code"] == Share(1, 1)
    assert "slack" not in early.chain.products
    assert late.chain.products["slack"] == Share(0, 1)
    assert late.chain.tiers == {}
    assert late.weeks == ()


def test_leads_of_one_name_and_title_are_offered_under_different_words(database: Database):
    people = b"""email,name,manager_email,title
top@example.com,Top,,
ann@example.com,Ann Lee,top@example.com,Engineer
ann.lee@example.com,Ann Lee,top@example.com,Engineer
lee@example.com,Ann Lee,top@example.com,Designer
one@example.com,One,ann@example.com,
two@example.com,Two,ann.lee@example.com,
six@example.com,Six,lee@example.com,
"""
    with database.write() as connection:
        directory.apply(connection, read_csv(people), TODAY)
    scope = scope_of_person(database, ADMIN)
    offered = team_comparison.find_teams(scope, "ann lee")
    assert sorted(offered.values()) == [
        "Ann Lee · Designer",
        "Ann Lee · Engineer · ann.lee@example.com",
        "Ann Lee · Engineer · ann@example.com",
    ]
    assert team_comparison.team_labels(scope, list(offered)) == offered


def test_counts_of_nobody_have_no_rate():
    nobody = TeamCounts(0, Share(0, 0), None, (Share(0, 0),), {}, {})
    assert mean_rate(nobody.weeks) is None
    assert nobody.habitual is None


CHAIN = {"a": "", "b": "a@example.com", "c": "b@example.com"}


def test_what_was_measured_in_part_for_everybody_counts_in_a_comparison_as_on_adoption(database: Database):
    lines = ["email,name,manager_email", *(f"{who}@example.com,{who},{above}" for who, above in CHAIN.items())]
    with database.write() as connection:
        directory.apply(connection, read_csv("\n".join(lines).encode()), TODAY)
        page = personas.page([("user_c", "c@example.com", {"conversations": 4})], unmeasured=["conversations"])
        DayWriter(connection).store(connection, LAST, [page], b"in part", NOW)
    scope, day = scope_of_person(database, ADMIN), Period(LAST, LAST)
    ids = dict(zip(scope.members(scope.whole).emails, scope.members(scope.whole).ids.tolist(), strict=True))
    asked = [scope.team(ids["a@example.com"]), scope.team(ids["b@example.com"])]
    found = team_comparison.compare(scope, asked, ANY, day, LAST)
    measured = [trends.daily_measures(scope, team, [STAT["conversations"]], day) for team in asked]
    assert [team.totals["conversations"] for team in found.teams] == [4, 4]
    assert [trends.total(each, STAT["conversations"]) for each in measured] == [4, 4]


def test_a_row_of_a_team_that_had_one_person_for_a_while_is_a_look_at_that_one(database: Database):
    lines = ["email,name,manager_email,start_date", "a@example.com,A,,", "b@example.com,B,a@example.com,"]
    lines += [f"c@example.com,C,b@example.com,{LAST - DAY * 3}", "d@example.com,D,a@example.com,"]
    with database.write() as connection:
        directory.apply(connection, read_csv("\n".join(lines).encode()), TODAY)
        DayWriter(connection).store(connection, LAST, [personas.page([("u", "c@example.com", {})])], b"day", NOW)
    scope = scope_of_person(database, ADMIN)
    ids = dict(zip(scope.members(scope.whole).emails, scope.members(scope.whole).ids.tolist(), strict=True))
    found = teams(scope, scope.team(ids["a@example.com"]), ANY, Period(LAST - DAY * 6, LAST), LAST - DAY * 6)
    assert found.alone == (ids["a@example.com"], ids["b@example.com"], ids["d@example.com"])
    assert people_looked_at(database) == [list(found.alone)]  # A is what the rows leave of the whole


def people_looked_at(database: Database) -> list[list[int]]:
    with database.write() as connection:
        query = "SELECT people FROM access_log WHERE kind = 'look' AND people <> '' ORDER BY sequence"
        return [ids_of(row.people) for row in connection.execute(text(query))]


@pytest.mark.parametrize("figures", [teams, adoption])
def test_a_week_whose_figures_tell_of_the_weeks_before_is_a_look_at_who_was_alone_then(database: Database, figures):
    came = LAST - DAY * 15  # in the month of stickiness and in the weeks of habits, and before the week before
    lines = ["email,name,manager_email,start_date", "l@example.com,L,,", "a@example.com,A,l@example.com,"]
    lines += [f"b@example.com,B,l@example.com,{came}"]
    with database.write() as connection:
        directory.apply(connection, read_csv("\n".join(lines).encode()), TODAY)
        DayWriter(connection).store(connection, LAST, [personas.page([("u", "a@example.com", {})])], b"day", NOW)
    scope = scope_of_person(database, "l@example.com")
    figures(scope, scope.whole, ANY, Period(LAST - DAY * 6, LAST), LAST)
    members = scope.members(scope.whole)
    assert people_looked_at(database) == [[int(members.ids[members.emails.index("a@example.com")])]]


def test_areas_that_are_drawn_below_a_team_leave_its_lead_alone(database: Database):
    people = {"l": "", "a": "l", "m": "a"} | {f"m{number}": "m" for number in range(5)}
    lines = [f"{name}@example.com,{name},{manager and f'{manager}@example.com'}" for name, manager in people.items()]
    with database.write() as connection:
        directory.apply(connection, read_csv("\n".join(["email,name,manager_email", *lines]).encode()), TODAY)
        DayWriter(connection).store(connection, LAST, [personas.page([("u", "a@example.com", {})])], b"day", NOW)
    scope = scope_of_person(database, "l@example.com")
    found = teams(scope, scope.whole, ANY, Period(LAST, LAST), LAST)
    members = scope.members(scope.whole)
    assert [row.name for row in found.rows] == ["a"]  # whose chain has seven people
    assert found.alone == (int(members.ids[members.emails.index("a@example.com")]),)


def test_the_lowest_teams_of_adoption_that_leave_the_lead_alone_are_a_look_at_the_lead(database: Database):
    people = {"l": "", "a": "l", "b": "l"} | {f"{lead}{number}": lead for lead in "ab" for number in range(4)}
    lines = [f"{name}@example.com,{name},{manager and f'{manager}@example.com'}" for name, manager in people.items()]
    with database.write() as connection:
        directory.apply(connection, read_csv("\n".join(["email,name,manager_email", *lines]).encode()), TODAY)
        users = [(name, f"{name}@example.com", {"chat_messages": 1}) for name in ("l", "a0", "b0")]
        DayWriter(connection).store(connection, LAST, [personas.page(users)], b"day", NOW)
    scope = scope_of_person(database, ADMIN)
    found = adoption(scope, scope.whole, ANY, Period(LAST, LAST), LAST)
    assert [str(each.active) for each in found.gaps.teams] == ["1 of 5", "1 of 5"] and str(
        found.now.active
    ) == "3 of 11"
    members = scope.members(scope.whole)
    assert people_looked_at(database) == [[int(members.ids[members.emails.index("l@example.com")])]]


def test_teams_side_by_side_that_leave_one_person_are_a_look_at_that_one(database: Database):
    lines = ["email,name,manager_email", "a@example.com,A,"]
    lines += [f"{name}@example.com,{name},{manager}@example.com" for name, manager in ("ba", "ca", "db", "ec", "fc")]
    with database.write() as connection:
        directory.apply(connection, read_csv("\n".join(lines).encode()), TODAY)
        DayWriter(connection).store(connection, LAST, [personas.page([("u", "a@example.com", {})])], b"day", NOW)
    scope = scope_of_person(database, ADMIN)
    members = scope.members(scope.whole)
    lead, *below = (scope.team(int(members.ids[members.emails.index(f"{name}@example.com")])) for name in "abc")
    week = Period(LAST - DAY * 6, LAST)
    team_comparison.compare(scope, [lead, below[0]], ANY, week, week.first)
    assert people_looked_at(database) == []  # of A, C, E and F it is not known who did what
    team_comparison.compare(scope, [lead, *below], ANY, week, week.first)
    assert people_looked_at(database) == [[lead.team_id]]


def test_who_reads_below_somebody_else_looks_at_the_very_one_whom_teams_side_by_side_leave(database: Database):
    lines = ["email,name,manager_email", "top@example.com,Top,", "a@example.com,A,top@example.com"]
    lines += [f"{one}@example.com,{one},{lead}@example.com" for one, lead in ("ba", "cb", "db", "ec", "fc", "gd", "hd")]
    with database.write() as connection:
        directory.apply(connection, read_csv("\n".join(lines).encode()), TODAY)
        DayWriter(connection).store(connection, LAST, [personas.page([("u", "b@example.com", {})])], b"day", NOW)
    scope = scope_of_person(database, "a@example.com")
    members = scope.members(scope.whole)
    chosen = [scope.team(int(members.ids[members.emails.index(f"{name}@example.com")])) for name in "bcd"]
    week = Period(LAST - DAY * 6, LAST)
    team_comparison.compare(scope, chosen, ANY, week, week.first)
    assert people_looked_at(database) == [[chosen[0].team_id]]


@pytest.mark.parametrize(
    ("first", "last", "stored"), [(0, 4, 4), (-3, 9, 4), (1, 1, 1), (3, 3, 0), (2, 4, 2), (-3, -1, 0), (5, 9, 0)]
)
def test_days_with_data_are_counted_wherever_a_period_begins_and_ends(database: Database, first, last, stored):
    day = LAST - DAY * 4
    with database.write() as connection:
        directory.apply(connection, read_csv(b"email,name,manager_email\na@example.com,A,\n"), TODAY)
        for number in (0, 1, 2, 4):
            page = personas.page([("u", "a@example.com", {})])
            DayWriter(connection).store(connection, day + DAY * number, [page], b"day", NOW)
    known = StoredDays(scope_of_person(database, ADMIN), Period(day, LAST), day)
    period = Period(day + DAY * first, day + DAY * last)
    assert known.days_of(ANY, period) == stored
    assert known.covers(ANY, period) == (stored == len(period))
    assert known.any_of(ANY, period) == (stored > 0)
