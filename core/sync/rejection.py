"""A key that the API rejected is left alone for an hour at a time: asking again does not help, and looks hostile.

The moment of the last try is stored with the connection, so that neither a restart nor somebody who asks for a sync
brings the next one forward. Another key starts anew.
"""

from __future__ import annotations

import datetime as dt

from core.errors import UptakeError
from core.store.connection.connections import ConnectionState, KnownConnection

REST = dt.timedelta(hours=1)
"""Time between two tries of a rejected key."""


class KeyRests(UptakeError):
    """The key was rejected a short while ago, so the API was not asked."""


def rests_until(stored: KnownConnection | None, now: dt.datetime) -> dt.datetime | None:
    """When a rejected key may be tried again; None when the API may be asked at once."""
    if stored is None or stored.state is not ConnectionState.REJECTED or stored.checked_at is None:
        return None
    # A try that lies in the future was dated by a clock that ran ahead, so it puts nothing off.
    resting = dt.timedelta(0) <= now - stored.checked_at < REST
    return stored.checked_at + REST if resting else None


def sentence(stored: KnownConnection | None, now: dt.datetime) -> str | None:
    """How long ago the key was rejected and when it is tried again; None when it is not resting."""
    until = rests_until(stored, now)
    if until is None:
        return None
    minutes = round((now - (until - REST)) / dt.timedelta(minutes=1))
    ago = {0: "just now", 1: "a minute ago"}.get(minutes, f"{minutes} minutes ago")
    # Rounded up: a try at 14:00:40 has not happened at 14:00.
    shown = until + dt.timedelta(seconds=-until.second % 60)
    return (
        f"The API rejected the key {ago}, so it is not asked again before {shown:%H:%M} UTC, unless another key is "
        "set. What is stored is safe."
    )
