"""Ranges of whole UTC days, their presets, and the grains in which charts show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Self

from core import wording

DAY = dt.timedelta(days=1)
WEEK = dt.timedelta(days=7)

WEEK_DAYS = 7

MONTH_DAYS = 28
"""Length of the window of "monthly active": four whole weeks, so that weekdays weigh alike."""


class Grain(StrEnum):
    """How long one point of a trend is; weeks are ISO weeks, Monday to Sunday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class Period:
    """Whole days from `first` to `last`, both included."""

    first: dt.date
    last: dt.date

    def __post_init__(self) -> None:
        """Refuse a range that ends before it begins."""
        if self.last < self.first:
            message = f"The range ends before it begins ({self.first} to {self.last})."
            raise ValueError(message)

    def __len__(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def __iter__(self) -> Iterator[dt.date]:
        """Each day, in order."""
        return map(dt.date.fromordinal, range(self.first.toordinal(), self.last.toordinal() + 1))

    def __contains__(self, day: dt.date) -> bool:
        """Whether a day lies inside."""
        return self.first <= day <= self.last

    def __str__(self) -> str:
        """As a reader writes it: "1 Sep to 30 Nov 2026"."""
        return wording.days(self.first, self.last)

    @classmethod
    def ending(cls, last: dt.date, days: int) -> Self:
        """So many days, of which the last is given."""
        return cls(last - DAY * (days - 1), last)

    def within(self, bounds: Period) -> Period | None:
        """The part that lies inside another, if any does."""
        first, last = max(self.first, bounds.first), min(self.last, bounds.last)
        return Period(first, last) if first <= last else None

    def newest(self, most: int) -> Period:
        """Its last days, at most so many."""
        return self if len(self) <= most else Period.ending(self.last, most)

    def before(self) -> Period:
        """The period to compare with: the same length, shifted back by whole weeks, so that weekdays match."""
        shift = WEEK * -(-len(self) // 7)
        return Period(self.first - shift, self.last - shift)

    def complete_weeks(self) -> list[Period]:
        """The ISO weeks that lie wholly inside, in order."""
        monday = self.first + DAY * (-self.first.weekday() % 7)
        weeks = []
        while monday + DAY * 6 <= self.last:
            weeks.append(Period(monday, monday + DAY * 6))
            monday += WEEK
        return weeks


def last_weeks(through: dt.date, count: int) -> Period:
    """The last `count` complete ISO weeks that end on or before a day."""
    sunday = through - DAY * ((through.weekday() + 1) % 7)
    return Period(sunday - WEEK * count + DAY, sunday)


@lru_cache(maxsize=8_192)
def bucket(day: dt.date, grain: Grain) -> dt.date:
    """The first day of the day's bucket."""
    if grain is Grain.WEEK:
        return day - DAY * day.weekday()
    return day.replace(day=1) if grain is Grain.MONTH else day


def bucket_days(start: dt.date, grain: Grain) -> Period:
    """All days of the day, week or month that begins on a day."""
    if grain is Grain.DAY:
        return Period(start, start)
    return Period(start, (start + WEEK if grain is Grain.WEEK else (start + DAY * 31).replace(day=1)) - DAY)


def buckets(period: Period, grain: Grain) -> list[dt.date]:
    """The first days of the days, weeks or months that a period touches, in order."""
    starts, start = [], bucket(period.first, grain)
    while start <= period.last:
        starts.append(start)
        start = bucket_days(start, grain).last + DAY
    return starts


def is_whole(start: dt.date, grain: Grain, period: Period) -> bool:
    """Whether the bucket that begins on `start` lies wholly inside a period."""
    days = bucket_days(start, grain)
    return period.first <= days.first and days.last <= period.last


def shown_grain(grain: Grain, period: Period) -> Grain:
    """The grain asked for, or the next finer one of which the period holds at least two whole ones."""
    order = (Grain.MONTH, Grain.WEEK, Grain.DAY)
    for each in order[order.index(grain) :]:
        if sum(is_whole(start, each, period) for start in buckets(period, each)) > 1:
            return each
    return Grain.DAY


PRESETS = {
    "7d": "Last 7 days",
    "28d": "Last 28 days",
    "90d": "Last 90 days",
    "month": "This month",
    "last_month": "Last month",
    "quarter": "This quarter",
    "last_quarter": "Last quarter",
    "year": "This year",
    "custom": "Custom range",
}


def preset(key: str, through: dt.date, year_start: int = 1) -> Period:
    """The range that a preset means when data reaches `through`; KeyError for one without a fixed meaning.

    `year_start` is the month in which the company's year, and with it its first quarter, begins.
    """
    rolling = {"7d": 7, "28d": 28, "90d": 90}
    if key in rolling:
        return Period.ending(through, rolling[key])
    month = through.replace(day=1)
    quarter = span_start(through, 3, year_start)
    return {
        "month": Period(month, through),
        "last_month": Period((month - DAY).replace(day=1), month - DAY),
        "quarter": Period(quarter, through),
        "last_quarter": span_before(quarter, 3),
        "year": Period(span_start(through, 12, year_start), through),
    }[key]


def span_start(day: dt.date, months: int, year_start: int) -> dt.date:
    """The first day of the quarter, half or year (so many `months`) that a day lies in."""
    return _months_back(day.replace(day=1), (day.month - year_start) % months)


def span_before(first: dt.date, months: int) -> Period:
    """The quarter, half or year before the one that begins on `first`."""
    return Period(_months_back(first, months), first - DAY)


def _months_back(first_of_month: dt.date, months: int) -> dt.date:
    number = first_of_month.year * 12 + first_of_month.month - 1 - months
    return dt.date(number // 12, number % 12 + 1, 1)
