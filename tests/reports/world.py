"""A company drawn at random, and its figures worked out from the drawn rows with sets and sums of plain Python.

Nothing here uses the product's arithmetic: the rules are those that are printed beside the numbers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from random import Random

from sqlalchemy import text

from core.catalogue import MEASURE
from core.people.roster import read_csv
from core.reports.measures.activity import Activity
from core.store.day_writes import DayWriter
from core.store.directory import directory
from core.store.engine.database import Database
from tests.support import personas

ADMIN = "operator@example.com"
"""Who sees everybody, and is outside the directory."""

LAST = dt.date(2026, 11, 21)
FIRST = LAST - dt.timedelta(days=97)
TODAY = LAST + dt.timedelta(days=1)
GAP = FIRST + dt.timedelta(days=9)
EMPTY = FIRST + dt.timedelta(days=50)
LATE = "slack_active_messages"
"""Measured for nobody before `LATE_FROM`."""
LATE_FROM = FIRST + dt.timedelta(days=40)
UNKNOWN = "cowork_plugins_used"
"""Never measured."""
SOMETIMES = "excel_messages"
"""Not measured in some rows, and partly in others."""

_COUNTERS = {
    "chat": ("chat_messages", "conversations", "chat_connectors_used"),
    "code": ("code_sessions", "edits_accepted", "edits_rejected", "lines_added"),
    "cowork": ("cowork_sessions", "cowork_skills_used"),
    "excel": ("excel_sessions", SOMETIMES, "excel_skills_used"),
    "across": ("web_searches",),
    "slack": (LATE,),
}
DAY = dt.timedelta(days=1)


def days(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + DAY * n for n in range((last - first).days + 1)]


@dataclass
class World:
    """Who reports to whom, who is employed when, whose account is whose, and what each account did."""

    managers: dict[str, str | None] = field(default_factory=dict)
    starts: dict[str, dt.date | None] = field(default_factory=dict)
    ends: dict[str, dt.date | None] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    rows: dict[tuple[str, dt.date], dict[str, int]] = field(default_factory=dict)
    unmeasured: dict[tuple[str, dt.date], set[str]] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    _active: dict[str, dict[str, set[dt.date]]] = field(default_factory=dict)

    @property
    def stored(self) -> list[dt.date]:
        return [day for day in days(FIRST, LAST) if day != GAP]

    @cached_property
    def by_day(self) -> dict[dt.date, list[tuple[str, dict[str, int]]]]:
        """The rows of each day: account and counters."""
        found: dict[dt.date, list[tuple[str, dict[str, int]]]] = {}
        for (user, day), counts in self.rows.items():
            found.setdefault(day, []).append((user, counts))
        return found

    def chain(self, person: str) -> list[str]:
        found = [person]
        for one in found:
            found += [other for other, manager in self.managers.items() if manager == one]
        return found

    def employed(self, person: str, day: dt.date) -> bool:
        start, end = self.starts[person], self.ends[person]
        return (start is None or start <= day) and (end is None or day <= end)

    def person_rows(self, person: str, day: dt.date) -> list[tuple[str, dict[str, int]]]:
        """The rows of a day that count for a person: none after the last day of employment."""
        end = self.ends[person]
        if end is not None and day > end:
            return []
        return self._by_owner.get((person, day), [])

    @cached_property
    def _by_owner(self) -> dict[tuple[str, dt.date], list[tuple[str, dict[str, int]]]]:
        """The rows of each person and day, whoever is employed then."""
        found: dict[tuple[str, dt.date], list[tuple[str, dict[str, int]]]] = {}
        for (user, day), counts in self.rows.items():
            found.setdefault((self.accounts[user], day), []).append((user, counts))
        return found

    def active(self, person: str, product: str, day: dt.date) -> bool:
        return day in self._days_of(person).get(product, ())

    def _days_of(self, person: str) -> dict[str, set[dt.date]]:
        """On which days a person was active, by product; worked out once."""
        if person not in self._active:
            found: dict[str, set[dt.date]] = {}
            for day in self.by_day:
                for _, counts in self.person_rows(person, day):
                    for key in (key for key, count in counts.items() if count > 0):
                        found.setdefault("any", set()).add(day)
                        found.setdefault(MEASURE[key].product, set()).add(day)
            self._active[person] = found
        return self._active[person]

    def active_in(self, person: str, product: str, first: dt.date, last: dt.date) -> bool:
        return any(self.active(person, product, day) for day in days(first, last))

    def covered(self, first: dt.date, last: dt.date) -> bool:
        return all(day in self.stored for day in days(first, last))

    def measured(self, key: str, day: dt.date) -> bool:
        """Whether anybody's row of the day measured it; of a day without rows, of both the nearest ones with rows."""
        return not any(key in self._by_nobody[near] for near in self._telling(day))

    def _telling(self, day: dt.date) -> list[dt.date]:
        """The days with rows that tell what a stored day measured: itself, or the nearest before and after it."""
        if day in self._by_nobody:
            return [day]
        there = sorted(self._by_nobody)
        return [each for each in there if each < day][-1:] + [each for each in there if each > day][:1]

    @cached_property
    def _by_nobody(self) -> dict[dt.date, set[str]]:
        """Per day with rows, what none of them measured."""
        return {
            day: set.intersection(*(self.unmeasured[user, day] for user, _ in rows))
            for day, rows in self.by_day.items()
        }

    def value(self, person: str, key: str, day: dt.date) -> int | None:
        """A counter of a person's day; None when it was not measured."""
        if day not in self.stored:
            return None
        rows = self.person_rows(person, day)
        if not rows:
            return 0 if self.measured(key, day) else None
        known = [
            counts.get(key, 0)
            for user, counts in rows
            if counts.get(key, 0) > 0 or key not in self.unmeasured[user, day]
        ]
        return sum(known) if known else None


