"""Faults around the API: clocks, the process and other daemons (R24, R39 to R67)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import format_datetime
from typing import Any

import httpx
from sqlalchemy import update

from core.store.connection import connections
from core.store.tables.usage import LEASE, SYNC_DAY
from core.sync import lease
from core.sync.lease import LeaseLost
from tests.sync.faults.answers import first, refuse
from tests.sync.faults.api import Asked, Fault
from tests.sync.faults.case import HEALED, Case
from tests.sync.faults.stage import Stage, set_time_zone

Around = Callable[[Stage], Any]


STOPPED = "The daemon was stopped during this run"


class Killed(BaseException):
    """Stands for the end of the process; nothing of the product catches it."""


def at(turn: int, happen: Callable[[Asked], object]) -> Fault:
    """Something happens while one request is under way, which is then answered as usual."""

    def answer(asked: Asked) -> httpx.Response:
        if asked.turn == turn:
            happen(asked)
        return asked.genuine()

    return answer


def _die(_asked: Asked) -> None:
    raise Killed


def _clock(ahead: dt.timedelta) -> Around:
    @contextmanager
    def around(stage: Stage) -> Iterator[None]:
        stage.clock.ahead = ahead
        try:
            yield
        finally:
            stage.clock.ahead = dt.timedelta(0)

    return around


def _jumping(asked: Asked) -> httpx.Response:
    """The host's clock jumps two days ahead and back."""
    asked.api.clock.ahead = dt.timedelta(days=(0, 2)[asked.turn // 4 % 2])
    return asked.genuine()


def _wait(seconds: float) -> Fault:
    """The API asks once to wait until a moment by its own clock."""

    def answer(asked: Asked) -> httpx.Response:
        now = asked.api.clock.now
        until = format_datetime(now + dt.timedelta(seconds=seconds), usegmt=True)
        return refuse(429, date=format_datetime(now, usegmt=True), retry_after=until)(asked)

    return first(1, answer)


def _time_zone(name: str) -> Around:
    @contextmanager
    def around(_stage: Stage) -> Iterator[None]:
        before = set_time_zone(name)
        try:
            yield
        finally:
            set_time_zone(before)

    return around


def _slow(asked: Asked) -> httpx.Response:
    asked.api.clock.now += dt.timedelta(minutes=4)
    return asked.genuine()


def _looks(moment: dt.datetime | None) -> Around:
    """The stored moments of the last look make no sense."""

    @contextmanager
    def around(stage: Stage) -> Iterator[None]:
        with stage.database.write() as connection:
            connection.execute(update(SYNC_DAY).values(checked_at=moment))
        yield

    return around


@contextmanager
def _a_defect(stage: Stage) -> Iterator[None]:
    def fail(_report: object, _day: dt.date) -> None:
        raise ZeroDivisionError

    usual, stage.progress = stage.progress, fail
    try:
        yield
    finally:
        stage.progress = usual


@contextmanager
def _stopping(stage: Stage) -> Iterator[None]:
    usual, stage.stop = stage.stop, lambda: len(stage.api.asked) >= 9
    try:
        yield
    finally:
        stage.stop = usual


def _another_daemon(stage: Stage) -> None:
    with stage.database.write() as connection:
        values = {"token": LEASE.c.token + 1, "holder": "another", "expires_at": stage.clock.host()}
        connection.execute(update(LEASE).values(**values))


def _taken_over(stage: Stage) -> Any:
    return _during(stage, 7, lambda: _another_daemon(stage))


@contextmanager
def _during(stage: Stage, turn: int, happen: Callable[[], object]) -> Iterator[None]:
    stage.api.begin(at(turn, lambda _asked: happen()))
    yield


def _sync_by_hand(stage: Stage) -> Any:
    def ask() -> None:
        assert lease.take(stage.database, "somebody by hand", stage.clock.host()) == "the daemon of this test"

    return _during(stage, 7, ask)


def _disconnected(stage: Stage) -> Any:
    def disconnect() -> None:
        with stage.database.write() as connection:
            connections.disconnect(connection, "dora@example.com", stage.clock.host())

    return _during(stage, 3, disconnect)


def _revoked(asked: Asked) -> httpx.Response:
    return refuse(401, "revoked")(asked) if asked.turn > 6 else asked.genuine()


_TWO_DAYS = dt.timedelta(days=2)
_BERLIN = dt.datetime(2026, 10, 25, 1, 0, tzinfo=dt.UTC)
_NEW_YORK = dt.datetime(2026, 3, 8, 7, 0, tzinfo=dt.UTC)
_LORD_HOWE = dt.datetime(2026, 4, 4, 15, 0, tzinfo=dt.UTC)

ALL = (
    Case(id="R24", name="killed between pages", says=STOPPED, answer=at(5, _die), raises=Killed),
    Case(id="R39", name="clock two days ahead", ends=HEALED, around=_clock(dt.timedelta(days=2))),
    Case(id="R39", name="clock two days behind", ends=HEALED, around=_clock(dt.timedelta(days=-2))),
    Case(id="R39", name="clock that jumps", ends=HEALED, answer=_jumping, around=_clock(dt.timedelta(0))),
    Case(id="R39", name="waits for a moment, days ahead", ends=HEALED, answer=_wait(30), around=_clock(_TWO_DAYS)),
    Case(id="R39", name="waits for a moment, days behind", ends=HEALED, answer=_wait(30), around=_clock(-_TWO_DAYS)),
    Case(id="R40", name="Berlin sets back", ends=HEALED, around=_time_zone("Europe/Berlin"), now=_BERLIN),
    Case(id="R40", name="New York sets ahead", ends=HEALED, around=_time_zone("America/New_York"), now=_NEW_YORK),
    Case(id="R40", name="Lord Howe", ends=HEALED, around=_time_zone("Australia/Lord_Howe"), now=_LORD_HOWE),
    Case(id="R41", name="29 February", ends=HEALED, now=dt.datetime(2028, 3, 1, 3, tzinfo=dt.UTC)),
    Case(id="R41", name="new year", ends=HEALED, now=dt.datetime(2027, 1, 2, 3, tzinfo=dt.UTC)),
    Case(id="R42", name="longer than an hour", ends=HEALED, answer=_slow),
    Case(
        id="R43", name="a defect", says="A defect of Uptake ended this run", around=_a_defect, raises=ZeroDivisionError
    ),
    Case(id="R45", name="a look in 2999", ends=HEALED, around=_looks(dt.datetime(2999, 12, 31, tzinfo=dt.UTC))),
    Case(id="R45", name="no look at all", ends=HEALED, around=_looks(None)),
    Case(id="R61", name="told to stop", says=STOPPED, around=_stopping),
    Case(
        id="R67",
        name="disconnected on the way",
        says="Claude was disconnected by dora@example.com",
        around=_disconnected,
        cure="key",
    ),
    Case(id="R65", name="revoked on the way", says="does not accept the key (401)", answer=_revoked, cure="key"),
    Case(
        id="R55",
        name="another daemon takes over",
        says="Another sync daemon took over",
        around=_taken_over,
        raises=LeaseLost,
    ),
    Case(id="R56", name="a sync by hand at once", ends=HEALED, around=_sync_by_hand),
)
