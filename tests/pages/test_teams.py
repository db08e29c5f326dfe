"""The Teams page as each of the persona company sees it: rows, the way down, comparison, and how it adds up."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from core.catalogue import ANY, PRODUCT
from core.reports.measures.activity import Share
from core.reports.measures.tiers import Tier
from core.reports.periods import DAY, Period
from core.reports.teams import team_comparison
from core.reports.teams.team_activity import TeamCounts
from core.reports.teams.teams import Area, TeamRow
from core.ui import gate
from core.ui.team import team_chart_views, team_comparison_views
from core.ui.widgets import export_buttons
from core.visibility import EVERYONE, Identity, PastDays, PastTeam, Scope, Team, scope_of, viewer_for
from tests.pages.visits import leaks
from tests.support import personas
from tests.support.company import Company, name_of
from tests.support.personas import ALICE, BOB, CHARLIE, CLEO, DORA, FRANK, GRETA, HUGO, IVY, OSCAR
from tests.support.screen import everything, metric

PAGE = "pages/team/teams.py"
ODD = ["", "-1", "1000000", "9" * 5000, "1e3", "²", "abc", "3;DROP TABLE employee", "<b>3</b>"]


def table(at):
    return at.dataframe[0].value.set_index("Team")


def steps(at) -> list[str]:
    return [button.label for button in at.button if str(button.key).startswith("step_")]


@pytest.mark.parametrize(
    ("viewer", "rows", "own_headcount"),
    [
        (GRETA, {DORA: None, FRANK: 13, HUGO: None}, 16),
        (FRANK, {ALICE: 3, CHARLIE: 9}, 13),
        (ALICE, {BOB: 2}, 3),
    ],
)
def test_each_direct_team_has_a_row_with_its_headcount(visit, viewer, rows, own_headcount):
    at = visit(viewer, PAGE)
    assert not at.exception
    shown = table(at)["Headcount"].to_dict()
    teams = {name_of(email): count for email, count in rows.items() if count is not None}
    alone = sum(count is None for count in rows.values())
    assert shown == {**teams, **({"No team of their own": alone} if alone else {})}
    assert metric(at, "Headcount") == str(own_headcount)


def test_the_admin_begins_with_the_one_chain_that_holds_everybody_and_can_go_up(visit):
    at = visit(OSCAR, PAGE)
    assert set(table(at).index) == {name_of(FRANK), "No team of their own"}
    assert steps(at) == ["Everybody"]
    at.button(key=f"step_{EVERYONE}").click().run()
    assert not at.exception
    assert list(table(at).index) == [name_of(GRETA)]
    assert at.query_params["team"] == str(EVERYONE)


def test_the_way_down_begins_with_the_reader_and_leads_back(visit, company: Company):
    at = visit(FRANK, PAGE, team=str(company.ids[BOB]))
    assert not at.exception
    assert steps(at) == [name_of(FRANK), name_of(ALICE)]
    assert not leaks(at, FRANK)
    at.button(key=f"step_{company.ids[ALICE]}").click().run()
    assert list(table(at).index) == [name_of(BOB)]
    assert at.query_params["team"] == str(company.ids[ALICE])
    assert steps(at) == [name_of(FRANK)]


def test_every_team_that_is_not_mine_is_answered_with_my_own(visit, company: Company):
    foreign = [str(company.ids[email]) for email in (CHARLIE, FRANK, GRETA, IVY)]
    for asked in [*foreign, *ODD, str(EVERYONE)]:
        at = visit(ALICE, PAGE, team=asked, compare=f"{asked}-{company.ids[FRANK]}")
        assert not at.exception, asked
        assert not leaks(at, ALICE), asked
        assert list(table(at).index) == [name_of(BOB)]
        assert at.query_params["team"] == str(company.ids[ALICE])
        said = [each for each in at.caption if "The address asks for a team that is none of yours" in each.value]
        assert len(said) == bool(asked), asked
        assert any("teams to compare that are none of yours" in each.value for each in at.caption), asked


def _script_that_opens_names() -> None:
    import streamlit as st

    from core.ui.team import team_table_views

    for clicked in ({"row": 1, "label": ""}, {"row": 99, "label": ""}, None, {"row": 0, "label": ""}):
        st.session_state["teams_1_name"] = clicked
        team_table_views._open_name("teams_1_name", [31, None])
        st.write(f"{clicked and clicked['row']}: {st.query_params.get('team')}")


def test_a_name_that_is_clicked_opens_that_team_and_a_made_up_click_opens_nothing(visit):
    at = AppTest.from_function(_script_that_opens_names).run()
    assert not at.exception
    assert [element.value for element in at.markdown] == ["1: None", "99: None", "None: None", "0: 31"]
    columns = json.loads(visit(GRETA, PAGE).dataframe[0].proto.columns)
    assert columns["Team"]["type_config"]["type"] == "button"


def test_the_columns_are_products_or_habits_as_the_address_says(visit, company: Company):
    products, habits = (set(table(visit(GRETA, PAGE, columns=view)).columns) for view in ("products", "habits"))
    assert products - habits >= {"Claude Chat"}
    assert habits - products == {"Power", "Regular", "Light", "New", "No use"}
    row = table(visit(GRETA, PAGE, columns="habits")).loc[name_of(FRANK)]
    team = visit(GRETA, "pages/team/adoption.py", team=str(company.ids[FRANK]))
    habitual, of = metric(team, "Regular or power users").split(" of ")
    assert (row["Power"] + row["Regular"]) * int(of) == pytest.approx(int(habitual), abs=1e-6)


def test_small_teams_are_told_in_people(visit):
    at = visit(GRETA, PAGE)
    assert metric(at, "Adoption rate").startswith("94%")
    small = visit(ALICE, PAGE)
    assert metric(small, "Adoption rate") == "3 of 3"
    assert "people" in metric(small, "Average week")
    assert "%" not in metric(small, "Average week")


def test_two_teams_stand_side_by_side_with_what_the_accounts_say(visit, company: Company):
    at = visit(FRANK, PAGE, compare=f"{company.ids[ALICE]}-{company.ids[CHARLIE]}")
    assert not at.exception
    assert not leaks(at, FRANK)
    assert not any("The address asks" in each.value for each in at.caption)
    headlines, statistics = at.dataframe[-2].value.set_index(""), at.dataframe[-1].value.set_index("")
    assert headlines.loc["Headcount"].tolist() == ["3", "9"]
    messages = [cell.split("·")[1].split()[0] for cell in statistics.loc["Chat messages"].str.replace("\u202f", "")]
    ninety = [company.today - dt.timedelta(days=back) for back in range(90, 0, -1)]
    canaries = company.today - dt.timedelta(days=25)
    expected = []
    for lead in (ALICE, CHARLIE):
        found = personas.total(personas.chain(lead), "chat_messages", ninety, company.today)
        if lead == ALICE:
            found -= (personas.counters("user_bob_second", canaries, company.today) or {}).get("chat_messages", 0)
        expected.append(str(found))
    assert messages == expected
    at.multiselect(key="compare_choice").set_value([company.ids[ALICE]]).run()
    assert at.query_params["compare"] == str(company.ids[ALICE])


def test_a_comparison_offers_teams_of_the_scope_only(visit):
    for email, teams in {FRANK: {FRANK, ALICE, BOB, CHARLIE}, ALICE: {ALICE, BOB}}.items():
        offered = visit(email, PAGE).multiselect(key="compare_choice").options
        assert set(offered) == {name_of(team) for team in teams}
    assert not visit(CHARLIE, PAGE).multiselect


def test_a_search_offers_what_it_finds_and_what_is_chosen_already(visit, company: Company, monkeypatch):
    monkeypatch.setattr(team_comparison_views, "_FEW", 1)
    at = visit(FRANK, PAGE, compare=str(company.ids[CHARLIE]))
    at.text_input(key="compare_search").set_value(name_of(BOB)).run()
    assert at.multiselect(key="compare_choice").options == [name_of(CHARLIE), name_of(BOB)]
    assert at.multiselect(key="compare_choice").value == [company.ids[CHARLIE]]


def test_how_the_organisation_adds_up_is_for_admins_alone(visit):
    heading = "How this adds up"
    for email in (GRETA, FRANK, ALICE):
        assert heading not in everything(visit(email, PAGE))
    for email in (DORA, OSCAR):
        at = visit(email, PAGE)
        assert heading in everything(at)
        at.session_state["reconciliation"] = True
        text = everything(at.run())
        assert "of unmatched Claude users" in text
        for part in ("in chains", "of people with neither manager nor team", "archived", "of the organisation"):
            assert f"** {part}" in text, part  # each part stands there, be it 0
        links = {element.proto.label: element.proto.query_string for element in at.get("page_link")}
        assert "show=Archived" in links["Archived: People"]


def test_who_leads_a_single_team_is_led_to_people(visit):
    at = visit(CHARLIE, PAGE)
    assert list(table(at).index) == ["No team of their own"]
    assert "None of them leads a team" in everything(at)
    assert "People" in [element.proto.label for element in at.main.get("page_link")]
    assert not leaks(at, CHARLIE)
    assert name_of(CLEO) not in everything(at)


@pytest.mark.parametrize("email", [GRETA, CHARLIE, OSCAR])
def test_before_the_first_sync_the_page_says_what_to_do(empty, email):
    at = empty(email, PAGE)
    assert not at.exception
    assert "No usage has been read yet" in [element.value for element in at.subheader]


def test_a_range_without_a_complete_week_still_has_its_rows(visit, company: Company):
    at = visit(FRANK, PAGE)
    at.selectbox(key="range").set_value("7d").run()
    assert not at.exception
    assert set(table(at).index) == {name_of(ALICE), name_of(CHARLIE)}


@pytest.mark.parametrize("asked", ["abc", "1000000", "9" * 12])
def test_an_address_that_names_no_team_shows_all_of_mine_whatever_was_chosen_before(visit, company: Company, asked):
    at = visit(FRANK, PAGE, team=str(company.ids[BOB]))
    at.query_params["team"] = asked
    at.run()
    assert at.query_params["team"] == str(company.ids[FRANK])
    assert any("Shown is the whole of what you can see" in each.value for each in at.caption)


def test_teams_as_they_were_are_compared_and_taken_away_as_they_were(visit, company: Company, monkeypatch):
    asked: list[list[Team]] = []
    taken: list[Team] = []
    compare, take_away = team_comparison.compare, export_buttons.take_away

    def compared(scope: Scope, chosen: Sequence[Team], *rest: Any) -> team_comparison.Comparison:
        asked.append(list(chosen))
        return compare(scope, chosen, *rest)

    def offered(scope: Scope, team: Team, *rest: Any) -> None:
        taken.append(team)
        take_away(scope, team, *rest)

    monkeypatch.setattr(team_comparison, "compare", compared)
    monkeypatch.setattr(export_buttons, "take_away", offered)
    choice = f"{company.ids[ALICE]}-{company.ids[CHARLIE]}"
    for people, kind in (("then", PastTeam), ("today", Team)):
        at = visit(FRANK, PAGE, compare=choice, people=people)
        assert not at.exception
        assert [type(team) for team in (*asked[-1], taken[-1])] == [kind] * 3


def test_a_file_of_a_team_as_it_was_says_so_in_its_rows_its_caption_and_the_log(visit, company: Company, monkeypatch):
    scope = scope_of(company.database, viewer_for(company.database, (), Identity(FRANK, True), company.today))
    monkeypatch.setattr(gate, "scope_at_click", lambda _viewer: scope)
    period, alice = Period(company.today - DAY * 27, company.today - DAY), scope.team(company.ids[ALICE])
    [past] = scope.as_they_were([alice], PastDays(period.first, period.last, period.first))
    for team, lines, form in ((alice, "of today", "csv, total"), (past, "of each day", "csv, total, as it was")):
        content = export_buttons._builder(scope.viewer, team, period, "total", "csv")().decode("utf-8-sig")
        assert {row["reporting_lines"] for row in csv.DictReader(io.StringIO(content))} == {lines}
        with company.database.read("test") as connection:
            newest = "SELECT details FROM access_log WHERE kind = 'export' ORDER BY sequence DESC LIMIT 1"
            assert json.loads(connection.execute(text(newest)).scalar_one())["form"] == form
    captions = [caption.value for caption in visit(FRANK, PAGE, people="then").caption]
    assert any("whoever was in the team, each on the days on which they were in it" in each for each in captions)


def test_a_team_can_be_opened_from_a_list_as_by_its_name(visit, company: Company):
    at = visit(FRANK, PAGE)
    below = next(box for box in at.selectbox if box.label == "Open a team")
    assert {option.split(" · ")[0] for option in below.options} == {name_of(ALICE), name_of(CHARLIE)}
    below.set_value(company.ids[CHARLIE]).run()
    assert at.query_params["team"] == str(company.ids[CHARLIE]) and steps(at) == [name_of(FRANK)]


def counts_of(tiers: dict[Tier, int], active: Share) -> TeamCounts:
    every = dict.fromkeys(Tier, 0) | tiers
    return TeamCounts(sum(every.values()), active, None, (), every, {})


def test_who_is_away_is_in_no_sentence_about_habits_or_about_areas():
    busy = counts_of({Tier.REGULAR: 3, Tier.LIGHT: 2, Tier.AWAY: 4}, Share(5, 5))
    title = team_chart_views._habits_title([TeamRow(1, "Anna", "", busy)], ANY)
    assert title == "3 of 5 people below use Claude regularly"
    root, areas = Area(0, None, "All", 0, busy), [Area(number, 0, "Anna", 1, busy) for number in (1, 2)]
    found = SimpleNamespace(areas=(root, *areas), product=PRODUCT["code"])
    title = team_chart_views._areas_title(found)  # type: ignore[arg-type]
    assert title == "In all 2 teams drawn below the top, more than half of the people are active in Claude Code"
