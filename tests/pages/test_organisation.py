"""The page Organisation: its figures are the API's own, nobody is in them, and it says what it does not know."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.api import totals
from core.store.totals import organisation_writes
from core.ui.session import resources
from core.ui.widgets import chart_files
from core.ui.widgets.chart_files import ChartFile, ChartSubject
from simulator.dataset import FixedDataset
from simulator.summaries import Summaries
from simulator.tools import connector_rows, skill_rows
from simulator.wire import usage_row
from tests.pages.visits import open_cold
from tests.support import personas
from tests.support.company import Company, build, environment_of, name_of
from tests.support.personas import ALICE, DORA, GRETA, IVY, MANAGER, OSCAR
from tests.support.screen import everything, metric, opened, sentences, words_in

PATH = "pages/team/organisation.py"
SPAN = 28
Rows = dict[dt.date, list[dict[str, Any]]]


def usage(today: dt.date) -> Rows:
    """What the persona accounts did by `/users`, for as much as totals are made from it."""
    found: Rows = {}
    for day in personas.span(today):
        rows = []
        for user, (email, _) in personas.ACCOUNTS.items():
            if counts := personas.counters(user, day, today):
                messages = counts.get("chat_messages", 0)
                values = {"chat_metrics.message_count": messages, "chat_metrics.connectors_used_count": messages}
                values["cowork_metrics.skills_used_count"] = messages // 2
                rows.append(usage_row(user, email, **values))
        found[day] = rows
    return found


class Told:
    """What the simulated API says about the last days, and a company whose database has taken it in."""

    def __init__(self, company: Company) -> None:
        self.company = company
        days = usage(company.today)
        self.days = sorted(days)[-SPAN:]
        self.skills = {day: skill_rows(days[day], ()) for day in self.days}
        self.connectors = {day: connector_rows(days[day], day, ()) for day in self.days}
        summaries = Summaries(FixedDataset(days, seats=40))
        self.summaries = {day: summaries.summary(day) | {"pending_invite_count": 3} for day in self.days}

    def store(self) -> None:
        now = dt.datetime.now(dt.UTC)
        said: dict[str, tuple[Callable[[bytes], Any], Any]] = {
            "summaries": (totals.summaries, {day: [row] for day, row in self.summaries.items()}),
            "skills": (totals.skills, self.skills),
            "connectors": (totals.connectors, self.connectors),
        }
        with self.company.database.write() as connection:
            for endpoint, (decode, days) in said.items():
                for day, rows in days.items():
                    page = decode(json.dumps({"data": rows}).encode())
                    organisation_writes.replace_day(connection, endpoint, day, page.rows, now)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    folder = tmp_path_factory.mktemp("organisation")
    company = build(f"sqlite:///{folder / 'uptake.db'}", folder)
    made = Told(company)
    made.store()
    yield made
    company.database.dispose()


@pytest.fixture
def visit(told: Told, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., AppTest]]:
    for name, value in environment_of(told.company.database.url, told.company.folder).items():
        monkeypatch.setenv(name, value)
    yield open_cold
    resources.close()


FEW = "fewer than 5"


def summed(rows: Rows, *fields: str, fewest: int = 0) -> dict[str, dict[str, Any]]:
    """By name: the sums of fields over the days, and the distinct users of the busiest day.

    Days on which fewer than `fewest` used it do not count; what has no other has no numbers.
    """
    found: dict[str, dict[str, Any]] = defaultdict(lambda: dict.fromkeys(fields) | {"users": None, "days": None})
    for listed in rows.values():
        for row in listed:
            mine = found[row.get("skill_name") or row["connector_name"]]
            if row["distinct_user_count"] >= fewest:
                for field in fields:
                    mine[field] = (mine[field] or 0) + row[field]
                mine["users"] = max(mine["users"] or 0, row["distinct_user_count"])
                mine["days"] = (mine["days"] or 0) + 1
    return found


def as_shown(said: dict[str, dict[str, Any]], untold: str) -> dict[str, dict[str, Any]]:
    """With the people as the table has them: in words where there is a name without numbers."""
    if all(row["days"] for row in said.values()):
        return said
    return {name: row | {"users": untold if row["users"] is None else str(row["users"])} for name, row in said.items()}


def table(at: AppTest, column: str) -> pd.DataFrame:
    frames = [frame.value for frame in at.dataframe]
    return next(frame for frame in frames if column in frame and "Name" in frame).set_index("Name")


def is_quiet(told: Told, day: dt.date) -> bool:
    """Whether fewer than five people outside Alice's chain were active on a day."""
    mine = {ALICE, personas.BOB, IVY, personas.ERIN, ""}
    return len(active_on(told, day) - mine) < 5


