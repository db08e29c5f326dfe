"""Context marks and the manager's view in the pages: made by the employee, read by whoever sees the person."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from core.admin import annotated
from core.admin.access import operator
from core.reports.periods import DAY, Period
from core.store.notes import context_marks
from core.store.notes.context_marks import MarkKind
from core.ui.session import resources
from core.visibility import Identity, NewMark, scope_of, viewer_for
from tests.support import personas
from tests.support.company import name_of, numbers
from tests.support.personas import ADMINS, ALICE, BOB, CHARLIE, FRANK, GRETA, HUGO, IVY
from tests.support.screen import everything, metric, opened, sentences, words_in

MINE, PERSON, PREVIEW = "pages/you/my_usage.py", "pages/team/person.py", "pages/you/what_my_manager_sees.py"
WORDS = "Walking <b>the</b> coast"


@pytest.fixture
def marked(company, settings) -> Iterator[NewMark]:
    """Ivy marks a week that lies in the range; afterwards nobody has marked anything."""
    first = company.today - DAY * (company.today.weekday() + 14)
    mark = NewMark(MarkKind.LEAVE, first, first + DAY * 4, WORDS)
    viewer = viewer_for(company.database, ADMINS, Identity(IVY, True), company.today)
    scope_of(resources.database(), viewer).mark(mark)
    yield mark
    with company.database.write() as connection:
        connection.execute(text("DELETE FROM context_mark"))
    context_marks._kept.clear()


def said(at: AppTest) -> str:
    return "\n".join(str(element.value) for kind in (at.caption, at.text, at.info, at.error) for element in kind)


def test_a_mark_stands_on_the_pages_of_who_sees_the_person_as_plain_text_and_on_no_other(visit, company, marked):
    at = visit(ALICE, PERSON, person=str(company.ids[IVY]))
    assert not at.exception
    legend = next(element.value for element in at.caption if "Walking" in element.value)
    assert "<b>" not in legend
    assert legend.startswith("1 · ")
    assert "Leave" in legend
    assert "Walking" in everything(visit(IVY, MINE))
    assert "Walking" not in everything(visit(CHARLIE, PERSON, person=str(company.ids[IVY])))
    assert "Walking" not in everything(visit(BOB, MINE))


def test_the_employee_marks_days_and_removes_the_mark_again(visit, company):
    at = visit(IVY, MINE)
    before = metric(at, "Active working days")
    days = (company.today - DAY * 3, company.today - DAY * 2)
    at.selectbox(key="mark_kind").set_value(MarkKind.TRAINING)
    at.date_input(key="marked_days").set_value(days)
    at.text_input(key="marked_note").set_value("New tools")
    at.button(key="mark_days_submit").click().run()
    assert not at.exception
    assert f"{Period(*days)}: Training: New tools" in said(at)
    at.date_input(key="marked_days").set_value(days)
    at.button(key="mark_days_submit").click().run()
    assert any("marked already" in sentence for sentence in sentences(at))
    (remove,) = [button for button in at.button if button.label == "Remove"]
    remove.click().run()
    assert not at.exception
    assert "New tools" not in everything(at)
    assert metric(at, "Active working days") == before


def test_marked_days_without_use_leave_the_working_days_of_the_person(visit, company, marked):
    at = visit(IVY, MINE)
    used, of = (int(part) for part in metric(at, "Active working days").split(" of "))
    days = [day for day in personas.span(company.today) if day != personas.span(company.today)[personas.GAP]]
    working = [day for day in days if day.weekday() < 5]
    active = [day for day in working if any((personas.counters("user_ivy", day, company.today) or {}).values())]
    left_out = [day for day in working if marked.first <= day <= marked.last and day not in active]
    assert (used, of) == (len(active), len(working) - len(left_out))


def figures(at: AppTest) -> list[tuple[str, str, str]]:
    return [(card.label, card.value, card.delta) for card in at.metric]


def test_employee_manager_and_the_managers_view_show_the_same_figures_to_the_digit(visit, company, marked):
    mine = figures(visit(IVY, MINE))
    assert len(mine) > 4
    assert figures(visit(ALICE, PERSON, person=str(company.ids[IVY]))) == mine
    view = visit(IVY, PREVIEW)
    assert figures(view) == mine
    assert name_of(BOB) in said(view)
    assert not view.get("download_button")
    names = {name_of(other) for other in (FRANK, GRETA, CHARLIE, ALICE)}
    assert words_in(opened(view), names | numbers(IVY, BOB, ALICE)) == numbers(IVY)


def test_without_a_manager_there_is_no_managers_view(visit):
    assert any("Nobody is above you" in sentence for sentence in sentences(visit(GRETA, PREVIEW)))
    assert not visit(GRETA, PREVIEW).metric


def test_a_look_through_the_managers_gate_is_the_employees_own_act_and_nobodys_look(visit, company):
    visit(IVY, PREVIEW)
    with company.database.write() as connection:
        rows = connection.execute(
            text("SELECT kind, actor FROM access_log WHERE act = 'preview.opened' AND subject_id = :ivy"),
            {"ivy": company.ids[IVY]},
        ).all()
    assert {tuple(row) for row in rows} == {("act", IVY)}


@pytest.fixture
def told_of(company, marked) -> Iterator[None]:
    """Ivy, Bob and Alice have written a note, too, and admins have noted something about everybody and some teams."""
    days = (company.today - DAY * 12, company.today - DAY * 10)
    for email in (IVY, BOB, ALICE):
        viewer = viewer_for(company.database, ADMINS, Identity(email, True), company.today)
        scope_of(resources.database(), viewer).write_note(f"Words of {email.partition('@')[0]}")
    for words, lead in (("Rollout", ""), ("Training", ALICE), ("Offsite", BOB), ("Workshop", CHARLIE)):
        annotated.add(operator(), resources.database(), words, days, lead)
    yield
    with company.database.write() as connection:
        for table in ("context_note", "annotation"):
            connection.execute(text(f"DELETE FROM {table}"))


DRAWN = {"title", "text", "markdown", "caption", "info", "warning", "metric", "plotly_chart", "arrow_table"}


def about(at: AppTest) -> list[str]:
    """What a page says and draws from the person's name on, in its order: not its links, and not its files."""
    assert not at.exception
    nodes = [(node.type, node.proto) for node in at.main if node.type in DRAWN]
    begun = [kind for kind, _ in nodes].index("title")
    told = [proto.spec if kind == "plotly_chart" else str(proto) for kind, proto in nodes[begun:]]
    # The two pages are opened one after the other, and a minute may begin between them.
    return [re.sub(r"synced [^\"]*", "synced", each) for each in told if "All statistics for" not in each]


