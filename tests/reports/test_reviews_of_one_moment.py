"""A review and a brief are of one moment: what is stored while they are counted is in none of their figures."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from core.people.decisions import Decision, Verdict
from core.people.roster import read_csv
from core.reports.briefs.brief import brief_of
from core.reports.exports import canonical, reading, review_files
from core.reports.exports.provenance import Ledger, Maker
from core.reports.people import person
from core.reports.periods import DAY, Grain, Period
from core.reports.reviews import packet, people
from core.reports.reviews.packet import Request
from core.reports.reviews.readings import PresentReadings
from core.store.day_writes import DayWriter
from core.store.directory import directory
from core.store.engine.database import Database
from core.store.matching import attribution, links
from core.visibility import Identity, scope_of, viewer_for
from tests.support import personas

ADMIN = "o@example.com"
NOW = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
FIRST = dt.date(2026, 11, 9)
PERIOD = Period(FIRST, FIRST + DAY * 6)
EVERYBODY = [f"p{number}@example.com" for number in range(4)]
LEAD, LAST = EVERYBODY[0], EVERYBODY[-1]


@pytest.fixture
def four_people(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Four people who are counted one after the other; use is that of the first one's account and of the last one's."""
    for module in (packet, people):
        monkeypatch.setattr(module, "AT_ONCE", 1)
    lines = [f"{email},{email[:2]},{'' if email == LEAD else LEAD}" for email in EVERYBODY]
    with database.write() as connection:
        directory.apply(connection, read_csv("\n".join(["email,name,manager_email", *lines]).encode()), NOW.date())
    for day in PERIOD:
        store(database, day, 10)
    return database


def store(database: Database, day: dt.date, messages: int, **more: int) -> None:
    used = {"chat_messages": messages, **more}
    page = personas.page([(f"user_{email}", email, used) for email in (LEAD, LAST)])
    with database.write() as connection:
        DayWriter(connection).store(connection, day, [page], f"{day} {used}".encode(), NOW)


def move_the_account(database: Database) -> None:
    with database.write() as connection:
        [account] = connection.exec_driver_sql(f"SELECT id FROM account WHERE email = '{LEAD}'").scalars()
        [last] = connection.exec_driver_sql(f"SELECT id FROM employee WHERE email = '{LAST}'").scalars()
        with attribution.history_follows(connection, [account]):
            links.decide(connection, account, Decision(Verdict.LINK, last, None, None), ADMIN, NOW)


def revise_a_day(database: Database) -> None:
    store(database, PERIOD.last, 99)


@pytest.mark.parametrize("changes", [move_the_account, revise_a_day])
def test_what_is_stored_while_people_are_counted_is_in_no_figure(four_people: Database, tmp_path: Path, changes):
    scope = scope_of(four_people, viewer_for(four_people, {ADMIN}, Identity(ADMIN, True), NOW.date()))
    asked = Request(people.pasted(scope, "\n".join(EVERYBODY)), PERIOD, ("chat_messages",), Grain.WEEK)
    counted: list[str] = []

    def progress(_part: float, words: str) -> None:
        counted.append(words)
        if len(counted) == 3:
            changes(four_people)  # when two of the four are counted

    made = review_files.make(
        PresentReadings(scope),
        asked,
        Maker("ab" * 16, "Greta Example", NOW, PERIOD.last, "0.1.0"),
        lambda: Ledger(7, 0, NOW),
        form="json",
        folder=tmp_path,
        progress=progress,
    )
    [contents] = reading.read(made.path)
    names = canonical.columns(asked.stats)
    told = [dict(zip(names, row, strict=True)) for row in contents.rows]
    assert len(counted) > 3
    assert {row["email"]: row["chat_messages"] for row in told if row["record"] == "period"} == {
        email: 70 if email in {LEAD, LAST} else None for email in EVERYBODY
    }


def test_what_is_stored_while_a_brief_is_counted_is_in_none_of_its_lines(four_people: Database, monkeypatch):
    scope = scope_of(four_people, viewer_for(four_people, {ADMIN}, Identity(ADMIN, True), NOW.date()))
    members = scope.members(scope.whole)
    number = int(members.ids[members.emails.index(LEAD)])
    before = brief_of(scope, number, PERIOD, FIRST)
    reads = person.daily

    def daily(*arguments: Any) -> Any:
        for day in PERIOD:
            store(four_people, day, 10, commits=1)  # when it is known on which days there was use, and not yet of what
        return reads(*arguments)

    monkeypatch.setattr(person, "daily", daily)
    assert brief_of(scope, number, PERIOD, FIRST) == before
    monkeypatch.undo()
    assert brief_of(scope, number, PERIOD, FIRST) != before
