"""How long to wait before asking again."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Mapping
from dataclasses import dataclass

from core.api.skew import moment, told

_FIRST_WAIT = 2.0
_LONGEST_BACKOFF = 60.0


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How often to ask in all, the longest single wait in seconds, and whether a 401 has to be given twice to count."""

    tries: int
    longest_wait: float
    confirms_401: bool


STEADY = Patience(tries=6, longest_wait=15 * 60.0, confirms_401=True)
"""For the daemon: about two minutes of back-off, or the pauses that the API asks for, up to 15 minutes each."""

BRIEF = Patience(tries=2, longest_wait=3.0, confirms_401=False)
"""For somebody who waits at a screen."""

ONCE = Patience(tries=1, longest_wait=0.0, confirms_401=False)
"""For a key that was rejected before: one request says whether it works again."""


def requested_wait(headers: Mapping[str, str], now: dt.datetime) -> float | None:
    """Seconds that the API asks to wait: `retry-after-ms`, else `retry-after` in seconds or as an HTTP date.

    A date is counted from the answer's own `date`, as this machine's clock may be wrong; from `now` where there is no
    such date, or one that cannot be true. None when it asks for nothing, or for something that is no point in the
    future or makes no sense.
    """
    candidates = (
        _number(headers.get("retry-after-ms"), 0.001),
        _number(headers.get("retry-after"), 1.0),
        _seconds_until(headers.get("retry-after"), told(headers, now) or now),
    )
    return next((seconds for seconds in candidates if seconds is not None and seconds > 0), None)


def backoff(attempt: int) -> float:
    """Seconds before the next try after `attempt` (from 0) failed: exponential to a minute, with full jitter.

    Full jitter keeps several tools of one organization from asking in step.
    """
    return random.uniform(0.1, min(_FIRST_WAIT * 2.0**attempt, _LONGEST_BACKOFF))  # noqa: S311 - no secret


def _number(text: str | None, unit: float) -> float | None:
    try:
        value = float(text or "") * unit
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _seconds_until(text: str | None, now: dt.datetime) -> float | None:
    until = moment(text)
    return None if until is None else (until - now).total_seconds()
