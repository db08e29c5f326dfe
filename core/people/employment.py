"""Who works here on a day, by the two dates that the directory has of somebody."""

from __future__ import annotations

import datetime as dt


def works(start: dt.date | None, end: dt.date | None, day: dt.date) -> bool:
    """Whether a day lies neither before the first nor after the last day of employment; None is without an end."""
    return (start is None or start <= day) and (end is None or day <= end)
