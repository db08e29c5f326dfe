"""What marked days do to rates: an unused working day is left out, a used one counts, and nothing else changes."""

from __future__ import annotations

import datetime as dt
from random import Random

import numpy as np
import pytest

from core.catalogue import ANY
from core.reports.adoption import adoption_findings
from core.reports.adoption.adoption import adoption
from core.reports.charts import calendars
from core.reports.measures import context
from core.reports.measures.activity import Activity, Share
from core.reports.measures.context import Context, headcount
from core.reports.measures.tiers import Tier, tiers
from core.reports.periods import Period
from core.reports.teams import team_activity
from core.reports.teams.team_activity import Group, StoredDays, TeamCounts
from core.visibility import ContextMark, MarkedDays, MarkKind, Scope, Team
from tests.reports.look import LOOK
from tests.reports.world import FIRST, LAST, use_of

MONDAY = dt.date(2026, 10, 26)
DAY = dt.timedelta(days=1)
WEEKS = Period(MONDAY, MONDAY + DAY * 27)
HISTORY = Period(MONDAY - DAY * 30, MONDAY + DAY * 27)
NOW = dt.datetime(2026, 11, 28, tzinfo=dt.UTC)


def mark(first: int, last: int, kind: MarkKind = MarkKind.LEAVE, note: str | None = None) -> ContextMark:
    return ContextMark(1, 1, kind, MONDAY + DAY * first, MONDAY + DAY * last, note, NOW)


def activity(*people: list[int]) -> Activity:
    mask = np.zeros((len(HISTORY), len(people)), dtype=bool)
    for place, days in enumerate(people):
        mask[[30 + day for day in days], place] = True
    return Activity(HISTORY, mask, np.ones(len(HISTORY), dtype=bool))


def tier_of(days: list[int], *marks: ContextMark) -> Tier:
    return Tier(int(tiers(activity([-1, *days]), WEEKS, context=context.of_person(marks))[0]))


TWO_WEEKS = mark(0, 11)


@pytest.mark.parametrize(
    ("days", "marks", "tier"),
    [
        ([14, 21], [], Tier.LIGHT),
        ([14, 21], [TWO_WEEKS], Tier.REGULAR),
        ([14], [TWO_WEEKS], Tier.LIGHT),
        ([], [TWO_WEEKS], Tier.NONE),
        ([14, 15, 16, 21, 22, 23], [TWO_WEEKS], Tier.POWER),
        ([14, 15, 16, 21, 22], [TWO_WEEKS], Tier.REGULAR),
        ([21], [mark(0, 18)], Tier.AWAY),
        ([], [mark(-9, 40)], Tier.AWAY),
        ([0, 7, 14, 21], [mark(-9, 40)], Tier.AWAY),
        ([0, 14, 21], [TWO_WEEKS], Tier.REGULAR),  # use on a marked day counts like any other: three of three weeks
        ([0, 14], [TWO_WEEKS], Tier.LIGHT),
        ([0, 1, 2, 7, 8, 9, 14, 15, 21, 22], [mark(16, 18)], Tier.REGULAR),
        ([0, 1, 2, 7, 8, 9, 14, 15, 21, 22, 23], [mark(16, 18)], Tier.POWER),  # eleven of 17 days: twelve of twenty
        ([0, 1, 2, 7, 8, 9, 14, 15, 21, 22, 23], [mark(19, 20)], Tier.REGULAR),  # a weekend is no working day
        ([14, 21], [mark(0, 3), mark(7, 11)], Tier.LIGHT),  # a Friday of the first week could have been used
        ([14, 21], [mark(0, 3), mark(4, 4), mark(7, 11)], Tier.REGULAR),
    ],
)
def test_a_habit_is_told_from_the_weeks_and_days_that_are_left(days, marks, tier):
    assert tier_of(days, *marks) is tier


def test_marks_of_one_person_change_nobody_elses_habit():
    people = activity([-1, 14, 21], [-1, 14, 21], [-1])
    days = MarkedDays(np.array([1]), np.array([_epoch(MONDAY)]), np.array([_epoch(MONDAY) + 11]), np.array([0]))
    assert tiers(people, WEEKS, context=Context(3, days)).tolist() == [Tier.LIGHT, Tier.REGULAR, Tier.NONE]


def _epoch(day: dt.date) -> int:
    return (day - dt.date(1970, 1, 1)).days