def active_on(told: Told, day: dt.date) -> set[str]:
    """Who was active on a day; accounts of nobody are one that is called nothing, and Erin."""
    today = told.company.today
    return {
        owner
        for user, (_, owner) in personas.ACCOUNTS.items()
        if any((personas.counters(user, day, today) or {}).values())
    }


def is_left_out(told: Told, email: str, day: dt.date) -> bool:
    if email == GRETA:  # everybody is hers; the visitor is nobody, and so is Erin after her last day
        return day != told.company.canaries_on and bool(active_on(told, day) & {"", personas.ERIN})
    return email == ALICE and is_quiet(told, day)


@pytest.mark.parametrize("email", [GRETA, ALICE, DORA, OSCAR])
def test_skills_and_connectors_are_what_the_api_said_less_what_tells_leads_of_a_few_others(visit, told, email):
    at = visit(email, PATH, range="28d")
    assert not at.exception
    left_out = {day for day in told.days if is_left_out(told, email, day)}
    assert bool(left_out) == (email in {GRETA, ALICE})
    notes = [caption.value for caption in at.caption if "of this range are left out" in caption.value]
    assert [note.partition(" days")[0] for note in notes] == ([str(len(left_out))] if left_out else [])
    shown = max(day for day in told.days if day not in left_out)
    assert all(note.endswith(f" The cards are of {shown:%a %-d %b %Y}.") for note in notes)
    fewest = 5 if left_out else 0
    for said, fields in (
        (told.skills, {"Invocations": "invocation_count"}),
        (told.connectors, {"Read calls": "read_call_count", "Write calls": "write_call_count"}),
    ):
        rows = summed({d: said[d] for d in said if d not in left_out}, *fields.values(), fewest=fewest)
        rows = as_shown(rows, "not told")
        if not rows:  # on weekends Greta has no skills
            assert not any(next(iter(fields)) in frame.value for frame in at.dataframe)
            continue
        shown = table(at, next(iter(fields))).rename(columns=fields)
        shown = shown.astype(object).where(shown.notna(), None)
        assert shown[[*fields.values(), "users", "days"]].to_dict("index") == rows
    assert ("not told" in opened(at)) == bool(left_out)


def working_day(told: Told) -> dt.date:
    """The newest day on which enough others were active for Alice, and some tools were used by few."""
    return max(day for day in told.days if not is_quiet(told, day) and told.skills[day])


def test_fewer_than_5_is_said_of_a_range_that_can_be_told_whole_and_not_where_days_are_withheld(visit, told):
    """That of a withheld day is not known: five may have used it then."""
    day = working_day(told)
    whole = visit(ALICE, PATH, range="custom", **{"from": day.isoformat(), "to": day.isoformat()})
    part = visit(ALICE, PATH, range="28d")
    assert not whole.exception and not part.exception
    for column in ("Invocations", "Read calls"):
        for at, word, other in ((whole, FEW, "not told"), (part, "not told", FEW)):
            people = set(table(at, column)["users"])
            assert word in people and other not in people
    captions = [" ".join(caption.value for caption in at.caption) for at in (whole, part)]
    assert ["on the other days it may have been more" in text for text in captions] == [False, True]


def charts_of(at: AppTest, monkeypatch: pytest.MonkeyPatch) -> list[ChartFile]:
    """What the files of the two charts are made of."""
    drawn: list[ChartFile] = []
    monkeypatch.setattr(chart_files, "offer", lambda _, what: drawn.append(what))
    for what in ("skills", "connectors"):
        at.session_state[f"{what}_chart_numbers"] = True
    at.run()
    assert not at.exception
    return drawn


