"""The figures of a review are those of the pages, for many people at once, now and as of then."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from core.catalogue import STAT, STATS, Ratio
from core.errors import NotPermitted
from core.reports.measures import trends
from core.reports.people.person import person_usage
from core.reports.people.standing import standing
from core.reports.periods import Grain, Period
from core.reports.reviews import figures, people
from core.reports.reviews.cycles import CYCLES, cycle
from core.reports.reviews.packet import Request, chosen_stats, gather, printable
from core.reports.reviews.people import ReviewRefused
from core.reports.reviews.readings import PastReadings, PresentReadings
from core.store.day_writes import DayWriter
from core.store.usage import revisions
from core.ui.widgets.product_views import PeriodMeasures
from core.visibility import Identity, scope_of, viewer_for
from tests.reports.world import DAY, FIRST, GAP, LAST
from tests.support import personas
from tests.support.personas import ALICE, BOB, CHARLIE, CLEO, DAYS, ERIN, IVY, TODAY

EVER = (dt.date(2000, 1, 1), dt.date(2999, 12, 31))


def counted(readings, period, grain=Grain.WEEK):
    return list(figures.figures(readings, [readings.scope.whole], period, STATS, grain))


@pytest.mark.parametrize(("length", "grain"), [(30, Grain.WEEK), (44, Grain.MONTH), (60, Grain.DAY)])
def test_everybodys_figures_are_those_of_their_page_to_the_digit(scope, length, grain):
    period = Period(LAST - DAY * (length - 1), LAST)
    compared = without = faded = 0
    for found in counted(PresentReadings(scope), period, grain)[::2]:
        page = person_usage(scope, found.id, period, FIRST)
        assert found.active == tuple(page.use_on(day) if page.has_account else None for day in period)
        before = None if page.compared is None else int(page.activity.days_active(page.compared)[0])
        assert found.habit == replace(standing(page), away=None).in_words(period.last)
        if not page.is_counted:
            without += 1
            assert (found.days_active, found.days_active_before, found.before) == (None, None, None)
            assert set(found.totals.values()) == {None} == set(found.active)
            assert np.isnan(found.course).all()
            continue
        assert (found.days_active, found.days_active_before) == (page.days_active, before)
        assert found.products == page.products
        assert found.totals == {stat.key: page.total(stat) for stat in STATS}
        if page.compared is None:
            assert found.before is None
        else:
            then, now = page.history.during(page.compared), page.history.during(period)
            assert found.before == {stat.key: trends.total_before(then, now, stat) for stat in STATS}
            compared += 1
        series = page.history.during(period).by(grain)
        drawn = PeriodMeasures(period, page.history.during(period), None, grain)
        assert list(found.starts) == series.days
        for column, stat in enumerate(STATS):
            np.testing.assert_allclose(found.course[:, column], trends.statistic(series, stat))
            sound = dict(zip(drawn.series.days, drawn.sound(stat).tolist(), strict=True))
            if not isinstance(stat, Ratio):  # of a rate the page fades what has few cases, too
                assert found.whole[:, column].tolist() == [sound[start] for start in found.starts]
                faded += sound[found.starts[0]] is False
    assert compared == (4 if length == 30 else 0)
    assert without > 0
    assert faded > 0 or grain is Grain.DAY


def test_the_ledger_tells_the_same_figures_as_the_present_data_while_nothing_was_revised(scope, drawn):
    period, now = Period(LAST - DAY * 29, LAST), dt.datetime.now(dt.UTC)
    with drawn[1].read() as connection:
        stored = revisions.stored_days(connection, *EVER, now)
    then = counted(PastReadings(scope, stored, now), period)
    for mine, other in zip(then, counted(PresentReadings(scope), period), strict=True):
        assert (mine.totals, mine.before, mine.active) == (other.totals, other.before, other.active)
        assert (mine.habit, mine.days_active_before) == (other.habit, other.days_active_before)


def test_after_a_revision_the_ledger_still_tells_the_figures_of_before(database):
    personas.fill(database)
    scope = scope_of(database, viewer_for(database, (), Identity(BOB, True), TODAY))
    period, moment = Period(DAYS[-28], DAYS[-1]), dt.datetime.combine(TODAY, dt.time(7), dt.UTC)
    before = counted(PresentReadings(scope), period)
    with database.write() as connection:
        used = {user: personas.counters(user, DAYS[-3], TODAY) for user in personas.ACCOUNTS}
        rows = [(user, personas.ACCOUNTS[user][0], counts) for user, counts in used.items() if counts]
        rows = [(*row[:2], row[2] | {"chat_messages": 999}) if row[0] == "user_bob" else row for row in rows]
        DayWriter(connection).store(connection, DAYS[-3], [personas.page(rows)], b"revised", moment + DAY)
    with database.read() as connection:
        stored = revisions.stored_days(connection, *EVER, moment)
    assert [person.totals for person in counted(PastReadings(scope, stored, moment), period)] == [
        p.totals for p in before
    ]
    assert counted(PresentReadings(scope), period)[0].totals["chat_messages"] != before[0].totals["chat_messages"]


@pytest.mark.parametrize(("told_on", "before"), [(None, 14), (3, None), (10, None)])
def test_a_sum_compares_with_the_period_before_where_one_part_of_it_was_never_measured(database, told_on, before):
    """Bob's fortnight before all other days; where that part is measured on a single one of them, nothing compares."""
    personas.fill(database)
    days, rows = [DAYS[0] - DAY * back for back in range(14, 0, -1)], [("user_bob", BOB, {"chat_connectors_used": 2})]
    moment = dt.datetime.combine(TODAY, dt.time(7), dt.UTC)
    with database.write() as connection:
        writer = DayWriter(connection)
        for place, day in enumerate(days):
            page = personas.page(rows, () if place == told_on else ["word_connectors_used"])
            writer.store(connection, day, [page], f"{day} of Bob".encode(), moment)
    scope = scope_of(database, viewer_for(database, (), Identity(BOB, True), TODAY))
    period, stat = Period(days[7], days[-1]), STAT["connector_usage"]
    found = counted(PresentReadings(scope), period)[0]
    usage = person_usage(scope, found.id, period, days[0])
    assert found.before is not None and usage.compared is not None
    assert (found.totals[stat.key], found.before[stat.key]) == (14, before)
    assert trends.total_before(usage.history.during(usage.compared), usage.history.during(period), stat) == before


