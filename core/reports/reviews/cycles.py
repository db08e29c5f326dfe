"""The periods that reviews are about: quarters, halves of a year, or the dates of a company's own cycle."""

from __future__ import annotations

import datetime as dt

from core.reports.periods import DAY, Period

CYCLES = {
    "quarter": "This quarter",
    "last_quarter": "Last quarter",
    "half": "This half year",
    "last_half": "Last half year",
    "dates": "Cycle dates",
}

LONGEST_DAYS = 366
"""A review period is at most a year long."""


def cycle(key: str, through: dt.date) -> Period:
    """The period that a preset means when data reaches `through`; KeyError for one without a fixed meaning."""
    months = {"quarter": 3, "last_quarter": 3, "half": 6, "last_half": 6}[key]
    start = dt.date(through.year, (through.month - 1) // months * months + 1, 1)
    if not key.startswith("last_"):
        return Period(start, through)
    return Period(_earlier(start, months), start - DAY)


def _earlier(first_of_month: dt.date, months: int) -> dt.date:
    number = first_of_month.year * 12 + first_of_month.month - 1 - months
    return dt.date(number // 12, number % 12 + 1, 1)
