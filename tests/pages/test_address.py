"""What a page shows stands in its address, so a link, a reload and the way back show the same again."""

from __future__ import annotations

import datetime as dt
from urllib.parse import parse_qsl

import pytest
from streamlit.proto.SelectWidgetFilterMode_pb2 import FILTER_MODE_CONTAINS

from core.reports.measures import medians
from core.reports.periods import Period
from core.reports.wording.markdown import literal
from core.ui.person import looks_views
from core.ui.team import people_views
from tests.pages.visits import asked
from tests.support import personas
from tests.support.personas import ALICE, BOB, CHARLIE, FRANK, GRETA, IVY
from tests.support.screen import ROOT

ADOPTION, MINE, REVIEWS = "pages/team/adoption.py", "pages/you/my_usage.py", "pages/reviews/review_exports.py"
PEOPLE = "pages/team/people.py"


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
    last = (company.today - dt.timedelta(days=1)).replace(day=1)  # a day with data, on the first of a month, too
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


DAY = dt.timedelta(days=1)


def stored(company) -> Period:
    """The days of which something is stored, from the first to the newest."""
    span = personas.span(company.today)
    return Period(span[0], span[-1])


def days(period: Period) -> dict[str, str]:
    """An address that asks for these days."""
    return {"range": "custom", "from": period.first.isoformat(), "to": period.last.isoformat()}


def said(at) -> list[str]:
    """What the page says of what its address asks for."""
    assert not at.exception
    return [each.value.removeprefix(":material/info: ") for each in at.caption if "material/info" in each.value]


def test_while_only_the_first_day_is_chosen_the_range_of_before_stays_and_one_sentence_says_so(visit, company):
    last = stored(company).last
    before, after = Period(last - DAY * 30, last - DAY * 19), Period(last - DAY * 40, last - DAY * 11)
    at = visit(IVY, MINE, **days(before))
    shown = [each.value for each in at.metric]
    assert said(at) == []
    at.date_input(key="dates").set_value((after.first,)).run()
    assert said(at) == [f"Choose the last day too; the figures are of {before} until then."]
    assert [each.value for each in at.metric] == shown
    assert [asked(at, name) for name in ("from", "to")] == [before.first.isoformat(), before.last.isoformat()]
    assert at.date_input(key="dates").value == (after.first,)
    at.date_input(key="dates").set_value((after.first, after.last)).run()
    assert said(at) == []
    assert [asked(at, name) for name in ("from", "to")] == [after.first.isoformat(), after.last.isoformat()]
    assert (
        [each.value for each in at.metric] == [each.value for each in visit(IVY, MINE, **days(after)).metric] != shown
    )


def test_days_of_an_address_that_are_not_stored_are_left_out_in_a_sentence_and_leave_the_address(visit, company):
    within = stored(company)
    for wanted, shown in (
        (Period(within.first - DAY * 400, within.first + DAY * 9), Period(within.first, within.first + DAY * 9)),
        (Period(within.last - DAY * 9, within.last + DAY * 40), Period(within.last - DAY * 9, within.last)),
    ):
        at = visit(IVY, MINE, **days(wanted))
        assert said(at) == [
            f"The address asks for {wanted}, of which only days from {within} can be shown. Shown is {shown}."
        ]
        assert {name: asked(at, name) for name in days(shown)} == days(shown)
        assert [each.value for each in at.metric] == [each.value for each in visit(IVY, MINE, **days(shown)).metric]


@pytest.mark.parametrize(("email", "path"), [(FRANK, ADOPTION), (FRANK, "pages/team/teams.py"), (IVY, MINE)])
def test_of_days_that_all_lie_outside_nothing_is_shown_rather_than_a_day_that_nobody_asked_for(
    visit, company, email, path
):
    within = stored(company)
    for wanted in (
        Period(within.first - DAY * 30, within.first - DAY),
        Period(within.last + DAY, within.last + DAY * 9),
    ):
        at = visit(email, path, **days(wanted))
        assert not at.exception
        assert [each.value for each in at.info] == [
            f"Nothing is stored of {wanted}. Choose days from {within}, or another range."
        ]
        assert not at.metric
        assert at.date_input(key="dates").value == ()
        assert {name: asked(at, name) for name in days(wanted)} == days(wanted)
        at.date_input(key="dates").set_value((within.first, within.last)).run()
        assert not at.exception
        assert at.metric


