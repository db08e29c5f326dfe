"""Mutated answers through the whole pipeline: envelope, decode, match, store, roll up, commit; fixed by a seed."""

from __future__ import annotations

import datetime as dt
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from sqlalchemy import text

from benchmarks.figures import Figure, Figures, no
from benchmarks.proofs import world
from benchmarks.proofs.soak import spare_the_disk
from core.errors import CursorLost, DayHeld, UptakeError
from core.store.directory import directory
from core.store.engine import schema
from core.store.engine.database import Database
from core.store.usage import ledger
from core.sync import lease
from core.sync.pipeline import DaySync
from tests.support import stored

FIRST = dt.date(2026, 9, 1)
DAYS, PEOPLE, PAGE_SIZE = 5, 20, 10
CHECK_EVERY = 500
NOW = dt.datetime(2026, 9, 20, tzinfo=dt.UTC)

ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    3.0,
    3.5,
    "3",
    "",
    "x" * 5_000,
    2**31 - 1,
    2**31,
    2**63,
    10**400,
    float("nan"),
    float("inf"),
    -0.0,
    [],
    {},
    [[[[[[]]]]]],
    {"a": {"b": {"c": None}}},
    "nul \0 in it",
    "\ud800",
    "\u202e right to left",
    "K",
    "person.000001@example.com",
    "user_000000000000000000000001",
    "2026-02-30",
)


def measure(url: str, number: int = 100_000, seed: int = 5) -> Figures:
    """Counts of what became of the answers; crashes and half commits are printed and must be none."""
    database = Database(url)
    spare_the_disk(database)
    schema.upgrade(database)
    with database.write() as connection:
        directory.apply(connection, world.roster(PEOPLE + 5), FIRST)
    bench = _Bench(database, random.Random(seed))
    start = time.monotonic()
    for turn in range(number):
        bench.turn(turn)
        if turn % CHECK_EVERY == CHECK_EVERY - 1 or turn == number - 1:
            bench.check_everything()
    database.dispose()
    return Figures(
        Figure("mutated answers", number),
        *(Figure(f"of these {outcome}", count) for outcome, count in sorted(bench.outcomes.items())),
        no("crashes", bench.crashes),
        no("half commits", bench.halves),
        Figure("checks of all sums", bench.checks),
        Figure("answers per second", number / (time.monotonic() - start)),
    )


class _Bench:
    """A database, and one mutated day after the other."""

    def __init__(self, database: Database, dice: random.Random) -> None:
        self._database, self._dice = database, dice
        self._clean = {day: world.pages(PEOPLE, day, active=1.0, size=PAGE_SIZE) for day in map(_day, range(DAYS))}
        self.outcomes = Counter[str]()
        self.crashes = self.halves = self.checks = 0
        held = lease.take(database, "benchmark", NOW)
        assert not isinstance(held, str)
        self._sync = DaySync(database, held, lambda: NOW)
        for day in self._clean:
            self._sync.sync_day(self._answers(day, self._clean[day]), day)

    def turn(self, number: int) -> None:
        """Read one day with one of its answers mutated."""
        day = _day(number % DAYS)
        bodies = list(self._clean[day])
        which = self._dice.randrange(len(bodies))
        bodies[which] = mutated(bodies[which], self._dice)
        before = self._state(day)
        try:
            outcome = self._read(day, bodies)
        except UptakeError as error:
            outcome = f"refused as {type(error).__name__}"
        except Exception as error:  # noqa: BLE001 - this is what is looked for
            outcome = "crashed"
            self.crashes += 1
            print(f"  CRASH in turn {number}: {type(error).__name__}: {str(error)[:300]}")
        self.outcomes[outcome] += 1
        after = self._state(day)
        if after[1] != after[2] or ("taken" not in outcome and after != before):
            self.halves += 1
            print(f"  HALF in turn {number}: {outcome}, {before} became {after}")

    def _read(self, day: dt.date, bodies: list[bytes]) -> str:
        """Half of the days that are held are accepted as an admin would, else soon nothing would be taken any more."""
        try:
            report = self._sync.sync_day(self._answers(day, bodies), day)
        except DayHeld:
            if self._dice.random() < 0.5:
                raise
            with self._database.write() as connection:
                assert ledger.accept_held(connection, day)
            self._sync.sync_day(self._answers(day, bodies), day)
            return "held, accepted and taken"
        return "taken" if report.change else "found unchanged"

    def check_everything(self) -> None:
        """All sums and bitmaps, computed again from the user-days."""
        self.checks += 1
        with self._database.read("benchmark") as connection:
            stored.assert_sums_and_bitmaps_are_right(connection)

    def _answers(self, day: dt.date, bodies: list[bytes]) -> Callable[[dt.date, str | None], bytes]:
        cursors = {f"cursor-{day}-{index - 1}" if index else None: index for index in range(len(bodies))}

        def fetch(_day: dt.date, cursor: str | None) -> bytes:
            if cursor not in cursors:
                raise CursorLost("The API does not know this cursor.")
            return bodies[cursors[cursor]]

        return fetch

    def _state(self, day: dt.date) -> tuple[int, int, int, int]:
        """Version, rows that it says it has, rows that there are, and one of their sums."""
        epoch = (day - dt.date(1970, 1, 1)).days
        bound = {"day": epoch if self._database.is_sqlite else day}
        query = (
            "SELECT s.revision, s.rows, (SELECT count(*) FROM user_day WHERE day = :day), "
            "(SELECT COALESCE(sum(chat_messages), 0) FROM user_day WHERE day = :day) "
            "FROM sync_day s WHERE s.day = :day"
        )
        with self._database.read("benchmark") as connection:
            row = connection.execute(text(query), bound).one()
        return int(row[0]), int(row[1]), int(row[2]), int(row[3])


