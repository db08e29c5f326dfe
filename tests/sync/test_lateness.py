"""When the data is late: every way in which it can be, and no alarm on a normal day."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random

import pytest

from core.store.connection.connections import ConnectionState
from core.sync.lateness import Facts, KeyState, State, judge, lag_days

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
PATIENCE = 3 * HOUR
NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
MINUTE = dt.timedelta(minutes=1)

WELL = Facts(
    key=KeyState.STORED,
    connection=ConnectionState.CONNECTED,
    connected_since=NOW - 90 * DAY,
    last_success=NOW - HOUR,
    data_through=TODAY - 2 * DAY,
    newest_offered=TODAY - 2 * DAY,
)


def verdict(**changed: object):
    return judge(dataclasses.replace(WELL, **changed), NOW, PATIENCE)  # type: ignore[arg-type]


STALE: dict[str, tuple[dict[str, object], str]] = {
    "the daemon died four hours ago": (
        {"last_success": NOW - 4 * HOUR, "daemon_alive": False},
        "Nothing was read since 22 Nov 2026 05:00 UTC. No sync daemon is at work",
    ),
    "the daemon died a minute more than the patience ago": (
        {"last_success": NOW - PATIENCE - MINUTE, "daemon_alive": False},
        "Nothing was read since 22 Nov 2026 05:59 UTC.",
    ),
    "the machine was off for a month": ({"last_success": NOW - 30 * DAY, "daemon_alive": False}, "Nothing was read"),
    "the process is alive but reads nothing": ({"last_success": NOW - 4 * HOUR}, "The runs on the Connection page"),
    "the key was revoked": (
        {"last_success": NOW - 5 * HOUR, "connection": ConnectionState.REJECTED},
        "The API rejects the key",
    ),
    "the API is down": (
        {"last_success": NOW - 5 * HOUR, "connection": ConnectionState.UNAVAILABLE},
        "The API could not be read",
    ),
    "the secret key is another one": ({"last_success": NOW - DAY, "key": KeyState.UNREADABLE}, "cannot be decrypted"),
    "the first sync never came": (
        {"last_success": None, "connected_since": NOW - 4 * HOUR, "data_through": None, "newest_offered": None},
        "Nothing was read since the API key was stored on 22 Nov 2026 05:00 UTC.",
    ),
    "the first key never worked": (
        {"last_success": None, "connected_since": NOW - DAY, "connection": ConnectionState.REJECTED},
        "The API rejects the key",
    ),
    "an offered day is not stored for four hours": (
        {"newest_offered": TODAY - DAY, "behind_since": NOW - 4 * HOUR},
        "has offered a newer day since 22 Nov 2026 05:00 UTC, but data reaches 20 Nov 2026.",
    ),
    "an offered day is not stored for two days": (
        {"newest_offered": TODAY - DAY, "behind_since": NOW - 2 * DAY, "data_through": TODAY - 4 * DAY},
        "data reaches 18 Nov 2026",
    ),
    "the API names another day each day and none of them can be stored": (
        {"newest_offered": TODAY - DAY, "behind_since": NOW - 9 * DAY, "data_through": TODAY - 11 * DAY},
        "data reaches 11 Nov 2026",
    ),
    "days are offered and none was ever stored": (
        {"data_through": None, "newest_offered": TODAY - DAY, "behind_since": NOW - 4 * HOUR},
        "no day is stored yet",
    ),
    "the newest day is always malformed, older ones are read": (
        {"last_success": NOW - MINUTE, "newest_offered": TODAY - DAY, "behind_since": NOW - 19 * HOUR},
        "has offered a newer day",
    ),
    "an older day cannot be read for four hours": (
        {"failing_since": NOW - 4 * HOUR},
        "A day could not be read since 22 Nov 2026 05:00 UTC. The runs on the Connection page say why.",
    ),
    "the API offers nothing newer than four days back": (
        {"newest_offered": TODAY - 4 * DAY, "data_through": TODAY - 4 * DAY},
        "The API itself is late: it offers nothing newer than 18 Nov 2026.",
    ),
    "the API offers nothing newer than five days back": (
        {"newest_offered": TODAY - 5 * DAY, "data_through": TODAY - 5 * DAY},
        "The API itself is late",
    ),
    "the API offers nothing newer than ten days back": (
        {"newest_offered": TODAY - 10 * DAY, "data_through": TODAY - 10 * DAY},
        "The API itself is late",
    ),
    "the API is behind over the new year": (
        {"newest_offered": dt.date(2025, 12, 30), "data_through": dt.date(2025, 12, 30)},
        "nothing newer than 30 Dec 2025",
    ),
    "nothing is read and the API is late": (
        {"last_success": NOW - DAY, "newest_offered": TODAY - 6 * DAY},
        "Nothing was read since 21 Nov 2026",
    ),
    "a daemon waits for a lease that nobody gives back": (
        {"last_success": NOW - 6 * HOUR, "behind_since": NOW - 6 * HOUR, "newest_offered": TODAY - DAY},
        "Nothing was read",
    ),
    "a disk that is full keeps every day from being stored": (
        {"last_success": NOW - 3 * HOUR - MINUTE},
        "Nothing was read",
    ),
    "what is stored was erased by a restore of an old backup": (
        {"data_through": TODAY - 40 * DAY, "behind_since": NOW - 40 * DAY},
        "data reaches 13 Oct 2026",
    ),
}


@pytest.mark.parametrize("scenario", STALE)
def test_stale_data_is_late_and_the_reason_says_how_r36(scenario):
    changed, reason = STALE[scenario]
    found = verdict(**changed)
    assert found.state is State.LATE, scenario
    assert reason in found.reason


def test_twenty_scenarios_and_more_are_stale():
    assert len(STALE) >= 20


NORMAL: dict[str, dict[str, object]] = {
    "read an hour ago": {},
    "read just within the patience": {"last_success": NOW - PATIENCE},
    "a lag of one day": {"newest_offered": TODAY - DAY, "data_through": TODAY - DAY},
    "a lag of three days": {"newest_offered": TODAY - 3 * DAY, "data_through": TODAY - 3 * DAY},
    "a day offered an hour ago": {"newest_offered": TODAY - DAY, "behind_since": NOW - HOUR},
    "ten days offered at once, half of them read": {
        "newest_offered": TODAY - DAY,
        "data_through": TODAY - 6 * DAY,
        "behind_since": NOW - HOUR,
    },
    "no daemon is alive for the moment": {"daemon_alive": False},
    "the last run was refused, the one before was not": {"connection": ConnectionState.UNAVAILABLE},
    "an API that never named its newest day": {"newest_offered": None},
    "stored days are newer than what is offered now": {"data_through": TODAY - DAY},
    "a clock that was set back": {"newest_offered": TODAY + DAY, "data_through": TODAY + DAY},
}


@pytest.mark.parametrize("situation", NORMAL)
def test_normal_trouble_raises_no_alarm(situation):
    assert verdict(**NORMAL[situation]).state is State.HEALTHY


@pytest.mark.parametrize("key", [KeyState.ABSENT, KeyState.DISCONNECTED])
def test_without_a_key_nothing_is_late_because_nothing_is_connected(key):
    found = verdict(key=key, last_success=NOW - 90 * DAY, newest_offered=TODAY - 90 * DAY)
    assert found.state is State.NOT_CONNECTED


@pytest.mark.parametrize(
    "changed",
    [{"key": KeyState.WAITING, "connected_since": None}, {"connected_since": NOW - HOUR, "data_through": None}],
)
def test_before_the_first_sync_nobody_knows(changed: dict[str, object]):
    assert verdict(**changed, last_success=None).state is State.UNKNOWN


def test_an_api_that_moves_on_at_midnight_is_given_time_to_be_asked():
    midnight = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    facts = dataclasses.replace(WELL, newest_offered=dt.date(2026, 11, 18), last_success=midnight)
    assert judge(facts, midnight + PATIENCE, PATIENCE).state is State.HEALTHY
    facts = dataclasses.replace(facts, last_success=midnight + PATIENCE)
    assert judge(facts, midnight + PATIENCE + MINUTE, PATIENCE).state is State.LATE


def test_the_lag_is_in_days_and_unknown_without_either_end():
    assert lag_days(dataclasses.replace(WELL, newest_offered=TODAY - DAY, data_through=TODAY - 4 * DAY)) == 3
    assert lag_days(WELL) == 0
    assert lag_days(dataclasses.replace(WELL, data_through=TODAY)) == 0
    assert lag_days(dataclasses.replace(WELL, data_through=None)) is None
    assert lag_days(dataclasses.replace(WELL, newest_offered=None)) is None


def served_at(day: dt.date, dice: random.Random) -> dt.datetime:
    """When the API begins to serve a day: in the afternoon of one of the next two, or as the third one begins."""
    hours = dice.choices((24 + dice.randint(10, 23), 48 + dice.randint(10, 23), 72), (8, 3, 1))[0]
    return dt.datetime.combine(day, dt.time(), dt.UTC) + hours * HOUR


class Watched:
    """An API and a daemon by the clock: what is served when, what was read, and what would be said of it."""

    def __init__(self, seed: int, first: dt.date, days: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - repeatable
        moments = [(first + n * DAY, served_at(first + n * DAY, self.dice)) for n in range(-5, days + 1)]
        # A pipeline works off its days in order: none is served before the one before it.
        self.served = [(day, max(at for _, at in moments[: n + 1])) for n, (day, _) in enumerate(moments)]
        self.offers: dict[dt.date, dt.datetime] = {}
        self.through: dt.date | None = None
        self.success: dt.datetime | None = None

    def run(self, now: dt.datetime) -> None:
        newest = max(day for day, at in self.served if at <= now)
        self.offers.setdefault(newest, now)
        self.through, self.success = newest, now + dt.timedelta(minutes=self.dice.randint(0, 20))

    def facts(self) -> Facts:
        behind = [at for day, at in self.offers.items() if self.through is None or day > self.through]
        return dataclasses.replace(
            WELL,
            last_success=self.success,
            data_through=self.through,
            newest_offered=max(self.offers),
            behind_since=min(behind, default=None),
        )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_four_hundred_normal_days_raise_no_alarm_r36(seed):
    first, days = dt.date(2026, 1, 1), 400
    watched = Watched(seed, first, days)
    start = dt.datetime.combine(first, dt.time(), dt.UTC)
    alarms, lags = [], set()
    for hour in range(24 * days):
        now = start + hour * HOUR
        if hour == 0 or watched.dice.random() > 0.03:  # a run fails now and then, and the next hour's makes up for it
            watched.run(now)
        for minutes in (1, 30, 59):
            moment = now + dt.timedelta(minutes=minutes)
            lags.add((moment.date() - max(watched.offers)).days)
            found = judge(watched.facts(), moment, PATIENCE)
            if found.state is not State.HEALTHY:
                alarms.append((moment, found))
    assert lags == {1, 2, 3, 4}  # four for a moment after midnight, until the next run has asked
    assert alarms == []


@pytest.mark.parametrize("behind", range(1, 11))
def test_an_api_that_stops_and_catches_up_is_late_after_the_limit_and_well_at_once_r36(behind):
    late = []
    for hour in range(24 * (behind + 1)):
        now = dt.datetime(2026, 3, 1, 0, 30, tzinfo=dt.UTC) + hour * HOUR
        newest = dt.date(2026, 2, 28) if hour < 24 * behind else now.date() - DAY
        facts = dataclasses.replace(WELL, last_success=now, data_through=newest, newest_offered=newest)
        if judge(facts, now, PATIENCE).state is State.LATE:
            late.append(hour)
    # The first of March is one day behind; after three more days, and the patience, it is an alarm.
    assert late == list(range(3 * 24 + 3, 24 * behind))
