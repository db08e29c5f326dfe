"""A large, untidy organisation with one day of use, and who may see whom in it by the oracle."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping

from core.people.roster import read_csv
from core.store.day_writes import DayWriter
from core.store.directory import directory
from core.store.engine import schema
from core.store.engine.database import Database
from tests.support import personas
from tests.support.oracle import managers_above

DAY, TODAY = dt.date(2026, 11, 18), dt.date(2026, 11, 22)
"""The day of use, and the one on which everybody looks."""

Managers = dict[str, str | None]


def organisation(people: int, dice: random.Random) -> tuple[Managers, set[str], set[str]]:
    """Managers, admins and archived people: several tops, a deep line, circles, people above themselves or nobody."""
    names = [f"p{number}@example.com" for number in range(people)]
    managers: Managers = {}
    for number, name in enumerate(names):
        chance = dice.random()
        if number < 5 or chance < 0.002:
            managers[name] = None
        elif chance < 0.06:
            managers[name] = names[number - 1]
        elif chance < 0.066:
            managers[name] = dice.choice([*names[number:], name, "nobody@example.com"])
        else:
            managers[name] = names[int(number * dice.random() ** 1.5)]
    admins = set(dice.sample(names, 5))
    return managers, admins, {name for name in names if dice.random() < 0.05}


def fill(url: str, managers: Mapping[str, str | None], archived: set[str], dice: random.Random) -> dict[str, int]:
    """Import the organisation with one day of use; everybody's number of that day."""
    numbers = {name: dice.randrange(1, 2**31) for name in managers}
    lines = ["email,name,manager_email,end_date"]
    lines += [f"{name},Name,{boss or ''},{DAY if name in archived else ''}" for name, boss in managers.items()]
    database = Database(url)
    schema.upgrade(database)
    with database.write() as connection:
        directory.apply(connection, read_csv("\n".join(lines).encode()), TODAY)
        rows = [(f"user_{name}", name, {"chat_messages": number}) for name, number in numbers.items()]
        DayWriter(connection).store(connection, DAY, [personas.page(rows)], b"day", dt.datetime.now(dt.UTC))
    database.dispose()
    return numbers


def seen_by(managers: Managers, admins: set[str]) -> dict[str, set[str]]:
    """Viewer → whom they may see, by the oracle: each person is seen by themselves, those above, and admins."""
    seen: dict[str, set[str]] = {name: {name} for name in managers}
    for name in managers:
        for above in managers_above(name, managers):
            seen[above].add(name)
    return seen | {admin: set(managers) for admin in admins}
