"""Every number of the pages, for drawn viewers, teams, ranges and products, beside one worked out from the user-days.

Companies are drawn at random (`tests.reports.world`) with leavers, joiners, second accounts, days without data and
counters that are measured in part, and stored through the product's own writer. The other side adds up the drawn rows
with sets and sums of plain Python, by the rules that are printed beside the numbers; it shares no arithmetic with the
product. Each page of a draw is compared up to its first difference, which is printed.
"""

from __future__ import annotations

import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest

from benchmarks.figures import Figure, Figures, no
from core.catalogue import ANY, PRODUCT, STAT, STATS, Product, Ratio, Stat
from core.errors import UnknownViewer
from core.reports.adoption.adoption import adoption
from core.reports.measures import trends
from core.reports.measures.tiers import Tier
from core.reports.people.people import Show, headlines, people
from core.reports.people.person import person_usage
from core.reports.periods import Period
from core.reports.teams.teams import Area, TeamRow, teams
from core.store.engine import schema
from core.store.engine.database import Database
from core.visibility import EVERYONE, Scope, Team
from tests.reports import world as worlds
from tests.reports.expected import Expected, expected_total, shifted
from tests.reports.expected_teams import check, leads, scope_of_person, total
from tests.reports.world import ADMIN, DAY, FIRST, LAST, TODAY, World, days
from tests.support import databases

DRAWS_OF_A_COMPANY = 40

DIFFERENCES = "pages of a draw with a difference"

STATISTICS = 15
"""So many of all statistics are drawn for each page."""


@dataclass(frozen=True)
class Draw:
    """Who looks at what: `members` are the people of the team, top first."""

    world: World
    viewer: str
    scope: Scope
    team: Team
    members: list[str]
    product: Product
    period: Period

    def __str__(self) -> str:
        """For the report of a difference."""
        return f"{self.viewer} sees team {self.team.team_id}, {self.product.key}, {self.period}"


def measure(draws: int = 1_000, kinds: tuple[str, ...] = databases.KINDS) -> Figures:
    """How many numbers of each page were as worked out, and how many pages had one that was not; those are printed."""
    compared, differences = dict.fromkeys(PAGES, 0), 0
    for number in range(draws):
        if number % DRAWS_OF_A_COMPANY == 0:
            seed = number // DRAWS_OF_A_COMPANY
            company = _company(seed, kinds[seed % len(kinds)])
            world, database = next(company)
        rng = Random(f"numbers:{number}")
        drawn = _draw(world, database, rng)
        for page, check_page in PAGES.items():
            try:
                compared[page] += check_page(drawn, rng)
            except AssertionError as error:
                differences += 1
                print(f"  DIFFERS  draw {number}, {page}: {drawn}: {_told(error)}", flush=True)
        if number % DRAWS_OF_A_COMPANY == DRAWS_OF_A_COMPANY - 1 or number == draws - 1:
            next(company, None)
    return Figures(
        Figure("draws", draws),
        *(Figure(f"numbers of {page}", count, least=1) for page, count in compared.items()),
        no(DIFFERENCES, differences),
    )


def _told(error: AssertionError) -> str:
    """The comparison that failed and where it stands, with what it is about."""
    at = traceback.extract_tb(error.__traceback__)[-1]
    return f"{at.line} ({Path(at.filename).name}, line {at.lineno}) {error}"


def _company(seed: int, kind: str) -> Iterator[tuple[World, Database]]:
    with tempfile.TemporaryDirectory() as folder, _database(kind, Path(folder)) as database:
        world = worlds.draw(1_000 + seed)
        worlds.fill(database, world)
        yield world, database


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[Database]:
    url = databases.fresh_database(kind, folder)
    database = Database(url)
    schema.upgrade(database)
    yield database
    database.dispose()
    databases.drop_database(url)


def _draw(world: World, database: Database, rng: Random) -> Draw:
    """An admin or a lead who may come in, and a team or a person in their reach; ranges of all lengths."""
    while True:
        viewer = ADMIN if rng.random() < 0.3 else rng.choice(leads(world))
        try:
            scope = scope_of_person(database, viewer)
        except UnknownViewer:
            assert not world.employed(viewer, TODAY)
            continue
        break
    reach = list(world.managers) if viewer == ADMIN else world.chain(viewer)
    top = None if viewer == ADMIN and rng.random() < 0.3 else rng.choice(reach)
    team = scope.team(EVERYONE if top is None else world.ids[top])
    members = list(world.managers) if top is None else world.chain(top)
    last = LAST - DAY * rng.choice([0, 0, 0, 1, 2, 6, 20, 41, 71, 90])
    first = max(FIRST, last - DAY * rng.choice([0, 6, 13, 27, 27, 34, 60, 97]))
    product = rng.choice([ANY, ANY, *(PRODUCT[key] for key in ("chat", "code", "cowork", "excel", "slack"))])
    return Draw(world, viewer, scope, team, members, product, Period(first, last))