def test_random_marks_agree_with_a_count_day_by_day():
    rng = Random(5)  # noqa: S311 - repeatable on purpose
    for _ in range(40):
        size = 6
        used = [sorted(rng.sample(range(28), rng.randrange(12))) for _ in range(size)]
        spans = [
            (who, first, first + rng.randrange(9))
            for who in range(size)
            for first in range(0, 28, 10)
            if rng.random() < 0.6
        ]
        arrays = [np.array(column, dtype=int) for column in zip(*spans, strict=True)] or [np.empty(0, int)] * 3
        days = MarkedDays(arrays[0], arrays[1] + _epoch(MONDAY), arrays[2] + _epoch(MONDAY), np.zeros_like(arrays[0]))
        found, people = Context(size, days), activity(*used)
        first = rng.randrange(20)
        period = Period(MONDAY + DAY * first, MONDAY + DAY * rng.randrange(first, 28))
        working = [day for day in range(first, (period.last - MONDAY).days + 1) if day % 7 < 5]
        marked = [{day for who, a, b in spans if who == person for day in range(a, b + 1)} for person in range(size)]
        left_out = [sum(day in marked[p] and day not in used[p] for day in working) for p in range(size)]
        assert found.unused(people, period).tolist() == left_out
        asked = working or range(first, (period.last - MONDAY).days + 1)  # of a weekend, every day
        away = [all(day in marked[p] for day in asked) for p in range(size)]
        assert found.away(period).tolist() == away
        here = headcount(np.ones(size, dtype=bool), people.anyone(period), found, period)
        assert here.tolist() == [not away[p] or bool(people.anyone(period)[p]) for p in range(size)]


@pytest.mark.parametrize(
    ("marks", "is_away"), [([mark(5, 6)], True), ([mark(5, 5), mark(6, 6)], True), ([mark(5, 5)], False), ([], False)]
)
def test_on_a_weekend_somebody_is_away_when_both_days_are_marked(marks, is_away):
    weekend = Period(MONDAY + DAY * 5, MONDAY + DAY * 6)
    assert context.of_person(marks).away(weekend).tolist() == [is_away]
    assert context.of_person([*marks, mark(4, 4)]).away(Period(MONDAY + DAY * 4, weekend.last)).tolist() == [True]


def test_a_calendar_numbers_marked_days_and_never_holds_their_words():
    marks = [mark(0, 1, MarkKind.TRAINING, "secret words"), mark(4, 4)]
    figure = calendars.active_days(use_of(activity([0])), WEEKS, LOOK, LOOK.accent, marks)
    (cells,) = figure.data
    numbers = {note.y: (note.text, note.font.color) for note in figure.layout.annotations}
    on, off = LOOK.ground, LOOK.muted  # what can be read on the colour of a day with use, and of one without
    assert numbers == {"Mon": ("1", on), "Tue": ("1", off), "Fri": ("2", off)}
    assert cells.hovertext[1][0] == "Tue 27 Oct 2026: not active, in training"
    assert "secret" not in figure.figure.to_json()
    assert context.in_words(marks[0]) == "26 Oct to 27 Oct 2026: Training: secret words"


def test_a_team_leaves_out_of_its_rates_who_was_away_without_use_and_nothing_else(world, scope, monkeypatch):
    whole, period = scope.whole, Period(LAST - DAY * 27, LAST)
    members = scope.members(whole)
    before = adoption(scope, whole, ANY, period, FIRST)
    counts = _counts(scope, whole, period)
    epoch = [_epoch(LAST - DAY * 60), _epoch(LAST)]
    days = MarkedDays(
        *(np.array(c) for c in (range(whole.size), [epoch[0]] * whole.size, [epoch[1]] * whole.size, [0] * whole.size))
    )
    monkeypatch.setattr(context, "load", lambda scope, team: Context(team.size, days))
    after, now = adoption(scope, whole, ANY, period, FIRST), _counts(scope, whole, period)
    by_id = {number: person for person, number in world.ids.items()}
    here = [by_id[n] for n in members.ids.tolist() if world.employed(by_id[n], LAST)]
    assert (before.away, before.now.active.of) == (0, len(here))
    active = [p for p in here if world.active_in(p, "any", period.first, LAST)]
    assert 0 < len(active) < len(here)
    assert (after.now.active.count, after.now.active.of) == (len(active), len(active))
    assert after.away == len(here) - len(active)
    weekly = [share.count for share in after.weeks.values()]
    assert weekly == [share.count for share in before.weeks.values()]
    assert weekly == [share.of for share in after.weeks.values()]
    assert now.active == after.now.active
    assert now.headcount == counts.headcount == len(here)
    assert [share.of for share in now.weeks] == [share.of for share in after.weeks.values()]
    assert {key: share.count for key, share in now.products.items()} == {k: s.count for k, s in counts.products.items()}
    assert {k: now.products[k] for k in now.products} == {k: after.in_products[k] for k in now.products}
    assert sum(after.now.tier_counts.values()) == len(here)
    assert after.now.tier_counts[Tier.AWAY] > 0
    assert adoption_findings.habitual(after.now.tier_counts) == now.habitual
    assert now.habitual is not None
    assert now.habitual.of == len(here) - after.now.tier_counts[Tier.AWAY]
    assert after.now.stickiness == pytest.approx(1)  # of the days that nobody could leave out, all were used