@pytest.fixture
def busy(told: Told) -> Iterator[list[dt.date]]:
    """Days on which nine people used each skill and connector, but four on one of them: leads have a chart of them."""
    before = [dict(said) for said in (told.skills, told.connectors)]
    for said in (told.skills, told.connectors):
        for day, rows in said.items():
            users = 4 if day == working_day(told) else 9
            said[day] = [row | {"distinct_user_count": users} for row in rows]
    told.store()
    yield told.days
    told.skills, told.connectors = before
    told.store()


def test_a_chart_and_its_files_say_on_how_many_days_of_the_range_they_rest(visit, told, busy, monkeypatch):
    told_of = sum(not is_quiet(told, day) for day in busy)
    assert 0 < told_of < SPAN
    for drawn in charts_of(visit(ALICE, PATH, range="28d"), monkeypatch):
        words = f"on the {told_of} of {SPAN} days that can be told"
        assert drawn.title.endswith(f" {words}")
        assert f"whole organisation, {words}, " in drawn.lines[-1]
        assert f"days are left out on which {FEW} people" in drawn.lines[-1]
        assert set(drawn.table["Rests on"]) == {f"{told_of} of {SPAN} days"}
    for drawn in charts_of(visit(OSCAR, PATH, range="28d"), monkeypatch):
        assert not words_in(f"{drawn.title} {drawn.lines}", {"can be told", "left out"})
        assert "Rests on" not in drawn.table


def test_who_leads_everybody_reads_that_accounts_of_nobody_are_outside_and_who_can_match_them(visit):
    at = visit(GRETA, PATH, range="28d")
    (said,) = [caption.value for caption in at.caption if "of this range are left out" in caption.value]
    assert "Claude accounts were in use that match nobody in the directory" in said
    assert "An admin can match" in said and "on Matching" in said
    assert "utside your chain" not in opened(at)
    others = [caption.value for caption in visit(ALICE, PATH, range="28d").caption]
    assert any("Outside your chain fewer than 5 people" in said for said in others)
    assert not any("Matching" in said for said in others)


def test_a_table_of_which_days_are_left_out_does_not_call_the_others_all_days_of_use(visit):
    for email, heading in ((ALICE, "Days counted"), (OSCAR, "Days used")):
        shown = [str(frame.proto) for frame in visit(email, PATH, range="28d").dataframe]
        assert [words_in(text, {"Days counted", "Days used"}) for text in shown if "busiest" in text] == [{heading}] * 2


def test_seats_stand_beside_headcount_and_claudes_active_users_beside_ours(visit, told):
    at = visit(OSCAR, PATH)
    newest = told.summaries[told.days[-1]]
    assert (metric(at, "Seats"), metric(at, "Headcount")) == ("40", str(len(MANAGER) - 1))
    cards = {card.label: card for card in at.metric}
    assert cards["Seats"].delta == "3 pending invites"
    day = told.days[-1]
    week, month = (f"Active, {count} days to {day:%-d %b}" for count in (7, 30))
    windows = {f"Active on {day:%a %-d %b}": "daily", week: "weekly", month: "monthly"}
    for label, window in windows.items():
        assert metric(at, label) == str(newest[f"{window}_active_user_count"])
        assert cards[label].delta.startswith("Uptake: ")
    people = {
        owner
        for user, (_, owner) in personas.ACCOUNTS.items()
        for day in told.days[-7:]
        if owner and any((personas.counters(user, day, told.company.today) or {}).values())
    }
    people.discard(personas.ERIN)  # left before these days
    assert cards[week].delta == f"Uptake: {len(people)} of {len(MANAGER) - 1}"
    text = " ".join(caption.value for caption in at.caption)
    assert "28 days for a month where Claude takes 30" in text
    assert "any counter above zero" in text


def test_a_managers_own_count_is_of_the_own_chain_only(visit):
    at = visit(ALICE, PATH)
    assert metric(at, "Your people") == "3"  # Alice, Bob and Ivy; Erin has left
    assert next(card for card in at.metric if card.label == "Seats").delta == "whole organisation, 3 pending invites"
    assert {card.delta.partition(":")[0] for card in at.metric if card.label.startswith("Active")} == {"Your people"}