def _day(number: int) -> dt.date:
    return FIRST + dt.timedelta(days=number)


def mutated(body: bytes, dice: random.Random) -> bytes:
    """The answer with one to three changes, half of the time in its structure, else in its bytes."""
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        body = _in_structure(body, dice) if dice.random() < 0.5 else _in_bytes(body, dice)
    return body


def _in_bytes(body: bytes, dice: random.Random) -> bytes:
    if not body:
        return b"{}"
    start = dice.randrange(len(body))
    end = min(len(body), start + dice.choice((1, 1, 2, 8, 200)))
    piece = body[start:end]
    change = dice.randrange(7)
    if change == 0:
        return body[:start] + bytes(dice.randrange(256) for _ in piece) + body[end:]
    if change == 1:
        return body[:start] + body[end:]
    if change == 2:
        return body[:start] + piece + piece + body[end:]
    if change == 3:
        return body[:start]
    if change == 4:
        return body[:start] + bytes([body[start] ^ (1 << dice.randrange(8))]) + body[start + 1 :]
    if change == 5:
        return body[:start] + dice.choice((b"9", b"-", b".", b"e9", b'"', b"{", b"]", b",", b"\0")) + body[start:]
    return body[start:] + body[:start]


def _in_structure(body: bytes, dice: random.Random) -> bytes:
    try:
        page = json.loads(body)
    except (ValueError, RecursionError):
        return _in_bytes(body, dice)
    if not isinstance(page, dict) or not isinstance(page.get("data"), list) or not page["data"]:
        return json.dumps(dice.choice(ODD_VALUES)).encode()
    rows, change = page["data"], dice.randrange(10)
    if change == 0:
        rows.append(dice.choice(rows))
    elif change == 1:
        rows.pop(dice.randrange(len(rows)))
    elif change == 2:
        dice.shuffle(rows)
    elif change == 3:
        page[dice.choice(("next_page", "data", "has_more", "new"))] = dice.choice(ODD_VALUES)
    elif change == 4:
        rows.insert(dice.randrange(len(rows)), dice.choice(ODD_VALUES))
    else:
        _in_a_row(dice.choice(rows), dice)
    return json.dumps(page, ensure_ascii=dice.random() < 0.5).encode("utf-8", "surrogatepass")


def _in_a_row(row: Any, dice: random.Random) -> None:
    """Change something at a random depth."""
    while isinstance(row, dict) and row:
        key = dice.choice(sorted(row))
        if isinstance(row[key], dict) and row[key] and dice.random() < 0.8:
            row = row[key]
            continue
        change = dice.randrange(4)
        if change == 0:
            del row[key]
        elif change == 1:
            row[f"{key}_new"] = row.pop(key)
        elif change == 2:
            row[key] = dice.choice(ODD_VALUES)
        else:
            row[key] = dice.randrange(1_000)
        return
