"""What admins note on the charts: read by everybody, or by one team and who is above it, and by nobody else."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from sqlalchemy import text

from core.admin import annotated
from core.admin.access import operator
from core.errors import AnnotationRefused
from core.reports.wording.markdown import literal
from core.ui.session import resources
from tests.support.company import Company
from tests.support.personas import ALICE, BOB, CHARLIE, CLEO, DORA, FRANK, GRETA, IVY, OSCAR
from tests.support.screen import everything

ADOPTION, TEAMS, MINE, PERSON, KEPT = (
    "pages/team/adoption.py",
    "pages/team/teams.py",
    "pages/you/my_usage.py",
    "pages/team/person.py",
    "pages/admin/annotations.py",
)
FOR_ALL, FOR_ALICE, FOR_CHARLIE = "Rollout <b>of</b> Cowork", "Training $in$ the team", "Offsite of the others"


@pytest.fixture
def noted(settings, company: Company):
    days = (company.today - dt.timedelta(days=12), company.today - dt.timedelta(days=10))
    annotated.add(operator(), resources.database(), FOR_ALL, days)
    annotated.add(operator(), resources.database(), FOR_ALICE, days, ALICE)
    annotated.add(operator(), resources.database(), FOR_CHARLIE, days, CHARLIE)
    yield days
    for each in annotated.listing(operator(), resources.database(), 10):
        annotated.remove(operator(), resources.database(), each.noted.id)


def told(at) -> set[str]:
    """Which of the three are anywhere in what the browser gets, as plain text."""
    assert not at.exception
    sent = everything(at).replace("\\\\", "\\").replace("\\", "")
    return {words for words in (FOR_ALL, FOR_ALICE, FOR_CHARLIE) if words in sent}


READERS = [
    (ALICE, ADOPTION, {}, {FOR_ALL, FOR_ALICE}),
    (FRANK, ADOPTION, {}, {FOR_ALL, FOR_ALICE, FOR_CHARLIE}),
    (FRANK, ADOPTION, {"team": ALICE}, {FOR_ALL, FOR_ALICE}),
    (OSCAR, ADOPTION, {}, {FOR_ALL, FOR_ALICE, FOR_CHARLIE}),
    (IVY, MINE, {}, {FOR_ALL, FOR_ALICE}),
    (CLEO, MINE, {}, {FOR_ALL, FOR_CHARLIE}),
    (GRETA, MINE, {}, {FOR_ALL}),
    (GRETA, PERSON, {"person": BOB}, {FOR_ALL, FOR_ALICE}),
    (DORA, KEPT, {}, {FOR_ALL, FOR_ALICE, FOR_CHARLIE}),
]


@pytest.mark.parametrize("reader", READERS, ids=lambda each: f"{each[0].partition('@')[0]} {each[1][6:-3]}")
def test_an_annotation_reaches_its_team_and_who_is_above_and_nobody_else(visit, company, noted, reader):
    email, path, query, read = reader
    asked = {name: str(company.ids[whose]) for name, whose in query.items()}
    assert told(visit(email, path, **asked)) == read


def test_both_charts_over_time_of_adoption_say_what_happened(visit, noted):
    at = visit(ALICE, ADOPTION)
    assert len([caption for caption in at.caption if "1 Rollout" in caption.value]) == 2
    for chart in ("course", "products"):
        assert marked(at, chart), chart


def test_a_comparison_of_teams_says_what_happened_to_which_of_them(visit, company, noted):
    asked = {"compare": f"{company.ids[ALICE]}-{company.ids[CHARLIE]}", "team": str(company.ids[FRANK])}
    at = visit(FRANK, TEAMS, **asked)
    assert told(at) == {FOR_ALL, FOR_ALICE, FOR_CHARLIE}
    assert marked(at, "compare_lines")
    lines = next(caption.value for caption in at.caption if "1 · " in caption.value).splitlines()
    assert [line.rstrip().partition(": ")[2] for line in lines] == [
        literal(f"{FOR_CHARLIE} (Charlie Example’s team)"),
        literal(FOR_ALL),
        literal(f"{FOR_ALICE} (Alice Example’s team)"),
    ]
    only = visit(FRANK, TEAMS, compare=f"{company.ids[ALICE]}-{company.ids[BOB]}", team=str(company.ids[FRANK]))
    assert told(only) == {FOR_ALL, FOR_ALICE}


def marked(at, chart: str) -> bool:
    """Whether a line for an annotation is in a chart."""
    (spec,) = [node.proto.spec for node in at.get("plotly_chart") if node.proto.id.endswith(f"-{chart}")]
    return any(shape["type"] == "line" for shape in json.loads(spec)["layout"].get("shapes", []))


def test_words_of_an_annotation_are_never_put_into_a_chart(visit, noted):
    at = visit(FRANK, ADOPTION)
    charts = [node.proto.spec for node in at._tree if node.type == "plotly_chart"]
    assert charts
    assert not any(word in spec for spec in charts for word in ("Rollout", "Training", "Offsite"))
    assert any('"shapes"' in spec for spec in charts)


def test_adding_and_taking_away_is_in_the_access_log(company, noted):
    with company.database.read("test") as connection:
        entries = connection.execute(
            text("SELECT act, subject_kind, details FROM access_log WHERE act LIKE 'annotation.%' ORDER BY sequence")
        ).all()
    assert [row.act for row in entries[-3:]] == ["annotation.added"] * 3
    assert FOR_ALICE in entries[-2].details
    number = annotated.listing(operator(), resources.database(), 1)[0].noted.id
    assert annotated.remove(operator(), resources.database(), number)
    assert not annotated.remove(operator(), resources.database(), number)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (("", 0, ""), "1 to 80 characters"),
        (("x" * 81, 0, ""), "1 to 80 characters"),
        (("two\nlines", 0, ""), "line break"),
        (("turned \u202e round", 0, ""), "reading direction"),
        (("backwards", -1, ""), "one day or a span"),
        (("too long", 366, ""), "one day or a span"),
        (("nobody's", 0, "nobody@example.com"), "Nobody in the directory"),
        (("no address", 0, "not@an@address"), "Nothing was changed"),
        (("nobody's name", 0, "Nobody Example"), "Nobody in the directory is called Nobody Example"),
    ],
)
def test_what_cannot_be_noted_is_refused_in_a_sentence(settings, company, given, why):
    words, span, lead = given
    day = company.today - dt.timedelta(days=3)
    with pytest.raises(AnnotationRefused, match=why):
        annotated.add(operator(), resources.database(), words, (day, day + dt.timedelta(days=span)), lead)


def test_a_team_can_be_named_by_its_lead_but_not_where_two_have_the_name(settings, company):
    day = company.today - dt.timedelta(days=3)
    annotated.add(operator(), resources.database(), "By name", (day, day), " alice   EXAMPLE")
    [added] = annotated.listing(operator(), resources.database(), 1)
    assert added.lead == f"Alice Example ({ALICE})"
    annotated.remove(operator(), resources.database(), added.noted.id)
    rename = text("UPDATE employee SET name = :name WHERE email = :email")
    with company.database.write() as connection:
        connection.execute(rename, {"name": "Alice Example", "email": BOB})
    try:
        with pytest.raises(AnnotationRefused, match=f"2 people are called Alice Example: {ALICE}, {BOB}"):
            annotated.add(operator(), resources.database(), "Whose", (day, day), "Alice Example")
    finally:
        with company.database.write() as connection:
            connection.execute(rename, {"name": "Bob Example", "email": BOB})


def test_an_admin_adds_one_on_the_page_and_takes_it_away(visit, company):
    at = visit(DORA, KEPT)
    at.text_input(key="annotate_words").set_value("Workshop")
    next(button for button in at.button if button.label == "Add").click().run()
    assert [each.noted.words for each in annotated.listing(operator(), resources.database(), 5)] == ["Workshop"]
    assert "Workshop" in at.dataframe[0].value["What happened"].tolist()
    annotated.remove(
        operator(), resources.database(), annotated.listing(operator(), resources.database(), 1)[0].noted.id
    )


def test_what_was_typed_stays_when_it_is_refused_and_goes_when_it_was_added(visit, company):
    at = visit(DORA, KEPT)
    days = (company.today - dt.timedelta(days=9), company.today - dt.timedelta(days=8))

    def typed() -> tuple[object, ...]:
        return at.text_input(key="annotate_words").value, *at.date_input(key="annotate_days").value

    def add() -> None:
        next(button for button in at.button if button.label == "Add").click().run()
        assert not at.exception

    at.text_input(key="annotate_words").set_value("Workshop")
    at.date_input(key="annotate_days").set_value(days)
    at.text_input(key="annotate_lead").set_value("nobody@example.com")
    add()
    assert "Nobody in the directory" in at.error[0].value
    assert (*typed(), at.text_input(key="annotate_lead").value) == ("Workshop", *days, "nobody@example.com")
    at.text_input(key="annotate_lead").set_value(ALICE)
    add()
    (noted,) = annotated.listing(operator(), resources.database(), 5)
    assert (noted.noted.words, noted.noted.first_day, noted.noted.last_day) == ("Workshop", *days)
    assert (*typed(), at.text_input(key="annotate_lead").value) == ("", company.today, company.today, "")
    annotated.remove(operator(), resources.database(), noted.noted.id)
