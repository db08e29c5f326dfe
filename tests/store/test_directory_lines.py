"""Reporting lines in time: on each day somebody has one manager at most, and today the one of the last import."""

from __future__ import annotations

import datetime as dt
import itertools
import random

import pytest
from sqlalchemy import select

from core.store.engine.database import Database
from core.store.tables.usage import EMPLOYEE, REPORTING_LINE
from tests.support.imports import import_managers
from tests.support.personas import TODAY

DAY = dt.timedelta(days=1)
PEOPLE = [f"{name}@example.com" for name in ("ann", "ben", "mia", "noa", "zoe")]


def lines(database: Database) -> dict[str, list[tuple[str, dt.date, dt.date]]]:
    """Whose lines there are, each as manager, first and last day, in the order of days."""
    with database.read("test") as connection:
        emails = {row.id: row.email for row in connection.execute(select(EMPLOYEE.c.id, EMPLOYEE.c.email))}
        columns = (REPORTING_LINE.c[name] for name in ("employee_id", "manager_id", "from_day", "to_day"))
        rows = connection.execute(select(*columns)).all()
    found: dict[str, list[tuple[str, dt.date, dt.date]]] = {email: [] for email in emails.values()}
    for person, manager, first, last in rows:
        found[emails[person]].append((emails[manager], first or dt.date.min, last or dt.date.max))
    return {email: sorted(held, key=lambda line: line[1]) for email, held in found.items()}


def in_force(database: Database) -> dict[str, str | None]:
    with database.read("test") as connection:
        emails = {row.id: row.email for row in connection.execute(select(EMPLOYEE.c.id, EMPLOYEE.c.email))}
        rows = connection.execute(select(EMPLOYEE.c.email, EMPLOYEE.c.manager_id)).all()
    return {email: emails.get(manager) for email, manager in rows}


@pytest.mark.parametrize("seed", range(12))
def test_after_any_imports_lines_do_not_overlap_and_the_open_one_is_the_managers(database, seed):
    rng, day = random.Random(f"lines:{seed}"), TODAY  # noqa: S311 - repeatable
    for step in range(8):
        managers = {person: rng.choice([None, *PEOPLE]) for person in rng.sample(PEOPLE, rng.randint(3, 5))}
        import_managers(database, managers, day)
        for person, held in lines(database).items():
            for (_, first, last), (_, following, _) in itertools.pairwise(held):
                assert first <= last < following, (seed, person, held)
            today = [manager for manager, first, last in held if last == dt.date.max]
            assert today == [manager for manager in [in_force(database)[person]] if manager], (seed, person, held)
        day += DAY * (0 if step < 4 else rng.choice([0, 1, 3]))


def test_who_was_first_said_to_have_a_manager_then_none_and_then_another_on_one_day_is_in_one_team_at_a_time(database):
    ann, _, mia, noa, _ = PEOPLE
    for manager in (mia, None, noa):
        import_managers(database, {mia: None, noa: None, ann: manager}, TODAY)
    assert lines(database)[ann] == [(mia, dt.date.min, TODAY - DAY), (noa, TODAY, dt.date.max)]
