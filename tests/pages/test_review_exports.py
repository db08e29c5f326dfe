"""The page Review exports: files of whom the reader sees, made with the reader's rights at that moment."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from core.catalogue import STATS
from core.errors import NotPermitted, UptakeError
from core.reports.exports import reading, recorded
from core.reports.reviews import packet, people
from core.ui import gate
from core.ui.reviews import review_files
from core.ui.widgets import downloads
from core.visibility import Identity, scope_of, viewer_for
from tests.support.company import canary, name_of
from tests.support.oracle import may_see
from tests.support.personas import ALICE, BOB, CHARLIE, CLEO, ERIN, FRANK, HUGO, IVY, MANAGER, OSCAR
from tests.support.screen import everything, sentences

PAGE = "pages/reviews/review_exports.py"
ADMINS = {OSCAR}


def made(at, form: str):
    at.button(key=f"make_{form}").click().run()
    assert not at.exception
    assert not at.error, sentences(at)
    return at.session_state[review_files._KEPT]


def people_of(path) -> set[str]:
    (contents,) = reading.read(path)
    assert contents.is_unchanged
    return {str(row[2]) for row in contents.rows}


@pytest.mark.parametrize("email", [FRANK, ALICE, IVY, CHARLIE, OSCAR])
def test_a_file_holds_exactly_the_people_whom_its_maker_sees(visit, email):
    at = visit(email, PAGE, cycle="this_is_no_cycle")
    at.selectbox(key="cycle").set_value("quarter").run()
    kept = made(at, "csv")
    expected = {other for other in MANAGER if may_see(email, other, MANAGER, ADMINS)} - {ERIN}
    assert people_of(kept.path) - {ERIN} == expected
    (contents,) = reading.read(kept.path)
    assert email in contents.said.made_by


def test_the_numbers_of_the_file_are_those_of_the_person(visit, company):
    at = visit(IVY, PAGE)
    at.selectbox(key="cycle").set_value("half").run()
    kept = made(at, "json")
    (contents,) = reading.read(kept.path)
    total = next(row for row in contents.rows if row[0] == "period")
    place = [stat.key for stat in STATS].index("word_messages") - len(STATS)
    assert float(str(total[place])) >= canary(IVY)


@pytest.mark.parametrize("stranger", [CHARLIE, CLEO, HUGO, "nobody@example.com", "no-address"])
def test_a_list_with_somebody_else_is_refused_in_one_sentence_and_makes_nothing(visit, stranger):
    at = visit(ALICE, PAGE)
    at.segmented_control(key="who").set_value("list").run()
    at.text_area(key="review_list").set_value(f"{BOB}\n{stranger}").run()
    assert sentences(at)[0].startswith("Not every address of the list belongs to somebody whom you can see.")
    assert not [button for button in at.button if button.key and button.key.startswith("make_")]
    assert review_files._KEPT not in at.session_state


def test_a_list_of_my_people_is_previewed_and_made(visit):
    at = visit(ALICE, PAGE)
    at.segmented_control(key="who").set_value("list").run()
    at.text_area(key="review_list").set_value(f"{IVY}, {BOB}").run()
    assert "2 people" in everything(at)
    assert people_of(made(at, "xlsx").path) == {IVY, BOB}


def test_the_way_on_from_a_person_leads_to_a_review_of_that_person_alone(visit, company):
    person = visit(ALICE, "pages/team/person.py", person=str(company.ids[IVY]))
    links = [one.proto.query_string for one in person.get("page_link") if one.proto.label == "Review exports"]
    (asked,) = [query for query in (dict(parse_qsl(link)) for link in links) if "who" in query]  # not the menu's
    assert (asked["who"], asked["person"]) == ("one", str(company.ids[IVY]))
    at = visit(ALICE, PAGE, **asked)
    assert at.selectbox(key="person_choice").value == company.ids[IVY]
    assert people_of(made(at, "csv").path) == {IVY}


@pytest.mark.parametrize("stranger", [CHARLIE, None])
def test_a_review_of_one_person_out_of_my_reach_is_answered_as_if_nobody_were_there(visit, company, stranger):
    at = visit(ALICE, PAGE, who="one", person=str(company.ids[stranger] if stranger else 1_000_000))
    assert sentences(at) == ["There is nothing here that you can see."]
    assert not at.dataframe
    assert not [button for button in at.button if button.key and button.key.startswith("make_")]


def test_who_leads_nobody_is_offered_no_review_of_one_person(visit, company):
    at = visit(IVY, PAGE, who="one", person=str(company.ids[BOB]))
    assert not at.exception
    assert name_of(BOB) not in everything(at)
    assert "person_choice" not in at.session_state


def test_who_sees_more_people_than_a_file_holds_is_asked_to_choose_a_team(visit, monkeypatch):
    monkeypatch.setattr(people, "MOST_PEOPLE", 3)
    at = visit(OSCAR, PAGE)
    assert not at.error
    assert at.info[0].value.endswith("Choose smaller teams, one by one.")
    assert not at.dataframe


def test_another_choice_takes_the_made_file_from_the_page(visit):
    at = visit(ALICE, PAGE)
    made(at, "csv")
    assert any("Download CSV" in str(node.proto) for node in at._tree if hasattr(node, "proto"))
    at.selectbox(key="cycle").set_value("half").run()
    assert not any("Download CSV" in str(node.proto) for node in at._tree if hasattr(node, "proto"))


def test_a_file_is_not_handed_out_to_who_lost_its_people_or_after_its_time(visit, company, monkeypatch):
    at = visit(ALICE, PAGE)
    kept = made(at, "csv")
    scopes = {}
    for email in (ALICE, CHARLIE):
        viewer = viewer_for(company.database, (), Identity(email, True), company.today)
        scopes[viewer.email] = viewer, scope_of(company.database, viewer)
    monkeypatch.setattr(gate, "scope_at_click", lambda viewer: scopes[viewer.email][1])
    (alice, _), (charlie, _) = scopes[ALICE], scopes[CHARLIE]
    assert review_files._handed_out(alice, kept)() == kept.path.read_bytes()
    with pytest.raises(NotPermitted):
        review_files._handed_out(charlie, kept)()
    monkeypatch.setattr(downloads, "SECONDS", -1)
    with pytest.raises(UptakeError, match="made too long ago"):
        review_files._handed_out(alice, kept)()


def an_hour_passes_and_somebody_clicks() -> None:
    for old in Path(review_files._process_folder().name).iterdir():
        os.utime(old, (old.stat().st_mtime - 3600,) * 2)
    review_files._folder()


def test_a_file_that_waits_or_takes_long_is_made_whatever_others_click_meanwhile(visit, monkeypatch):
    turn = review_files._TURNS.turn

    @contextmanager
    def late(who, waits):
        an_hour_passes_and_somebody_clicks()
        with turn(who, waits):
            yield

    def slowly(*arguments):
        an_hour_passes_and_somebody_clicks()
        return packet.gather(*arguments)

    at = visit(ALICE, PAGE)
    monkeypatch.setattr(review_files._TURNS, "turn", late)
    monkeypatch.setattr("core.reports.exports.review_files.gather", slowly)
    assert people_of(made(at, "csv").path) >= {ALICE, BOB, IVY}


def test_a_finished_file_is_removed_after_its_time_and_its_reader_told_to_make_it_again(visit):
    at = visit(ALICE, PAGE)
    kept = made(at, "csv")
    review_files._folder()
    assert kept.path.exists()
    an_hour_passes_and_somebody_clicks()
    assert not kept.path.exists()
    at.run()
    assert "The file that was made is gone; make it again." in [caption.value for caption in at.caption]


def test_a_file_that_is_made_leaves_nothing_else_behind(visit):
    folder = Path(review_files._process_folder().name)
    before = set(folder.iterdir())
    kept = made(visit(ALICE, PAGE), "csv")
    assert set(folder.iterdir()) - before == {kept.path}


def test_a_full_disk_is_a_sentence_and_leaves_nothing(visit, monkeypatch):
    def full(*_arguments, **_more):
        raise OSError(28, "No space left on device")

    at = visit(ALICE, PAGE)
    monkeypatch.setattr(recorded, "make", full)
    folder = Path(review_files._process_folder().name)
    before = set(folder.iterdir())
    at.button(key="make_xlsx").click().run()
    assert set(folder.iterdir()) == before
    assert sentences(at)[-1].startswith("The file could not be made: No space left on device. Nothing is left of it")
    assert review_files._KEPT not in at.session_state
