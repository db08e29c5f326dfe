"""What a page shows stands in its address, so a link, a reload and the way back show the same again."""

from __future__ import annotations

import pytest

from tests.personas import ALICE, BOB, FRANK, GRETA, IVY

ADOPTION, MINE, REVIEWS = "pages/team/adoption.py", "pages/you/my_usage.py", "pages/reviews/review_exports.py"


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
