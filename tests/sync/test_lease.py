"""One writer at a time, and a writer that was paused for too long writes nothing more."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from sqlalchemy import select
from starlette.responses import Response

from core.errors import ApiUnavailable
from core.store.connection import connections, offers, pacing
from core.store.connection.connections import ConnectionState
from core.store.day_writes import DayWriter
from core.store.tables.organisation import ENDPOINT
from core.store.tables.usage import LEASE, SYNC_RUN
from core.store.usage.sync_runs import RunOutcome
from core.sync import lease
from core.sync.journal import Journal, RunReport
from core.sync.lease import LASTS, HeldLease, LeaseLost
from core.sync.pipeline import DayReport, DaySync
from simulator.wire import usage_row
from tests.support import stored
from tests.sync.conftest import malformed

HOUR = dt.timedelta(hours=1)
NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)


def _outcomes(database) -> list[str]:
    with database.read() as connection:
        return list(connection.execute(select(SYNC_RUN.c.outcome).order_by(SYNC_RUN.c.id)).scalars())


def test_a_second_holder_waits_until_the_lease_runs_out_or_is_let_go_r55(database):
    start = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)

    def take(holder: str, now: dt.datetime) -> HeldLease:
        found = lease.take(database, holder, now)
        assert isinstance(found, HeldLease)
        return found

    first = take("first", start)
    assert lease.take(database, "second", start + LASTS - dt.timedelta(seconds=1)) == "first"
    lease.renew(database, first, lambda: start + LASTS, 7)
    assert lease.take(database, "second", start + LASTS) == "first"
    second = take("second", start + 2 * LASTS)
    assert second.token > first.token
    with pytest.raises(LeaseLost, match="took over while this one was paused"):
        lease.renew(database, first, lambda: start, 0)
    lease.release(database, first, start)
    assert lease.take(database, "third", start + 2 * LASTS) == "second"
    lease.release(database, second, start)
    assert take("third", start).token > second.token


@pytest.mark.parametrize("answer", [None, malformed], ids=["a good day", "a faulty day"])
def test_a_holder_that_was_paused_writes_nothing_more_r55(runner, world, database, held, answer):
    runner().run(held, "start")
    before = stored.dump(database)
    world.now += HOUR
    days = world.newest_first(3)
    for day in days:
        world.say(day, ann=77)

    def another_takes_over(day: dt.date, number: int):
        if day == days[1]:
            with database.write() as connection:
                connection.execute(LEASE.update().values(token=LEASE.c.token + 1, holder="another"))
            return answer(day, number) if answer else None
        return None

    world.answer = another_takes_over
    with pytest.raises(LeaseLost):
        runner().run(held, "hourly")
    assert _outcomes(database)[-1] == "stopped"
    after = stored.dump(database)
    changed = {day for (_, day), counts in after["user_day"].items() if counts["chat_messages"] == 77}
    assert changed == {days[0]}
    for part in ("user_day", "team_day", "active_bits"):
        assert {k: v for k, v in after[part].items() if k[1] != days[0]} == {
            k: v for k, v in before[part].items() if k[1] != days[0]
        }
    assert [row for row in after["sync_day"] if row[0] != days[0]] == [
        row for row in before["sync_day"] if row[0] != days[0]
    ]


def _taken_over(database) -> None:
    with database.write() as connection:
        connection.execute(LEASE.update().values(token=LEASE.c.token + 1, holder="another"))


@pytest.mark.parametrize("status", [200, 403, 429, 503])
def test_a_holder_that_was_paused_while_it_asked_leaves_the_connection_to_the_next_one_r55(
    runner, world, database, *, held, status
):
    runner().run(held, "start")
    with database.read() as connection:
        pace_before = pacing.pace(connection)

    def meanwhile(_day: dt.date, _number: int) -> Response | None:
        _taken_over(database)
        with database.write() as connection:
            connections.note(connection, ConnectionState.CONNECTED, "By the next holder.", world.now)
        return None if status == 200 else Response("{}", status, media_type="application/json")

    world.answer = meanwhile
    world.now += 24 * HOUR
    with pytest.raises(LeaseLost):
        runner().run(held, "hourly")
    with database.read() as connection:
        found = connections.read(connection)
        assert found is not None
        assert (found.state, found.message) == ("connected", "By the next holder.")
        assert offers.offer(connection, None, world.now.date()).newest == world.newest_first(2)[1]
        assert pacing.pace(connection) == pace_before


def test_a_holder_that_was_paused_does_not_reopen_a_record_that_the_next_one_closed_r55(database, held):
    now = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
    journal = Journal(database, held, "hourly", lambda: now)
    _taken_over(database)
    Journal(database, HeldLease(held.token + 1), "start", lambda: now)
    with pytest.raises(LeaseLost):
        journal.tell(RunReport(message="Still at it."))
    with pytest.raises(LeaseLost):
        journal.tell_wait(RunReport(), ApiUnavailable("Down."), 1.0)
    journal.finish(RunReport(outcome=RunOutcome.OK))
    assert _outcomes(database) == ["stopped", "running"]


def test_totals_of_a_holder_that_was_paused_are_not_noted_r55(runner, world, database, held):

    def meanwhile(_day: dt.date, _number: int) -> Response | None:
        if world.endpoint != "summaries":
            return None
        _taken_over(database)
        return Response("{}", 400, media_type="application/json")

    world.answer = meanwhile
    with pytest.raises(LeaseLost):
        runner().run(held, "start")
    with database.read() as connection:
        assert connection.execute(select(ENDPOINT.c.name)).all() == []


def test_a_day_that_takes_longer_to_store_than_the_lease_lasts_leaves_it_a_whole_term(database, monkeypatch):
    moments = [NOW]
    held = lease.take(database, "a daemon", NOW)
    assert isinstance(held, HeldLease)
    store = DayWriter.store

    def slowly(*arguments):
        moments.append(NOW + LASTS * 3)
        return store(*arguments)

    monkeypatch.setattr(DayWriter, "store", slowly)
    body = b'{"data": [{"user": {"id": "user_ann", "email_address": "ann@example.com"}}], "next_page": null}'
    DaySync(database, held, lambda: moments[-1]).sync_day(lambda _day, _cursor: body, NOW.date())
    assert isinstance(lease.take(database, "another daemon", moments[-1] + LASTS / 2), str)


RACES = 170
"""With three in each, some more than 500 attempts."""


def _at_once(*acts: Callable[[], object]) -> list[object]:
    """Do things in threads that begin together; what each gave, or the lost lease that ended it."""
    start = Barrier(len(acts))

    def begin(act: Callable[[], object]) -> object:
        start.wait()
        try:
            return act()
        except LeaseLost as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(begin, acts))


def test_of_three_who_ask_at_once_for_a_lease_that_ran_out_one_gets_it_each_time_r55(database):
    names, tokens = ("first", "second", "third"), []
    for race in range(RACES):
        now = NOW + 2 * LASTS * race
        found = _at_once(*(partial(lease.take, database, name, now) for name in names))
        [held] = [each for each in found if isinstance(each, HeldLease)]
        holder = names[found.index(held)]
        assert [each for each in found if each != held] == [holder, holder]
        tokens.append(held.token)
    assert tokens == list(range(1, RACES + 1))


def test_what_the_next_holder_stored_stays_whenever_the_one_before_comes_to_store_r55(database):
    day = NOW.date()

    def store(held: HeldLease, messages: int, now: dt.datetime) -> object:
        row = usage_row("user_ann", "ann@example.com", **{"chat_metrics.message_count": messages})
        body = json.dumps({"data": [row], "next_page": None}).encode()
        return DaySync(database, held, lambda: now).sync_day(lambda _day, _cursor: body, day)

    def take_over_and_store(number: int, now: dt.datetime) -> object:
        held = lease.take(database, f"daemon {number}", now)
        assert isinstance(held, HeldLease)
        store(held, 2 * number, now)
        return held

    held = lease.take(database, "daemon 0", NOW)
    assert isinstance(held, HeldLease)
    for number in range(1, 26):
        now = NOW + 3 * LASTS * number
        late, following = _at_once(
            partial(store, held, 2 * number + 1, now - 2 * LASTS), partial(take_over_and_store, number, now)
        )
        assert isinstance(late, LeaseLost | DayReport)
        assert isinstance(following, HeldLease)
        with database.read("test") as connection:
            assert stored.user_days(connection)["user_ann", day]["chat_messages"] == 2 * number
        held = following
