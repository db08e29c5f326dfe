"""How every part of the application writes numbers, days and moments; all days are of UTC."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

DASH = "–"
"""What stands for a number that is not known."""

THIN = "\u202f"
"""The space between thousands, and before a sign such as that of per cent: narrow, and no line breaks at it."""


def number(value: float | None, decimals: int = 0) -> str:
    """A number with thin separators; a dash for what was not measured."""
    return DASH if value is None else f"{value:,.{decimals}f}".replace(",", THIN)


def percent(rate: float | None) -> str:
    """A rate as whole per cent; a dash when there was nothing to divide by."""
    return DASH if rate is None else f"{rate:.0%}".replace("%", f"{THIN}%")


def counted(count: int, noun: str) -> str:
    """ "1 day", "28 days": a number and what there is so often."""
    return f"{number(count)} {noun}" if count == 1 else f"{number(count)} {noun}s"


def day(of: dt.date | None) -> str:
    """ "30 Nov 2026"; a dash for a day that is not known."""
    return DASH if of is None else f"{of:%-d %b %Y}"


@lru_cache(maxsize=4_096)
def weekday(of: dt.date | None) -> str:
    """ "Mon 30 Nov 2026"; a dash for a day that is not known. Kept, as calendars write every day of a year."""
    return DASH if of is None else f"{of:%a %-d %b %Y}"


def short_day(of: dt.date) -> str:
    """ "30 Nov", where the year stands beside it or is the present one."""
    return f"{of:%-d %b}"


def short_weekday(of: dt.date) -> str:
    """ "Mon 30 Nov", where the year stands beside it or is the present one."""
    return f"{of:%a %-d %b}"


def days(first: dt.date, last: dt.date) -> str:
    """ "1 Sep to 30 Nov 2026", and one day alone where it is both."""
    start = short_day(first) if first.year == last.year else day(first)
    return day(last) if first == last else f"{start} to {day(last)}"


def moment(at: dt.datetime) -> str:
    """ "30 Nov 2026 14:05"; the sentence or column around it says that it is UTC."""
    return f"{at:%-d %b %Y %H:%M}"
