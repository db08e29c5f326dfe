"""My usage: the employee's own note, and the files that only the employee can take."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pypdf
import pytest
from sqlalchemy import text

from core.errors import NotPermitted
from core.reports.exports import canonical, reading
from core.reports.periods import DAY, Period
from core.reports.reviews import people
from core.reports.reviews.packet import Request, chosen_stats, gather
from core.reports.reviews.readings import PresentReadings
from core.ui import gate
from core.ui.person import own_data_views
from core.ui.reviews import review_files
from core.ui.session import sessions, turns
from core.ui.session.turns import NoTurn, Turns
from core.visibility import Identity, Viewer, scope_of, viewer_for
from tests.support.company import canary, claims_of
from tests.support.personas import ALICE, BOB, CHARLIE, GRETA, IVY, OSCAR

MINE, PERSON = "pages/you/my_usage.py", "pages/team/person.py"


def scope(company, email: str):
    return scope_of(company.database, viewer_for(company.database, {OSCAR}, Identity(email, True), company.today))


def reader(email: str) -> Viewer:
    """Somebody whose page was drawn."""
    return gate._scope(sessions.sign_in_of(claims_of(email))).viewer


def lately(company) -> Period:
    return Period(company.today - DAY * 40, company.today - DAY)


def test_a_note_is_written_on_my_usage_read_on_person_and_removed_again(visit, company):
    at = visit(IVY, MINE)
    at.text_area(key="own_note_words").set_value("On *leave* until May.")
    next(button for button in at.button if button.label == "Save").click().run()
    assert not at.exception
    try:
        shown = visit(ALICE, PERSON, person=str(company.ids[IVY]))
        assert "On \\*leave\\* until May." in [element.value for element in shown.markdown]
        at = visit(IVY, MINE)
        at.button(key="remove_note").click().run()
        assert scope(company, ALICE).notes_of([company.ids[IVY]]) == {}
    finally:
        scope(company, IVY).remove_note()


def test_my_data_is_built_at_the_click_logged_and_about_nobody_else(settings, company):
    said = json.loads(own_data_views._builder(reader(IVY), lately(company), "json")())
    assert {row["email"] for row in said["rows"]} == {IVY}
    (whole,) = [row for row in said["rows"] if row["record"] == "period"]
    assert whole["word_messages"] >= canary(IVY)
    with company.database.write() as connection:
        logged = connection.execute(
            text("SELECT actor, details FROM access_log WHERE details LIKE :id"),
            {"id": f"%{said['provenance']['export_id']}%"},
        ).all()
    assert [row.actor for row in logged] == [IVY]
    assert "my data" in logged[0].details
    with pytest.raises(NotPermitted):
        own_data_views._builder(reader(OSCAR), lately(company), "json")()


def test_a87_my_data_and_the_packet_are_refused_in_a_sentence_when_no_turn_comes_soon(settings, company, monkeypatch):
    monkeypatch.setattr(turns, "AT_A_CLICK", 0.0)
    ivy, period = reader(IVY), lately(company)
    mine, packet = own_data_views._builder(ivy, period, "json"), own_data_views._packet(ivy, period)
    before = files_in_the_log(company)
    with monkeypatch.context() as others:
        others.setattr(review_files._TURNS, "turn", no_turn)
        for build in (mine, packet):
            with pytest.raises(NoTurn, match="try again in a moment"):
                build()
    assert files_in_the_log(company) == before  # of what was not made
    assert mine()
    assert files_in_the_log(company) == before + 1


@contextmanager
def no_turn(_who, waits):
    waits()
    pytest.fail("Still waits although the patience is over.")
    yield


def files_in_the_log(company) -> int:
    with company.database.write() as connection:
        return connection.execute(text("SELECT count(*) FROM access_log WHERE kind = 'export'")).scalar_one()


@pytest.mark.parametrize("email", [IVY, BOB, CHARLIE])
def test_my_usage_offers_every_form(visit, email):
    at = visit(email, MINE)
    assert not at.exception
    labels = {node.proto.label for node in at.get("download_button")}
    assert {"CSV", "XLSX", "PDF", "JSON"} <= labels


def test_the_packet_preview_is_the_managers_labelled_and_my_own_act(settings, company, monkeypatch, tmp_path):
    period = lately(company)
    path = tmp_path / "packet.pdf"
    taken, turns = [], Turns(1)

    def turn(who, waits):
        taken.append(who)
        return turns.turn(who, waits)

    monkeypatch.setattr(review_files._TURNS, "turn", turn)
    path.write_bytes(own_data_views._packet(reader(IVY), period)())
    assert taken == [IVY]  # and not the manager's, who may be making files of their own
    (contents,) = reading.read(path)
    assert contents.said.scope.endswith("a preview of the packet for Bob Example")
    first = " ".join(pypdf.PdfReader(path).pages[0].extract_text().split())
    assert "A preview, for your own eyes, of the packet that Bob Example would get about you." in first
    assert contents.said.made_by == f"Ivy Example ({IVY}), for their own eyes"
    request = Request(people.person(scope(company, BOB), company.ids[IVY]), period, chosen_stats(()))
    rows = canonical.rows(gather(PresentReadings(scope(company, BOB)), request))
    assert contents.said.checksum == canonical.checksum(canonical.columns(request.stats), rows)
    with company.database.write() as connection:
        acts = connection.execute(
            text("SELECT actor FROM access_log WHERE kind = 'export' AND details LIKE :id"),
            {"id": f"%{contents.said.export_id}%"},
        ).all()
    assert [row.actor for row in acts] == [IVY]
    with pytest.raises(own_data_views.NobodyAbove):
        own_data_views._packet(reader(GRETA), period)()
