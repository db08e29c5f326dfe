"""The organisation as it was on a day, against what each import said at the time."""

from __future__ import annotations

import datetime as dt
import random

import numpy as np
import pytest

from core.people.roster import read_csv
from core.store import directory_as_of, directory_imports, organisation
from core.store.organisation import Organisation
from tests import personas

FIRST = dt.date(2026, 3, 2)
DAY = dt.timedelta(days=1)


def chains(found: Organisation) -> dict[str, set[str]]:
    """Everybody's chain as the snapshot has it, by address."""
    teams = {email: found.team(employee) for email, employee in found.by_email.items()}
    return {email: set(found.emails[team.left : team.right]) for email, team in teams.items()}


def chains_of(managers: dict[str, str | None]) -> dict[str, set[str]]:
    """The same, by walking up from each person; lines in a circle, and to strangers, do not count."""
    circular = {person for person in managers if person in walk(managers, managers[person])}
    real = {p: None if p in circular or m not in managers else m for p, m in managers.items()}
    found: dict[str, set[str]] = {person: {person} for person in managers}
    for person in managers:
        for above in walk(real, real[person]):
            found[above].add(person)
    return found


def walk(managers: dict[str, str | None], start: str | None) -> list[str]:
    seen: list[str] = []
    while start is not None and start in managers and start not in seen:
        seen.append(start)
        start = managers[start]
    return seen


def import_file(database, managers: dict[str, str | None], day: dt.date) -> None:
    text = "email,name,manager_email\n" + "".join(f"{p},{p[:3]},{m or ''}\n" for p, m in managers.items())
    now = dt.datetime.combine(day, dt.time(9), dt.UTC)
    with database.write() as connection:
        shown = directory_imports.preview(connection, read_csv(text.encode()), "a file", day, complete=True)
        directory_imports.take_in(connection, shown, "somebody", now, confirmed=True)


def as_of(database, day: dt.date) -> Organisation:
    with database.read("test") as connection:
        return directory_as_of.as_of(connection, day)


@pytest.mark.parametrize("seed", range(4))
def test_each_day_has_the_chains_of_the_last_import_before_it(database, seed: int):
    dice = random.Random(seed)  # noqa: S311 - repeatable
    people = [f"p{number:02}@example.com" for number in range(14)]
    managers: dict[str, str | None] = {
        p: dice.choice([None, *people[:place]]) if place else None for place, p in enumerate(people)
    }
    told: dict[dt.date, dict[str, str | None]] = {}
    day = FIRST
    for _ in range(6):
        for person in dice.sample(people, 3):
            managers[person] = dice.choice([None, *(other for other in people if other != person)])
        import_file(database, managers, day)
        told[day] = dict(managers)
        day += DAY * dice.randint(1, 9)
    starts = sorted(told)
    for start, following in zip(starts, [*starts[1:], day], strict=True):
        expected = chains_of(told[start])
        assert chains(as_of(database, start)) == expected
        assert chains(as_of(database, following - DAY)) == expected
    assert chains(as_of(database, FIRST - DAY)) == chains_of(told[FIRST])
    with database.read("test") as connection:
        today = organisation.load(connection)
    last = as_of(database, day)
    assert (last.names, last.emails, last.titles) == (today.names, today.emails, today.titles)
    for name in ("ids", "right", "depth", "starts", "ends", "account_ids", "account_position", "account_until"):
        assert np.array_equal(getattr(last, name), getattr(today, name)), name


def test_an_account_belongs_to_the_same_person_in_every_year(filled):
    with filled.read("test") as connection:
        today = organisation.load(connection)
        moved = directory_as_of.rearranged(today, {1: 2, 2: 5, 3: 1})
    owners = {a: today.emails[p] for a, p in zip(today.account_ids, today.account_position, strict=True)}
    assert owners == {a: moved.emails[p] for a, p in zip(moved.account_ids, moved.account_position, strict=True)}
    assert moved.emails != today.emails
    assert dict(zip(moved.ids, moved.ends, strict=True)) == dict(zip(today.ids, today.ends, strict=True))


def test_lines_that_close_a_circle_on_a_day_are_ignored(filled):
    with filled.read("test") as connection:
        today = organisation.load(connection)
    circular = directory_as_of.rearranged(today, {1: 2, 2: 3, 3: 1, 4: 3})
    assert circular.team(3).size == 2
    assert circular.team(1).size == 1


def test_a_new_managers_view_of_the_past_is_without_people_who_reported_to_somebody_else_then(company, database):
    company(personas.CSV, FIRST)
    moved = personas.CSV.replace(
        f"{personas.ALICE},Alice Example,{personas.FRANK}", f"{personas.ALICE},Alice Example,{personas.HUGO}"
    )
    company(moved, FIRST + DAY * 30)
    then, now = as_of(database, FIRST + DAY * 29), as_of(database, FIRST + DAY * 30)
    assert chains(then)[personas.HUGO] == {personas.HUGO}
    assert chains(now)[personas.HUGO] == {personas.HUGO, *personas.chain(personas.ALICE)}
    assert personas.BOB in chains(then)[personas.FRANK] and personas.BOB not in chains(now)[personas.FRANK]