def test_what_is_no_day_is_named_and_the_address_then_says_which_days_are_shown(visit, company):
    first = stored(company).last - DAY * 9
    at = visit(IVY, MINE, range="custom", **{"from": first.isoformat(), "to": "2026-13-45"})
    shown = Period(first, stored(company).last)
    assert said(at) == [f"The address asks for “2026-13-45”, which is no day. Shown is {shown} instead."]
    assert {name: asked(at, name) for name in days(shown)} == days(shown)


@pytest.mark.parametrize(
    ("name", "label", "default"),
    [("range", "Range", "Last 90 days"), ("product", "Product", "Any product"), ("by", "Show by", "Weekly")],
)
def test_what_no_choice_offers_is_named_as_plain_text_and_leaves_the_address(visit, name, label, default):
    at = visit(FRANK, ADOPTION, **{name: "<b>foo</b>"})
    (sentence,) = said(at)
    assert sentence.startswith(f"The address asks for “{literal('<b>foo</b>')}” under “{label}”")
    assert sentence.endswith(f"Shown is “{default}” instead.")
    assert asked(at, name) == ""
    assert said(at.run()) == []


def test_a_long_story_in_an_address_is_not_told(visit):
    (sentence,) = said(visit(IVY, MINE, range="call this number " * 9))
    assert "call this number call this number call t…" in sentence


def test_statistics_of_a_review_that_are_none_are_named_and_leave_the_address(visit):
    at = visit(ALICE, REVIEWS, stats="lines_added.foo.bar")
    assert said(at) == [
        "The address asks for “foo” and “bar” under “Statistics”, which is no choice there and is left out."
    ]
    assert asked(at, "stats") == "lines_added"


def test_a_statistic_that_another_product_has_stays_in_the_address_without_a_word(visit):
    at = visit(BOB, MINE, area="chat", statistic="lines_added")
    assert said(at) == []
    assert asked(at, "statistic") == "lines_added"


def test_a_team_that_is_none_of_the_readers_is_said_to_be_none_whether_it_is_there_or_not(visit, company):
    foreign, nowhere = (visit(ALICE, ADOPTION, team=number) for number in (str(company.ids[CHARLIE]), "900000"))
    assert said(foreign) == said(nowhere) != []
    assert asked(foreign, "team") == asked(nowhere, "team") == str(company.ids[ALICE])
    assert said(visit(ALICE, ADOPTION)) == said(visit(ALICE, ADOPTION, team=str(company.ids[BOB]))) == []


@pytest.mark.parametrize(("path", "key"), [(REVIEWS, "stats"), ("pages/team/teams.py", "compare_choice")])
def test_enter_after_a_word_chooses_the_first_match_and_never_all_of_them(visit, path, key):
    proto = visit(FRANK, path).multiselect(key=key).proto
    assert proto.select_all == 0  # never offered
    assert proto.filter_mode == FILTER_MODE_CONTAINS


def test_a_review_of_too_many_days_is_of_the_last_ones_and_says_so(visit, company):
    last = company.today - dt.timedelta(days=1)
    asked = {"from": (last - dt.timedelta(days=400)).isoformat(), "to": last.isoformat()}
    at = visit(GRETA, REVIEWS, cycle="dates", **asked)
    first = last - dt.timedelta(days=365)
    assert at.query_params["from"] == first.isoformat() and at.query_params["to"] == last.isoformat()
    assert any("A range has at most 366 days here. Shown is" in each.value for each in at.caption)
    assert at.date_input(key="review_dates").value == (first, last)


def link_to(at, page: str) -> dict[str, str]:
    """The query of the menu's link to a page."""
    [query] = [each.proto.query_string for each in at.sidebar.get("page_link") if each.proto.page.endswith(page)]
    return dict(parse_qsl(query))


