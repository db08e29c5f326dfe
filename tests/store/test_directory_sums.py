"""Team sums follow a reorganisation, whether branches move whole or people one by one."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from core.people.roster import read_csv
from core.store.day_writes import DayWriter
from core.store.directory import directory
from core.store.usage import team_moves
from tests.support import personas, stored

TODAY = personas.TODAY
SIZE = 70


def mail(number: int) -> str:
    return f"p{number:02}@example.com"


def import_directory(database, managers: list[int | None], leaver: int = 0) -> None:
    lines = ["email,name,manager_email,end_date"]
    for number, manager in enumerate(managers):
        left = TODAY - dt.timedelta(days=2) if leaver and number == leaver else ""
        lines.append(f"{mail(number)},P {number:02},{'' if manager is None else mail(manager)},{left}")
    with database.write() as connection:
        directory.apply(connection, read_csv("\n".join(lines).encode()), TODAY)


@pytest.fixture
def used(database):
    """Seventy people in chains of every size, and three days of what each of them did."""
    managers = [None, *((number - 1) // 4 for number in range(1, SIZE))]
    import_directory(database, managers)
    with database.write() as connection:
        writer = DayWriter(connection)
        for back in (1, 2, 3):
            rows = [
                (f"user_{n}", mail(n), {"chat_messages": n * 10 + back, "commits": n})
                for n in range(0, SIZE, 1 + back % 2)
            ]
            writer.store(
                connection, TODAY - dt.timedelta(days=back), [personas.page(rows)], b"", dt.datetime.now(dt.UTC)
            )
    return database, managers


def check(database) -> None:
    with database.read("test") as connection:
        stored.assert_sums_and_bitmaps_are_right(connection)


def test_a_branch_that_moves_whole_is_not_summed_up_again(used, monkeypatch):
    database, managers = used
    again: list[int] = []
    original = team_moves.move

    def watch(connection, before, after, *more):
        again.extend((len(before.account_ids), len(after.account_ids)))
        original(connection, before, after, *more)

    monkeypatch.setattr(team_moves, "move", watch)
    import_directory(database, [*managers[:2], 1, *managers[3:]])  # 2 and everybody below now report to 1
    assert again == [0, 0]
    check(database)


def test_a_branch_moves_out_and_back_and_so_do_its_parts(used):
    database, managers = used
    for place, boss in ((1, 4), (2, 3), (5, 2), (1, None), (5, 1), (1, 0)):
        managers[place] = boss
        import_directory(database, managers)
        check(database)


@pytest.mark.parametrize("seed", range(3))
def test_random_reorganisations_leave_the_sums_of_the_days_they_are_made_of(used, seed: int):
    database, managers = used
    rng = random.Random(seed)  # noqa: S311 - repeatable
    for step in range(6):
        for place in rng.sample(range(1, SIZE), rng.choice([1, 2, 12])):
            managers[place] = rng.choice([None, *range(place)])
        leaver = rng.randrange(1, SIZE) if step % 2 else 0
        import_directory(database, managers, leaver)
        check(database)
