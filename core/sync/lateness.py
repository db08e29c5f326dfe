"""Is the data late? Decided from what is known and the clock, by a pure function.

The Analytics API serves a day one to three days after it (reference, "data freshness"), and the sync looks every hour,
so a lag of that size and an hour without a sync are normal and raise nothing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from core import wording
from core.store.connection.connections import ConnectionState

API_LATE_DAYS = 4
"""An API whose newest day lies this many days back, or more, is late itself."""


class State(StrEnum):
    """How the data stands. `unknown`: nothing was read yet, or nobody could say."""

    HEALTHY = "healthy"
    LATE = "late"
    NOT_CONNECTED = "not connected"
    UNKNOWN = "unknown"


class KeyState(StrEnum):
    """What is known of the API key.

    DISCONNECTED: an admin erased it. WAITING: it stands in the settings, and no sync has taken it up yet. UNREADABLE:
    the sync could not decrypt it.
    """

    ABSENT = "absent"
    DISCONNECTED = "disconnected"
    WAITING = "waiting"
    STORED = "stored"
    REJECTED = "rejected"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What decides; moments in UTC, days are UTC days, None is "not known" or "never".

    `last_success`: when something was last read without trouble. `behind_since`: when the API first offered a day
    later than `data_through`. `failing_since`: when the day that fails longest could first not be read.
    """

    key: KeyState
    connected_since: dt.datetime | None = None
    connection: ConnectionState = ConnectionState.UNCHECKED
    daemon_alive: bool = True
    last_success: dt.datetime | None = None
    data_through: dt.date | None = None
    newest_offered: dt.date | None = None
    behind_since: dt.datetime | None = None
    failing_since: dt.datetime | None = None


@dataclass(frozen=True)
class Lateness:
    """How the data stands, and why, as a sentence without a name or an address."""

    state: State
    reason: str


def lag_days(facts: Facts) -> int | None:
    """Days between the newest day that the API offers and the newest one stored; None while either is not known."""
    if facts.newest_offered is None or facts.data_through is None:
        return None
    return max((facts.newest_offered - facts.data_through).days, 0)


def judge(facts: Facts, now: dt.datetime, patience: dt.timedelta) -> Lateness:
    """Whether the data is late.

    It is when for longer than `patience` nothing was read, an offered day was not stored, a day could not be read, or
    the API offered no newer day although it was due.
    """
    if facts.key in {KeyState.ABSENT, KeyState.DISCONNECTED}:
        return Lateness(State.NOT_CONNECTED, "No API key is stored, so nothing is read.")
    if facts.last_success is None:
        return _before_the_first_success(facts, now, patience)
    if now - facts.last_success > patience:
        return _late(f"Nothing was read since {wording.moment(facts.last_success)} UTC.", facts)
    if facts.behind_since is not None and now - facts.behind_since > patience:
        return _late(
            f"The API has offered a newer day since {wording.moment(facts.behind_since)} UTC, but "
            f"{_reach(facts.data_through)}.",
            facts,
        )
    if facts.failing_since is not None and now - facts.failing_since > patience:
        return _late(f"A day could not be read since {wording.moment(facts.failing_since)} UTC.", facts)
    if facts.newest_offered is not None and now - _midnight_of_lateness(facts.newest_offered) > patience:
        return Lateness(
            State.LATE,
            f"The API itself is late: it offers nothing newer than {wording.day(facts.newest_offered)}. "
            "What is missing is read as soon as it is offered.",
        )
    return Lateness(State.HEALTHY, f"Read as planned; {_reach(facts.data_through)}.")


def _before_the_first_success(facts: Facts, now: dt.datetime, patience: dt.timedelta) -> Lateness:
    since = facts.connected_since
    if since is None:
        return Lateness(State.UNKNOWN, "An API key is set, but no sync has taken it up yet.")
    if now - since > patience:
        return _late(f"Nothing was read since the API key was stored on {wording.moment(since)} UTC.", facts)
    return Lateness(State.UNKNOWN, "An API key is stored; the first sync has not read anything yet.")


def _late(sentence: str, facts: Facts) -> Lateness:
    return Lateness(State.LATE, f"{sentence} {_likely_cause(facts)}")


def _likely_cause(facts: Facts) -> str:
    """What to look at first; only words of our own, since anybody's monitoring may show them."""
    if facts.key is KeyState.UNREADABLE:
        return "The stored API key cannot be decrypted with this UPTAKE_SECRET_KEY: restore that, or connect again."
    if not facts.daemon_alive:
        return "No sync daemon is at work: start it with `uptake run`."
    if facts.connection is ConnectionState.REJECTED:
        return "The API rejects the key: see the Connection page."
    if facts.connection is ConnectionState.UNAVAILABLE:
        return "The API could not be read: see the Connection page."
    return "The runs on the Connection page say why. What is stored is safe."


def _reach(data_through: dt.date | None) -> str:
    return f"data reaches {wording.day(data_through)}" if data_through is not None else "no day is stored yet"


def _midnight_of_lateness(newest: dt.date) -> dt.datetime:
    return dt.datetime.combine(newest + dt.timedelta(days=API_LATE_DAYS), dt.time(), dt.UTC)
