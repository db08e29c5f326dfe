"""What a page tells is about the reader's own people alone: nothing is ordered, counted, timed or subtracted beyond."""

from __future__ import annotations

import datetime as dt
import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from core.api import totals
from core.audit import unrepeated
from core.catalogue.selections import PEOPLE_COLUMNS
from core.reports.people.people import Order
from core.store.day_writes import DayWriter
from core.store.totals import organisation_writes
from core.ui.team.people_views import SORTS
from tests.pages.visits import NUMBERS, open_cold
from tests.support import personas
from tests.support.company import CANARY_MEASURE, Company, canary
from tests.support.personas import ACCOUNTS, ALICE, BOB, CHARLIE, FRANK, GRETA, HUGO, IVY
from tests.support.screen import everything

ADOPTION, TEAMS, PEOPLE, PERSON = (f"pages/team/{name}.py" for name in ("adoption", "teams", "people", "person"))
ORGANISATION = "pages/team/organisation.py"
BRIEF, MINE = "pages/reviews/brief.py", "pages/you/my_usage.py"
COLUMN = {Order.NAME: "name", Order.TIER: "status", Order.DAYS: "days", Order.LAST: "last_active"}
"""What the reader may sort by → the column in which it stands."""

_CHANGING = re.compile(r'[0-9a-f]{32}|[0-9a-f-]{36}|uuid: "\w+"|synced [^"]*')
"""Ids and times."""


def test_a26_people_are_sorted_by_what_the_table_shows_and_by_nothing_else(visit):
    assert set(Order) == {*COLUMN, Order.TEAM}  # whose reporting line it is stands on Teams
    assert {order: column for column, order in SORTS.items()} == COLUMN
    shown = visit(FRANK, PEOPLE).dataframe[0].value
    assert set(COLUMN.values()) <= set(shown)
    by_name = shown["name"].tolist()
    assert by_name == sorted(by_name)
    for hidden in (CANARY_MEASURE, PEOPLE_COLUMNS[0], "id", "email", "salary"):
        asked = visit(FRANK, PEOPLE, sort=hidden)
        assert not asked.exception, hidden
        assert asked.dataframe[0].value["name"].tolist() == by_name, hidden


_LINK = re.compile(r'^\s*\w+: "\w+=[^"]*"\n', re.MULTILINE)
"""Where a link takes the choices of the address along."""


def _holds_only(node: Any, some: list[Any]) -> bool:
    """Whether it is one of some elements, or a block of nothing else, or of nothing."""
    if hasattr(node, "children"):
        return all(_holds_only(one, some) for one in node.children.values())
    return any(node is one for one in some)


_QUOTED = re.compile(r"“.*?”", re.DOTALL)

FORGED = ("salary", "email", "0", "-1", "9" * 400, "today.today", "\x00", "<script>")


@pytest.mark.parametrize(
    ("path", "choices"),
    [
        (TEAMS, ("columns", "compare", "product", "people", "by")),
        (ORGANISATION, ("range", "sort", "columns")),
        ("pages/reviews/review_exports.py", ("stats", "range")),
    ],
)
def test_a26_forged_choices_of_teams_of_the_organisation_and_of_several_show_what_none_shows(
    visit, company, path, choices
):
    """A team outside the chain, a hidden column or no option at all: the page is that of an address without it.

    Besides, it says what was asked for, in the same words whatever that was.
    """
    visit(ALICE, path)  # a first visit has an introduction

    def read(**query: str) -> tuple[str, list[str]]:
        at = visit(ALICE, path, **query)
        assert not at.exception, query
        said = [node for node in at.caption if node.value.startswith(":material/info: The address asks for")]
        kept: Any = SimpleNamespace(_tree=[node for node in at._tree if not _holds_only(node, said)])
        return _LINK.sub("", _CHANGING.sub("", everything(kept))), [_QUOTED.sub("“”", node.value) for node in said]

    plain, nothing = read()
    assert nothing == []
    outside = f"{company.ids[CHARLIE]}.{company.ids[FRANK]}"
    for forged in (*FORGED, outside):
        _, words = read(**dict.fromkeys(choices, "nothing.naught" if "." in forged else "nothing"))
        assert read(**dict.fromkeys(choices, forged)) == (plain, words), forged


READERS = [
    (ALICE, ADOPTION, None),
    (ALICE, TEAMS, None),
    (ALICE, PEOPLE, None),
    (ALICE, PERSON, BOB),
    (ALICE, BRIEF, BOB),
    (ALICE, ORGANISATION, None),
    (IVY, MINE, None),
]


def test_a27_a66_what_a_reader_gets_stays_the_same_whatever_everybody_else_does(own: Company):
    """So no rank, benchmark, share or total over others is in it, and there is nothing to subtract one's own from.

    Of Organisation it is what stands beside Claude's own totals, which are the same here all the time.
    """

    def read() -> list[str]:
        pages = []
        for email, path, whose in READERS:
            at = open_cold(email, path, **NUMBERS, **({"person": str(own.ids[whose])} if whose else {}))
            assert not at.exception
            pages.append(_CHANGING.sub("", everything(at)))
        return pages

    days = [own.today - dt.timedelta(days=back) for back in (1, 8, 15)]
    tell(own, working_day(own, days), users=9, calls=90)
    add_use(own, [], days)
    read()  # a first visit has an introduction
    before = read()
    assert all(told in before[-2] for told in ("deck", "90", "Your people: "))
    outside = [email for email in personas.MANAGER if email not in personas.chain(ALICE)]
    assert {CHARLIE, FRANK, GRETA} <= set(outside)
    add_use(own, outside, days)
    assert str(canary(CHARLIE) + 3 * 70_000) in everything(
        open_cold(GRETA, PERSON, person=str(own.ids[CHARLIE]), **NUMBERS)
    )
    assert read() == before
    add_use(own, [BOB], days)
    changed = [path for (_, path, _), then, now in zip(READERS, before, read(), strict=True) if then != now]
    assert {ADOPTION, PEOPLE, PERSON} <= set(changed)  # the others tell of days with use, and these are the same


