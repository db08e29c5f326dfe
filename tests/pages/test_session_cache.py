"""What a session keeps is found again only while nothing that it rests on changed, and is looked at each time."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event, text
from streamlit.testing.v1 import AppTest

from core.audit import looks, repeats
from core.reports.measures.activity import Share
from core.reports.periods import DAY
from core.reports.teams import teams
from core.store.day_writes import DayWriter
from core.store.engine import versions
from core.store.notes import annotated, notes
from core.store.totals import organisation_writes
from core.ui.session import resources, session_cache
from core.visibility import Identity, PastDays, PastTeam, Scope, scope_of, viewer_for
from tests.support import personas
from tests.support.company import Company
from tests.support.personas import ADMINS, ALICE, BOB, CHARLIE, FRANK
from tests.support.screen import everything, opened

ADOPTION, TEAMS, PERSON, PEOPLE = (f"pages/team/{name}.py" for name in ("adoption", "teams", "person", "people"))
MINE, BRIEF = "pages/you/my_usage.py", "pages/reviews/brief.py"
USAGE = ("user_day", "team_day", "active_bits")


@pytest.fixture
def asked(own: Company) -> Iterator[list[str]]:
    """The statements that pages ask about usage."""
    found: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if any(table in statement for table in USAGE):
            found.append(statement)

    engine = resources.database()._reader
    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def again(at: AppTest, asked: list[str]) -> list[str]:
    """What the page asks about usage when it runs once more."""
    asked.clear()
    at.run()
    assert not at.exception
    return list(asked)


@pytest.mark.usefixtures("settings")
def test_all_that_a_report_reads_is_of_one_moment(own: Company):
    viewer = viewer_for(own.database, (), Identity(ALICE, True), own.today)
    first, last = own.today - DAY * 28, own.today - DAY

    def read(scope: Scope) -> tuple[Any, Any]:
        return scope.stored_days(first, last), scope.team_sums(scope.whole, ["chat_messages"], first, last)

    def before_and_after_a_sync(scope: Scope) -> tuple[Any, Any]:
        before = read(scope)
        with own.database.write() as connection:
            for table in ("user_day", "team_day", "sync_day"):
                connection.execute(text(f"DELETE FROM {table}"))
            versions.bump(connection, versions.DATA)
        return before, read(scope)

    before, after = session_cache.report(scope_of(own.database, viewer), before_and_after_a_sync)
    assert before == after
    assert all(before)
    assert not any(read(scope_of(own.database, viewer)))


@pytest.mark.parametrize("path", [ADOPTION, TEAMS, PEOPLE])
def test_a_page_that_runs_again_reads_no_usage_again(visit, asked, path):
    at = visit(ALICE, path)
    assert asked
    assert again(at, asked) == []


@pytest.mark.parametrize("path", [ADOPTION, TEAMS, PEOPLE, PERSON, MINE, BRIEF])
def test_what_is_found_again_shows_the_very_same_as_what_is_made_anew(visit, own, path):
    asked = {"person": str(own.ids[BOB])} if path in {PERSON, BRIEF} else {}
    at = visit(ALICE, path, **asked)
    opened(at)  # everything that opens is open from now on
    again = lasting(opened(at))
    assert bool(at.get("plotly_chart")) is (path in {ADOPTION, TEAMS, PERSON, MINE})
    del at.session_state[session_cache.KEY]
    assert lasting(opened(at)) == again


def lasting(shown: str) -> str:
    """What a page shows without what differs from run to run: names of files and styled tables, and the time."""
    return re.sub(r'(file_id|uuid): "\w+"|synced [^"\\]*', "", shown)


def test_another_range_is_read_and_the_first_one_is_found_again(visit, own, asked):
    at = visit(ALICE, PERSON, person=str(own.ids[BOB]))
    at.query_params["range"] = "28d"
    assert again(at, asked)
    at.query_params["range"] = "90d"
    assert again(at, asked) == []


def _usage(own: Company, now: dt.datetime) -> None:
    day = own.today - DAY
    rows = [
        (user, address, personas.counters(user, day, own.today) or {} | {"chat_messages": 12_345})
        for user, (address, _) in personas.ACCOUNTS.items()
    ]
    with own.database.write() as connection:
        DayWriter(connection).store(connection, day, [personas.page(rows)], b"more", now)


def _totals(own: Company, now: dt.datetime) -> None:
    with own.database.write() as connection:
        organisation_writes.replace_day(connection, "skills", own.today - DAY, [], now)


def _mark(own: Company, now: dt.datetime) -> None:
    with own.database.write() as connection:
        versions.bump(connection, versions.CONTEXT)


def _directory(own: Company, now: dt.datetime) -> None:
    with own.database.write() as connection:
        versions.bump(connection, versions.DIRECTORY)


@pytest.mark.parametrize("change", [_usage, _totals, _mark, _directory])
def test_whatever_a_report_is_made_of_has_it_made_anew_when_it_changes(
    visit, own, monkeypatch, change: Callable[[Company, dt.datetime], None]
):
    made, report = [], teams.teams

    def counted(*asked: Any) -> teams.Teams:
        made.append(asked)
        return report(*asked)

    monkeypatch.setattr(teams, "teams", counted)
    at = visit(ALICE, TEAMS)
    at.run()
    assert len(made) == 1
    change(own, dt.datetime.now(dt.UTC))
    at.run()
    at.run()
    assert len(made) == 2


def test_a_team_as_it_was_is_read_each_time(visit, asked):
    at = visit(ALICE, ADOPTION, people="then")
    assert any("as it was" in caption.value for caption in at.caption)
    assert again(at, asked)
    told = [make.__name__ for make, *_ in at.session_state[session_cache.KEY]]
    assert told == ["days_with_data"]  # it names no team; what is never found again would push out the rest


def test_teams_as_they_were_side_by_side_are_read_each_time_too(visit, own):
    teams_of = f"{own.ids[ALICE]}-{own.ids[CHARLIE]}"
    at = visit(FRANK, TEAMS, people="then", compare=teams_of)
    assert "In the last complete week" in everything(at)

    def pasts(each: object) -> bool:
        return any(map(pasts, each)) if isinstance(each, tuple) else isinstance(each, PastTeam)

    assert not any(map(pasts, at.session_state[session_cache.KEY]))


def test_what_is_shown_again_is_a_look_again_once_the_first_is_long_ago(visit, own, asked, monkeypatch):
    def written() -> int:
        with own.database.read("core.audit") as connection:
            counted = text("SELECT count(*) FROM access_log WHERE kind = 'look' AND subject_id = :person")
            return int(connection.execute(counted, {"person": own.ids[BOB]}).scalar_one())

    at = visit(ALICE, PERSON, person=str(own.ids[BOB]))
    first = written()
    assert first
    at.run()
    assert written() == first
    repeats.RECENT.forget()
    later = dt.datetime.now(dt.UTC) + repeats.PERIOD * 2
    monkeypatch.setattr(looks, "since", lambda: later)
    assert again(at, asked) == []
    assert written() == first + 1


@pytest.mark.parametrize("change", ["note", "annotation"])
def test_what_people_say_is_shown_as_soon_as_it_is_said(visit, own, change):
    at = visit(ALICE, PERSON, person=str(own.ids[BOB]))
    today = own.today - DAY
    assert "Said just now" not in everything(at)
    with own.database.write() as connection:
        if change == "note":
            notes.write(connection, own.ids[BOB], "Said just now", dt.datetime.now(dt.UTC))
        else:
            annotated.add(connection, "Said just now", (today, today), 0, ("o@example.com", dt.datetime.now(dt.UTC)))
    assert "Said just now" in everything(at.run())
    with own.database.write() as connection:
        if change == "note":
            notes.remove(connection, own.ids[BOB])
        else:
            annotated.remove(connection, annotated.newest(connection, 1)[0].id)
    assert "Said just now" not in everything(at.run())


def test_a_session_keeps_no_more_than_a_few_results(visit, own):
    at = visit(ALICE, PERSON, person=str(own.ids[BOB]))
    for days in range(1, 30):
        end = own.today - DAY
        at.query_params.update({"range": "custom", "from": str(end - DAY * days), "to": str(end)})
        at.run()
        assert not at.exception
    assert len(at.session_state[session_cache.KEY]) == session_cache.MOST


def test_that_there_is_nothing_is_no_report_of_which_something_is_made(own):
    scope = scope_of(own.database, viewer_for(own.database, ADMINS, Identity(ALICE, True), own.today))
    session_cache.report(scope, lambda _scope: None)
    made: list[object] = []
    for _ in range(2):
        session_cache.derived(made.append, None)
    assert len(made) == 2


def test_two_pasts_of_a_team_are_not_taken_for_one_another(own):
    """They share lead and slice, by which teams of today are compared; what is kept of one is none of the other."""
    scope = scope_of(own.database, viewer_for(own.database, ADMINS, Identity(ALICE, True), own.today))
    spans = [PastDays(own.today - DAY * days, own.today - DAY, own.today - DAY * days) for days in (10, 20)]
    [one], [other] = (scope.as_they_were([scope.whole], days) for days in spans)
    assert (one.team_id, one.left, one.right) == (other.team_id, other.left, other.right)
    assert one != other
    made: list[object] = []
    for past in (one, other):
        session_cache.report(scope, lambda _scope, team: made.append(team), past)
    assert made == [one, other]
    assert made[1] is other


def test_nothing_is_made_of_a_report_that_is_compared_by_its_fields_as_it_would_not_be_found_again(own):
    scope = scope_of(own.database, viewer_for(own.database, ADMINS, Identity(ALICE, True), own.today))
    report = session_cache.report(scope, lambda _scope: Share(1, 2))
    with pytest.raises(TypeError, match="Share needs eq=False"):
        session_cache.derived(str, report)
    assert session_cache.derived(str, Share(1, 2)) == "1 of 2"  # a value that is no report
