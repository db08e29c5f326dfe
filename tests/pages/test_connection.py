"""The Connection page by itself says what is wrong with the sync, what is safe and what to do."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from sqlalchemy import delete, insert, select, update
from streamlit.testing.v1 import AppTest

from core.admin import roles
from core.admin.access import operator
from core.store.connection import connections, offers
from core.store.engine.database import Database
from core.store.tables.organisation import ENDPOINT_DAY
from core.store.tables.usage import DAY_REVISION, SYNC_DAY, SYNC_RUN
from core.store.totals import organisation_writes
from core.store.usage import ledger
from core.ui.session import resources
from core.viewers import Role
from simulator.api import create_app
from simulator.dataset import FixedDataset
from simulator.server import running
from simulator.wire import usage_row
from tests.pages.visits import open_cold
from tests.support.company import Company
from tests.support.personas import ADMINS, FRANK, IVY
from tests.support.screen import everything

PAGE = "pages/admin/connection.py"
ADMIN = min(ADMINS)
DAY = dt.timedelta(days=1)
KEY = "sk-ant-api01-invented-for-the-pages"


def opened() -> AppTest:
    at = open_cold(ADMIN, PAGE)
    assert not at.exception
    return at


def connected(database: Database, message: str = "The API serves data up to yesterday.") -> None:
    with database.write() as connection:
        connections.replace(connection, "0" * 32, KEY, ADMIN, dt.datetime.now(dt.UTC))
        connections.note(connection, connections.ConnectionState.CONNECTED, message, dt.datetime.now(dt.UTC))


def ran(database: Database, outcome: str, message: str = "", **counts: int) -> None:
    now = dt.datetime.now(dt.UTC)
    with database.write() as connection:
        numbers = {"days_planned": 3, "days_checked": 0, "days_changed": 0, "requests": 4} | counts
        ended = None if outcome == "running" else now
        values = {"trigger": "hourly", "started_at": now - dt.timedelta(minutes=1), "finished_at": ended}
        connection.execute(insert(SYNC_RUN).values(outcome=outcome, message=message, **values, **numbers))


def warnings(at: AppTest) -> str:
    return plain("\n".join(line.value for line in at.warning))


def plain(words: str) -> str:
    """Without the marks that keep punctuation from being Markdown."""
    return words.replace("\\", "")


def states(at: AppTest) -> dict[str, str]:
    """The state of each day in the calendar."""
    return dict(re.findall(r"(\d+ \w{3} \d{4}): (complete|revised|provisional|held|failed|missing)", everything(at)))


def name(day: dt.date) -> str:
    return f"{day:%-d %b %Y}"


def test_a_run_that_failed_under_a_key_that_works_is_a_warning_with_what_is_safe_and_what_to_do(own: Company):
    connected(own.database)
    ran(own.database, "failed", "The API answered with an error of its own (500).")
    said = warnings(opened())
    assert "**The last run failed.** The API answered with an error of its own (500)." in said
    assert "What was stored before is kept." in said
    assert "Sync now tries at once" in said


def test_what_is_wrong_with_the_key_itself_is_not_said_twice(own: Company):
    connected(own.database)
    with own.database.write() as connection:
        connections.note(
            connection, connections.ConnectionState.REJECTED, "The key was refused.", dt.datetime.now(dt.UTC)
        )
    ran(own.database, "failed", "The key was refused.")
    at = opened()
    assert "The last run" not in warnings(at)
    assert "The key was refused." in plain("".join(line.value for line in at.error))


def test_a_partial_run_points_at_its_days_or_says_so_itself(own: Company):
    connected(own.database)
    ran(own.database, "partial", "1 of 3 days could not be read; their last good state is kept.")
    assert "**The last run could not read everything.** 1 of 3 days could not be read" in warnings(opened())
    with own.database.write() as connection:
        ledger.record_problem(connection, own.today - DAY, "The answer was cut off.", dt.datetime.now(dt.UTC))
    said = warnings(opened())
    assert "1 day** could not be read" in said or "1 day could not be read" in said
    assert "The last run" not in said


def test_the_past_is_only_said_to_be_read_while_a_run_reads_it(own: Company):
    connected(own.database)
    with own.database.write() as connection:
        offers.note(connection, own.today - DAY, dt.datetime.now(dt.UTC))
    ran(own.database, "failed", "The network is down.")
    assert "days of the past not read yet; the next run goes on" in everything(opened())
    ran(own.database, "running", days_checked=2)
    said = everything(opened())
    assert re.search(r"Reading the past, newest day first: \d+ days to go, about", said)
    assert "not read yet; the next run" not in said


def test_the_calendar_spans_all_days_to_read_and_shows_the_missing_ones(own: Company, settings):
    settings.setenv("UPTAKE_BACKFILL_DAYS", "80")
    newest = own.today - DAY
    with own.database.write() as connection:
        offers.note(connection, newest, dt.datetime.now(dt.UTC))
        stored = set(connection.execute(select(SYNC_DAY.c.day).where(SYNC_DAY.c.revision > 0)).scalars())
    found = states(opened())
    first = newest - 79 * DAY
    assert first not in stored
    assert found[name(first)] == "missing"
    assert all(found[name(day)] != "missing" for day in stored)


def test_the_calendar_is_there_before_the_first_day_is_stored(empty):
    today = dt.datetime.now(dt.UTC).date()
    with resources.database().write() as connection:
        offers.note(connection, today - DAY, dt.datetime.now(dt.UTC))
    found = states(empty(ADMIN, PAGE))
    assert found[name(today - DAY)] == "missing"
    assert set(found.values()) == {"missing"}


def test_a_day_is_revised_when_a_number_changed_and_not_when_a_new_field_came(own: Company):
    one, two = own.today - DAY * 10, own.today - DAY * 11
    now = dt.datetime.now(dt.UTC)
    with own.database.write() as connection:
        for day, changed_at in ((one, now), (two, SYNC_DAY.c.stored_at)):
            connection.execute(update(SYNC_DAY).where(SYNC_DAY.c.day == day).values(revision=2, changed_at=changed_at))
    found = states(opened())
    assert (found[name(one)], found[name(two)]) == ("revised", "complete")


def test_a_day_opens_to_its_reason_and_ledger_and_a_held_version_is_accepted(own: Company):
    day, now = own.today - DAY * 4, dt.datetime.now(dt.UTC)
    with own.database.write() as connection:
        ledger.hold(connection, day, b"another version", "The API now has 1 people.", now)
        connection.execute(delete(DAY_REVISION).where(DAY_REVISION.c.day == day))
        version = {"day": day, "rows": 9, "at": now, "vanished": 0, "unmeasured": ""}
        first = {"revision": 1, "appeared": 9, "changed": 0, "differences": "{}"}
        second = {"revision": 2, "appeared": 0, "changed": 3, "differences": '{"chat_messages": -87}'}
        connection.execute(insert(DAY_REVISION), [version | first, version | second])
    at = opened()
    said = everything(at)
    assert states(at)[name(day)] == "held"
    assert "The API now has 1 people." in said
    assert "first version" in said
    assert "-87" in said
    next(button for button in at.button if button.label == "Accept the new version").click().run()
    assert not at.exception
    with own.database.read() as connection:
        accepted = connection.execute(select(SYNC_DAY.c.accepted_digests).where(SYNC_DAY.c.day == day)).scalar()
    assert accepted == b"another version"


@pytest.mark.parametrize("email", [FRANK, IVY])
def test_a68_a_connection_admin_reads_of_no_day_how_many_people_have_a_record_or_what_changed(own: Company, email: str):
    """From these and the own chain, somebody who leads nearly everybody could tell what the few others do."""
    roles.grant(operator(), own.database, email, Role.CONNECTION)
    with own.database.write() as connection:
        changed = {"revision": 9, "differences": '{"chat_messages": -87}'}
        connection.execute(update(DAY_REVISION).where(DAY_REVISION.c.revision == 1).values(**changed))
        lost = "The API now has 16 people instead of 23."
        ledger.hold(connection, own.today - DAY * 4, b"another version", lost, dt.datetime.now(dt.UTC))
        ledger.hold(connection, own.today - DAY * 5, b"another version", lost, dt.datetime.now(dt.UTC))
    limited = everything(open_cold(email, PAGE))
    assert "16 people" not in limited and "lost more than a revision takes away" in limited
    assert "with a record" not in limited and "Vanished" not in limited and "-87" not in limited
    assert "is shown to admins who see everyone" in limited
    assert "Stored (UTC)" in limited
    said = everything(opened())
    assert "with a record" in said and "Vanished" in said and "-87" in said and lost in said


def test_fields_that_are_not_counted_are_listed_with_the_day_that_had_them_first(own: Company):
    with own.database.write() as connection:
        ledger.record_unknown_fields(connection, ["a_new.field_count"], own.today - DAY)
    at = opened()
    assert [box.label for box in at.expander if "not counted yet" in box.label] == ["1 new field, not counted yet"]
    assert f"a_new.field_count   first seen in the data of {own.today - DAY}" in everything(at)


def test_days_are_read_again_and_losses_of_totals_taken_only_when_ticked(own: Company):
    yesterday = own.today - DAY
    with own.database.write() as connection:
        organisation_writes.record_day_problem(connection, "skills", yesterday, "Lost.", dt.datetime.now(dt.UTC))
        connection.execute(update(ENDPOINT_DAY).values(rows=7))
    for tick, rows in ((False, 7), (True, 0)):
        at = opened()
        box = next(box for box in at.checkbox if box.label == "Take totals that lost most of their entries")
        box.set_value(tick)
        next(button for button in at.button if button.label == "Read these days again").click().run()
        assert not at.exception
        with own.database.read() as connection:
            assert connection.execute(select(ENDPOINT_DAY.c.rows)).scalars().all() == [rows]
            due = connection.execute(select(SYNC_DAY.c.checked_at).where(SYNC_DAY.c.day == yesterday)).scalar_one()
        assert due is None


@pytest.fixture
def api(settings, own: Company) -> Iterator[str]:
    """An API that takes one key."""
    yesterday = own.today - DAY
    data = FixedDataset({yesterday: [usage_row("user_ann", "ann@example.com")]}, latest=dt.date(2999, 1, 1), seats=1)
    with running(create_app(data, key=KEY, now=lambda: dt.datetime.now(dt.UTC))) as url:
        settings.setenv("UPTAKE_CLAUDE_BASE_URL", url)
        resources.close()  # settings are those of a new start
        yield url


@pytest.mark.usefixtures("api")
def test_the_form_tries_a_key_and_stores_the_one_that_works(own: Company):
    at = opened()
    for key, said in (("sk-ant-api01-some-other-key", "The key was not stored."), (KEY, "Claude is connected.")):
        next(field for field in at.text_input if field.label == "API key").input(key)
        next(button for button in at.button if button.label == "Try and store").click().run()
        assert not at.exception
        assert said in plain(everything(at))
        assert key not in everything(at)
    with own.database.read() as connection:
        known = connections.read(connection)
    assert known is not None
    assert (known.state, known.key_hint) == ("connected", "…ages")
