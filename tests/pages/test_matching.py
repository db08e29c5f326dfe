"""The page Matching: people admins decide there whose a Claude user is; for everybody else it does not exist."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from core.admin import matching, roles, unmatched
from core.admin.access import operator
from core.errors import NotPermitted
from core.ui import gate
from core.ui.reviews import review_files
from core.ui.session import resources, sessions
from core.viewers import Role
from tests.pages.visits import open_cold
from tests.support.company import Company, build, claims_of, environment_of, name_of
from tests.support.personas import ALICE, BOB, CLEO, DORA, ERIN, HUGO, IVY, OSCAR, VISITOR
from tests.support.screen import everything, sentences

PATH = "pages/admin/matching.py"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    folder = tmp_path_factory.mktemp("matching")
    made = build(f"sqlite:///{folder / 'uptake.db'}", folder)
    yield made
    made.database.dispose()


@pytest.fixture
def own(original: Company, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """A company of this module, in which every decision of a test is undone and forgotten at its end."""
    for name, value in environment_of(original.database.url, original.folder).items():
        monkeypatch.setenv(name, value)
    yield original
    for entry in unmatched.history(operator(), original.database, 1, 100)[0]:
        if entry.decision.undone_at is None:
            matching.undo(operator(), original.database, entry.decision.id)
    with original.database.write() as connection:
        connection.execute(text("DELETE FROM matching_decision"))
    resources.close()


def account(company: Company, user_id: str) -> int:
    with company.database.read("test") as connection:
        return connection.execute(text("SELECT id FROM account WHERE user_id = :u"), {"u": user_id}).scalar_one()


def choose(at: AppTest, table: str, row: int = 0) -> AppTest:
    """Choose a row of the table whose key begins so, as a click does."""
    key = next(key for key in (f.proto.id.rpartition("-")[2] for f in at.dataframe) if key.startswith(table))
    at.session_state[key] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    return at.run()


def button(at: AppTest, words: str):
    return next(each for each in at.button if words in each.label.replace("\\", ""))


def search(at: AppTest):
    return next(each for each in at.text_input if each.label == "Find a Claude user")


def words(at: AppTest) -> str:
    return "\n".join(str(e.value) for kind in (at.markdown, at.caption, at.text, at.info) for e in kind).replace(
        "\\", ""
    )


def test_an_admin_sees_who_is_unmatched_with_the_weight(own):
    at = open_cold(OSCAR, PATH)
    assert not at.exception
    assert [title.value for title in at.title] == ["Matching"]
    row = at.dataframe[0].value.iloc[0]
    assert (row["E-mail"], row["Why unmatched"]) == (VISITOR, "not in the directory")
    assert row["User-days"] == unmatched.open_page(operator(), own.database).user_days > 30
    assert "1 Claude user matched to nobody" in words(at)


def test_a_chosen_user_is_linked_to_somebody_searched_for_and_the_decision_undone(own):
    at = choose(open_cold(OSCAR, PATH), "matching_open")
    number = account(own, "user_visitor")
    at.text_input(key=f"matching_{number}_words").set_value("hugo").run()
    weight = unmatched.open_page(operator(), own.database).user_days
    assert f"{weight} user-days" in words(at) and f"would count as {name_of(HUGO)}'s" in words(at)
    assert "Greta Example" in words(at)
    button(at, "Link to").click().run()
    assert not at.exception and not at.error
    assert [
        each.person and each.person.email for each in unmatched.claude_users(operator(), own.database, VISITOR)
    ] == [HUGO]
    assert [toast.value.replace("\\", "") for toast in at.toast] == [f"The Claude user is linked to {name_of(HUGO)}."]
    at = choose(open_cold(OSCAR, PATH), "matching_history")
    (decisions,) = [each.value for each in at.dataframe if "Decision" in each.value.columns]
    assert decisions["Decision"].iloc[0] == "Linked"
    button(at, "Undo").click().run()
    assert unmatched.claude_users(operator(), own.database, VISITOR)[0].person is None


def test_a_click_takes_no_account_that_became_somebodys_after_the_page_was_drawn(own):
    at = choose(open_cold(OSCAR, PATH), "matching_open")
    number = account(own, "user_visitor")
    at.text_input(key=f"matching_{number}_words").set_value("hugo").run()
    matching.link(operator(), own.database, number, own.ids[IVY])
    button(at, "Link to").click().run()
    assert not at.exception
    assert [
        each.person and each.person.email for each in unmatched.claude_users(operator(), own.database, VISITOR)
    ] == [IVY]


def test_a_service_account_leaves_the_list_and_an_empty_list_says_so(own):
    at = choose(open_cold(DORA, PATH), "matching_open")
    button(at, "Take off the list").click().run()
    assert not at.exception
    assert any(
        "Every Claude user is matched, or decided about" in sentence for sentence in sentences(open_cold(DORA, PATH))
    )


def test_a_wrong_link_is_found_by_address_and_removed(own):
    at = open_cold(OSCAR, PATH)
    search(at).set_value("IVY@").run()
    at = choose(at, "matching_found")
    button(at, "Remove the link").click().run()
    assert unmatched.claude_users(operator(), own.database, IVY)[0].person is None


def test_a_link_in_doubt_shows_both_people(own):
    change = text("UPDATE account SET email = :email WHERE user_id = 'user_cleo'")
    with own.database.write() as connection:
        connection.execute(change, {"email": ERIN})
    at = open_cold(OSCAR, PATH)
    row = next(f.value for f in at.dataframe if "Address is now of" in f.value.columns).iloc[0]
    assert (row["Person"], row["Address is now of"]) == (name_of(CLEO), name_of(ERIN))
    with own.database.write() as connection:
        connection.execute(change, {"email": CLEO})


def test_what_is_refused_is_said_and_changes_nothing(own):
    before = unmatched.history(operator(), own.database)
    at = open_cold(OSCAR, PATH)
    search(at).set_value(BOB).run()
    at = choose(at, "matching_found")
    for box, day in zip(at.date_input, (dt.date(2026, 3, 2), dt.date(2026, 3, 1)), strict=True):
        box.set_value(day)
    at.run()
    assert any("lies before the first day" in error.value.replace("\\", "") for error in at.error)
    assert unmatched.history(operator(), own.database) == before
    assert not any("Link to" in each.label for each in at.button)


def test_a_name_full_of_markup_is_shown_as_it_is_a71(own):
    """A71"""
    evil = ":red[x] <b>y</b> ![z](https://evil.example.com/p.png)"
    change = text("UPDATE employee SET name = :name WHERE email = :email")
    with own.database.write() as connection:
        connection.execute(change, {"name": evil, "email": HUGO})
    at = choose(open_cold(OSCAR, PATH), "matching_open")
    at.text_input(key=f"matching_{account(own, 'user_visitor')}_words").set_value(HUGO).run()
    assert not any(":red[" in str(e.value) or "![z](" in str(e.value) for e in (*at.markdown, *at.caption))
    assert all("![z](" not in each.label for each in at.button)
    with own.database.write() as connection:
        connection.execute(change, {"name": name_of(HUGO), "email": HUGO})


WITHHELD = "How many days this moves is shown to admins who see everyone."


@pytest.fixture
def hugo(own) -> str:
    """A people admin with nobody below."""
    roles.grant(operator(), own.database, HUGO, Role.PEOPLE)
    return HUGO


def told(at: AppTest, beginning: str) -> str:
    return next(e.value.replace("\\", "") for e in at.markdown if beginning in str(e.value).replace("\\", ""))


def test_a_people_admin_reads_nobodys_use_from_previews_not_even_day_by_day(own, hugo):
    at = open_cold(hugo, PATH)
    search(at).set_value(CLEO).run()
    row = at.dataframe[1].value.iloc[0]
    assert (row["E-mail"], row["Person"], row["Found (UTC)"]) == (CLEO, name_of(CLEO), None)
    assert "When a match of somebody outside your team was found is shown to admins who see everyone." in words(at)
    at = choose(at, "matching_found")
    at.text_input(key=f"matching_{account(own, 'user_cleo')}_words").set_value(IVY).run()
    box = next(each for each in at.selectbox if each.label == "Person")
    at = box.set_value(1).run()
    said = set()
    for back in (None, *range(1, 15)):
        for field in at.date_input:
            field.set_value(None if back is None else own.today - dt.timedelta(days=back))
        at = at.run()
        assert not at.exception and not at.error
        said.add(
            told(at, WITHHELD).removeprefix(f"{WITHHELD} {name_of(CLEO)}, whose it is now, would lose all of it. ")
        )
    each_day = (
        "The totals of these teams can grow: Bob Example, Alice Example, Frank Example, Greta Example. "
        "The totals of these teams can shrink: Charlie Example, Frank Example, Greta Example."
    )
    assert said == {each_day, each_day.replace(", Frank Example, Greta Example", "")}


def test_a_people_admin_sees_the_weight_of_the_unmatched_as_a_whole_and_of_nobody_else(own, hugo):
    weight = unmatched.open_page(operator(), own.database).user_days
    at = choose(open_cold(hugo, PATH), "matching_open")
    assert at.dataframe[0].value.iloc[0]["User-days"] == weight and "somebody's before" not in words(at)
    at.text_input(key=f"matching_{account(own, 'user_visitor')}_words").set_value(IVY).run()
    assert f"{weight} user-days" in told(at, "would count as")
    at.date_input[0].set_value(own.today - dt.timedelta(days=1)).run()
    assert "user-day" not in told(at, WITHHELD)
    cleos = account(own, "user_cleo")
    matching.unlink(operator(), own.database, cleos)
    at = open_cold(hugo, PATH)
    rows = at.dataframe[0].value.set_index("E-mail")
    assert rows.index.tolist() == [VISITOR, CLEO]
    assert rows.loc[CLEO, ["User-days", "First day", "Last day"]].isna().all()
    assert f"Their {weight} user-days" in words(at)
    assert (
        "Without the user-days of Claude users who were somebody's before: admins who see everyone are shown them."
        in words(at)
    )
    everybodys = words(open_cold(OSCAR, PATH))
    assert f"Their {weight} user-days" not in everybodys and "somebody's before" not in everybodys


@pytest.mark.parametrize("email", [ALICE, IVY])
def test_managers_and_employees_have_no_such_page_and_no_word_of_it(own, email):
    at = open_cold(email, PATH)
    assert "Matching" not in [title.value for title in at.title]
    assert VISITOR in everything(open_cold(OSCAR, PATH)) and VISITOR not in everything(at)
    assert not at.dataframe or "Why unmatched" not in at.dataframe[0].value.columns


def test_a_review_made_before_a_match_was_taken_back_is_not_handed_out_after_it(own):
    at = open_cold(ALICE, "pages/reviews/review_exports.py")
    at.button(key="make_csv").click().run()
    kept = at.session_state[review_files._KEPT]
    viewer = gate._scope(sessions.sign_in_of(claims_of(ALICE))).viewer
    build = review_files._handed_out(viewer, kept)
    assert build() == kept.path.read_bytes()
    bobs = account(own, "user_bob")
    matching.unlink(operator(), own.database, bobs)
    with pytest.raises(NotPermitted, match="load it again"):
        build()
