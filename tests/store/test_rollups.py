"""Team sums and bitmaps are always what the user-days add up to, whatever happened to people and days in between."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from core.catalogue import MEASURES
from core.people.roster import read_csv
from core.store.day_writes import DayWriter
from core.store.directory import directory
from core.store.engine.database import Database
from core.store.hierarchy import organisation
from core.store.usage import team_moves
from tests.support import databases, personas, stored
from tests.support.personas import page

TODAY = personas.TODAY
DAYS = [TODAY - dt.timedelta(days=back) for back in range(1, 5)]
NOW = dt.datetime(2026, 11, 22, 6, 30, tzinfo=dt.UTC)
HEADER = "email,name,manager_email,end_date\n"


def _check(database: Database) -> stored.Sums:
    with database.read("test") as connection:
        stored.assert_sums_and_bitmaps_are_right(connection)
        return stored.team_days(connection)


def _store(database: Database, day: dt.date, people: dict[str, tuple[str, dict[str, int]]]) -> None:
    rows = [(user, email, counts) for user, (email, counts) in people.items()]
    with database.write() as connection:
        DayWriter(connection).store(connection, day, [page(rows[::2]), page(rows[1::2])], b"", NOW)


def _import(database: Database, text: str) -> None:
    with database.write() as connection:
        directory.apply(connection, read_csv(text.encode()), TODAY)


def _mentioning(email: str, manager: str = "", end: str = "") -> str:
    return f"{HEADER}{email},{email.partition('@')[0].capitalize()} Example,{manager},{end}\n"


def test_after_a_plain_ingest_the_sums_of_long_chains_are_stored(filled):
    sums = _check(filled)
    assert {team for team, _ in sums} >= {"", personas.GRETA, personas.FRANK}
    for team in (personas.GRETA, personas.FRANK):
        found = sum(counts.get("chat_messages", 0) for (of, _), counts in sums.items() if of == team)
        assert found == personas.total(personas.chain(team), "chat_messages")


def test_usage_that_came_before_the_directory_is_attributed_when_it_comes(database):
    for day in DAYS:
        _store(database, day, {f"u{n}": (f"p{n}@example.com", {"chat_messages": n + 1}) for n in range(15)})
    assert _check(database) == {}
    people = "".join(f"p{n}@example.com,P{n},{'p0@example.com' if n else ''},\n" for n in range(15))
    _import(database, HEADER + people)
    assert _check(database)["p0@example.com", DAYS[0]] == {"chat_messages": 120}


@pytest.mark.parametrize("manager", [personas.GRETA, personas.CHARLIE, ""], ids=["up", "aside", "to nobody"])
def test_a_manager_who_moves_takes_the_whole_chain_and_its_history_along(filled, manager):
    before = _check(filled)
    _import(filled, _mentioning(personas.ALICE, manager))
    after = _check(filled)
    assert after != before or manager == personas.CHARLIE
    _import(filled, _mentioning(personas.ALICE, personas.FRANK))
    assert _check(filled) == before


def test_a_chain_that_crosses_the_threshold_gets_its_sums_and_loses_them_again(filled):
    before = _check(filled)
    _import(filled, _mentioning(personas.ALICE, personas.CHARLIE))
    assert (personas.CHARLIE, personas.DAYS[0]) in _check(filled)
    for person in (personas.ALICE, *personas.CREW):
        _import(filled, _mentioning(person, personas.FRANK))
    assert (personas.CHARLIE, personas.DAYS[0]) not in _check(filled)
    for person in personas.CREW:
        _import(filled, _mentioning(person, personas.CHARLIE))
    assert _check(filled) == before


def test_days_after_somebody_left_leave_the_sums_and_come_back_when_they_do(filled):
    before = _check(filled)
    _import(filled, _mentioning(personas.IVY, personas.BOB, personas.DAYS[10].isoformat()))
    assert _check(filled) != before
    _import(filled, _mentioning(personas.IVY, personas.BOB))
    assert _check(filled) == before


def test_a_new_address_in_the_api_leaves_the_history_with_the_person_whose_account_it_was_r29(filled):
    """R29"""
    day = personas.DAYS[-3]
    with filled.read("test") as connection:
        rows = stored.user_days(connection)
    counts = {user: counts for (user, on), counts in rows.items() if on == day}
    plain = {user: {k: n for k, n in c.items() if not k.startswith("unmeasured")} for user, c in counts.items()}
    now_dora = {u: (personas.DORA if u == "user_cleo" else personas.ACCOUNTS[u][0], c) for u, c in plain.items()}
    before = _check(filled)
    assert before[personas.FRANK, day]
    _store(filled, day, now_dora)
    assert _check(filled) == before


def test_an_import_that_changes_nothing_writes_no_team_sum(filled, monkeypatch):
    before = _check(filled)
    written = []
    monkeypatch.setattr(team_moves, "_add", lambda _connection, changes: written.extend(changes))
    _import(filled, personas.CSV)
    assert written == []
    assert _check(filled) == before


class _Story:
    """A random small organisation to which random things happen."""

    def __init__(self, database: Database, seed: int) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - repeatable
        self.database = database
        self.people: dict[str, tuple[str, str]] = {}
        self.addresses: dict[str, str] = {}

    def go_on(self) -> None:
        self.rng.choice((self._grow, self._move, self._archive, self._ingest, self._ingest, self._rename))()

    def _import(self, emails: list[str]) -> None:
        _import(self.database, HEADER + "".join(f"{e},{e},{','.join(self.people[e])}\n" for e in emails))

    def _grow(self) -> None:
        fresh = [f"p{len(self.people) + n}@example.com" for n in range(self.rng.randint(1, 6))]
        for email in fresh:
            self.people[email] = (self.rng.choice(["", *self.people]) if self.people else "", "")
        self._import(fresh)

    def _move(self) -> None:
        if self.people:
            email = self.rng.choice(list(self.people))
            self.people[email] = (self.rng.choice(["", *self.people]), self.people[email][1])
            self._import([email])

    def _archive(self) -> None:
        if self.people:
            email = self.rng.choice(list(self.people))
            end = self.rng.choice(["", *map(str, DAYS)])
            self.people[email] = (self.people[email][0], end)
            self._import([email])

    def _ingest(self) -> None:
        users = self.rng.sample(range(16), self.rng.randint(0, 12))
        keys = self.rng.sample([m.key for m in MEASURES], 3)
        rows = {
            f"u{n}": (
                self.addresses.setdefault(f"u{n}", f"P{n % 13}@Example.com"),
                {k: self.rng.randint(0, 2) for k in keys},
            )
            for n in users
        }
        _store(self.database, self.rng.choice(DAYS), rows)

    def _rename(self) -> None:
        self.addresses[f"u{self.rng.randrange(16)}"] = f"p{self.rng.randrange(20)}@example.com"
        self._ingest()


def _tell(database: Database, seed: int) -> None:
    story = _Story(database, seed)
    for step in range(12):
        story.go_on()
        try:
            _check(database)
        except AssertionError as error:
            error.add_note(f"seed {seed}, step {step}")
            raise


@pytest.mark.parametrize("seed", range(32))
def test_whatever_happens_to_a_small_organisation_its_sums_stay_right(seed, tmp_path, monkeypatch):
    monkeypatch.setattr(organisation, "ROLLED_UP_FROM", 4)
    database = Database(databases.prepared_database("sqlite", tmp_path, databases.migrate))
    _tell(database, seed)
    database.dispose()


@pytest.mark.parametrize("seed", [100, 101, 102])
def test_the_same_holds_on_either_engine(seed, database, monkeypatch):
    monkeypatch.setattr(organisation, "ROLLED_UP_FROM", 4)
    _tell(database, seed)
