"""Small organisations drawn at random, and what each of their people may read held against a walk up the managers.

Each person's one day counts 2 to the power of their number, so a sum names exactly the people that are in it.
"""

from __future__ import annotations

import datetime as dt
from random import Random

import pytest
from sqlalchemy import text

from core.catalogue import ANY
from core.errors import UnknownViewer
from core.people.roster import read_csv
from core.store.day_writes import DayWriter
from core.store.directory import directory
from core.store.engine.database import GUARDED, Database
from core.visibility import Identity, Scope, scope_of, viewer_for
from tests.support import personas
from tests.support.oracle import Managers, may_see
from tests.support.reads import READS, refusals, subject

DAY, TODAY = dt.date(2026, 11, 18), dt.date(2026, 11, 22)
ROOT = "operator@example.com"


def draw(rng: Random) -> tuple[dict[str, str | None], set[str], set[str]]:
    """Managers, admins and archived people: forests, circles, people who manage themselves, unknown managers."""
    size = rng.randrange(12, 15) if rng.random() < 0.08 else rng.randrange(1, 8)
    people = [f"p{rng.randrange(10**6)}-{number}@example.com" for number in range(size)]
    kind = rng.choice(["tree", "chain", "chaos", "chaos"])
    managers: dict[str, str | None] = {}
    for place, person in enumerate(people):
        earlier = people[:place]
        if kind == "chain":
            managers[person] = earlier[-1] if earlier else None
        elif kind == "tree":
            managers[person] = rng.choice([*earlier, *earlier, None]) if earlier else None
        else:
            managers[person] = rng.choice([*people, *people, None, "nobody@example.com"])
    admins = {person for person in people if rng.random() < 0.1}
    archived = {person for person in people if rng.random() < 0.15}
    return managers, admins, archived


def roster(managers: Managers, archived: set[str]) -> bytes:
    lines = ["email,name,manager_email,end_date"]
    for person, manager in managers.items():
        end = DAY.isoformat() if person in archived else ""
        lines.append(f"{person},Name of {person.partition('@')[0]},{manager or ''},{end}")
    return "\n".join(lines).encode()


def replace_organisation(database: Database, managers: Managers, archived: set[str]) -> dict[str, int]:
    """Forget the organisation before, import this one with a day of use, and number its people."""
    with database.write() as connection:
        for table in (
            "matching_decision",
            "account_match",
            "role_grant",
            "reporting_line",
            "account_link",
            "account",
            "sync_day",
            "day_revision",
        ):
            connection.execute(text(f"DELETE FROM {table}"))
        for table in GUARDED:
            if not table.startswith("access_log"):  # nobody can forget what is in there
                connection.execute(text(f"DELETE FROM {table}"))
        directory.apply(connection, read_csv(roster(managers, archived)), DAY)
        rows = [(f"user_{person}", person, {"chat_messages": 1 << n}) for n, person in enumerate(managers)]
        DayWriter(connection).store(connection, DAY, [personas.page(rows)], b"day", dt.datetime.now(dt.UTC))
        return {row.email: row.id for row in connection.execute(text("SELECT id, email FROM employee"))}


def check(database: Database, managers: Managers, admins: set[str], archived: set[str]) -> None:
    ids = replace_organisation(database, managers, archived)
    bit = {person: 1 << number for number, person in enumerate(managers)}
    all_admins = admins | {ROOT}
    root = scope_of(database, viewer_for(database, all_admins, Identity(ROOT, True), TODAY))
    subjects = {person: subject(root, ids[person]) for person in managers}
    for viewer in managers:
        if viewer in archived:
            with pytest.raises(UnknownViewer):
                viewer_for(database, all_admins, Identity(viewer, True), TODAY)
            continue
        scope = scope_of(database, viewer_for(database, all_admins, Identity(viewer, True), TODAY))
        seen = {person for person in managers if may_see(viewer, person, managers, all_admins)}
        check_reads(scope, subjects, managers, seen, bit)
        assert scope.leads_people == (len(seen) > 1 or viewer in admins)
        assert total(scope.team_sums(scope.whole, ["chat_messages"], DAY, DAY)) == sum(bit[person] for person in seen)


def check_reads(scope: Scope, subjects: dict, managers: Managers, seen: set[str], bit: dict[str, int]) -> None:
    for person, of in subjects.items():
        if person not in seen:
            assert refusals(scope, of, DAY, DAY) == {"There is nothing here that you can see."}
            continue
        for reads in READS.values():
            for read in reads:
                read(scope, of, DAY, DAY)
        below = {other for other in managers if may_see(person, other, managers, ())}
        assert set(scope.members(of.team).emails) == below
        assert {row[0] for row in scope.user_days(of.team, ["chat_messages"], DAY, DAY)} == {
            subjects[other].employee_id for other in below
        }
        assert total(scope.team_sums(of.team, ["chat_messages"], DAY, DAY)) == sum(bit[other] for other in below)
        assert scope.active_in(of.team, {ANY.bit: [(DAY, DAY)]})[ANY.bit].mask.tolist() == [[True] * len(below)]


def total(rows) -> int:
    return sum(row[1] for row in rows)
