"""From the API to the page: a month is synced from the simulator, and its rows are added up by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.catalogue import STAT
from core.people.roster import read_csv
from core.settings import load
from core.store import directory, schema
from core.store.database import Database
from core.sync.daemon import run_once
from core.ui import cached
from simulator.api import create_app
from simulator.organisation import Organisation, Person, directory_csv
from simulator.server import running
from simulator.staffing import build_organisation
from simulator.usage import DemoDataset
from tests.pages.company import claims_of, environment_of
from tests.pages.screen import ENTRY, ROOT, metric

DAYS, KEY = 35, "sk-ant-api01-numbers-by-hand"
EDIT_TOOLS = ("edit_tool", "multi_edit_tool", "write_tool", "notebook_edit_tool")
Rows = dict[dt.date, list[dict]]


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Organisation, Rows]]:
    """A month of the demo company, read through the API by the real sync; and the simulator's rows of those days."""
    folder = tmp_path_factory.mktemp("numbers")
    url = f"sqlite:///{folder / 'uptake.db'}"
    today = dt.datetime.now(dt.UTC).date()
    org = build_organisation(seed=7, today=today)
    dataset = DemoDataset(org)
    with pytest.MonkeyPatch.context() as patch, running(create_app(dataset, key=KEY)) as base_url:
        environment = environment_of(url, folder) | {
            "UPTAKE_CLAUDE_BASE_URL": base_url,
            "UPTAKE_CLAUDE_API_KEY": KEY,
            "UPTAKE_BACKFILL_DAYS": str(DAYS),
            "UPTAKE_REQUESTS_PER_MINUTE": "60000",
        }
        for name, value in environment.items():
            patch.setenv(name, value)
        database = Database(url)
        schema.upgrade(database)
        with database.write() as connection:
            directory.apply(connection, read_csv(directory_csv(org).encode()), today)
        database.dispose()
        report = run_once(load())
        assert (report.outcome, report.days_changed) == ("ok", DAYS)
        days = [today - dt.timedelta(days=back) for back in range(DAYS, 0, -1)]
        yield org, {day: dataset.rows(day) for day in days}
        cached.close()


def page(person: Person, path: str, **query: str) -> AppTest:
    at = AppTest.from_file(str(ENTRY), default_timeout=30)
    at.user = claims_of(person.email)
    at.run()
    at.query_params.update(query)
    at.switch_page(str(ROOT / path))
    at.run()
    at.selectbox(key="range").set_value("28d").run()
    assert not at.exception
    return at


def of(person: Person, rows: Rows, last: int = 28) -> dict[dt.date, list[dict]]:
    """A person's rows of the newest days; their address may be spelt in another case, or have changed since."""
    return {
        day: [row for row in rows[day] if row["user"]["email_address"].lower() == person.email]
        for day in sorted(rows)[-last:]
    }


def add(found: dict[dt.date, list[dict]], *path: str) -> int:
    """The sum of one counter."""
    total = 0
    for row in (row for day in found.values() for row in day):
        value: Any = row
        for step in path:
            value = (value or {}).get(step)
        total += value or 0
    return total


def counted(value: object) -> bool:
    """Whether any number inside is above zero."""
    if isinstance(value, dict):
        return any(counted(item) for item in value.values())
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def active_days(found: dict[dt.date, list[dict]]) -> set[dt.date]:
    return {day for day, rows in found.items() if any(counted(row) for row in rows)}


def test_my_usage_of_one_person_is_what_the_simulator_says(synced):
    org, rows = synced
    team = [person for person in org.reports(org.line_manager.email) if person.employed_on(org.today)]
    person = max(team, key=lambda one: len(active_days(of(one, rows))))
    found = of(person, rows)
    at = page(person, "pages/you/my_usage.py")
    assert metric(at, "Active working days") == f"{sum(day.weekday() < 5 for day in active_days(found))} of 20"
    chat, unified, code = ("chat_metrics",), ("chat_cowork_unified_metrics", "chat"), "claude_code_metrics"
    expected = {
        "conversations": sum(add(found, *block, "distinct_conversation_count") for block in (chat, unified)),
        "chat_messages": sum(add(found, *block, "message_count") for block in (chat, unified)),
        "code_sessions": add(found, code, "core_metrics", "distinct_session_count"),
        "commits": add(found, code, "core_metrics", "commit_count"),
        "pull_requests": add(found, code, "core_metrics", "pull_request_count"),
        "lines_added": add(found, code, "core_metrics", "lines_of_code", "added_count"),
        "lines_removed": add(found, code, "core_metrics", "lines_of_code", "removed_count"),
        "edits_accepted": sum(add(found, code, "tool_actions", tool, "accepted_count") for tool in EDIT_TOOLS),
    }
    shown = {card.label: metric(at, card.label) for card in at.metric}
    at.session_state["product_tabs"] = "Claude Code"
    shown |= {card.label: metric(at, card.label) for card in at.run().metric}
    for key, value in expected.items():
        assert shown.get(STAT[key].label, "0") == str(value), key
    assert shown[STAT["chat_messages"].label] != "0"
    accepted = expected["edits_accepted"]
    rejected = sum(add(found, code, "tool_actions", tool, "rejected_count") for tool in EDIT_TOOLS)
    if "Edit acceptance rate" in shown and accepted + rejected:
        assert shown["Edit acceptance rate"] == f"{accepted / (accepted + rejected):.0%}"


def test_adoption_of_one_team_is_what_the_simulator_says(synced):
    org, rows = synced
    lead = org.line_manager
    newest = max(rows)
    people = [person for person in (lead, *org.chain(lead.email)) if person.employed_on(newest)]
    at = page(lead, "pages/team/adoption.py")
    month = sum(bool(active_days(of(person, rows))) for person in people)
    week = sum(bool(active_days(of(person, rows, 7))) for person in people)
    assert f"{month} of {len(people)}" in metric(at, "Adoption rate")
    assert metric(at, "Active in the last 7 days") == f"{week} of {len(people)}"
    working = [day for day in sorted(rows)[-28:] if day.weekday() < 5]
    daily = sum(sum(day in active_days(of(person, rows)) for person in people) for day in working) / len(working)
    assert metric(at, "Stickiness") == f"{daily / month:.0%}"
    shown = {card.label: metric(at, card.label) for card in at.metric}
    blocks = (("chat_metrics",), ("chat_cowork_unified_metrics", "chat"))
    messages = sum(add(of(person, rows), *block, "message_count") for person in people for block in blocks)
    assert shown[STAT["chat_messages"].label] == str(messages)
