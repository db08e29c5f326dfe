"""What a page shows stands in its address, so a link, a reload and the way back show the same again."""

from __future__ import annotations

import pytest

from core.reports import medians
from core.ui import looks_views, people_views
from tests.personas import ALICE, BOB, CHARLIE, FRANK, GRETA, IVY

ADOPTION, MINE, REVIEWS = "pages/team/adoption.py", "pages/you/my_usage.py", "pages/reviews/review_exports.py"
PEOPLE = "pages/team/people.py"


def asked(at, name: str) -> str:
    """What the address says under a name; "" where it says nothing."""
    said = at.query_params.get(name, "")
    return said[0] if isinstance(said, list) else said


@pytest.mark.parametrize(("email", "path"), [(FRANK, ADOPTION), (BOB, MINE)])
def test_an_address_opens_a_tab_and_a_statistic(visit, email, path):
    at = visit(email, path, area="code", statistic="lines_added")
    assert at.session_state["area"] == "Claude Code"
    assert at.segmented_control(key="stat_code").value == "lines_added"
    assert any(chart.key == "trend_code" or "trend_code" in str(chart.proto) for chart in at.get("plotly_chart"))


def test_the_first_tab_is_open_where_the_address_names_none_or_one_that_is_not_there(visit):
    for area in ("", "code", "no-area"):
        at = visit(IVY, MINE, **({"area": area} if area else {}))
        assert not at.exception
        assert at.session_state["area"] == at.tabs[0].label


def test_a_chosen_statistic_goes_into_the_address_and_the_default_out_of_it(visit):
    at = visit(BOB, MINE, area="code")
    first = at.segmented_control(key="stat_code").value
    at.segmented_control(key="stat_code").set_value("lines_added").run()
    assert asked(at, "statistic") == "lines_added" != first
    at.segmented_control(key="stat_code").set_value(first).run()
    assert asked(at, "statistic") == ""


def test_a_reviews_choices_stand_in_the_address_but_no_name_of_a_list_does(visit):
    at = visit(ALICE, REVIEWS)
    at.segmented_control(key="who").set_value("list").run()
    at.text_area(key="review_list").set_value(BOB).run()
    at.multiselect(key="stats").set_value(["commits", "lines_added"]).run()
    at.segmented_control(key="by").set_value("day").run()
    assert (asked(at, "who"), asked(at, "stats"), asked(at, "by")) == ("list", "commits.lines_added", "day")
    assert not any("@" in str(value) or "bob" in str(value) for value in at.query_params.values())
    again = visit(ALICE, REVIEWS, who="me", stats="lines_added.no_statistic", by="month")
    assert again.segmented_control(key="who").value == "me"
    assert again.multiselect(key="stats").value == ["lines_added"]
    assert again.segmented_control(key="by").value == "month"


def test_who_leads_nobody_is_asked_for_no_people_whatever_the_address_says(visit):
    at = visit(IVY, REVIEWS, who="team")
    assert not at.exception
    assert not [control for control in at.segmented_control if control.key == "who"]


def test_dates_of_a_review_stand_in_the_address(visit, company):
    last = company.today.replace(day=1)
    first = last.replace(year=last.year - 1, month=12)
    at = visit(GRETA, REVIEWS, cycle="dates", **{"from": first.isoformat(), "to": last.isoformat()})
    assert at.date_input(key="review_dates").value == (first, last)


@pytest.fixture
def small_pages(monkeypatch):
    """Lists of two a page."""
    monkeypatch.setattr(people_views, "PAGE_SIZE", 2)
    monkeypatch.setattr(looks_views, "PAGE_SIZE", 2)


def names(at) -> list[str]:
    """Who stands on the page of the table."""
    assert not at.exception
    return at.dataframe[0].value["name"].tolist()


def pagination(at, key: str):
    """The row of page numbers with this key."""
    return next(node for node in at._tree if node.type == "pagination" and node.proto.id.endswith(f"-{key}"))


def test_the_page_of_people_stands_in_the_address_without_a_binding_so_that_the_way_back_works(visit, small_pages):
    first = visit(FRANK, PEOPLE)
    third = visit(FRANK, PEOPLE, page="3")
    assert set(names(first)).isdisjoint(names(third))
    proto = pagination(third, "page").proto
    assert not proto.query_param_key
    third.query_params["page"] = "1"
    assert names(third.run()) == names(first)


@pytest.mark.parametrize("asked", ["0", "-1", "x", "", "1.5", "99999999999"])
def test_a_page_that_is_no_number_is_the_first_and_one_beyond_the_end_the_last(visit, small_pages, asked):
    assert names(visit(FRANK, PEOPLE, page=asked)) == names(visit(FRANK, PEOPLE))
    last = visit(FRANK, PEOPLE, page="900")
    assert 0 < len(names(last)) <= 2
    assert pagination(last, "page").proto.value == pagination(last, "page").proto.num_pages


CHANGES = {
    "search": lambda at: at.text_input(key="search").set_value("example"),
    "show": lambda at: at.selectbox(key="show").set_value("Active"),
    "sort": lambda at: at.selectbox(key="sort").set_value("Last active"),
    "range": lambda at: at.selectbox(key="range").set_value("28d"),
    "product": lambda at: at.selectbox(key="product").set_value("chat"),
    "team": lambda at: at.selectbox(key="team_picker").set_value(at.session_state["ids"][CHARLIE]),
    "people": lambda at: at.segmented_control(key="people").set_value("then"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_another_filter_order_or_search_begins_at_the_first_page(visit, company, small_pages, change):
    at = visit(FRANK, PEOPLE, page="2", team=str(company.ids[FRANK]))
    at.session_state["ids"] = company.ids
    CHANGES[change](at).run()
    assert not at.exception
    assert asked(at, "page") == ""
    again = {name: asked(at, name) for name in at.query_params}
    if change != "search":
        assert asked(at, change) != "", again
        assert names(at) == names(visit(FRANK, PEOPLE, **again))


def test_the_page_of_who_looked_stands_in_the_address(visit, company, small_pages):
    for viewer in (ALICE, FRANK, GRETA):
        visit(viewer, "pages/team/person.py", person=str(company.ids[IVY]))

    def listed(**query):
        at = visit(IVY, MINE, **query)
        assert not at.exception
        looks = next(table.value for table in at.table if "Who" in table.value)
        return looks.to_numpy().tolist(), pagination(at, "looks").proto

    (first, _), (second, shown) = listed(), listed(looks="2")
    assert shown.value == 2 and not shown.query_param_key
    assert first != second
    assert listed(looks="900")[0] == listed(looks=str(shown.num_pages))[0]


def test_whether_medians_are_shown_stands_in_the_address(visit, monkeypatch):
    monkeypatch.setattr(medians, "MOST_AT_ONCE", 0)
    at = visit(GRETA, ADOPTION)
    assert not at.toggle(key="medians").value
    at.toggle(key="medians").set_value(True).run()
    assert not at.exception
    assert asked(at, "medians") == "yes"
    again = visit(GRETA, ADOPTION, medians="yes")
    assert again.toggle(key="medians").value
    again.toggle(key="medians").set_value(False).run()
    assert asked(again, "medians") == ""