def working_day(company: Company, besides: list[dt.date]) -> dt.date:
    """The newest day on which everybody but Hugo works and that is none of these."""
    days = (company.today - dt.timedelta(days=back) for back in range(1, 20))
    return next(day for day in days if day.weekday() < 4 and day not in besides)


def tell(company: Company, day: dt.date, *, users: int, calls: int, designers: int = 9) -> None:
    """What Claude says of a day: one skill and one connector of so many users, active people, and those of Design."""
    rows: dict[str, dict[str, object]] = {
        "skills": {"skill_name": "deck", "distinct_user_count": users, "invocation_count": calls},
        "connectors": {"connector_name": "mail", "distinct_user_count": users, "read_call_count": calls},
        "summaries": {"starting_at": f"{day}T00:00:00Z", "assigned_seat_count": 40}
        | {f"{span}_active_user_count": 20 for span in totals.SPANS}
        | {f"claude_design_{span}_active_user_count": designers for span in totals.SPANS},
    }
    with company.database.write() as connection:
        for endpoint, row in rows.items():
            page = getattr(totals, endpoint)(json.dumps({"data": [row]}).encode())
            organisation_writes.replace_day(connection, endpoint, day, page.rows, dt.datetime.now(dt.UTC))


def design(company: Company, day: dt.date, emails: list[str]) -> None:
    """Everybody's day as it was, and these people's in Design besides."""
    rows = [
        (user, address, (personas.counters(user, day, company.today) or {}) | ({"design_sessions": 1} if on else {}))
        for user, (address, owner) in ACCOUNTS.items()
        for on in [owner in emails]
    ]
    with company.database.write() as connection:
        page = personas.page(rows, unmeasured=(personas.UNMEASURED,))
        DayWriter(connection).store(connection, day, [page], f"{day} {emails} design".encode(), dt.datetime.now(dt.UTC))


@pytest.mark.parametrize("reader", [ALICE, GRETA])
def test_a65_a67_a_lead_gets_the_same_of_the_organisation_whatever_fewer_than_five_did_in_it(own: Company, reader: str):
    """For Greta, who leads everybody, the visitor's and the archived Erin's accounts are the others."""
    day, crew = working_day(own, []), list(personas.CREW)

    def read(count: int, calls: int) -> str:
        tell(own, day, users=count, calls=calls, designers=count)
        design(own, day, crew[:count])
        at = open_cold(reader, ORGANISATION)
        assert not at.exception
        return _CHANGING.sub("", everything(at))

    read(1, 1)  # a first visit has an introduction
    assert len({read(count, calls) for count, calls in ((1, 7_001), (1, 7_002), (3, 7_003), (4, 7_004))}) == 1
    assert ("7005" in read(5, 7_005)) == (reader == ALICE)


def add_use(company: Company, emails: list[str], days: list[dt.date]) -> None:
    """Everybody's day as it was, and much more of everything by these people."""
    now = dt.datetime.now(dt.UTC)
    for day in days:
        rows = []
        for user, (address, owner) in ACCOUNTS.items():
            counts = personas.counters(user, day, company.today)
            if owner in emails:
                counts = {"chat_messages": 90_000, "conversations": 900, CANARY_MEASURE: 70_000}
            if counts is not None:
                rows.append((user, address, counts))
        with company.database.write() as connection:
            page = personas.page(rows, unmeasured=(personas.UNMEASURED,))
            DayWriter(connection).store(connection, day, [page], f"{day} {emails}".encode(), now)


def test_a28_for_somebody_elses_person_the_database_is_asked_the_same_as_for_nobody(visit, company, monkeypatch):
    """Times cannot be compared on a busy machine; what takes the time can."""
    monkeypatch.setattr(
        unrepeated, "REFUSALS", 10**6
    )  # else the last one of those that are written may come in between
    asked: list[str] = []

    def note(connection, cursor, statement, *_: object) -> None:
        asked.append(statement)

    def statements(number: int, path: str, name: str) -> list[str]:
        """Of the second visit: the first fills what the process keeps, and a refusal is not written down twice."""
        for _ in range(2):
            asked.clear()
            visit(ALICE, path, **{name: str(number)})
        return list(asked)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        for path, name in ((PERSON, "person"), (BRIEF, "person"), (ADOPTION, "team")):
            absent = statements(10**6, path, name)
            assert absent
            for email in (CHARLIE, FRANK, GRETA, HUGO):
                assert statements(company.ids[email], path, name) == absent, (path, email)
            own = statements(company.ids[BOB], path, name)
            assert name == "team" or own != absent  # a refused team is answered with the reader's own
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("path", [ADOPTION, PEOPLE, TEAMS, MINE])
def test_a87_a_range_of_ten_thousand_years_is_that_of_the_stored_days(visit, company, path):
    at = visit(FRANK, path)
    at.selectbox(key="range").set_value("custom").run()
    at.session_state["dates"] = (dt.date.min, dt.date.max)
    at.run()
    assert not at.exception
    first, last = at.date_input(key="dates").value
    with company.database.read("test") as connection:
        stored = connection.execute(text("SELECT min(day), max(day) FROM sync_day")).one()
    assert first.year >= 2025 and last <= company.today, stored
    assert len(everything(at)) < 600_000