@pytest.mark.parametrize(("person", "manager"), [(IVY, BOB), (BOB, ALICE), (ALICE, FRANK)])
def test_what_my_manager_sees_is_all_that_the_managers_page_tells(visit, company, told_of, person, manager):
    mine = about(visit(person, PREVIEW, range="28d"))
    assert mine == about(visit(manager, PERSON, person=str(company.ids[person]), range="28d"))
    assert any(f"Words of {person.partition('@')[0]}" in each for each in mine)
    assert any("Rollout" in each for each in mine) and any("Training" in each for each in mine)


@pytest.mark.parametrize("path", ["pages/team/adoption.py", "pages/team/teams.py"])
def test_who_is_in_the_headcount_and_in_no_rate_is_counted_above_the_numbers(visit, company, marked, path):
    hugo = viewer_for(company.database, ADMINS, Identity(HUGO, True), company.today)
    scope_of(resources.database(), hugo).mark(NewMark(MarkKind.LEAVE, marked.first, marked.last, ""))
    days = {"range": "custom", "from": str(marked.first), "to": str(marked.last)}
    told = [each.value for each in visit(GRETA, path, **days).caption if "in no rate" in each.value]
    assert told == [
        "1 person is in the headcount and in no rate: every working day is marked as leave or the like, unused."
    ]
