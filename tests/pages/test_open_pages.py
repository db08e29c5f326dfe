"""A page that is open while permissions change: the next message obeys the change, and nothing from before is kept.

What happens by itself when no message comes is in `tests/web/test_idle_pages.py`; here is how that is decided.
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from contextlib import suppress
from types import SimpleNamespace

import pytest
from sqlalchemy import insert, select, text

from core import viewers
from core.admin import roles
from core.admin.access import operator
from core.errors import SignInEnded, StorageError
from core.store.access import sessions as stored_sessions
from core.store.tables.access_log import ACCESS_LOG
from core.store.tables.identities import SESSION_END
from core.ui import gate, watch
from core.ui.session import open_pages, resources, sessions
from core.viewers import Role
from tests.pages.visits import open_cold
from tests.support import personas
from tests.support.company import Company, claims_of, import_directory, name_of
from tests.support.personas import ALICE, BOB, CHARLIE, CLEO, DORA, GRETA, IVY
from tests.support.screen import everything, sentences

PEOPLE, PERSON, CONNECTION = "pages/team/people.py", "pages/team/person.py", "pages/admin/connection.py"


def move_bob(company: Company) -> None:
    import_directory(company, f"Bob Example,{ALICE}", f"Bob Example,{CHARLIE}")


def archive(company: Company, email: str) -> None:
    line = next(line for line in personas.csv_text(company.today).splitlines() if line.startswith(f"{email},"))
    import_directory(company, line, f"{line}{company.today.replace(year=company.today.year - 1).isoformat()}")


def buttons(at) -> list[str]:
    return [button.label for button in at.button]


def test_a06_who_lost_a_team_is_shown_it_no_more_by_the_next_message(own):
    at = open_cold(ALICE, PEOPLE)
    assert name_of(BOB) in everything(at)
    move_bob(own)
    at.run()
    assert not at.exception
    shown = everything(at)
    assert name_of(BOB) not in shown and name_of(IVY) not in shown
    assert name_of(ALICE) in shown


def test_a06_the_page_of_a_person_who_left_ones_chain_is_answered_like_one_that_does_not_exist(own):
    at = open_cold(ALICE, PERSON, person=str(own.ids[BOB]))
    assert at.metric
    move_bob(own)
    at.run()
    assert sentences(at) == ["There is nothing here that you can see."]
    assert not at.metric and name_of(BOB) not in everything(at)


@pytest.mark.parametrize("email", [ALICE, DORA, IVY])
def test_a06_who_is_archived_has_the_way_out_and_nothing_else(own, email):
    at = open_cold(email)
    archive(own, email)
    at.run()
    assert buttons(at) == ["Sign out"]
    assert not at.metric and not at.dataframe


def test_a06_who_is_admin_no_more_loses_the_admin_page(own):
    roles.grant(operator(), own.database, IVY, Role.CONNECTION)
    at = open_cold(IVY, CONNECTION)
    assert "Connection" in [element.value for element in at.title]
    roles.revoke(operator(), own.database, resources.settings(), IVY, Role.CONNECTION)
    at.run()
    assert not at.exception
    assert "Connection" not in [element.value for element in at.title]
    assert "Try and store" not in buttons(at)


def test_a06_somebody_who_is_made_an_admin_has_the_pages_with_the_next_message(own):
    at = open_cold(IVY)
    assert name_of(CHARLIE) not in everything(at)
    roles.grant(operator(), own.database, IVY, Role.ADMIN)
    at.run()
    at.switch_page(str(gate.__file__).replace("core/ui/gate.py", PEOPLE)).run()
    assert name_of(CHARLIE) in everything(at)


def test_a54_who_can_see_this_names_no_manager_who_has_left(own):
    def said() -> str:
        return next(
            text for text in everything(open_cold(IVY, "pages/you/my_usage.py")).splitlines() if "Besides" in text
        )

    assert name_of(BOB) in said() and name_of(ALICE) in said()
    archive(own, ALICE)
    assert name_of(ALICE) not in said()
    assert name_of(BOB) in said() and name_of(GRETA) in said()


def test_who_can_see_this_names_the_admins_only_where_they_see_everyone(own, monkeypatch):
    assert "the admins of Uptake" in everything(open_cold(IVY, "pages/you/my_usage.py"))
    monkeypatch.setenv("UPTAKE_ADMINS_SEE_EVERYONE", "no")
    resources.close()  # settings are those of a new start
    shown = everything(open_cold(IVY, "pages/you/my_usage.py"))
    assert "Besides you: Bob Example" in shown and "the admins of Uptake" not in shown
    assert "Nobody but you; no colleague." in everything(open_cold(GRETA, "pages/you/my_usage.py"))


def test_a40_a_session_that_ended_elsewhere_is_asked_to_sign_in_again(own):
    at = open_cold(ALICE)
    viewers.end_all_sessions(own.database, sessions.sign_in_of(claims_of(ALICE)))
    at.run()
    assert buttons(at) == ["Sign in"]
    assert not at.metric
    assert "session has ended" in at.caption[0].value


def test_a40_signing_out_ends_the_session_on_the_server(own):
    at = open_cold(ALICE)
    claims = dict(at.user)
    at.button(key="sign-out").click().run()
    with pytest.raises(SignInEnded):
        gate._scope(sessions.sign_in_of(claims))
    assert not gate.admits(claims)
    assert gate.admits(claims_of(ALICE, nonce="another sign-in"))


def test_a09_what_the_session_held_is_gone_when_the_reader_may_see_somebody_else(own):
    at = open_cold(ALICE, PEOPLE)
    at.text_input(key="search").set_value("Bob").run()
    at.session_state["team_picker"] = own.ids[BOB]
    at.session_state["of_bob"] = name_of(BOB)
    move_bob(own)
    at.run()
    assert "of_bob" not in at.session_state
    assert at.session_state["team_picker"] == own.ids[ALICE]
    assert name_of(BOB) not in everything(at)


def test_a09_a_change_that_does_not_concern_the_reader_takes_nothing_away(own):
    at = open_cold(ALICE, PEOPLE)
    at.session_state["kept"] = "mine"
    import_directory(own, f"Cleo Example,{CHARLIE}", f"Cleo Example,{DORA}")
    at.run()
    assert at.session_state["kept"] == "mine"


def test_a09_a_match_that_moves_a_persons_use_is_a_change_for_their_manager(own):
    at = open_cold(ALICE, PEOPLE)
    at.session_state["kept"] = "of before"
    with own.database.write() as connection:
        move = "UPDATE account_link SET employee_id = :to WHERE employee_id = :of"
        connection.execute(text(move), {"to": own.ids[BOB], "of": own.ids[CLEO]})
        connection.execute(text("UPDATE version SET number = number + 1 WHERE name = 'directory'"))
    at.run()
    assert "kept" not in at.session_state


def test_a19_a_file_is_not_built_for_a_session_that_has_ended(own):
    viewer = gate._scope(sessions.sign_in_of(claims_of(ALICE, nonce="a file"))).viewer
    assert gate.scope_at_click(viewer).viewer == viewer
    assert viewer.sign_in is not None
    viewers.end_session(own.database, viewer.sign_in)
    with pytest.raises(SignInEnded):
        gate.scope_at_click(viewer)


def test_a19_a_file_is_not_built_for_a_session_past_its_age(own, monkeypatch):
    viewer = gate._scope(sessions.sign_in_of(claims_of(ALICE))).viewer
    assert viewer.sign_in is not None
    old = dataclasses.replace(viewer.sign_in, issued_at=viewer.sign_in.issued_at - 12 * 3_600)
    with pytest.raises(SignInEnded):
        gate.scope_at_click(dataclasses.replace(viewer, sign_in=old))


@pytest.fixture
def at_once(monkeypatch) -> None:
    """Pages are looked after as soon as they are drawn."""
    monkeypatch.setattr(open_pages, "QUIET", 0.0)


def test_a08_an_open_page_is_drawn_again_when_it_concerns_its_reader_and_only_then(own, at_once):
    at = open_cold(ALICE, PEOPLE, range="7d")
    assert watch.outdated() == []
    import_directory(own, f"Cleo Example,{CHARLIE}", f"Cleo Example,{DORA}")
    assert watch.outdated() == []
    move_bob(own)
    (page,) = watch.outdated()
    assert "range=7d" in page.message.query_string and open_pages.quiet() == [page]
    at.run()
    assert watch.outdated() == []


def test_a41_an_open_page_is_drawn_again_when_its_time_is_over_unless_its_reader_was_there_in_another_tab(own, at_once):
    open_cold(ALICE, PEOPLE)
    (page,) = open_pages.quiet()
    late = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    page.viewer = dataclasses.replace(page.viewer, until=late)
    assert watch.outdated() == [] and page.viewer.until > late
    page.viewer = dataclasses.replace(page.viewer, until=late)
    assert page.viewer.sign_in is not None
    digest = page.viewer.sign_in.digest
    with own.database.write() as connection:
        connection.execute(insert(SESSION_END).values(digest=digest, ends_at=late))
    assert watch.outdated() == [page]


def test_a08_who_is_not_let_in_has_no_page_to_look_after(own, at_once):
    at = open_cold(ALICE, PEOPLE)
    archive(own, ALICE)
    assert len(watch.outdated()) == 1
    at.run()
    assert open_pages.quiet(running=True) == []
    assert open_pages.refused() != []
    viewers.end_all_sessions(own.database, sessions.sign_in_of(claims_of(ALICE)))
    at.run()
    open_cold(None)
    assert open_pages._pages == {}


def test_a08_who_was_refused_comes_in_without_doing_anything_once_the_directory_knows_them(own, at_once):
    at = open_cold(ALICE, PEOPLE, range="7d")
    archive(own, ALICE)
    at.run()
    (page,) = open_pages.refused()
    assert "range=7d" in page.message.query_string
    assert watch.outdated() == []
    import_directory(own)
    assert watch.outdated() == [page]
    at.run()
    assert name_of(BOB) in everything(at)
    assert watch.outdated() == [] and open_pages.refused() == []


def test_a08_a_change_that_lets_nobody_in_leaves_who_was_refused_alone_and_says_nothing_of_them_in_the_log(
    own, at_once
):
    def is_written() -> bool:
        with own.database.write() as connection:
            told = connection.execute(select(ACCESS_LOG.c.actor, ACCESS_LOG.c.details)).all()
        return "waits@example.com" in str(told)

    open_cold("stranger@example.com", PEOPLE)
    (page,) = open_pages.refused()
    page.sign_in, before = sessions.sign_in_of(claims_of("waits@example.com")), page.epoch
    move_bob(own)
    assert watch.outdated() == []
    assert page.epoch != before and not is_written()
    assert not gate.lets_in(page.sign_in) and is_written()


def test_a_page_is_not_cut_off_while_it_is_drawn_unless_the_database_is_away(own, at_once):
    open_cold(ALICE, PEOPLE)
    move_bob(own)
    (page,) = watch.outdated()
    open_pages._running[page.session] = open_pages._Run(by_itself=False)
    try:
        assert watch.outdated() == []
        assert watch.unconfirmed() == [page]
    finally:
        open_pages._running.clear()


def test_a_page_that_its_reader_clicked_on_since_it_was_found_is_not_drawn_over(own, at_once, monkeypatch):
    at, drawn = open_cold(ALICE, PEOPLE), list[str]()
    move_bob(own)
    monkeypatch.setattr(watch, "SECONDS", 0.01)
    monkeypatch.setattr(watch, "_draw_again", lambda page: drawn.append(page.session))
    served = SimpleNamespace(is_active_session=lambda _: True)
    monkeypatch.setattr(watch, "runtime", SimpleNamespace(get_instance=lambda: served))

    async def with_found(pages: list[open_pages.DrawnPage]) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(0.2):
                await watch.look_after_pages(lambda: pages)

    (page,) = watch.outdated()
    open_pages._running[page.session] = open_pages._Run(by_itself=False)
    asyncio.run(with_found([page]))
    open_pages._running.clear()
    assert drawn == []
    at.run()  # the click was answered, and the page is another one
    asyncio.run(with_found([page]))
    assert drawn == []
    asyncio.run(with_found([*open_pages.quiet()]))
    assert set(drawn) == {page.session}


def test_a_page_that_was_drawn_a_moment_ago_is_left_alone(own):
    open_cold(ALICE, PEOPLE)
    move_bob(own)
    assert watch.outdated() == []


def test_a08_pages_are_emptied_when_the_database_has_not_answered_for_too_long_and_come_back(own, at_once, monkeypatch):
    at = open_cold(ALICE, PEOPLE)
    drawn: list[str] = []
    monkeypatch.setattr(watch, "SECONDS", 0.01)
    monkeypatch.setattr(watch, "LONGEST", 0.05)
    monkeypatch.setattr(watch, "_draw_again", lambda page: drawn.append(page.viewer.email))
    served = SimpleNamespace(is_active_session=lambda _: True)
    monkeypatch.setattr(watch, "runtime", SimpleNamespace(get_instance=lambda: served))

    async def in_silence() -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await watch.look_after_pages(lambda: None)

    asyncio.run(in_silence())
    assert set(drawn) == {ALICE}
    at.run()
    assert "does not answer" in at.error[0].value
    assert name_of(BOB) not in everything(at) and name_of(ALICE) not in everything(at)
    assert watch.unconfirmed() == []
    assert watch.outdated() == open_pages.quiet() != []
    at.run()
    assert name_of(BOB) in everything(at)
    assert watch.outdated() == []


def test_a_database_that_goes_away_while_it_is_asked_who_is_there_is_told_in_words(own, at_once, monkeypatch):
    at = open_cold(ALICE, PEOPLE)

    def breaks_off(connection, _digest):
        connection.invalidate()
        raise StorageError("The database went away.")

    with monkeypatch.context() as broken:
        broken.setattr(stored_sessions, "ends", breaks_off)
        at.run()
        assert [error.value for error in at.error] == ["The database went away."]
        assert name_of(BOB) not in everything(at)
    assert watch.outdated() == open_pages.quiet() != []
    assert name_of(BOB) in everything(at.run())


def test_a41_a_page_that_is_drawn_again_by_itself_keeps_no_session_alive(own, at_once, monkeypatch):
    came: list[object] = []
    keep_signed_in = viewers.keep_signed_in

    def note(*given):
        came.append(given)
        return keep_signed_in(*given)

    monkeypatch.setattr(viewers, "keep_signed_in", note)
    at = open_cold(ALICE, PEOPLE)
    assert came
    came.clear()
    (page,) = open_pages.quiet()
    page.by_itself = True
    at.run()
    assert not came
    at.run()
    assert came


def test_pages_of_browsers_that_went_away_are_forgotten_after_a_while(own, monkeypatch):
    open_cold(ALICE, PEOPLE)
    open_pages.forget_closed(lambda _: False)
    assert len(open_pages._pages) == 1
    monkeypatch.setattr(open_pages, "_KEPT", 0.0)
    open_pages.forget_closed(lambda _: True)
    assert len(open_pages._pages) == 1
    open_pages.forget_closed(lambda _: False)
    assert open_pages._pages == {}
