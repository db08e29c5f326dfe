"""What an undone import leaves of whoever signed in meanwhile: the end of their sessions, and whose the address is."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text

from core import settings as configuration
from core import viewers
from core.admin import directory_imports, identities
from core.admin.access import operator
from core.errors import DirectoryError, SignInEnded, UnknownViewer
from core.store.engine.database import Database
from core.viewers import Identity, SignIn, Viewer
from core.visibility import MarkKind, NewMark, scope_of, viewer_for
from tests.support.company import ISSUER
from tests.support.invented import SECRET
from tests.support.personas import ALICE, DORA

ANN = "ann@example.com"
ADDED = f"email,name,manager_email\n{ANN},Ann Example,{ALICE}\n"
SETTINGS = configuration.load({"UPTAKE_ADMINS": f"{DORA},{ANN}", "UPTAKE_SECRET_KEY": SECRET})
WITHOUT_ANN = configuration.load({"UPTAKE_ADMINS": DORA, "UPTAKE_SECRET_KEY": SECRET})


def import_directory(database: Database, lines: str = ADDED) -> None:
    shown = directory_imports.preview(operator(), database, WITHOUT_ANN, lines.encode(), "people.csv", complete=False)
    directory_imports.apply(operator(), database, shown, confirmed=True)


def undo(database: Database, settings: configuration.Settings = WITHOUT_ANN) -> None:
    number = next(one.id for one in directory_imports.history(operator(), database) if one.undoable)
    directory_imports.undo(operator(), database, settings, number)


def a_sign_in(subject: str, issued: dt.datetime, email: str = ANN) -> SignIn:
    return SignIn(ISSUER, subject, issued.timestamp(), "n", Identity(email, True))


def sign_in(database: Database, one: SignIn, settings: configuration.Settings = WITHOUT_ANN) -> Viewer:
    now = dt.datetime.fromtimestamp(one.issued_at, dt.UTC) + dt.timedelta(seconds=1)
    return viewers.signed_in(database, settings, one, now)


@pytest.fixture
def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def test_a40_sessions_that_somebody_ended_stay_ended_when_an_import_is_undone_and_done_again(filled, now):
    import_directory(filled)
    old = a_sign_in("s-ann", now - dt.timedelta(minutes=1))
    assert sign_in(filled, old).email == ANN
    viewers.end_all_sessions(filled, old)
    undo(filled)
    with pytest.raises(SignInEnded):
        sign_in(filled, old)
    import_directory(filled)
    with pytest.raises(SignInEnded):
        sign_in(filled, old)
    assert sign_in(filled, a_sign_in("s-ann", now + dt.timedelta(minutes=1))).name == "Ann Example"


def test_a32_whose_an_address_is_stays_so_when_an_import_is_undone_and_done_again(filled, now):
    import_directory(filled)
    first = sign_in(filled, a_sign_in("s-ann", now))
    undo(filled)
    for subject in ("s-ann", "s-other"):
        with pytest.raises(UnknownViewer, match="not known here"):
            sign_in(filled, a_sign_in(subject, now))
    import_directory(filled)
    with pytest.raises(UnknownViewer, match="belongs to another account"):
        sign_in(filled, a_sign_in("s-other", now))
    again = sign_in(filled, a_sign_in("s-ann", now, email="ann.else@example.com"))
    assert (again.email, again.name) == (first.email, first.name) and again.employee_id != first.employee_id
    with pytest.raises(UnknownViewer, match="belongs to another account"):
        sign_in(filled, a_sign_in("s-other", now))
    with filled.write() as connection:
        rows = connection.execute(text("SELECT subject, employee_id FROM sign_in_identity ORDER BY subject")).all()
    assert [tuple(row) for row in rows] == [("s-ann", again.employee_id), ("s-other", None)]


def test_an_address_that_an_undone_import_left_with_an_account_can_be_released(filled, now):
    import_directory(filled)
    sign_in(filled, a_sign_in("s-ann", now))
    undo(filled)
    assert identities.release(operator(), filled, ANN) == 1
    import_directory(filled)
    assert sign_in(filled, a_sign_in("s-new", now)).name == "Ann Example"


def test_another_account_is_accepted_in_place_of_the_one_that_an_undone_import_left(filled, now):
    import_directory(filled)
    sign_in(filled, a_sign_in("s-ann", now))
    undo(filled)
    import_directory(filled)
    with pytest.raises(UnknownViewer, match="belongs to another account"):
        sign_in(filled, a_sign_in("s-other", now))
    identities.accept(operator(), filled, WITHOUT_ANN, ISSUER, "s-other")
    assert sign_in(filled, a_sign_in("s-other", now)).name == "Ann Example"
    with pytest.raises(UnknownViewer, match="another account"):
        sign_in(filled, a_sign_in("s-ann", now + dt.timedelta(minutes=1)))


def test_an_admin_of_the_settings_whose_import_is_undone_is_one_from_outside(filled, now):
    import_directory(filled)
    assert sign_in(filled, a_sign_in("s-ann", now), SETTINGS).is_admin
    undo(filled, SETTINGS)
    outside = sign_in(filled, a_sign_in("s-ann", now), SETTINGS)
    assert (outside.employee_id, outside.is_admin) == (None, True)


def test_an_undo_that_fails_leaves_the_account_with_its_person(filled, now, monkeypatch):
    import_directory(filled)
    ann = sign_in(filled, a_sign_in("s-ann", now))

    def fail(*_: object) -> None:
        raise ConnectionAbortedError

    monkeypatch.setattr("core.store.directory.directory_undo._place", fail)
    with pytest.raises(ConnectionAbortedError):
        undo(filled)
    assert sign_in(filled, a_sign_in("s-ann", now)) == ann


def test_a_mark_that_was_taken_back_is_in_the_way_of_no_undo_and_one_that_stands_is(filled, now):
    import_directory(filled)
    ann = scope_of(filled, viewer_for(filled, {DORA}, Identity(ANN, True), now.date()))
    ann.mark(NewMark(MarkKind.LEAVE, now.date(), now.date()))
    with pytest.raises(DirectoryError, match="a context mark that was made since is about 1 of the people"):
        undo(filled)
    [mark] = ann.marks_of(ann.whole.team_id)
    ann.unmark(mark.id)
    undo(filled)
    with pytest.raises(UnknownViewer):
        viewer_for(filled, set(), Identity(ANN, True), now.date())