def test_a_period_without_data_has_people_and_no_figures(scope):
    request = Request(people.chain(scope, 0, Period(GAP, GAP)), Period(GAP, GAP), chosen_stats(()))
    packet = gather(PresentReadings(scope), request)
    assert packet.missing_days == 1
    assert all(value is None for person in packet.people for value in person.figures.totals.values())
    assert {person.figures.days_active for person in packet.people} == {None}


@pytest.fixture(scope="module")
def persona_scope(tmp_path_factory):
    from core.store.engine import schema
    from core.store.engine.database import Database

    database = Database(f"sqlite:///{tmp_path_factory.mktemp('reviews') / 'uptake.db'}")
    schema.upgrade(database)
    personas.fill(database)
    yield lambda email, admins=(): scope_of(database, viewer_for(database, admins, Identity(email, True), TODAY))
    database.dispose()


def test_a_chain_is_its_people_employed_in_the_period_and_a_list_is_the_list(persona_scope):
    scope, period = persona_scope(ALICE), Period(DAYS[-10], DAYS[-1])
    emails = dict(zip(scope.members(scope.whole).ids.tolist(), scope.members(scope.whole).emails, strict=True))
    assert {emails[n] for n in people.chain(scope, scope.whole.team_id, period).ids} == {ALICE, BOB, IVY}
    long_ago = Period(DAYS[0], DAYS[9])
    assert {emails[n] for n in people.chain(scope, scope.whole.team_id, long_ago).ids} == {ALICE, BOB, IVY, ERIN}
    chosen = people.pasted(scope, f"{IVY.upper()},\n <{ALICE}>; {IVY}")
    assert [emails[n] for n in chosen.ids] == [IVY, ALICE]
    covered = [number for team in chosen.parts for number in scope.members(team).ids.tolist()]
    assert sorted(covered) == sorted(chosen.ids)


@pytest.mark.parametrize("stranger", [CHARLIE, CLEO, "nobody@example.com", "no address", "=1+1", "@"])
def test_a_list_with_somebody_else_is_refused_as_a_whole_in_one_sentence(persona_scope, stranger):
    with pytest.raises(NotPermitted) as refusal:
        people.pasted(persona_scope(ALICE), f"{BOB}\n{stranger}")
    assert str(refusal.value).startswith("Not every address of the list belongs to somebody whom you can see.")
    assert "@" not in str(refusal.value)


def test_nobody_is_not_a_review(persona_scope):
    with pytest.raises(ReviewRefused, match="nobody to make a review of"):
        people.pasted(persona_scope(ALICE), "  \n")


def test_a_packet_is_sorted_by_name_and_carries_the_notes(persona_scope):
    persona_scope(IVY).write_note("On leave.")
    scope, period = persona_scope("oscar@example.com", {"oscar@example.com"}), Period(DAYS[-28], DAYS[-1])
    packet = gather(PresentReadings(scope), Request(people.chain(scope, 0, period), period, chosen_stats(["commits"])))
    assert [person.name for person in packet.people] == sorted(person.name for person in packet.people)
    assert {person.email: person.note for person in packet.people if person.note} == {IVY: "On leave."}
    assert [len(part.people) for part in packet.split(4)] == [4, 4, 4, 4, 1]
    persona_scope(IVY).remove_note()
    assert not any(person.note for person in gather(PresentReadings(scope), packet.request).people)


def test_signs_that_no_file_can_hold_are_replaced():
    assert printable("A\x00b\u202ec\ud800d\ne") == "A\ufffdb\ufffdc\ufffdd\ufffde"
    assert printable("👩\u200d💻 漢字") == "👩\u200d💻 漢字"


def test_the_review_periods_are_quarters_and_halves_of_the_calendar():
    through = dt.date(2026, 11, 20)
    spans = {key: str(cycle(key, through)) for key in CYCLES if key != "dates"}
    assert spans == {
        "quarter": "1 Oct to 20 Nov 2026",
        "last_quarter": "1 Jul to 30 Sep 2026",
        "half": "1 Jul to 20 Nov 2026",
        "last_half": "1 Jan to 30 Jun 2026",
    }
    assert str(cycle("last_quarter", dt.date(2026, 2, 3))) == "1 Oct to 31 Dec 2025"
