"""A company of eleven: `top` above `lead` (of `one` and `two`), `peer` (of `third`) and five more who use Claude."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import text

from core.people.roster import read_csv
from core.store.directory import directory
from core.store.engine.database import Database
from core.viewers import Role
from core.visibility import Scope, Viewer, scope_of

DAY, TODAY = dt.date(2026, 11, 18), dt.date(2026, 11, 22)
MANAGER = {"top": "", "lead": "top", "one": "lead", "two": "lead", "peer": "top", "third": "peer"}
MANAGER |= {f"use{number}": "top" for number in range(5)}
TWO = "(SELECT id FROM employee WHERE email = 'two@example.com')"
USERS = ["one", "third", *(f"use{number}" for number in range(4))]


def import_directory(database: Database, day: dt.date = TODAY, **changed: str) -> None:
    """Import everybody on a day, with another manager for some; "-" before the manager's name: archived."""
    lines = ["email,name,manager_email,end_date"]
    for name, boss in (MANAGER | changed).items():
        bare = boss.removeprefix("-")
        end = DAY.isoformat() if boss.startswith("-") else ""
        lines.append(f"{name}@example.com,{name.title()},{bare and f'{bare}@example.com'},{end}")
    with database.write() as connection:
        directory.apply(connection, read_csv("\n".join(lines).encode()), day)


def ids_of(database: Database) -> dict[str, int]:
    with database.write() as connection:
        rows = connection.execute(text("SELECT email, id FROM employee")).all()
    return {email.partition("@")[0]: number for email, number in rows}


def scope(database: Database, name: str, *, roles: frozenset[Role] = frozenset(), everyone: bool = False) -> Scope:
    number = ids_of(database).get(name)
    return scope_of(database, Viewer(f"{name}@example.com", name, number, roles, everyone))


def refused(database: Database) -> int:
    with database.write() as connection:
        return int(connection.execute(text("SELECT count(*) FROM access_log WHERE kind = 'refusal'")).scalar_one())
