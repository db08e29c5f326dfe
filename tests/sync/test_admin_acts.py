"""What an admin does to the sync: accept a held day, have days read again, disconnect."""

from __future__ import annotations

import datetime as dt
import threading

from sqlalchemy import event, select

from core.admin import connection, syncs
from core.admin.access import operator
from core.store.connection import opening
from core.store.tables.usage import SYNC_DAY, SYNC_RUN, USER_DAY
from core.store.usage import ledger
from tests.sync.conftest import malformed

DAY = dt.timedelta(days=1)
CROWD = {f"person{number}": 3 for number in range(30)}
ADMIN = operator()


def _states(database, newest):
    return {day.day: day.state(newest) for day in syncs.days(ADMIN, database, newest - DAY * 40, newest)}


def _people(database, day):
    with database.read("test") as reader:
        return len(reader.execute(select(USER_DAY.c.account_id).where(USER_DAY.c.day == day)).all())


def test_a_day_that_lost_most_people_is_held_until_an_admin_accepts_it_r35(database, world, runner, held):
    day = world.newest_first(1)[0]
    world.say(day, **CROWD)
    runner().run(held, "test")
    world.say(day, person1=3)
    report = runner().run(held, "test")
    assert report.outcome == "partial"
    assert report.message.startswith("1 of 3 days lost too much to be believed; the stored version stays")
    assert _states(database, day)[day] == "held"
    assert _people(database, day) == 30

    assert syncs.accept_held(ADMIN, database, day)
    runner().run(held, "test")
    assert _states(database, day)[day] == "provisional"
    assert _people(database, day) == 1
    newest, first = syncs.revisions(ADMIN, database, day)
    assert newest.numbers is not None and first.numbers is not None
    assert (newest.revision, newest.numbers.vanished, first.numbers.appeared) == (2, 29, 30)
    assert '"chat_messages": -87' in newest.numbers.differences


def test_a_held_day_that_comes_back_whole_is_held_no_more(database, world, runner, held):
    day = world.newest_first(1)[0]
    world.say(day, **CROWD)
    runner().run(held, "test")
    world.say(day, person1=3)
    runner().run(held, "test")
    world.say(day, **CROWD)
    assert runner().run(held, "test").outcome == "ok"
    assert _states(database, day)[day] == "provisional"
    assert not syncs.accept_held(ADMIN, database, day)


def test_days_asked_for_are_read_again_whatever_their_age(database, world, runner, held):
    old = world.newest_first(6)[-1]
    runner().run(held, "test")
    world.say(old, ann=50)
    runner().run(held, "test")
    with database.read() as reader:
        assert reader.execute(select(SYNC_DAY.c.revision).where(SYNC_DAY.c.day == old)).scalar() == 1

    assert syncs.read_again(ADMIN, database, old, old) == 1
    runner().run(held, "test")
    with database.read() as reader:
        assert reader.execute(select(SYNC_DAY.c.revision).where(SYNC_DAY.c.day == old)).scalar() == 2


def test_a_day_that_is_asked_for_at_the_moment_when_it_becomes_known_is_asked_for_r56(database):
    day, asking = dt.date(2026, 11, 20), threading.Event()

    def notice(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "sync_day" in statement and "INSERT" in statement:
            asking.set()

    admin = threading.Thread(target=lambda: syncs.read_again(ADMIN, database, day, day))
    with database.write() as writer:
        ledger.record_problem(writer, day, "The answer was cut off.", dt.datetime(2026, 11, 21, tzinfo=dt.UTC))
        event.listen(database._writer, "before_cursor_execute", notice)
        admin.start()
        assert database.is_sqlite or asking.wait(60)  # SQLite lets nobody begin to write before this one has ended
    admin.join()
    event.remove(database._writer, "before_cursor_execute", notice)
    with database.read() as reader:
        row = reader.execute(select(SYNC_DAY.c.problem, SYNC_DAY.c.checked_at)).one()
    assert tuple(row) == ("The answer was cut off.", None)


def test_days_before_the_back_fill_can_be_asked_for_but_none_that_the_api_never_had(database, world, runner, held):
    before = world.newest_first(30)[-1]
    runner().run(held, "test")
    assert syncs.read_again(ADMIN, database, dt.date(2025, 12, 30), dt.date(2026, 1, 1)) == 1
    syncs.read_again(ADMIN, database, before, before)
    runner().run(held, "test")
    with database.read() as reader:
        known = set(reader.execute(select(SYNC_DAY.c.day).where(SYNC_DAY.c.revision > 0)).scalars())
    assert {before, dt.date(2026, 1, 1)} <= known
    assert dt.date(2025, 12, 31) not in known


def test_an_old_day_that_was_asked_for_is_asked_for_until_it_could_be_read_r37(database, world, runner, held):
    old = world.newest_first(40)[-1]
    runner().run(held, "test")
    world.say(old, ann=1)
    syncs.read_again(ADMIN, database, old, old)
    world.answer = lambda day, number: malformed(day, number) if day == old else None
    assert runner().run(held, "test").outcome == "partial"
    world.answer = lambda _day, _number: None
    assert runner().run(held, "test").outcome == "ok"
    assert _people(database, old) == 1


def test_the_held_version_of_an_old_day_is_taken_once_it_is_accepted_r35(database, world, runner, held):
    old = world.newest_first(40)[-1]
    world.say(old, **{f"p{n}": 3 for n in range(30)})
    syncs.read_again(ADMIN, database, old, old)
    runner().run(held, "test")
    world.say(old, p1=3)
    syncs.read_again(ADMIN, database, old, old)
    assert runner().run(held, "test").days_held == 1
    assert syncs.accept_held(ADMIN, database, old)
    assert runner().run(held, "test").outcome == "ok"
    assert _people(database, old) == 1


def test_a_disconnected_installation_asks_nothing_and_keeps_its_history_r67(database, world, runner, held):
    runner().run(held, "test")
    day, asked = world.newest_first(1)[0], world.requests
    people = _people(database, day)
    connection.disconnect(ADMIN, database)
    report = runner().run(held, "test")
    assert report.outcome == "failed"
    assert "disconnected by command line" in report.message
    assert world.requests == asked
    assert _people(database, day) == people > 0
    with database.read() as reader:
        assert opening.api_key(reader, "0" * 32) is None
        assert reader.execute(select(SYNC_RUN.c.outcome).order_by(SYNC_RUN.c.id.desc())).scalar() == "failed"
