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

FARTHEST = dt.timedelta(days=366)
"""A header may say anything: a time that is farther off than a clock with which certificates hold is none."""

NONE = dt.timedelta(0)


def moment(text: str | None) -> dt.datetime | None:
    """The moment that an HTTP date means, in UTC where it names no zone; None when it makes no sense."""
    try:
        found = parsedate_to_datetime(text or "")
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return found.replace(tzinfo=found.tzinfo or dt.UTC)


def told(headers: Mapping[str, str], now: dt.datetime) -> dt.datetime | None:
    """The time that an answer tells; None where it tells none that can be true by this machine's `now`."""
    found = moment(headers.get("date"))
    return found if found is not None and abs(found - now) <= FARTHEST else None


def skew(headers: Mapping[str, str], now: dt.datetime) -> dt.timedelta | None:
    """By how much the API's clock is ahead of this machine's `now`; None when the answer tells no time."""
    found = told(headers, now)
    if found is None:
        return None
    difference = found - now
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
