"""The page 1:1 brief: one text for whoever may read it, and nothing for anybody else."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from core.errors import NotPermitted
from core.reports.periods import DAY, Period
from core.ui import gate
from core.ui.reviews import brief_views
from core.ui.widgets import person_picker
from core.visibility import Identity, scope_of, viewer_for
from tests.pages.visits import asked
from tests.support.company import name_of
from tests.support.personas import ALICE, BOB, CHARLIE, DORA, FRANK, GRETA, HUGO, IVY, OSCAR
from tests.support.screen import everything, sentences

PAGE = "pages/reviews/brief.py"
NOTHING = "There is nothing here that you can see."


def markdown(at) -> str:
    """The text that the page offers to copy."""
    assert not at.exception
    (code,) = at.code
    return str(code.value)


def test_the_employee_the_managers_and_an_admin_read_the_same_bytes(visit, company):
    asked = {"person": str(company.ids[IVY]), "range": "28d"}
    own = markdown(visit(IVY, PAGE, range="28d"))
    assert "working days in a row" in own
    assert {markdown(visit(email, PAGE, **asked)) for email in (IVY, BOB, ALICE, FRANK, GRETA, DORA, OSCAR)} == {own}


def test_an_employee_opens_her_own_brief_and_has_no_picker(visit):
    at = visit(IVY, PAGE)
    assert [element.value for element in at.subheader] == [name_of(IVY)]
    assert [box.label for box in at.selectbox] == ["Range"]


def test_a_manager_chooses_among_the_people_of_the_scope_only(visit, company):
    at = visit(ALICE, PAGE)
    assert {option.partition(" · ")[0] for option in at.selectbox(key="person_choice").options} == {
        "Alice Example",
        "Bob Example",
        "Erin Example",
        "Ivy Example",
    }
    at.selectbox(key="person_choice").set_value(company.ids[IVY]).run()
    assert [element.value for element in at.subheader] == [name_of(IVY)]
    assert asked(at, "person") == str(company.ids[IVY])


@pytest.mark.parametrize(("viewer", "person"), [(CHARLIE, BOB), (IVY, BOB), (IVY, ALICE), (ALICE, CHARLIE)])
def test_a_peer_a_report_and_a_neighbour_are_answered_as_if_nobody_were_there(visit, company, viewer, person):
    at = visit(viewer, PAGE, person=str(company.ids[person]))
    nobody = visit(viewer, PAGE, person="1000000")
    assert sentences(at) == sentences(nobody) == [NOTHING]
    assert not at.code
    assert name_of(person) not in everything(at)


def test_an_admin_outside_the_directory_is_asked_whom_the_brief_is_about(visit):
    assert sentences(visit(OSCAR, PAGE)) == ["Choose whom the brief is about."]


def test_a_search_narrows_the_picker_and_keeps_who_is_chosen(visit, company, monkeypatch):
    monkeypatch.setattr(person_picker, "MOST_OFFERED", 3)
    at = visit(FRANK, PAGE)
    at.text_input(key="person_search").set_value("IVY@").run()
    assert {option.partition(" · ")[0] for option in at.selectbox(key="person_choice").options} == {
        name_of(FRANK),
        name_of(IVY),
    }


def test_another_address_shows_another_person_whoever_was_chosen_before(visit, company):
    at = visit(ALICE, PAGE, person=str(company.ids[IVY]))
    at.selectbox(key="person_choice").set_value(company.ids[ALICE]).run()
    at.query_params["person"] = str(company.ids[BOB])
    at.run()
    assert [element.value for element in at.subheader] == [name_of(BOB)]
    assert at.selectbox(key="person_choice").value == company.ids[BOB]
    assert asked(at, "person") == str(company.ids[BOB])


def test_without_use_the_brief_is_one_sentence(visit, company):
    at = visit(HUGO, PAGE, range="7d")
    assert "Nothing stands out in" in markdown(at)
    assert "##" not in markdown(at)


def test_before_the_first_sync_the_page_says_so(empty):
    at = empty(IVY, PAGE)
    assert not at.exception
    assert not at.code
    assert "No usage has been read yet" in everything(at)


def test_the_file_is_authorised_when_clicked_and_logged_with_its_id(visit, company, monkeypatch):
    visit(ALICE, PAGE)
    scopes = {
        email: scope_of(company.database, viewer_for(company.database, (), Identity(email, True), company.today))
        for email in (ALICE, CHARLIE)
    }
    monkeypatch.setattr(gate, "scope_at_click", lambda viewer: scopes[viewer])
    period = Period(company.today - DAY * 28, company.today - DAY)
    content = brief_views._builder(ALICE, company.ids[IVY], period, "md")().decode()  # type: ignore[arg-type]
    head, _, rest = content.rstrip().rpartition("Export ")
    export_id = rest.partition(",")[0]
    scope = scopes[ALICE]
    assert head.rstrip() == brief_views.made(scope, company.ids[IVY], period).markdown().rstrip()
    with company.database.read("core.visibility") as connection:
        logged = connection.execute(
            text("SELECT count(*) FROM access_log WHERE details LIKE :id"), {"id": f"%{export_id}%"}
        )
        assert logged.scalar_one() == 1
    with pytest.raises(NotPermitted):
        brief_views._builder(CHARLIE, company.ids[IVY], period, "md")()  # type: ignore[arg-type]
