"""The counts of a drawn team, as a row of the Teams page has them, held against the drawn user-days."""

from __future__ import annotations

import datetime as dt

from core.reports.measures.tiers import Tier
from core.reports.teams.team_activity import TeamCounts
from core.store.engine.database import Database
from core.visibility import Identity, Scope, scope_of, viewer_for
from tests.reports.expected import Expected, shifted, weeks_of
from tests.reports.world import ADMIN, TODAY, World, days


def scope_of_person(database: Database, email: str) -> Scope:
    return scope_of(database, viewer_for(database, {ADMIN}, Identity(email, True), TODAY))


def leads(world: World) -> list[str]:
    return [person for person in world.managers if len(world.chain(person)) > 1]


def check(counts: TeamCounts, world: World, people: list[str], asked: tuple[str, dt.date, dt.date]) -> None:
    product, first, last = asked
    expected = Expected(world, people, product, first, last)
    assert counts.active == expected.share(first, last)
    assert counts.before == expected.covered_share(*shifted(first, last))
    covered = [week for week in weeks_of(first, last) if world.covered(*week)]
    assert list(counts.weeks) == [expected.share(*week) for week in covered]
    weeks = expected.tier_weeks()
    if world.covered(weeks[0][0], weeks[-1][1]):
        tiers = [expected.tier(person) for person in expected.now()]
        assert counts.tiers == {tier: tiers.count(tier) for tier in Tier}
    else:
        assert not counts.tiers
    for key, share in counts.products.items():
        assert share == Expected(world, people, key, first, last).share(first, last), key


def total(world: World, chain: list[str], keys: tuple[str, ...], first: dt.date, last: dt.date) -> float | None:
    span = [day for day in days(first, last) if day in world.stored]
    measured = [key for key in keys if any(world.measured(key, day) for day in span)]
    if not measured:
        return None
    return sum(world.value(person, key, day) or 0 for person in chain for key in measured for day in span)