def draw(seed: int, size: int = 26) -> World:
    """Leavers, joiners, people without an account, with two, and with habits of every kind."""
    rng, world = Random(f"reports:{seed}"), World()  # noqa: S311 - repeatable on purpose
    people = [f"n{number:02}@example.com" for number in range(size)]
    for place, person in enumerate(people):
        world.managers[person] = rng.choice(people[max(0, place // 3 - 2) : max(place // 2, 1)]) if place else None
        fate = rng.random()
        world.starts[person] = rng.choice([FIRST, LATE_FROM, LAST - DAY * 12]) if fate < 0.25 else None
        world.ends[person] = rng.choice([GAP, EMPTY, LAST - DAY * 20, LAST]) if fate > 0.85 else None
        for copy in range(rng.choice([0, 1, 1, 1, 1, 2])):
            _use(rng, world, f"user_{place}_{copy}", person, rng.choice([0, 0.04, 0.3, 0.55, 0.8, 1]))
    world.starts[people[-1]] = world.ends[people[-1]] = None
    for letter in "ab":
        _use(rng, world, f"user_twice_{letter}", people[-1], 0.9)
    world.starts[people[-2]], world.ends[people[-2]] = None, FIRST + DAY * 30
    _use(rng, world, "user_who_left", people[-2], 1)
    _use(rng, world, "user_of_nobody", "", 0.5)
    return world


def _use(rng: Random, world: World, user: str, person: str, often: float) -> None:
    world.accounts[user] = person
    first = FIRST + DAY * (rng.choice([0, 0, 30, 60, 75, 85]) if often < 0.9 else 0)
    last = LAST - DAY * (rng.choice([0, 0, 0, 8, 30, 60]) if often < 0.9 else 0)
    products = rng.sample(list(_COUNTERS), rng.randrange(1, 5))
    for day in days(first, last):
        if day in {GAP, EMPTY} or rng.random() >= often * (0.2 if day.weekday() >= 5 else 1):
            continue
        counts = {key: rng.randrange(6) for product in products for key in _COUNTERS[product] if rng.random() < 0.7}
        missing = {UNKNOWN}
        if day < LATE_FROM:
            counts.pop(LATE, None)
            missing.add(LATE)
        if rng.random() < 0.2:
            missing.add(SOMETIMES)
            if rng.random() < 0.5:
                counts.pop(SOMETIMES, None)
        world.rows[user, day] = counts
        world.unmeasured[user, day] = missing


def fill(database: Database, world: World) -> None:
    """Import the company and store its days; `world.ids` then names everybody's employee id."""
    lines = ["email,name,manager_email,title,department,start_date,end_date"]
    for person, manager in world.managers.items():
        name = person.partition("@")[0]
        dates = f"{world.starts[person] or ''},{world.ends[person] or ''}"
        lines.append(f"{person},Name {name},{manager or ''},Title {name},Department {name[-1]},{dates}")
    with database.write() as connection:
        directory.apply(connection, read_csv("\n".join(lines).encode()), TODAY)
        writer = DayWriter(connection)
        for day in world.stored:
            users = [user for user, when in world.rows if when == day]
            rows = [(user, world.accounts[user] or "nobody@example.com", world.rows[user, day]) for user in users]
            partly = [(user, key) for user in users for key in world.unmeasured[user, day]]
            page = personas.page(rows, partly=partly)
            writer.store(connection, day, [page], day.isoformat().encode(), dt.datetime(2026, 11, 22, 6, tzinfo=dt.UTC))
        world.ids = {row.email: row.id for row in connection.execute(text("SELECT id, email FROM employee"))}
    assert world.ids.keys() == world.managers.keys(), "the directory did not take everybody who was drawn"


def use_of(activity: Activity) -> Callable[[dt.date], bool | None]:
    """Whether the one person of an activity used anything on a day; None of a day without data."""
    days = zip(activity.period, activity.mask[:, 0].tolist(), activity.known.tolist(), strict=True)
    return {day: active if known else None for day, active, known in days}.get
