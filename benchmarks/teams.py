"""The Teams page at 100,000 people and a year: what it asks the database, and what its own code does with the answer.

The store is built quickly rather than through the sync: bitmaps at random, one day in full so that accounts are
matched, and sums and user-days for the teams that are looked at. A tenth of the people left during
the year, some on each day, which is the costly case. What a page writes to the access log is not measured here.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
from sqlalchemy import Connection, event, text

from benchmarks.proofs import world
from core.api.records import UsagePage
from core.catalogue import ANY, MASK_WORDS, MEASURE_KEYS, PRODUCTS
from core.people.roster import RosterFile
from core.reports.periods import DAY, Period, preset
from core.reports.teams import team_comparison, teams
from core.store.directory import directory
from core.store.engine import bulk, schema
from core.store.engine.column_types import to_epoch
from core.store.engine.database import Database
from core.store.tables.usage import ACTIVE_BITS, MASK_COLUMNS, SYNC_DAY, TEAM_DAY, USER_DAY
from core.store.usage.bitmaps import KEPT
from core.store.usage.writes import DayWriter
from core.visibility import EVERYONE, Identity, Scope, Team, scope_of, viewer_for

LAST = dt.date(2026, 11, 20)
REPEATS = 7
ADMIN = "admin@example.com"
PRESETS = ("7d", "28d", "90d", "last_month", "last_quarter")
_EMPTY = {"page_digests": b"", "held_digests": b"", "accepted_digests": b"", "unmeasured": ""}
_LEAVES = 10
"""Every so many-th person left."""


def fill(url: str, people: int, days: int) -> Database:
    """A company with a year of activity."""
    database = Database(url)
    schema.upgrade(database)
    dice = np.random.default_rng(11)
    with database.write() as connection:
        directory.apply(connection, _roster(people, days), LAST)
        page = UsagePage(
            user_ids=[f"user_{number:024d}" for number in range(people)],
            emails=[world.email(number) for number in range(people)],
            values=np.ones((people, len(MEASURE_KEYS)), dtype=np.int32),
            unmeasured=np.zeros((people, MASK_WORDS), dtype=np.int64),
            unknown_fields=frozenset(),
            next_page=None,
        )
        DayWriter(connection).store(connection, LAST, [page], b"", dt.datetime.now(dt.UTC))
    with database.write() as connection:
        _bitmaps(connection, dice, people, days)
    return database


def _roster(people: int, days: int) -> RosterFile:
    """The company of `world`, with leavers."""
    found = world.roster(people)
    rows = tuple(
        replace(row, end_date=LAST - DAY * (number % days)) if number % _LEAVES == _LEAVES - 1 else row
        for number, row in enumerate(found.rows)
    )
    return RosterFile(rows, (), ())


def _bitmaps(connection: Connection, dice: np.random.Generator, people: int, days: int) -> None:
    bits, known = [], []
    for back in range(1, days):
        day = LAST - DAY * back
        chance = world.ACTIVE if day.weekday() < 5 else world.ACTIVE / 10
        known.append({"day": day, "revision": 1, "rows": int(people * chance)})
        for product in (ANY, *PRODUCTS):
            share = chance if product is ANY else chance / 2
            flags = np.packbits(dice.random(people + 1) < share, bitorder="little").tobytes()
            bits.append((product.bit, to_epoch(day), flags))
    bulk.insert(connection, ACTIVE_BITS, ("product", "day", "bits"), bits)
    connection.execute(SYNC_DAY.insert(), [{**_EMPTY, **row} for row in known])


def _sums(database: Database, chosen: Sequence[Team], days: int) -> None:
    """Stored sums of the large ones among the teams, and user-days of the people of the small ones."""
    dates = np.arange(to_epoch(LAST) - days + 1, to_epoch(LAST))
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(text("CREATE TABLE user_day_earlier PARTITION OF user_day DEFAULT"))
        for team in {team.team_id: team for team in chosen}.values():
            if team.rolled_up:
                values = np.full((len(dates), len(MEASURE_KEYS)), team.size)
                columns = ("team_id", "day", *MEASURE_KEYS)
                bulk.insert_numbers(connection, TEAM_DAY, columns, len(dates), team.team_id, dates, values)
                continue
            statement = text(
                "SELECT account_id FROM account_link JOIN employee ON employee.id = account_link.employee_id "
                "WHERE left_pos >= :left AND left_pos < :right"
            )
            for (account,) in connection.execute(statement, {"left": team.left, "right": team.right}).all():
                values = np.tile([1] * len(MEASURE_KEYS) + [0] * MASK_WORDS, (len(dates), 1))
                columns = ("day", "account_id", *MEASURE_KEYS, *MASK_COLUMNS)
                bulk.insert_numbers(connection, USER_DAY, columns, len(dates), dates, account, values)
    with database.write() as connection:
        connection.execute(text("ANALYZE"))


def measure(url: str, people: int = 100_000, days: int = 365) -> dict[str, float]:
    """Milliseconds, the worst of all viewers and presets: in the database, and in our own code."""
    start = time.perf_counter()
    database = fill(url, people, days)
    admin = _scope(database, ADMIN)
    leads = _leads(admin)
    chosen = {name: _compared(admin, number) for name, number in leads.items()}
    _sums(database, [team for group in chosen.values() for team in group], days)
    result = {"seconds to build the store": time.perf_counter() - start}
    asked = _Asked(database)
    KEPT.forget_all()
    cold = _page(database, ADMIN, chosen["everybody"], preset("90d", LAST), asked, repeats=1)
    result["database, the first page of a process"] = cold[0]
    result["own code, the first page of a process"] = cold[1]
    emails = dict(zip(admin.members(admin.whole).ids.tolist(), admin.members(admin.whole).emails, strict=True))
    for name, number in leads.items():
        email = emails.get(number, ADMIN)
        figures = [_page(database, email, chosen[name], preset(key, LAST), asked) for key in PRESETS]
        result[f"database, {name}"] = max(each[0] for each in figures)
        result[f"own code, {name}"] = max(each[1] for each in figures)
    year = Period(LAST - DAY * (days - 1), LAST)
    result["database, everybody, a whole year"], result["own code, everybody, a whole year"] = _page(
        database, ADMIN, chosen["everybody"], year, asked
    )
    return result


def _scope(database: Database, email: str) -> Scope:
    return scope_of(database, viewer_for(database, [ADMIN], Identity(email, email_verified=True), LAST))


def _leads(admin: Scope) -> dict[str, int]:
    """An admin, and leads of about a tenth, a hundredth and a thousandth, and of a single team."""
    members = admin.members(admin.whole)
    sizes = {int(number): int(size) for number, size in zip(members.ids, members.reports, strict=True)}
    staying = members.ids[members.employed(LAST)].tolist()
    result = {"everybody": EVERYONE}
    for name, wanted in (("a tenth", 10), ("a hundredth", 100), ("a thousandth", 1_000)):
        size = len(sizes) / wanted
        result[name] = min(staying, key=lambda number: abs(sizes[number] - size))
    result["one team"] = min(staying, key=lambda number: (abs(sizes[number] - 8), number))
    return result


def _compared(admin: Scope, number: int) -> list[Team]:
    """The four largest teams directly below, or of a small chain whatever there is; small ones take the slow path."""
    team = admin.team(number)
    members = admin.members(team)
    below = [int(members.ids[at]) for at in np.argsort(-members.reports, kind="stable") if members.reports[at]]
    chosen = [*below[1:3], *below[-2:]]
    return [admin.team(each) for each in dict.fromkeys(chosen or [number])]


class _Asked:
    """The statements that the read engine is asked."""

    def __init__(self, database: Database) -> None:
        self.statements: list[tuple[str, Any]] = []
        event.listen(database._reader, "before_cursor_execute", self._note)  # noqa: SLF001 - what no caller can see

    def _note(self, _c: object, _cursor: object, statement: str, parameters: object, *_more: object) -> None:
        if statement.startswith("SELECT"):
            self.statements.append((statement, parameters))


def _page(
    database: Database, email: str, compared: Sequence[Team], period: Period, asked: _Asked, *, repeats: int = REPEATS
) -> tuple[float, float]:
    """Milliseconds in the database, and of processor time in our own code, for the table with areas and a comparison.

    The least of several repetitions, since others may share the machine.
    """
    inside, outside = [], []
    for _ in range(repeats):
        asked.statements.clear()
        start = time.process_time()
        _render(database, email, compared, period)
        whole = time.process_time() - start
        wall, busy = _replayed(database, asked.statements)
        inside.append(wall)
        outside.append(whole - busy)
    return min(inside) * 1_000, min(outside) * 1_000


def _render(database: Database, email: str, compared: Sequence[Team], period: Period) -> None:
    scope = _scope(database, email)
    freshness = scope.freshness()
    assert freshness.first_day is not None
    team = teams.top(scope)
    teams.teams(scope, team, ANY, period, freshness.first_day)
    inside = [scope.team(each.team_id) for each in compared]
    team_comparison.compare(scope, inside, ANY, period, freshness.first_day)


def _replayed(database: Database, statements: Sequence[tuple[str, Any]]) -> tuple[float, float]:
    """Seconds and processor seconds that the driver needs for the same statements once more, all rows fetched."""
    with _raw(database) as cursor:
        start, busy = time.perf_counter(), time.process_time()
        for statement, parameters in statements:
            cursor.execute(statement, parameters)
            cursor.fetchall()
        return time.perf_counter() - start, time.process_time() - busy


@contextmanager
def _raw(database: Database) -> Iterator[Any]:
    with database.read("benchmark") as connection:
        yield connection.connection.driver_connection.cursor()  # type: ignore[union-attr]
