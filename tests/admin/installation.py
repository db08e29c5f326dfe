"""The days of the invented installation."""

from __future__ import annotations

import datetime as dt

NEWEST = dt.date(2026, 11, 20)
NOW = dt.datetime(2026, 11, 21, 9, 0, tzinfo=dt.UTC)


def days_back(number: int) -> dt.date:
    return NEWEST - dt.timedelta(days=number)
