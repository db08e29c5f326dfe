"""A chart taken away holds what the page showed, is written down before, and is refused once people have moved."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import json
from types import SimpleNamespace
from typing import cast

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import text

from core.catalogue import PRODUCT
from core.errors import NotPermitted
from core.people.roster import read_csv
from core.reports.charts import charts
from core.reports.measures.tiers import DEFINITIONS_VERSION
from core.reports.periods import DAY, Period
from core.reports.teams.singled_out import told_of
from core.store.day_writes import DayWriter
from core.store.directory import directory
from core.ui import gate
from core.ui.frame import theme
from core.ui.session import resources
from core.ui.widgets import chart_files
from core.ui.widgets.chart_files import ChartFile, ChartSubject
from core.visibility import Identity, Scope, scope_of, viewer_for
from tests.support import personas
from tests.support.company import Company
from tests.support.personas import ADMINS, ALICE, BOB, CHARLIE, FRANK, GRETA, IVY

ADOPTION = "pages/team/adoption.py"
SOURCE = ("team", "product", "first_day", "last_day", "data_through", "made_by", "definitions", "export_id")
STEPS = (("=1+1 people", 5), ("Others", 3))


@pytest.fixture
def alice(settings, company: Company, monkeypatch: pytest.MonkeyPatch) -> Scope:
    """What Alice may see; a click asks anew."""

    def now(_viewer=None) -> Scope:
        database = resources.database()
        return scope_of(database, viewer_for(database, set(ADMINS), Identity(ALICE, True), company.today))

    monkeypatch.setattr(gate, "scope_at_click", now)
    return now()


def period_of(company: Company) -> Period:
    return Period(company.today - DAY * 27, company.today - DAY)


def built(scope: Scope, company: Company, kind: str, person: str | None = None, *, of_all: bool = False) -> bytes:
    team = scope.whole if person is None else scope.person(company.ids[person])
    period = period_of(company)
    table = pd.DataFrame({"People": pd.Series(dict(STEPS)), "=1+2": pd.Series({STEPS[0][0]: 0.5})})
    drawn = ChartFile(
        "funnel", "Most stop here: 2 people", charts.funnel(STEPS, theme.chart_theme()), table, ("1 · a note",)
    )
    return chart_files._builder(ChartSubject(scope, team, period, of_all), drawn, kind)()


def source_of(company: Company, team: str, *, through: bool = True) -> list[str]:
    """What each row of a file says of where it comes from, up to the version of the definitions."""
    period = period_of(company)
    reach = str(period.last) if through else ""
    days = [str(period.first), str(period.last), reach]
    return [team, "Any product", *days, f"Alice Example ({ALICE})", str(DEFINITIONS_VERSION)]


def last_export(company: Company):
    with company.database.read("test") as connection:
        query = "SELECT subject_kind, subject_id, people, details FROM access_log WHERE kind = 'export'"
        return connection.execute(text(f"{query} ORDER BY sequence DESC LIMIT 1")).one()


def test_a_chart_as_csv_holds_its_table_without_formulas_and_the_id_of_its_entry(alice, company):
    rows = list(csv.reader(io.StringIO(built(alice, company, "csv").decode("utf-8-sig"))))
    entry = last_export(company)
    export_id = json.loads(entry.details)["export"]
    assert rows == [
        ["Name", "People", "'=1+2", *SOURCE],
        ["'=1+1 people", "5", "0.5", *source_of(company, "Team of Alice Example"), export_id],
        ["Others", "3", "", *source_of(company, "Team of Alice Example"), export_id],
    ]
    assert (entry.subject_kind, entry.subject_id, entry.people) == ("team", company.ids[ALICE], "")


def test_a_chart_of_one_person_is_an_export_of_that_person(alice, company):
    picture = built(alice, company, "svg", BOB).decode()
    entry = last_export(company)
    assert (entry.subject_kind, entry.subject_id, entry.people) == ("person", company.ids[BOB], str(company.ids[BOB]))
    assert json.loads(entry.details)["export"] in picture
    assert "=1+1 people" in picture
    assert "1 · a note" in picture
    assert "2 people" not in entry.details


def test_a_picture_names_the_team_the_range_how_far_data_reaches_and_who_made_it(alice, company):
    picture, period = built(alice, company, "svg").decode(), period_of(company)
    assert f"Team of Alice Example · {period} · data through {period.last:%-d %b %Y} (UTC)" in picture
    assert f"made by Alice Example ({ALICE})" in picture
    alone = built(alice, company, "svg", BOB).decode()
    assert "Bob Example ·" in alone
    assert "Team of" not in alone


def test_a_chart_of_the_whole_organisation_is_not_called_one_of_the_readers_team(alice, company):
    rows = list(csv.reader(io.StringIO(built(alice, company, "csv", of_all=True).decode("utf-8-sig"))))
    assert rows[1][3:-1] == source_of(company, "Whole organisation", through=False)
    assert "Team of" not in built(alice, company, "svg", of_all=True).decode()


@pytest.mark.parametrize("path", [ADOPTION, "pages/team/teams.py"])
def test_a_chart_of_one_product_names_it_in_its_files_and_one_of_all_does_not(visit, monkeypatch, path):
    offered: dict[str, str] = {}
    monkeypatch.setattr(chart_files, "offer", lambda whose, drawn: offered.update({drawn.key: whose.product.label}))
    charts_of = {ADOPTION: ("course", "products", "tiers", "funnel", "trend_code")}.get(path, ("teams_areas",))
    at = visit(FRANK, path, product="code")
    for chart in charts_of:
        at.session_state[f"{chart}_numbers"] = True
    at.run()
    assert not at.exception
    assert offered == {chart: "Any product" if chart == "products" else "Claude Code" for chart in charts_of}


def test_a_file_of_one_product_says_so(alice, company):
    whose = ChartSubject(alice, alice.whole, period_of(company), product=PRODUCT["code"])
    drawn = ChartFile(
        "funnel", "A title", charts.funnel(STEPS, theme.chart_theme()), pd.DataFrame({"People": dict(STEPS)})
    )
    [first, *_] = list(csv.DictReader(io.StringIO(chart_files._builder(whose, drawn, "csv")().decode("utf-8-sig"))))
    assert first["product"] == "Claude Code"
    assert "Team of Alice Example · Claude Code · " in chart_files._builder(whose, drawn, "svg")().decode()


def test_each_row_of_a_table_over_time_begins_with_the_day_under_a_heading():
    starts = pd.DatetimeIndex(["2026-11-16"])
    assert chart_files._heading(starts) == "Day"
    assert chart_files._heading(starts.rename("Week")) == "Week"


@pytest.mark.parametrize(
    ("chart", "heading"), [("course", "Week"), ("products", "Week"), ("tiers", "Habit"), ("funnel", "Step")]
)
def test_the_tables_of_adoption_say_what_their_rows_are(visit, monkeypatch, chart, heading):
    offered: list[ChartFile] = []
    monkeypatch.setattr(chart_files, "offer", lambda _whose, drawn: offered.append(drawn))
    at = visit(ALICE, ADOPTION)
    at.session_state[f"{chart}_numbers"] = True
    at.run()
    assert not at.exception
    (drawn,) = offered
    assert drawn.table.index.name == heading


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"range": "7d"}, "This range is drawn by day: it does not hold two whole weeks."),
        ({"range": "28d", "by": "month"}, "This range is drawn by week: it does not hold two whole months."),
        ({"range": "28d"}, ""),
    ],
)
def test_a_chart_notes_by_what_it_is_drawn_where_that_is_not_what_was_asked_for(visit, monkeypatch, query, sentence):
    offered: list[ChartFile] = []
    monkeypatch.setattr(chart_files, "offer", lambda _whose, drawn: offered.append(drawn))
    at = visit(ALICE, ADOPTION, **query)
    for chart in ("course", "products"):
        at.session_state[f"{chart}_numbers"] = True
    at.run()
    assert not at.exception
    assert [drawn.key for drawn in offered] == ["course", "products"]
    for drawn in offered:
        assert sentence in drawn.lines[-1]
        assert ("This range is drawn by" in drawn.lines[-1]) == bool(sentence)


def test_a_chart_drawn_before_a_reorganisation_is_refused_after_it(alice, company):
    roster = personas.csv_text(company.today)
    moved = roster.replace(f"bob@example.com,Bob Example,{ALICE}", f"bob@example.com,Bob Example,{CHARLIE}")
    built(alice, company, "csv")
    before = last_export(company)
    try:
        with company.database.write() as connection:
            directory.apply(connection, read_csv(moved.encode()), company.today)
        with pytest.raises(NotPermitted, match="load it again"):
            built(alice, company, "csv")
    finally:
        with company.database.write() as connection:
            directory.apply(connection, read_csv(roster.encode()), company.today)
    assert last_export(company) == before


def test_the_menu_of_a_chart_is_sent_once_it_is_opened(visit):
    at = visit(ALICE, ADOPTION)
    closed = len(at.dataframe)
    at.session_state["course_numbers"] = True
    at.run()
    assert not at.exception
    assert len(at.dataframe) == closed + 1
    labels = [str(node.proto.label) for node in at._tree if node.type == "download_button"]
    assert {"CSV", "SVG", "PNG"} <= set(labels)


@pytest.mark.parametrize("chart", ["teams_areas", "teams_habits"])
def test_the_charts_of_teams_can_be_taken_away_as_table_and_as_picture(visit, chart):
    at = visit(GRETA, "pages/team/teams.py")
    before = downloads_of(at)
    at.session_state[f"{chart}_numbers"] = True
    at.run()
    assert not at.exception
    assert downloads_of(at) - before == {f"{chart}_csv", f"{chart}_svg", f"{chart}_png"}


def test_the_rows_of_teams_can_be_taken_away_and_name_who_is_alone_in_one(visit, monkeypatch, company: Company):
    offered: list[tuple[ChartSubject, ChartFile]] = []
    monkeypatch.setattr(chart_files, "offer", lambda whose, drawn: offered.append((whose, drawn)))
    at = visit(BOB, "pages/team/teams.py")
    at.session_state["teams_rows_numbers"] = True
    at.run()
    assert not at.exception
    [(whose, drawn)] = offered
    assert whose.alone == (company.ids[IVY],)
    assert drawn.table.index.tolist() == ["No team of their own"]
    assert drawn.table["Headcount"].tolist() == [1]


def test_a_file_with_a_row_of_one_person_is_an_export_of_that_person_from_the_team(alice, company):
    table = pd.DataFrame({"Headcount": [1]}, index=pd.Index(["No team of their own"], name="Team"))
    team, ivy = alice.team(company.ids[BOB]), company.ids[IVY]
    whose = ChartSubject(alice, team, period_of(company), alone=(ivy,))
    rows = csv.reader(
        io.StringIO(chart_files._builder(whose, ChartFile("rows", "Rows", None, table), "csv")().decode())
    )
    entry = last_export(company)
    assert list(rows)[1][:2] == ["No team of their own", "1"]
    assert (entry.subject_kind, entry.subject_id, entry.people) == ("person", ivy, str(ivy))
    assert json.loads(entry.details)["teams"] == str(company.ids[BOB])


def downloads_of(at) -> set[str]:
    """The keys of the buttons that a file hangs on."""
    return {str(node.proto.id).rpartition("-")[2] for node in at._tree if node.type == "download_button"}


def test_a_file_of_a_larger_team_names_who_was_alone_in_it_on_some_day(alice, company):
    lines = alice.members(alice.whole)
    others = [number for number in lines.ids.tolist() if number != company.ids[ALICE]]
    period = period_of(company)
    assert len(others) > 2
    assert chart_files._singles(alice, ChartSubject(alice, alice.whole, period)) == []
    left = dataclasses.replace(lines, ends=np.where(lines.ids == company.ids[BOB], lines.ends, 0))
    one = SimpleNamespace(members=lambda _team: left, viewer=alice.viewer)
    assert chart_files._singles(cast("Scope", one), ChartSubject(alice, alice.whole, period)) == [company.ids[BOB]]


@pytest.mark.parametrize(("later", "is_named"), [(0, False), (1, True), (None, True)])
def test_a_file_of_a_team_names_who_was_alone_in_it_in_the_weeks_before_the_range_that_its_figures_look_back_to(
    own, alice, later, is_named
):
    """All of Alice's people but Bob begin on the first of these days, the day after it, or with the range."""
    period = period_of(own)
    begins = period.first if later is None else told_of(period).first + DAY * later
    lines = personas.csv_text(own.today).splitlines(keepends=True)
    late = [line.replace("2024-02-01", str(begins)) if line.startswith(("ivy@", "erin@")) else line for line in lines]
    with own.database.write() as connection:
        directory.apply(connection, read_csv("".join(late).encode()), own.today)
    built(gate.scope_at_click(alice.viewer), own, "csv")
    assert last_export(own).people == (str(own.ids[BOB]) if is_named else "")


def test_a_file_that_is_built_after_a_newer_day_was_stored_names_the_day_through_which_it_was_drawn(own, alice):
    period, table = period_of(own), pd.DataFrame({"People": dict(STEPS)})
    drawn = ChartFile("funnel", "A title", charts.funnel(STEPS, theme.chart_theme()), table)
    builds = [chart_files._builder(ChartSubject(alice, alice.whole, period), drawn, kind) for kind in ("csv", "svg")]
    with own.database.write() as connection:
        page = personas.page([("user_alice", ALICE, {"chat_messages": 1})])
        DayWriter(connection).store(connection, own.today, [page], b"newer", dt.datetime.now(dt.UTC))
    assert gate.scope_at_click(alice.viewer).freshness().data_through == own.today
    content, picture = (build().decode("utf-8-sig") for build in builds)
    assert {row["data_through"] for row in csv.DictReader(io.StringIO(content))} == {str(period.last)}
    assert f"data through {period.last:%-d %b %Y} (UTC)" in picture