def test_who_was_away_all_the_period_before_is_left_out_of_its_headcount_and_not_of_this_periods(
    world, scope, monkeypatch
):
    period = Period(LAST - DAY * 27, LAST)
    before, size = period.before(), scope.whole.size
    spans = (range(size), [_epoch(before.first)] * size, [_epoch(before.last)] * size, [0] * size)
    days = MarkedDays(*(np.array(column) for column in spans))
    monkeypatch.setattr(context, "load", lambda scope, team: Context(team.size, days))
    found = _counts(scope, scope.whole, period)
    then, now = ([p for p in world.managers if world.employed(p, each.last)] for each in (before, period))
    active = [person for person in then if world.active_in(person, "any", before.first, before.last)]
    assert 0 < len(active) < len(then)
    assert found.before == Share(len(active), len(active))
    assert (found.active.of, found.headcount) == (len(now), len(now))


def _counts(scope: Scope, team: Team, period: Period) -> TeamCounts:
    found = team_activity.load(scope, team, ANY, period, StoredDays(scope, period, FIRST))
    (counts,) = team_activity.count(found, scope.members(team), [Group(((0, team.size),))])
    return counts


@pytest.mark.parametrize("places", [[0], [4, 1], [3, 0, 2], []])
def test_the_marks_of_some_people_are_theirs_and_nobody_elses(places):
    people = np.array([1, 4, 4, 2])
    first = np.array([(MONDAY - dt.date(1970, 1, 1)).days + shift for shift in (0, 1, 20, 7)])
    everybody = Context(5, MarkedDays(people, first, first + 4, np.zeros(4, dtype=int)))
    some, week = everybody.of(places), Period(MONDAY, MONDAY + DAY * 6)
    assert everybody.away(week).tolist() == [False, True, False, False, False]
    assert some.size == len(places)
    assert some.away(week).tolist() == everybody.away(week)[places].tolist()
    day = MONDAY + DAY * 8
    assert some.on(day).keys() == {at for at, place in enumerate(places) if place in everybody.on(day)}


def test_working_days_without_use_are_left_out_when_marked_and_days_with_use_or_without_data_are_not_asked():
    monday = dt.date(2026, 8, 24)
    week = Period(monday, monday + dt.timedelta(days=6))
    active = dict(zip(week, [True, False, None, False, True, True, True], strict=True))

    def working_days(*marked: int, until: int = 6) -> Share | None:
        marks = [
            ContextMark(1, 1, MarkKind.LEAVE, day, day, None, dt.datetime(2026, 9, 1, tzinfo=dt.UTC))
            for day in (monday + dt.timedelta(days=place) for place in marked)
        ]
        last = monday + dt.timedelta(days=until)
        return context.used_working_days(week, active.get, lambda day: day <= last, marks)

    assert working_days() == working_days(0) == working_days(2) == Share(2, 4)
    assert working_days(1) == working_days(until=2) == Share(2, 3)
    assert working_days(1, 3) == Share(2, 2)
    weekend = Period(week.last - dt.timedelta(days=1), week.last)
    assert context.used_working_days(weekend, active.get, lambda _: True, []) is None


def test_hundreds_of_marks_stand_without_their_words_where_a_cell_could_not_hold_them():
    few, many = ([mark(day, day, note="w" * 140) for day in range(count)] for count in (20, 28))
    monthly = Period(few[0].first, many[-1].last)
    assert "w" * 140 in (context.own_words("A note.", few, monthly) or "")
    told = context.own_words("A note.", many * 18, monthly) or ""
    assert told.startswith("A note. Marked days: ") and "www" not in told
    assert told.endswith("(without what was said of each, which is too long).")
    assert len(told) < 32_767
