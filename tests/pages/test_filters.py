"""The filters change the numbers as they should, whatever the browser sends; files are built for who is let in now."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from typing import Literal

import pytest
from sqlalchemy import delete, update

from core.catalogue import MEASURES
from core.errors import NotPermitted, UnknownViewer, UptakeError
from core.people.roster import read_csv
from core.reports.periods import PRESETS, Period, preset
from core.store.directory import directory
from core.store.engine import versions
from core.store.engine.database import Database
from core.store.tables.usage import SYNC_DAY
from core.ui import gate
from core.ui.frame.navigation import PAGES
from core.ui.session import resources, sessions, turns
from core.ui.session.turns import NoTurn
from core.ui.widgets import export_buttons, team_choice
from core.visibility import Scope
from tests.pages.visits import NUMBERS, asked, leaks
from tests.support import databases, personas
from tests.support.company import canary, claims_of, name_of
from tests.support.personas import ALICE, BOB, CHARLIE, DORA, ERIN, FRANK, IVY
from tests.support.screen import everything, metric, sentences

ADOPTION, PEOPLE, MINE = "pages/team/adoption.py", "pages/team/people.py", "pages/you/my_usage.py"
DAY = dt.timedelta(days=1)


def through(company) -> dt.date:
    return company.today - DAY


def messages(company, email: str, period: Period) -> int:
    days = [day for day in personas.span(company.today) if day in period]
    return personas.total([email], "chat_messages", days, company.today)


def working_days(company, period: Period) -> int:
    """Those that have data: one day of the span is not stored, and none before it."""
    span = personas.span(company.today)
    return sum(day in span and day != span[personas.GAP] and day.weekday() < 5 for day in period)


def test_each_range_changes_the_numbers_to_those_of_its_days(visit, company):
    at = visit(IVY, MINE)
    for key in ("7d", "28d", "month", "90d"):
        at.selectbox(key="range").set_value(key).run()
        assert not at.exception
        period = preset(key, through(company))
        assert metric(at, "Active working days").endswith(f"of {working_days(company, period)}")
        if expected := messages(company, IVY, period):
            assert metric(at, "Chat messages") == str(expected)
    for key in PRESETS:
        at.selectbox(key="range").set_value(key).run()
        assert not at.exception, key


@pytest.mark.parametrize("reverse", [False, True])
def test_a_custom_range_is_those_days_in_either_order(visit, company, reverse):
    first, last = through(company) - DAY * 20, through(company) - DAY * 9
    at = visit(IVY, MINE)
    at.selectbox(key="range").set_value("custom").run()
    dates = (last, first) if reverse else (first, last)
    at.date_input(key="dates").set_value(dates).run()
    assert not at.exception
    period = Period(first, last)
    assert metric(at, "Active working days").endswith(f"of {working_days(company, period)}")
    assert metric(at, "Chat messages") == str(messages(company, IVY, period))


@pytest.mark.parametrize("team", [ALICE, CHARLIE, BOB])
def test_a_team_changes_the_headcount_and_the_people(visit, company, team):
    at = visit(FRANK, ADOPTION, team=str(company.ids[team]))
    here = [email for email in personas.chain(team) if email != ERIN]
    assert f"of {len(here)}" in metric(at, "Adoption rate")
    assert asked(at, "team") == str(company.ids[team])


def test_the_browsers_back_returns_to_the_team_before(visit, company):
    at = visit(FRANK, ADOPTION)
    whole = metric(at, "Adoption rate")
    at.selectbox(key="team_picker").set_value(company.ids[BOB]).run()
    assert not at.exception
    assert asked(at, "team") == str(company.ids[BOB])
    of_bob = metric(at, "Adoption rate")
    assert of_bob != whole
    at.query_params["team"] = str(company.ids[FRANK])
    at.run()
    assert metric(at, "Adoption rate") == whole
    assert at.selectbox(key="team_picker").value == company.ids[FRANK]
    at.query_params["team"] = str(company.ids[BOB])
    at.run()
    assert metric(at, "Adoption rate") == of_bob


def test_only_a_bounded_list_of_teams_goes_to_the_browser_and_a_search_finds_the_others(visit, company, monkeypatch):
    monkeypatch.setattr(team_choice, "MOST_TEAMS", 2)
    at = visit(FRANK, ADOPTION, team=str(company.ids[BOB]))
    picker = at.selectbox(key="team_picker")
    assert len(picker.options) == 3
    assert picker.value == company.ids[BOB]
    assert any(option.startswith("Frank") for option in picker.options)
    at.text_input(key="team_search").set_value("charlie").run()
    assert [option.split()[0] for option in at.selectbox(key="team_picker").options] == ["Bob", "Charlie"]
    assert f"of {len(personas.chain(BOB))}" in metric(at, "Adoption rate")
    monkeypatch.setattr(team_choice, "MOST_TEAMS", 1)
    at = visit(ALICE, ADOPTION)
    at.text_input(key="team_search").set_value("charlie").run()
    assert "Charlie Example" not in everything(at)


def test_a_product_changes_who_counts_as_active(visit, company):
    at = visit(FRANK, ADOPTION)
    whole = metric(at, "Adoption rate")
    at.selectbox(key="product").set_value("science").run()
    assert not at.exception
    assert metric(at, "Adoption rate") != whole
    assert "0 of" in metric(at, "Adoption rate")


def test_with_a_product_chosen_no_other_products_are_listed_as_taken_up_least(visit):
    def listed(**query: str) -> list[str]:
        at = visit(FRANK, ADOPTION, **query)
        assert not at.exception
        assert list(at.metric)
        return [each.value for each in at.markdown if each.value.startswith(("Used by nobody: ", "Reach"))]

    assert listed()
    assert not listed(product="chat")


def test_a_team_without_any_use_is_told_what_to_do_about_it(visit, company):
    told = "Nobody of this team used"
    assert not any(told in info.value for info in visit(FRANK, ADOPTION).info)
    (science,) = [info.value for info in visit(FRANK, ADOPTION, product="science").info if told in info.value]
    assert "Choose another product, a longer range, or another team." in science
    sunday = through(company) - DAY * ((through(company).weekday() + 1) % 7)
    days = {"range": "custom", "from": sunday.isoformat(), "to": sunday.isoformat()}
    at = visit(CHARLIE, ADOPTION, **days)
    assert metric(at, "Adoption rate").startswith("0 of")
    assert [info.value for info in at.info if told in info.value] == [
        "Nobody of this team used Claude in this range. Choose a longer range, or another team."
    ]


@pytest.mark.parametrize(
    ("more", "note"),
    [(0, "1 day without data; it is"), (1, "2 days without data; they are")],
)
def test_days_without_data_are_said_in_so_many_words(visit, own, company, more, note):
    gap = personas.span(company.today)[personas.GAP]
    if more:
        with own.database.write() as connection:
            connection.execute(delete(SYNC_DAY).where(SYNC_DAY.c.day == gap + DAY))
    at = visit(FRANK, ADOPTION, range="custom", **{"from": str(gap - DAY * 2), "to": str(gap + DAY * 2)})
    assert not at.exception
    assert any(f"{note} left out, not counted as zero." in caption.value for caption in at.caption)


TEAM_PAGES = [ADOPTION, "pages/team/teams.py"]


@pytest.mark.parametrize("path", TEAM_PAGES)
def test_of_a_range_without_data_a_team_page_says_nothing_but_that(visit, company, path):
    gap = str(personas.span(company.today)[personas.GAP])
    at = visit(FRANK, path, range="custom", **{"from": gap, "to": gap})
    assert not at.exception
    assert [info.value for info in at.info if "has data" in info.value] == [
        f"No day of this range ({gap_in_words(gap)}) has data, so nothing can be said about it. Choose another range."
    ]
    assert (list(at.metric), list(at.dataframe), list(at.get("plotly_chart"))) == ([], [], [])


def test_of_a_range_without_data_the_way_back_from_a_team_stays(visit, company):
    gap = str(personas.span(company.today)[personas.GAP])
    days = {"range": "custom", "from": gap, "to": gap}
    at = visit(FRANK, "pages/team/teams.py", team=str(company.ids[ALICE]), **days)
    assert not at.exception
    assert name_of(FRANK) in [button.label for button in at.button]


def test_of_a_range_without_data_people_are_there_and_have_no_numbers(visit, company):
    gap = str(personas.span(company.today)[personas.GAP])
    at = visit(FRANK, PEOPLE, range="custom", **{"from": gap, "to": gap})
    assert not at.exception
    assert any("has data, so nothing can be said about it" in info.value for info in at.info)
    (table,) = [each.value for each in at.dataframe]
    assert set(table["name"]) >= {name_of(ALICE), name_of(BOB)}
    assert table["days"].isna().all()
    assert table["weeks"].isna().all()
    nobody = visit(FRANK, PEOPLE, range="custom", show="No use in this period", **{"from": gap, "to": gap})
    assert not list(nobody.dataframe)


@pytest.mark.parametrize("path", TEAM_PAGES)
def test_of_a_product_that_no_day_of_the_range_measured_a_team_page_does_not_say_that_nobody_used_it(visit, own, path):
    slack = ",".join(measure.key for measure in MEASURES if measure.product == "slack")
    with own.database.write() as connection:
        connection.execute(update(SYNC_DAY).values(unmeasured=slack))
        versions.bump(connection, versions.DATA)
    at = visit(FRANK, path, product="slack")
    assert not at.exception
    assert any("Claude in Slack was not measured on any day of this range" in info.value for info in at.info)
    assert (list(at.metric), list(at.dataframe), list(at.get("plotly_chart"))) == ([], [], [])


def test_nobody_is_said_to_have_no_use_yet_of_a_product_that_no_day_tells_of(visit, own):
    slack = ",".join(measure.key for measure in MEASURES if measure.product == "slack")
    with own.database.write() as connection:
        connection.execute(update(SYNC_DAY).values(unmeasured=slack))
        versions.bump(connection, versions.DATA)
    at = visit(FRANK, PEOPLE, product="slack")
    (table,) = [each.value for each in at.dataframe]
    assert set(table["status"]) == {"Too little data", "Archived"}
    assert table["days"].isna().all()


@pytest.mark.parametrize("path", [ADOPTION, "pages/team/teams.py"])
def test_a_product_that_was_measured_on_some_days_of_the_range_only_is_named(visit, own, path):
    slack = ",".join(measure.key for measure in MEASURES if measure.product == "slack")
    with own.database.write() as connection:
        early = SYNC_DAY.c.day <= through(own) - DAY * 5
        connection.execute(update(SYNC_DAY).where(early).values(unmeasured=slack))
        versions.bump(connection, versions.DATA)
    at = visit(FRANK, path, range="28d")
    told = ":material/warning: Measured on some of the 28 days only: Claude in Slack on 5."
    assert [each.value for each in at.caption if "days only" in each.value] == [told]


@pytest.mark.parametrize(("email", "path"), [(IVY, MINE), (FRANK, "pages/team/person.py")])
def test_of_a_range_without_data_a_persons_page_tells_no_zero(visit, company, email, path):
    gap = str(personas.span(company.today)[personas.GAP])
    asked, days = {"person": str(company.ids[IVY])} if email != IVY else {}, {"from": gap, "to": gap}
    at = visit(email, path, range="custom", **days, **asked)
    assert not at.exception
    assert any("No day of this range has data, so nothing can be said about it" in info.value for info in at.info)
    assert "No Claude product was used" not in everything(at)
    assert "What changed" not in everything(at)
    assert list(at.metric) == []
    assert "Nothing stands out" not in everything(visit(IVY, "pages/reviews/brief.py", cycle="dates", **days))


def test_days_without_data_are_said_on_a_persons_page_too(visit, company):
    gap = personas.span(company.today)[personas.GAP]
    at = visit(IVY, MINE, range="custom", **{"from": str(gap - DAY), "to": str(gap + DAY)})
    assert any("1 day without data; it is left out" in caption.value for caption in at.caption)


def gap_in_words(day: str) -> str:
    alone = dt.date.fromisoformat(day)
    return str(Period(alone, alone))


@pytest.mark.parametrize("grain", ["day", "week", "month"])
def test_a_grain_changes_the_number_of_bars(visit, company, grain):
    at = visit(IVY, MINE)
    at.segmented_control(key="by").set_value(grain).run()
    assert not at.exception
    period = preset("90d", through(company))
    stored = [d for d in personas.span(company.today) if d in period]
    if grain != "day":  # a day without data has its place, and no bar
        stored.remove(personas.span(company.today)[personas.GAP])
    formats = {"day": "%F", "week": "%G-%V", "month": "%Y-%m"}
    bars = [json.loads(chart.proto.spec) for chart in at.get("plotly_chart")]
    counted = [trace for spec in bars for trace in spec["data"] if trace["type"] == "bar"]
    assert counted
    assert all(len(trace["x"]) == len({f"{d:{formats[grain]}}" for d in stored}) for trace in counted)


TAMPERED = {
    "range": ["", "nonsense", "Last 7 days", "custom"],
    "product": ["nonsense", "any", "<b>"],
    "by": ["hour", ""],
    "from": ["2026-01-01", "9999-12-31", "x", "0001-01-01", "2026-13-45", "20260101", "-1"],
    "to": ["2026-01-01", "9999-12-31", "x", "0001-01-01", "", "2026-W01-1"],
    "show": ["Everybody else", "x"],
    "sort": ["salary", "id; DROP"],
}


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in TAMPERED.items() for value in values])
def test_a_value_that_no_widget_offers_changes_nothing(visit, company, key, value):
    is_day = key in {"from", "to"}
    at = visit(ALICE, PEOPLE, **{key: value, "range": "custom"} if is_day else {key: value})
    assert not at.exception
    assert not at.error
    assert not leaks(at, ALICE)
    expected = {"range": "90d", "product": "any", "show": "Everybody", "sort": "Name"}
    if is_day or value == "custom":
        expected["range"] = "custom"
        first, last = at.date_input(key="dates").value
        assert personas.span(company.today)[0] <= first <= last <= through(company)
    assert {name: at.selectbox(key=name).value for name in expected} == expected


@pytest.mark.parametrize("swapped", [False, True])
def test_the_dates_of_an_address_are_the_range_and_are_held_within_the_stored_days(visit, company, swapped):
    first, last = through(company) - DAY * 20, through(company) - DAY * 9
    dates = (last, first) if swapped else (first, last)
    at = visit(IVY, MINE, range="custom", **{"from": dates[0].isoformat(), "to": dates[1].isoformat()})
    assert at.date_input(key="dates").value == (first, last)
    assert metric(at, "Chat messages") == str(messages(company, IVY, Period(first, last)))
    beyond = visit(IVY, MINE, range="custom", **{"from": "0001-01-01", "to": "9999-12-31"})
    assert beyond.date_input(key="dates").value == (personas.span(company.today)[0], through(company))


def test_the_same_search_finds_somebody_elses_people_where_they_are_shown(visit):
    assert {CHARLIE, name_of(CHARLIE)} & leaks(visit(FRANK, PEOPLE), ALICE) == {CHARLIE, name_of(CHARLIE)}


@pytest.mark.parametrize("rows", [[99], [-1], [0, 1], [10**9]])
def test_a_row_that_is_not_there_opens_nobody_foreign(visit, rows):
    at = visit(ALICE, PEOPLE)
    at.session_state["roster_name"] = {"selection": {"rows": rows, "columns": [], "cells": []}}
    at.run()
    assert not at.exception
    assert not leaks(at, ALICE)


def test_a_name_of_the_list_opens_the_person_and_the_list_holds_the_table(visit, company):
    at = visit(ALICE, PEOPLE)
    listed = at.selectbox(key="open_person")
    assert set(listed.options) == set(at.dataframe[0].value["name"])
    assert listed.value is None
    listed.set_value(company.ids[IVY]).run()
    assert not at.exception
    assert [title.value for title in at.title] == [name_of(IVY)]


def test_people_of_one_name_are_told_apart_in_the_list(visit, own):
    with own.database.write() as connection:
        same = personas.csv_text(own.today).replace("Ivy Example", "Bob Example")
        directory.apply(connection, read_csv(same.encode()), own.today)
    assert set(visit(ALICE, PEOPLE).selectbox(key="open_person").options) >= {
        f"Bob Example · {BOB}",
        f"Bob Example · {IVY}",
        name_of(ALICE),
    }


def test_a_search_finds_nobody_outside_the_team(visit):
    at = visit(ALICE, PEOPLE)
    for words in ("charlie", "example", "%", "greta"):
        at.text_input(key="search").set_value(words).run()
        assert not at.exception
        assert not leaks(at, ALICE)
    at = visit(FRANK, PEOPLE)
    at.text_input(key="search").set_value("charlie").run()
    own = {FRANK, name_of(FRANK)}  # they stand on every page
    assert leaks(at, ALICE) == {CHARLIE, name_of(CHARLIE)} | own


@pytest.mark.parametrize("path", [page.path for page in PAGES])
@pytest.mark.parametrize("email", [DORA, ALICE, IVY])
def test_before_the_first_sync_a_page_says_what_to_do(empty, email, path):
    at = empty(email, path)
    assert not at.exception
    headings = [element.value for element in at.subheader]
    if "No usage has been read yet" in headings:
        assert not at.metric
        text = "\n".join(str(element.value) for element in at.markdown)
        as_my_manager = path == "pages/you/what_my_manager_sees.py"  # who connects nothing
        assert ("Connect Claude" in text) == (email == DORA and not as_my_manager)
    else:
        assert path.startswith(("pages/help", "pages/admin", "pages/team/person")) or email == IVY


def let_in(email: str) -> Scope:
    """The scope of somebody whose page was drawn."""
    return gate._scope(sessions.sign_in_of(claims_of(email)))


GRAINS: tuple[Literal["day", "total"], ...] = ("day", "total")
KINDS = [(grain, kind) for grain in GRAINS for kind in ("csv", "json")]


@pytest.mark.parametrize(("grain", "kind"), KINDS)
def test_a_file_holds_the_people_of_the_page_and_nobody_else(settings, company, grain, kind):
    scope = let_in(ALICE)
    period = Period(company.today - DAY * 60, through(company))
    data = export_buttons._builder(scope.viewer, scope.whole, period, grain, kind)().decode("utf-8-sig")
    rows = json.loads(data) if kind == "json" else list(csv.DictReader(io.StringIO(data, newline="")))
    assert {row["email"] for row in rows} == set(personas.chain(ALICE))
    total = sum(int(row["word_messages"] or 0) for row in rows)
    assert total == sum(canary(email) for email in personas.chain(ALICE))


@pytest.fixture
def changing(settings, tmp_path, company):
    """A company of its own, whose directory may change."""
    database = Database(databases.prepared_database("sqlite", tmp_path, databases.migrate))
    settings.setenv("UPTAKE_DATABASE_URL", database.url)
    settings.setenv("UPTAKE_DATA_DIR", str(tmp_path))

    def import_directory(text: str) -> None:
        with database.write() as connection:
            directory.apply(connection, read_csv(text.encode()), company.today)

    import_directory(personas.csv_text(company.today))
    yield import_directory
    database.dispose()


def builders(viewer, team, period) -> list:
    return [export_buttons._builder(viewer, team, period, grain, kind) for grain, kind in KINDS]


def test_a87_a_file_takes_a_turn_of_who_clicks_and_is_refused_in_a_sentence_when_none_is_free(
    settings, company, monkeypatch
):
    monkeypatch.setattr(turns, "AT_A_CLICK", 0.0)
    period = Period(company.today - DAY * 9, company.today)
    alice, bob = let_in(ALICE), let_in(BOB)
    mine, others = ([*builders(scope.viewer, scope.whole, period)] for scope in (alice, bob))
    with export_buttons._TURNS.turn(ALICE, pytest.fail):
        with pytest.raises(NoTurn, match="try again in a moment"):
            mine[0]()
        assert others[0]()
        with export_buttons._TURNS.turn(IVY, pytest.fail), pytest.raises(NoTurn):
            others[0]()
    assert mine[0]()


def test_a_file_of_a_team_that_was_lost_since_is_not_built(changing, company):
    scope, period = let_in(ALICE), Period(company.today - DAY * 9, company.today)
    bob = scope.person(int(next(n for n, e in zip(*_members(scope), strict=True) if e == BOB)))
    drawn = [*builders(scope.viewer, scope.team(bob.team_id), period), *builders(scope.viewer, bob, period)]
    changing(personas.csv_text(company.today).replace(f"Bob Example,{ALICE}", f"Bob Example,{CHARLIE}"))
    for build in drawn:
        with pytest.raises(NotPermitted):
            build()


def test_a_file_is_not_built_for_somebody_who_left_since(changing, company):
    scope, period = let_in(ALICE), Period(company.today - DAY * 9, company.today)
    drawn = builders(scope.viewer, scope.whole, period)
    gone = (company.today - DAY).isoformat()
    lines = personas.csv_text(company.today).splitlines()
    changing("\n".join(line + gone if line.startswith(ALICE) else line for line in lines))
    for build in drawn:
        with pytest.raises(UnknownViewer):
            build()


def test_a_file_of_everybody_is_not_built_for_somebody_who_is_admin_no_more(changing, settings, company):
    scope, period = let_in(DORA), Period(company.today - DAY * 9, company.today)
    build = export_buttons._builder(scope.viewer, scope.whole, period, "total", "csv")
    assert build()
    settings.setenv("UPTAKE_ADMINS", "nobody@example.com")
    resources.close()  # settings are those of a new start
    with pytest.raises(UptakeError):
        build()


def _members(scope):
    members = scope.members(scope.whole)
    return members.ids, members.emails


def test_a_manager_of_nobody_is_told_so_and_nothing_more(visit):
    assert sentences(visit(ALICE, "pages/team/person.py")) == ["There is nothing here that you can see."]


@pytest.mark.parametrize("page", [ADOPTION, PEOPLE, "pages/team/teams.py"])
def test_a_team_as_it_was_is_said_to_be_one_and_shows_nobody_else(visit, company, page):
    for viewer in (FRANK, DORA):
        today = visit(viewer, page, **NUMBERS)
        at = visit(viewer, page, people="then", **NUMBERS)
        assert not at.exception
        assert any("as it was on each day" in caption.value for caption in at.caption), page
        assert not any("as it was on each day" in caption.value for caption in today.caption)
        assert not leaks(at, viewer)
        if at.metric:  # nobody has moved, so the figures are those of today's people
            assert [each.value for each in at.metric] == [each.value for each in today.metric]
