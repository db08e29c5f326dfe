"""The daemon gives way to other tools that use the same limit, and remembers it."""

from __future__ import annotations

import datetime as dt
import json

from starlette.responses import Response

from core.admin.access import operator
from core.admin.status import status
from core.api.client import AnalyticsClient
from core.store.connection import pacing
from core.store.connection.pacing import Pace
from core.sync import pace, run
from core.sync.planning import plan

NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def after(found: Pace, refusals: str, configured: int = 50) -> Pace:
    """The pace after runs that met 429 ("x") or did not (".")."""
    for mark in refusals:
        found = pace.after_run(found, configured, refused=mark == "x", now=NOW)
    return found


def test_three_refused_runs_in_a_row_halve_the_rate_and_two_do_not_r07():
    assert pace.allowed(after(Pace(), "xx"), 50) == 50
    assert pace.allowed(after(Pace(), "xx.xx"), 50) == 50
    assert pace.allowed(after(Pace(), "xxx"), 50) == 25
    assert pace.allowed(after(Pace(), "xxxxxx"), 50) == 12
    assert pace.allowed(after(Pace(), "x" * 99), 50) == pace.SLOWEST


def test_six_quiet_runs_raise_it_by_a_fifth_until_it_is_the_setting_s_again_r07():
    slowed = after(Pace(), "xxx")
    assert pace.allowed(after(slowed, "....."), 50) == 25
    assert pace.allowed(after(slowed, "......"), 50) == 35
    assert pace.allowed(after(slowed, "...x......"), 50) == 35
    assert pace.allowed(after(slowed, "." * 12), 50) == 45
    assert after(slowed, "." * 18) == Pace()


def test_a_setting_that_is_lower_anyway_is_kept_r07():
    assert pace.allowed(after(Pace(), "xxx"), 10) == 10
    assert pace.allowed(after(Pace(), "xxx", 2), 2) == 2
    assert after(Pace(), "x" * 30, 2).per_minute is None


def test_runs_that_are_refused_slow_the_daemon_down_and_a_restart_keeps_it_r07(
    runner, world, database, held, make_settings
):
    runner().run(held, "start")

    def refused_once(_day, number: int) -> Response | None:
        body = json.dumps({"type": "error", "error": {"type": "rate_limit_error", "message": "slow down"}})
        return Response(body, 429, media_type="application/json") if number == first else None

    for _ in range(3):
        world.now += HOUR
        first = world.requests + 2
        world.answer = refused_once
        assert runner().run(held, "hourly").outcome == "ok"
    with database.read() as connection:
        assert pacing.pace(connection) == Pace(30_000, 3, 0, world.now)
    found = status(operator(), database, make_settings(database.url)).pace
    assert (found.configured, found.allowed) == (60_000, 30_000)
    assert found.reason is not None
    assert found.reason.startswith("The daemon asks at most 30000 times a minute instead of 60000, since 22 Nov 2026")

    limits: list[AnalyticsClient] = []
    again = runner()
    connect = again._connect

    def kept(key: str) -> AnalyticsClient:
        limits.append(connect(key))
        return limits[-1]

    again._connect = kept
    again.run(held, "start")
    assert limits[0].governor.per_minute == 30_000


def test_a_run_is_planned_for_the_rate_that_it_has_and_not_for_the_setting_s_r07(runner, database, held, monkeypatch):
    planned: list[int] = []

    def note(database, newest, now, backfill_days, per_minute, *, continues):
        planned.append(per_minute)
        return plan(database, newest, now, backfill_days, per_minute, continues=continues)

    monkeypatch.setattr(run, "plan", note)
    with database.write() as connection:
        pacing.keep(connection, Pace(500, 3, 0, NOW))
    runner().run(held, "hourly")
    assert planned == [500]


def test_a_run_that_asked_nothing_counts_neither_way(runner, world, database, held):
    with database.write() as connection:
        pacing.keep(connection, Pace(25, 0, 5, NOW))
    runner(CLAUDE_API_KEY="").run(held, "hourly")
    with database.read() as connection:
        assert pacing.pace(connection).quiet_runs == 5
