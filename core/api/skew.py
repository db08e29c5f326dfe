"""Whether this machine's clock agrees with the API's, by the Date header of its answers.

Which day is the newest is counted back from today, so a clock that is days behind would keep days from being read, and
one that is ahead would ask for days to come.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

TOLERANCE = dt.timedelta(minutes=5)
"""A difference up to this is none: an answer takes its time, and leases, sign-ins and days do without more."""

NONE = dt.timedelta(0)


def skew(headers: Mapping[str, str], now: dt.datetime) -> dt.timedelta | None:
    """By how much the API's clock is ahead of this machine's `now`; None when the answer tells no time."""
    try:
        told = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return None
    difference = told.replace(tzinfo=told.tzinfo or dt.UTC) - now
    return difference if abs(difference) > TOLERANCE else NONE


def sentence(found: dt.timedelta) -> str | None:
    """What is wrong with this machine's clock; None when nothing is."""
    if not found:
        return None
    minutes = round(abs(found) / dt.timedelta(minutes=1))
    size, unit = next(
        (minutes // size, unit) for size, unit in ((1_440, "day"), (60, "hour"), (1, "minute")) if minutes >= size
    )
    side = "behind" if found > NONE else "ahead of"
    return (
        f"The clock of this machine is {size} {unit}{'s' if size > 1 else ''} {side} the API's, which was used to tell "
        "the day. Set it right: moments on these pages are wrong by as much."
    )