def test_days_go_along_to_a_review_as_its_own_and_a_review_of_others_changes_no_range(visit, company):
    days = {"from": str(company.today - dt.timedelta(days=20)), "to": str(company.today - dt.timedelta(days=3))}
    at = visit(GRETA, ADOPTION, range="custom", **days)
    wanted = {"cycle": "dates", **days}
    assert link_to(at, "review-exports").items() >= wanted.items()
    at.query_params.update(link_to(at, "review-exports"))
    at.switch_page(str(ROOT / REVIEWS)).run()
    at.selectbox(key="cycle").set_value("last_quarter").run()
    assert link_to(at, "adoption").items() >= {"range": "custom", **days}.items()
    at = visit(GRETA, ADOPTION, range="28d")
    assert not link_to(at, "review-exports").keys() & {"cycle", "from", "to"}


def test_a_range_of_ones_own_begins_with_the_days_that_were_shown(visit, company):
    at = visit(GRETA, ADOPTION, range="7d")
    at.selectbox(key="range").set_value("custom").run()
    last = company.today - dt.timedelta(days=1)
    first = last - dt.timedelta(days=6)
    assert at.date_input(key="dates").value == (first, last)
    assert (asked(at, "from"), asked(at, "to")) == (str(first), str(last))


@pytest.mark.parametrize("query", [{"who": "one", "person": "1"}, {"who": "team"}, {"team": "2"}])
def test_who_may_make_a_review_of_themselves_alone_is_told_so_and_the_address_says_it(visit, query):
    at = visit(IVY, REVIEWS, **query)
    assert any("which is not yours to make. Shown is your own." in each.value for each in at.caption)
    assert not at.query_params.keys() & {"who", "person", "team"}
    assert not any("not yours to make" in each.value for each in visit(IVY, REVIEWS, who="me").caption)


def test_who_leads_one_team_is_told_that_there_is_nothing_to_compare(visit):
    at = visit(ALICE, "pages/team/teams.py", compare="1-2")
    assert any("teams to compare that are none of yours" in each.value for each in at.caption)
    assert "compare" not in at.query_params


def test_days_leave_the_address_with_the_custom_range_that_they_belong_to(visit, company):
    span = Period(stored(company).last - DAY * 30, stored(company).last - DAY * 19)
    at = visit(IVY, MINE, **days(span))
    at.selectbox(key="range").set_value("28d").run()
    assert [asked(at, name) for name in ("range", "from", "to")] == ["28d", "", ""]
    unknown = visit(IVY, MINE, **days(span) | {"range": "nope"})
    assert len(said(unknown)) == 1
    assert [asked(unknown, name) for name in ("range", "from", "to")] == ["", "", ""]


def test_days_without_a_range_are_a_custom_one(visit, company):
    span = Period(stored(company).last - DAY * 30, stored(company).last - DAY * 19)
    at = visit(IVY, MINE, **{name: value for name, value in days(span).items() if name != "range"})
    assert said(at) == []
    assert {name: asked(at, name) for name in days(span)} == days(span)
    assert [each.value for each in at.metric] == [each.value for each in visit(IVY, MINE, **days(span)).metric]


def test_a_page_of_a_list_that_is_not_there_leaves_the_address(visit, small_pages):
    last = visit(FRANK, PEOPLE, page="900")
    assert asked(last, "page") == str(pagination(last, "page").proto.num_pages)
    assert asked(visit(FRANK, PEOPLE, page="900", show="Archived"), "page") == ""


def test_a_tab_that_is_not_there_leaves_the_address(visit):
    assert asked(visit(FRANK, ADOPTION, area="nope"), "area") == ""
    assert asked(visit(FRANK, ADOPTION, area="code"), "area") == "code"


def test_days_without_a_range_are_a_custom_one_also_beside_what_is_no_choice(visit, company):
    span = Period(stored(company).last - DAY * 30, stored(company).last - DAY * 19)
    part = {name: value for name, value in days(span).items() if name != "range"}
    at = visit(FRANK, ADOPTION, product="nope", **part)
    assert {name: asked(at, name) for name in days(span)} == days(span)
    assert len(said(at)) == 1
    review = visit(FRANK, "pages/reviews/review_exports.py", **part)
    assert {name: asked(review, name) for name in ("cycle", *part)} == {"cycle": "dates", **part}
