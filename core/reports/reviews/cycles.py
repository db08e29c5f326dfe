"""The periods that reviews are about: quarters, halves of a year, or the dates of a company's own cycle."""

from __future__ import annotations

import datetime as dt

from core.reports.periods import Period, span_before, span_start

CYCLES = {
    "quarter": "This quarter",
    "last_quarter": "Last quarter",
    "half": "This half year",
    "last_half": "Last half year",
    "dates": "Custom range",
}

LONGEST_DAYS = 366
"""The most days of a review's period: a year."""


def cycle(key: str, through: dt.date, year_start: int = 1) -> Period:
    """The period that a preset means when data reaches `through`; KeyError for one without a fixed meaning.

    `year_start` is the month in which the company's year begins, and with it the first quarter and the first half.
    """
    months = {"quarter": 3, "last_quarter": 3, "half": 6, "last_half": 6}[key]
    start = span_start(through, months, year_start)
    return span_before(start, months) if key.startswith("last_") else Period(start, through)
