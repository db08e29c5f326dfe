"""The median over a product's active people, against the drawn rows."""

from __future__ import annotations

from random import Random
from statistics import median

import pytest

from core.catalogue import STAT, Stat, stats_of
from core.reports.measures import medians
from core.reports.periods import Period
from tests.reports.world import DAY, FIRST, LAST, World, days


def expected(world: World, team: list[str], stat: Stat, period: Period) -> float:
    active = [
        person
        for person in team
        if world.employed(person, period.last) and world.active_in(person, stat.product, period.first, period.last)
    ]
    return median(
        sum(world.value(person, key, day) or 0 for day in days(period.first, period.last) for key in stat.measures)
        for person in active
    )


@pytest.mark.parametrize("number", range(8))
def test_a_median_is_that_of_everybody_active_in_the_product_and_of_nobody_else(world, scope, number):
    rng = Random(f"medians:{number}")  # noqa: S311 - repeatable on purpose
    lead = max(world.managers, key=lambda person: len(world.chain(person)) * rng.choice([1, 1, 0.5]))
    team, people = scope.team(world.ids[lead]), world.chain(lead)
    last = LAST - DAY * rng.randrange(40)
    period = Period(max(FIRST, last - DAY * rng.randrange(90)), last)
    for product in ("chat", "code", "excel"):
        active = sum(world.employed(p, last) and world.active_in(p, product, period.first, last) for p in people)
        stats = stats_of(product)
        found = medians.medians(scope, team, stats, period, active)
        if active < medians.FEWEST:
            assert found == {}
            continue
        assert found.keys() == {stat.key for stat in stats if isinstance(stat, Stat)}
        for key in ("chat_messages", "code_sessions", "excel_sessions"):
            stat = STAT[key]
            assert isinstance(stat, Stat)
            if stat.product == product:
                assert found[key] == expected(world, people, stat, period)


def test_of_few_people_no_median_is_told_and_nothing_is_read(scope):
    assert medians.medians(scope, scope.whole, stats_of("chat"), Period(FIRST, LAST), medians.FEWEST - 1) == {}
