"""The daemon gives way: it asks less often while other tools use up the organization's limit, then slowly more again.

The API's limit counts for everything that an organization runs against it (Analytics API reference, "rate limits"), so
a client that only ever waits for its turn takes that turn from others. Pure functions.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from core import wording
from core.store.connection.pacing import Pace

REFUSED_RUNS = 3
"""After so many runs in a row that met 429 the limit is halved, and again after as many more."""

QUIET_RUNS = 6
"""After so many runs in a row without one it is raised by a fifth of the setting."""

SLOWEST = 5
"""Requests a minute below which the daemon does not go, unless its setting is lower still."""


def allowed(pace: Pace, configured: int) -> int:
    """Requests a minute that the daemon may send; `configured` is the setting."""
    return configured if pace.per_minute is None else min(pace.per_minute, configured)


def after_run(pace: Pace, configured: int, *, refused: bool, now: dt.datetime) -> Pace:
    """The pace for the next run, after one in which the API refused requests for being too many, or did not."""
    now_allowed = allowed(pace, configured)
    if refused:
        runs = pace.refused_runs + 1
        if runs % REFUSED_RUNS:
            return replace(pace, refused_runs=runs, quiet_runs=0)
        slower = max(now_allowed // 2, min(SLOWEST, configured))
        return Pace(slower if slower < configured else None, runs, 0, now)
    if now_allowed == configured:
        return Pace()
    quiet = pace.quiet_runs + 1
    if quiet < QUIET_RUNS:
        return replace(pace, refused_runs=0, quiet_runs=quiet)
    faster = now_allowed + max(configured // 5, 1)
    return Pace(faster, since=now) if faster < configured else Pace()


def sentence(pace: Pace, configured: int) -> str | None:
    """Why the daemon is slower than its setting; None when it is not."""
    if pace.per_minute is None or pace.since is None or allowed(pace, configured) == configured:
        return None
    return (
        f"The daemon asks at most {pace.per_minute} times a minute instead of {configured}, since "
        f"{wording.moment(pace.since)} UTC: {REFUSED_RUNS} runs in a row were refused requests for being too many "
        "(429), so other tools need the organization's limit too. Nothing is lost, it only takes longer. It speeds up "
        f"again by steps, after {QUIET_RUNS} runs in a row without a refusal."
    )
