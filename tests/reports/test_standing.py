"""How somebody stands at the end of a range, and the working days that they are measured by."""

from __future__ import annotations

import pytest

from core.catalogue import ANY
from core.reports.measures.tiers import Tier
from core.reports.people.people import people
from core.reports.people.person import PersonUsage, person_usage
from core.reports.people.standing import Standing, sentences, standing
from core.reports.periods import Period
from tests.reports.world import DAY, FIRST, LAST, World, days

PERIODS = [Period(LAST - DAY * 27, LAST), Period(LAST - DAY * 34, LAST - DAY * 15), Period(LAST - DAY * 6, LAST)]


def usages(world: World, scope, period: Period) -> dict[str, PersonUsage]:
    return {person: person_usage(scope, world.ids[person], period, FIRST) for person in world.managers}


@pytest.mark.parametrize("period", PERIODS)
def test_the_page_of_a_person_has_the_word_of_the_table_of_people(world, scope, period):
    rows = people(scope, scope.whole, ANY, period, FIRST, size=1000).rows
    said = set()
    for person, usage in usages(world, scope, period).items():
        word = standing(usage).in_words(period.last)
        assert word == rows.loc[world.ids[person], "status"], person
        said.add(word)
        assert (word == "Archived") == any(sentence.startswith("Archived") for sentence in sentences(usage))
    assert {"Archived", "No Claude account"} < said


@pytest.mark.parametrize(("days", "word"), [(27, "Joined lately"), (28, "No use yet")])
def test_four_weeks_after_the_first_day_nobody_has_joined_lately(days, word):
    joined = Standing(
        employed=True,
        archived=False,
        first_day=LAST - DAY * days,
        has_account=True,
        ever_active=False,
        tier=Tier.NONE,
        away=None,
    )
    assert joined.in_words(LAST) == word


@pytest.mark.parametrize("period", PERIODS)
def test_working_days_are_those_of_employment_and_none_where_there_could_be_no_use(world, scope, period):
    shares = []
    for person, usage in usages(world, scope, period).items():
        working = [day for day in days(period.first, period.last) if day.weekday() < 5 and world.covered(day, day)]
        used = [day for day in working if world.active(person, "any", day)]
        of = [day for day in working if day in used or world.employed(person, day)]
        share = usage.working_days(period)
        account = any(world.accounts[user] == person for user, _ in world.rows)
        assert (share is None) == (not account or not of), person
        if share:
            assert (share.count, share.of) == (len(used), len(of)), person
        shares.append((share, len(working)))
    assert any(share is None for share, _ in shares)
    assert any(share and share.of < whole for share, whole in shares) or len(period) < 8


def test_only_who_was_employed_in_all_of_both_periods_is_compared_with_the_period_before(world, scope):
    found = set()
    for period in PERIODS:
        before = period.before()
        for person, usage in usages(world, scope, period).items():
            whole = all(world.employed(person, day) for day in (*before, *period))
            assert usage.compared == (usage.before if whole else None), person
            found.add((usage.before is None, usage.compared is None))
    assert (False, True) in found and (False, False) in found