def _adoption(drawn: Draw, rng: Random) -> int:
    world, period = drawn.world, drawn.period
    got = adoption(drawn.scope, drawn.team, drawn.product, period, FIRST)
    Expected(world, drawn.members, drawn.product.key, period.first, period.last).check(got)
    measures = trends.daily_measures(drawn.scope, drawn.team, STATS, period)
    for stat in rng.sample(STATS, STATISTICS):
        assert trends.total(measures, stat) == pytest.approx(_of_team(drawn, stat)), stat.key
    weeks = len(got.weeks) * (2 + len(got.by_product.lines))
    return 7 + weeks + len(got.now.tier_counts) + len(got.funnel.steps) + (5 if got.transitions else 0) + STATISTICS


def _of_team(drawn: Draw, stat: Stat | Ratio) -> float | None:
    """A statistic of the team over the range; a ratio is a sum over a sum."""
    first, last = drawn.period.first, drawn.period.last
    if isinstance(stat, Stat):
        return total(drawn.world, drawn.members, stat.measures, first, last)
    top = total(drawn.world, drawn.members, stat.numerator, first, last)
    bottom = total(drawn.world, drawn.members, stat.denominator, first, last)
    return None if top is None or not bottom else top / bottom


def _teams(drawn: Draw, _rng: Random) -> int:
    world, asked = drawn.world, (drawn.product.key, drawn.period.first, drawn.period.last)
    if len(drawn.members) == 1:
        return 0
    found = teams(drawn.scope, drawn.team, drawn.product, drawn.period, FIRST)
    check(found.chain, world, drawn.members, asked)
    by_id = {number: email for email, number in world.ids.items()}
    parts: list[TeamRow | Area] = [*found.rows, *found.areas]
    for part in parts:
        if part.team_id:
            check(part.counts, world, world.chain(by_id[part.team_id]), asked)
    return sum(4 + len(part.counts.weeks) + len(part.counts.tiers) for part in parts)


def _people(drawn: Draw, rng: Random) -> int:
    world, period = drawn.world, drawn.period
    show = rng.choice([Show.EVERYBODY, Show.ACTIVE, Show.ARCHIVED])
    page = people(drawn.scope, drawn.team, drawn.product, period, FIRST, show=show, size=12)
    by_id = {number: email for email, number in world.ids.items()}
    registered = {world.accounts[user] for user, _ in world.rows}
    expected = Expected(world, drawn.members, drawn.product.key, period.first, period.last)
    inside, before = days(period.first, period.last), days(FIRST, period.last)
    for number, row in zip(page.rows.index.tolist(), page.rows.to_dict("records"), strict=True):
        person = by_id[number]
        active = sum(world.active(person, drawn.product.key, day) for day in inside)
        could_use = person in registered and (active or any(world.employed(person, day) for day in inside))
        assert row["days"] == active if could_use else pd.isna(row["days"]), person
        used = [day for day in before if world.active(person, drawn.product.key, day)]
        assert row["last_active"] == (used[-1] if used else None), person
        for key in headlines(drawn.product):
            stat = STAT[key]
            assert isinstance(stat, Stat)
            values = [world.value(person, name, day) for name in stat.measures for day in inside]
            known = [value for value in values if value is not None]
            assert row[key] == sum(known) if known and could_use else np.isnan(row[key]), (person, key)
        if used and world.employed(person, period.last):
            assert row["status"] == (expected.tier(person) if expected.tells_habits() else Tier.UNKNOWN).label, person
    return len(page.rows) * (3 + len(headlines(drawn.product))) + 1


def _person(drawn: Draw, rng: Random) -> int:
    """The page of one of the team, and the viewer's own."""
    shown = {rng.choice(drawn.members)} | ({drawn.viewer} - {ADMIN})
    return sum(_usage(drawn, person, rng.sample(STATS, STATISTICS)) for person in shown)


def _usage(drawn: Draw, person: str, stats: Sequence[Stat | Ratio]) -> int:
    world, period = drawn.world, drawn.period
    usage = person_usage(drawn.scope, world.ids[person], period, FIRST)
    assert usage.days_active == sum(world.active(person, "any", day) for day in days(period.first, period.last))
    earlier = shifted(period.first, period.last)
    assert (usage.before is None) == (not world.covered(*earlier) or not world.covered(period.first, period.last))
    expected = Expected(world, [person], "any", period.first, period.last)
    assert usage.tier is (expected.tier(person) if expected.tells_habits() else Tier.UNKNOWN)
    spans = [(period, (period.first, period.last)), *([(usage.before, earlier)] if usage.before else [])]
    for of, span in spans:
        during = usage.history.during(of)
        for stat in stats:
            wanted = expected_total(world, person, stat, list(days(*span)))
            assert trends.total(during, stat) == pytest.approx(wanted), stat.key
    return 2 + len(spans) * len(stats)


PAGES = {"Adoption": _adoption, "Teams": _teams, "People": _people, "Person and My usage": _person}
