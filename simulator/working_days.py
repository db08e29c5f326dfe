"""Which days somebody works: weekends, the company's holidays, vacations."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from random import Random

HOLIDAYS = frozenset({(1, 1), (1, 2), (5, 1), (6, 24), (10, 3), (11, 1), (12, 24), (12, 25), (12, 26), (12, 31)})
"""Month and day of the company's holidays."""

QUIET_WEEK = frozenset({(12, 27), (12, 28), (12, 29), (12, 30)})
"""Between the years most people are away."""


def presence(day: dt.date) -> float:
    """Share of the usual activity on a day: 1 on a working day, little at weekends, almost nothing on holidays."""
    if (day.month, day.day) in HOLIDAYS:
        return 0.02
    if day.weekday() >= 5:
        return 0.05
    if (day.month, day.day) in QUIET_WEEK:
        return 0.3
    return 0.9 if day.weekday() == 4 else 1.0


def on_vacation(seed: int, user_id: str, day: dt.date) -> bool:
    return any(start <= day < end for start, end in vacations(seed, user_id, day.year))


@lru_cache(maxsize=4096)
def vacations(seed: int, user_id: str, year: int) -> tuple[tuple[dt.date, dt.date], ...]:
    """The absences of one person in one year as (first day, day of return): two or three weeks in summer, two more."""
    rng = Random(f"vacation:{seed}:{user_id}:{year}")
    summer = dt.date(year, 6, 20) + dt.timedelta(days=rng.randrange(60))
    winter = dt.date(year, 1, 8) + dt.timedelta(days=rng.randrange(90))
    autumn = dt.date(year, 9, 10) + dt.timedelta(days=rng.randrange(80))
    return (
        (winter, winter + dt.timedelta(days=rng.choice((4, 5, 7)))),
        (summer, summer + dt.timedelta(days=rng.choice((12, 16, 21)))),
        (autumn, autumn + dt.timedelta(days=rng.choice((4, 7, 9)))),
    )
