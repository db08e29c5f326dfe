"""Teams as they were, against what each import said at the time, for every viewer and team of random companies.

Everybody uses Claude every day, 2 to the power of their number times, so a sum names exactly the people that are in it.
The expectation walks up from each person by the file of the day; it knows no numbering and reads no table.
"""

from __future__ import annotations

import datetime as dt
import random

import numpy as np
import pytest

from core.bits import mask_of
from core.catalogue import ANY
from core.errors import NotPermitted
from core.reports.measures.activity import load
from core.reports.periods import Period
from core.reports.teams.singled_out import singled_out
from core.store.day_writes import DayWriter
from core.store.hierarchy import dated_lines
from core.store.hierarchy.past_teams import PastTeam
from core.visibility import EVERYONE, Identity, PastDays, Scope, scope_of, viewer_for
from tests.support import personas
from tests.support.imports import import_managers
from tests.support.oracle import Managers, managers_above, may_see

FIRST = dt.date(2026, 3, 2)
DAY = dt.timedelta(days=1)
ROOT = "operator@example.com"


def scope(database, email: str, today: dt.date) -> Scope:
    return scope_of(database, viewer_for(database, {ROOT}, Identity(email, True), today))


def drawn(database, rng: random.Random, size: int) -> dict[dt.date, dict[str, str | None]]:
    """Six imports, each with three people under somebody else: what each said, by its day; and a week of use after."""
    people = [f"p{number:02}@example.com" for number in range(size)]
    managers: dict[str, str | None] = {
        p: rng.choice(people[:place]) if place else None for place, p in enumerate(people)
    }
    told: dict[dt.date, dict[str, str | None]] = {}
    day = FIRST
    for _ in range(6):
        for person in rng.sample(people, 3):
            managers[person] = rng.choice([None, *(other for other in people if other != person)])
        import_managers(database, managers, day)
        told[day] = dict(managers)
        day += DAY * rng.randint(1, 3)
    last = day
    with database.write() as connection:
        writer = DayWriter(connection)
        day = FIRST
        while day <= last:
            rows = [(f"user_{person}", person, {"chat_messages": 1 << number}) for number, person in enumerate(people)]
            writer.store(connection, day, [personas.page(rows)], day.isoformat().encode(), dt.datetime.now(dt.UTC))
            day += DAY
    told[last] = dict(managers)
    return told


def on(told: dict[dt.date, dict[str, str | None]], day: dt.date) -> Managers:
    """What the last import before a day said; before the first one, what that said."""
    return told[max((start for start in told if start <= day), default=min(told))]


def chain(person: str, managers: Managers) -> set[str]:
    return {other for other in managers if other == person or person in managers_above(other, managers)}


