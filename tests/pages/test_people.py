"""The table of people and the page of a person: the way there and back, and that the two say the same."""

from __future__ import annotations

import json

import pytest

from core.reports.measures import gaps
from core.reports.measures.tiers import window
from core.reports.people.people import Show
from core.reports.periods import DAY, Period
from core.visibility import PastTeam
from tests.pages.visits import asked
from tests.support import personas
from tests.support.company import name_of
from tests.support.personas import BOB, ERIN, FRANK, GRETA, HUGO
from tests.support.screen import ROOT, everything, metric

ADOPTION, BRIEF = "pages/team/adoption.py", "pages/reviews/brief.py"
PEOPLE, PERSON = "pages/team/people.py", "pages/team/person.py"


def test_the_way_from_a_list_to_a_person_begins_at_an_address_with_the_choices_of_the_list(visit, company):
    """Streamlit gives the browser an entry for the query at the list first, to which the way back leads."""
    team = str(company.ids[FRANK])
    at = visit(FRANK, PEOPLE, team=team, sort="Last active", show="Active", product="chat", range="28d")
    at.selectbox(key="open_person").set_value(company.ids[BOB]).run()
    assert [title.value for title in at.title] == [name_of(BOB)]
    kept = {name: asked(at, name) for name in ("team", "sort", "show", "product", "range", "person")}
    assert kept == {
        "team": team,
        "sort": "Last active",
        "show": "Active",
        "product": "chat",
        "range": "28d",
        "person": str(company.ids[BOB]),
    }


def test_back_at_the_list_the_address_is_the_one_that_was_left(visit, company):
    left = {"team": str(company.ids[FRANK]), "sort": "Last active", "show": "Active", "range": "28d", "page": "1"}
    at = visit(FRANK, PEOPLE, **left, person=str(company.ids[BOB]), by="day", area="code")
    assert not at.exception
    assert {name: asked(at, name) for name in at.query_params} == left


def test_a_search_is_kept_on_the_way_to_a_person_and_back_and_stands_in_no_address(visit, company):
    at = visit(FRANK, PEOPLE)
    at.text_input(key="search").set_value(name_of(BOB)).run()
    addresses = [dict(at.query_params)]
    at.selectbox(key="open_person").set_value(company.ids[BOB]).run()
    assert [title.value for title in at.title] == [name_of(BOB)]
    addresses.append(dict(at.query_params))
    at.switch_page(str(ROOT / PEOPLE)).run()
    assert at.text_input(key="search").value == name_of(BOB)
    assert at.dataframe[0].value["name"].tolist() == [name_of(BOB)]
    assert not any(name_of(BOB) in str(address) for address in [*addresses, dict(at.query_params)])


def test_the_habit_of_no_use_is_a_choice_beside_the_other_habits_and_stands_in_the_address(visit):
    at = visit(GRETA, PEOPLE)
    shows = at.selectbox(key="show").options
    assert shows.index(Show.NO_HABIT) == shows.index(Show.NEW) + 1
    at.selectbox(key="show").set_value(Show.NO_HABIT).run()
    assert asked(at, "show") == Show.NO_HABIT
    again = visit(GRETA, PEOPLE, show=Show.NO_HABIT.value)
    assert again.selectbox(key="show").value == Show.NO_HABIT
    names = again.dataframe[0].value["name"].tolist()
    assert names == at.dataframe[0].value["name"].tolist() == [name_of(HUGO)]


def status(at, email: str) -> str:
    """What the table of people says of somebody's habit."""
    assert not at.exception
    return str(at.dataframe[0].value.set_index("email")["status"][email])


@pytest.mark.parametrize(("person", "word"), [(ERIN, "Archived"), (HUGO, "No Claude account"), (BOB, None)])
def test_a_person_has_the_word_of_the_table_and_no_share_of_days_on_which_there_could_be_no_use(
    visit, company, person, word
):
    told = status(visit(GRETA, PEOPLE, range="7d"), person)
    at = visit(GRETA, PERSON, range="7d", person=str(company.ids[person]))
    assert metric(at, "Habit") == told
    card = next(each for each in at.metric if each.label == "Active working days")
    if word:
        assert told == word
        assert (card.value, card.delta) == ("–", "")
    else:
        assert " of " in card.value and card.delta.startswith("was ")