def test_no_name_or_address_of_a_person_is_on_the_page(visit):
    others = {word for email in MANAGER if email != ALICE for word in (email, name_of(email))}
    assert not words_in(opened(visit(ALICE, PATH)), others)


def test_a_report_has_no_such_page(visit):
    at = visit(IVY, PATH)
    assert "Organisation" not in [title.value for title in at.title]
    assert not any(words_in(str(frame.proto), {"Days used", "Days counted"}) for frame in at.dataframe)
    assert not any("Invocations" in frame.value for frame in at.dataframe)


def test_the_seats_of_a_quiet_day_are_those_of_the_day_before_for_who_leads_a_part(visit, told):
    newest = max(day for day in told.days if not is_quiet(told, day))
    at = visit(ALICE, PATH)
    assert metric(at, f"Active on {newest:%a %-d %b}") == str(told.summaries[newest]["daily_active_user_count"])


def test_how_far_these_totals_reach_is_said_for_each_of_them(visit, told):
    day = f"{told.days[-1]:%a %-d %b %Y}"
    (said,) = [caption.value for caption in visit(ALICE, PATH).caption if "Claude's own totals" in caption.value]
    assert said.count(day) == 3


def test_the_charts_of_the_organisation_can_be_taken_away(visit):
    at = visit(ALICE, PATH, range="28d")
    at.session_state["skills_chart_numbers"] = True
    at.run()
    assert not at.exception
    labels = [str(node.proto.label) for node in at._tree if node.type == "download_button"]
    assert labels == ["CSV", "SVG", "PNG"]


def test_the_charts_of_the_organisation_are_not_offered_as_those_of_the_readers_team(visit, monkeypatch):
    offered: list[ChartSubject] = []
    monkeypatch.setattr(chart_files, "offer", lambda whose, _: offered.append(whose))
    at = visit(ALICE, PATH, range="28d")
    for what in ("skills", "connectors"):
        at.session_state[f"{what}_chart_numbers"] = True
    at.run()
    assert not at.exception
    assert [whose.of_all for whose in offered] == [True, True]


def test_names_that_are_switched_off_are_not_shown_though_they_are_stored(visit, told, monkeypatch):
    names = {row["skill_name"] for day in told.skills.values() for row in day}
    assert words_in(everything(visit(OSCAR, PATH)), names)
    monkeypatch.setenv("UPTAKE_NAMES_OF_SKILLS", "no")
    resources.close()  # settings are those of a new start
    at = visit(OSCAR, PATH)
    assert metric(at, "Seats") == "40"
    assert not any("Name" in frame.value for frame in at.dataframe)
    assert sum("switched off here" in caption.value for caption in at.caption) == 2
    assert not words_in(opened(at), names)


def test_before_the_first_totals_the_page_says_so_and_shows_admins_where_to_look(settings, visit_plain):
    for email, links in ((ALICE, 0), (OSCAR, 3)):
        at = visit_plain(email, PATH)
        assert not at.exception
        assert sum("have not been read from Claude so far" in caption.value for caption in at.caption) == 3
        assert len(at.main.get("page_link")) == links
        assert not at.metric
        assert not sentences(at)


@pytest.fixture
def visit_plain() -> Callable[..., AppTest]:
    """The company of the other pages' tests, which has no totals."""
    return open_cold


def test_the_connection_page_says_what_was_read_and_why_something_was_not(visit, told):
    now = dt.datetime.now(dt.UTC)
    with told.company.database.write() as connection:
        organisation_writes.record_outcome(connection, "skills", "The key may not read skills (403).", now)
        organisation_writes.record_outcome(connection, "connectors", None, now)
    at = visit(OSCAR, "pages/admin/connection.py")
    assert not at.exception
    assert any(f"{SPAN} days stored" in element.value for element in at.markdown)
    assert [w.value.replace("\\", "") for w in at.warning if "skills" in w.value] == [
        "The key may not read skills (403)."
    ]