@pytest.mark.parametrize("seed", range(2))
def test_every_day_counts_who_was_in_the_chain_and_may_be_seen_today(database, seed: int):
    rng = random.Random(f"as it was:{seed}")  # noqa: S311 - repeatable
    told = drawn(database, rng, 10)
    last = max(told)
    days = [FIRST + DAY * number for number in range((last - FIRST).days + 1)]
    people = list(told[last])
    bit = {person: 1 << number for number, person in enumerate(people)}
    admin = scope(database, ROOT, last)
    ids = dict(zip(admin.members(admin.whole).emails, admin.members(admin.whole).ids.tolist(), strict=True))
    counted = days[len(days) // 2]
    for viewer in [*rng.sample(people, 4), ROOT]:
        mine = scope(database, viewer, last)
        seen = [p for p in people if viewer == ROOT or may_see(viewer, p, told[last], {ROOT})]
        if len(seen) < 2:
            continue
        teams = mine.as_they_were([mine.team(ids[lead]) for lead in seen], PastDays(FIRST, last, counted))
        for lead, team in zip(seen, teams, strict=True):
            chains = {day: chain(lead, on(told, day)) for day in days}
            expected = {day: chains[day] & set(seen) for day in days}
            members = mine.members(team)
            assert members.emails[0] == lead
            for day in days:
                assert {members.emails[at] for at in np.flatnonzero(members.employed(day))} == expected[day]
            assert np.array_equal(
                mask_of(members.employed_on(days[::-1]), team.size), [members.employed(day) for day in days[::-1]]
            )
            steady = {members.emails[at] for at in np.flatnonzero(members.throughout(FIRST, last))}
            assert steady == set.intersection(*expected.values())
            sums = {row[0]: row[1] for row in mine.team_sums(team, ["chat_messages"], FIRST, last)}
            assert sums == {day: sum(bit[person] for person in expected[day]) for day in days}
            assert mine.chain_sums([team], ["chat_messages"], FIRST, last) == {ids[lead]: (sum(sums.values()),)}
            rows = mine.user_days(team, ["chat_messages"], FIRST, last)
            assert sorted((row[0], row[1]) for row in rows) == sorted(
                (ids[p], day) for day in days for p in expected[day]
            )
            history = load(mine, team, ANY, Period(FIRST, last))
            spans = [(FIRST, last), (days[1], days[2]), (counted, counted)]
            for (start, end), mask in zip(spans, mine.active_in(team, {ANY.bit: spans})[ANY.bit].mask, strict=True):
                active = {p for day in days if start <= day <= end for p in expected[day]}
                assert {members.emails[at] for at in np.flatnonzero(mask)} == active
                assert {members.emails[at] for at in np.flatnonzero(history.anyone(Period(start, end)))} == active
            totals = mine.person_totals(team, ["chat_messages"], FIRST, last)
            there = {person: sum(person in expected[day] for day in days) for person in expected[last]}
            assert sorted(row[0] for row in totals) == sorted(bit[person] * there[person] for person in there)
            each = mine.people_sums([ids[person] for person in there], ["chat_messages"], FIRST, last, team)
            assert {row[0]: tuple(row[1:]) for row in each} == {ids[p]: (bit[p] * n, n) for p, n in there.items()}
            gone = {person for day in days if day >= counted for person in chains[day]} - set(seen)
            assert team.left_out == len(gone)
            at_the_end = mine.members(team.at_the_end())
            assert set(at_the_end.emails) == expected[last] and at_the_end.employed(last).all()
            below = dict(zip(members.emails, members.reports.tolist(), strict=True))
            for person in expected[last]:
                assert below[person] == len(chain(person, told[last]) & expected[last]) - 1


def test_of_a_team_as_it_was_nobody_is_shown_who_left_the_readers_chain(import_csv, database):
    import_csv(personas.CSV, FIRST)
    line = f"{personas.ALICE},Alice Example,{{}}"
    import_csv(personas.CSV.replace(line.format(personas.FRANK), line.format(personas.HUGO)), FIRST + DAY * 30)
    today = FIRST + DAY * 40
    frank = scope(database, personas.FRANK, today)
    [team] = frank.as_they_were([frank.whole], PastDays(FIRST, today, FIRST))
    assert team.left_out == len(personas.chain(personas.ALICE))
    assert not set(frank.members(team).emails) & set(personas.chain(personas.ALICE))
    hugo = scope(database, personas.HUGO, today)
    [team] = hugo.as_they_were([hugo.whole], PastDays(FIRST, today, FIRST))
    members = hugo.members(team)
    then, now = members.employed(FIRST + DAY * 29), members.employed(FIRST + DAY * 30)
    assert [members.emails[at] for at in np.flatnonzero(then)] == [personas.HUGO]
    assert {members.emails[at] for at in np.flatnonzero(now)} == {personas.HUGO, *personas.chain(personas.ALICE)}
    assert team.left_out == 0


def test_a_team_as_it_was_of_somebody_else_is_refused_in_every_read(import_csv, database):
    import_csv(personas.CSV, FIRST)
    today = FIRST + DAY * 10
    admin = scope(database, ROOT, today)
    teams = admin.as_they_were([admin.whole, admin.team(1)], PastDays(FIRST, today, FIRST))
    stranger = scope(database, personas.BOB, today)
    for team in teams:
        for read in (
            stranger.members,
            lambda team: stranger.team_sums(team, ["commits"], FIRST, today),
            lambda team: stranger.chain_sums([team], ["commits"], FIRST, today),
            lambda team: stranger.user_days(team, ["commits"], FIRST, today),
            lambda team: stranger.user_days_at(team, FIRST, today, dt.datetime.now(dt.UTC)),
            lambda team: stranger.active(team, {ANY.bit: (FIRST, today)})[ANY.bit],
            lambda team: stranger.active_in(team, {ANY.bit: [(FIRST, today)]}),
            lambda team: stranger.as_they_were([team], PastDays(FIRST, today, FIRST)),
        ):
            with pytest.raises(NotPermitted):
                read(team)


def test_an_admin_has_everybody_at_all_times_under_the_tops_of_the_last_day(import_csv, database):
    import_csv(personas.CSV, FIRST)
    admin = scope(database, ROOT, FIRST + DAY)
    [team] = admin.as_they_were([admin.whole], PastDays(FIRST - DAY * 400, FIRST + DAY, FIRST))
    members, today = admin.members(team), admin.members(admin.whole)
    assert team.team_id == EVERYONE and team.left_out == 0
    assert np.array_equal(members.depth, today.depth) and np.array_equal(members.reports, today.reports)
    assert np.array_equal(members.employed(FIRST), today.employed(FIRST))


def test_lines_that_close_a_circle_on_a_day_are_ignored():
    nobody = 5
    managers = np.array([1, 2, 0, 2, 3, nobody])  # 0, 1 and 2 in a circle, 3 below 2, 4 below 3
    assert [np.flatnonzero(row).tolist() for row in dated_lines.chains(managers, [0, 2, 3])] == [[0], [2, 3, 4], [3, 4]]


LEAD, ONE, TWO, THREE, OTHER = (f"{name}@example.com" for name in ("lead", "one", "two", "three", "other"))


def team_of(database, email: str, days: PastDays) -> tuple[Scope, PastTeam]:
    mine = scope(database, email, FIRST + DAY * 20)
    [team] = mine.as_they_were([mine.whole], days)
    return mine, team


def test_beside_one_other_who_was_always_there_a_reader_is_told_of_alone_when_a_third_has_left(database):
    import_managers(database, {LEAD: None, ONE: LEAD, TWO: ONE}, FIRST)
    import_managers(database, {LEAD: None, ONE: LEAD, TWO: None}, FIRST + DAY * 5)
    mine, team = team_of(database, ROOT, PastDays(FIRST, FIRST + DAY * 9, FIRST))
    ids = dict(zip(mine.members(team).emails, mine.members(team).ids.tolist(), strict=True))
    [below] = mine.as_they_were([mine.team(ids[LEAD])], PastDays(FIRST, FIRST + DAY * 9, FIRST))
    members = mine.members(below)
    assert set(members.emails) == {LEAD, ONE, TWO}
    assert members.alone_with(ids[LEAD], FIRST, FIRST + DAY * 9).tolist() == [ids[ONE]]
    assert members.alone_with(ids[LEAD], FIRST, FIRST + DAY * 4).tolist() == []


@pytest.mark.parametrize(("days", "left_out"), [(4, 1), (5, 0)])
def test_who_was_in_the_chain_up_to_the_day_before_is_not_counted_from_a_day_on(database, days, left_out):
    import_managers(database, {OTHER: None, LEAD: None, ONE: LEAD}, FIRST)
    import_managers(database, {OTHER: None, LEAD: None, ONE: OTHER}, FIRST + DAY * 5)
    _, team = team_of(database, LEAD, PastDays(FIRST, FIRST + DAY * 9, FIRST + DAY * days))
    assert team.left_out == left_out


def test_managers_in_a_row_who_may_not_be_seen_are_passed_over(database):
    import_managers(database, {OTHER: None, LEAD: None, ONE: LEAD, TWO: ONE, THREE: TWO}, FIRST)
    import_managers(database, {OTHER: None, LEAD: None, ONE: OTHER, TWO: OTHER, THREE: LEAD}, FIRST + DAY * 5)
    mine, team = team_of(database, LEAD, PastDays(FIRST, FIRST + DAY * 3, FIRST))
    members = mine.members(team)
    assert list(zip(members.emails, members.depth.tolist(), members.reports.tolist(), strict=True)) == [
        (LEAD, 0, 1),
        (THREE, 1, 0),
    ]


def test_whoever_was_alone_beside_a_team_before_another_left_it_is_told_of_by_both_sums(database):
    import_managers(database, {LEAD: None, ONE: LEAD, TWO: ONE, THREE: ONE, OTHER: LEAD}, FIRST)
    import_managers(database, {LEAD: None, ONE: LEAD, TWO: LEAD, THREE: ONE, OTHER: LEAD}, FIRST + DAY * 5)
    mine, last = scope(database, LEAD, FIRST + DAY * 9), FIRST + DAY * 9
    ids = dict(zip(mine.members(mine.whole).emails, mine.members(mine.whole).ids.tolist(), strict=True))
    teams = [mine.team(ids[LEAD]), mine.team(ids[ONE])]
    past = mine.as_they_were(teams, PastDays(FIRST, last, FIRST))
    period = Period(FIRST, last)
    assert singled_out(mine.members(past[0]), ids[LEAD], past, period) == [ids[OTHER]]
    assert singled_out(mine.members(mine.whole), ids[LEAD], past, period) == [ids[OTHER]]
    today = [np.isin(mine.members(mine.whole).ids, mine.members(each).ids).nonzero()[0] for each in teams]
    assert singled_out(mine.members(mine.whole), ids[LEAD], today, period) == []