def test_of_somebody_who_left_working_days_are_told_up_to_the_last_one_and_nothing_is_asked(visit, company):
    at = visit(GRETA, PERSON, person=str(company.ids[ERIN]))
    assert not at.exception
    last = personas.left_on(company.today)
    stored = [day for place, day in enumerate(personas.span(company.today)) if place != personas.GAP and day <= last]
    assert metric(at, "Active working days").endswith(f" of {sum(day.weekday() < 5 for day in stored)}")
    brief = everything(visit(GRETA, BRIEF, person=str(company.ids[ERIN])))
    assert "Open questions" not in brief and "last used" not in brief


def test_the_heading_of_habits_says_its_weeks(visit, company):
    weeks = window(Period(company.today - DAY * 90, company.today - DAY))
    columns = json.loads(visit(FRANK, PEOPLE).dataframe[0].proto.columns)
    assert columns["status"]["label"] == f"Habit, {weeks.first:%-d %b} – {weeks.last:%-d %b}"
    assert str(weeks) in columns["status"]["help"]


def test_headings_that_are_about_a_product_name_it_shortly_and_days_stand_beside_names(visit):
    table = visit(FRANK, PEOPLE, product="powerpoint").dataframe[0]
    columns = json.loads(table.proto.columns)
    assert columns["days"]["label"] == "Active days in PowerPoint"
    assert "the PowerPoint agent" in columns["days"]["help"]
    assert list(table.value.columns[:3]) == ["name", "days", "status"]


def test_a_name_in_the_table_is_a_button(visit):
    columns = json.loads(visit(FRANK, PEOPLE).dataframe[0].proto.columns)
    assert columns["name"]["type_config"]["type"] == "button"


def test_the_way_to_all_teams_takes_the_choices_along(visit, company, monkeypatch):
    monkeypatch.setattr(gaps, "SMALLEST", 2)
    at = visit(FRANK, ADOPTION, team=str(company.ids[FRANK]), range="28d", product="chat")
    (link,) = [each.proto for each in at.get("page_link") if each.proto.label == "All teams"]
    assert set(link.query_string.split("&")) == {f"team={company.ids[FRANK]}", "range=28d", "product=chat"}


def test_without_an_account_there_are_no_days_to_count_neither_in_the_list_nor_on_the_page(visit, company):
    rows = visit(GRETA, PEOPLE).dataframe[0].value.set_index("name")
    row = rows.loc[name_of(HUGO)]
    assert row["status"] == "No Claude account"
    assert row[["days", "weeks", "last_active"]].isna().all()
    at = visit(GRETA, PERSON, person=str(company.ids[HUGO]))
    assert "Active on" not in everything(at)
    assert "No Claude account is matched" in everything(at)
    assert "Active on" in everything(visit(GRETA, PERSON, person=str(company.ids[BOB])))


def test_days_after_the_last_day_of_employment_are_no_days_without_use(visit, company):
    erin = str(company.ids[ERIN])
    after, before = visit(GRETA, PERSON, person=erin, range="7d"), visit(GRETA, PERSON, person=erin)
    assert not after.exception
    assert "**Not employed in this range**" in [each.value for each in after.markdown]
    assert "Choose days of their employment." in [each.value for each in after.caption]
    assert any(each.value.startswith("**Active on ") for each in before.markdown)


def test_of_a_team_as_it_was_who_left_it_during_the_range_is_counted_under_the_table(visit, monkeypatch):
    assert not any("left the team" in each.value for each in visit(FRANK, PEOPLE, people="then").caption)
    for count, words in ((1, "1 person left the team before the range ended and has"), (2, "2 people left the team")):
        monkeypatch.setattr(PastTeam, "left_during", lambda *_, count=count: count)
        assert any(words in each.value for each in visit(FRANK, PEOPLE, people="then").caption)
        assert not any("left the team" in each.value for each in visit(FRANK, PEOPLE).caption)
