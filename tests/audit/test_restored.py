"""A database that was put back from a backup: what was taken since does not come back with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import audit, viewers
from core import settings as configuration
from core.admin import roles
from core.admin.access import operator
from core.admin.restored import restored
from core.audit import log
from core.errors import NotLogged, SignInEnded
from core.store.engine.database import Database
from core.viewers import Identity, Role, SignIn, Viewer
from tests.support import databases
from tests.support.company import ISSUER
from tests.support.invented import SECRET
from tests.support.personas import ADMINS, ALICE, BOB, CHARLIE, DORA, GRETA

BEFORE = dt.datetime.now(dt.UTC)
SETTINGS = configuration.load({"UPTAKE_ADMINS": ",".join(ADMINS), "UPTAKE_SECRET_KEY": SECRET})


def sign_in(email: str, issued: dt.datetime) -> SignIn:
    return SignIn(ISSUER, f"s-{email}", issued.timestamp(), "n", Identity(email, True))


def come(database: Database, email: str, issued: dt.datetime = BEFORE) -> Viewer:
    return viewers.signed_in(database, SETTINGS, sign_in(email, issued), dt.datetime.now(dt.UTC))


@pytest.fixture
def put_back(logged: Database, tmp_path: Path) -> Iterator[Database]:
    """A copy made while Bob and Greta were admins; since then both lost that, and Charlie's session was ended."""
    for email in (BOB, GRETA):
        roles.grant(operator(), logged, email, Role.ADMIN)
    come(logged, CHARLIE)
    logged.dispose()
    folder = tmp_path / "backup"
    folder.mkdir()
    database = Database(databases.copy_of(logged.url, folder))
    for email in (BOB, GRETA):
        roles.revoke(operator(), logged, SETTINGS, email, Role.ADMIN)
    viewers.end_session(logged, sign_in(CHARLIE, BEFORE))
    log._logs[database.url] = log.log_of(logged.url)  # the same data folder, and with it the same file beside it
    yield database
    del log._logs[database.url]
    database.dispose()
    databases.drop_database(database.url)


@pytest.mark.parametrize("email", [DORA, ALICE, BOB, CHARLIE])
def test_in_an_older_database_nobody_is_shown_anything_before_the_operator_takes_it_up_r60(put_back, email):
    with pytest.raises(NotLogged, match="an older copy of the database"):
        come(put_back, email)


def test_in_an_older_database_nothing_is_changed_before_the_operator_takes_it_up_r60(put_back):
    with pytest.raises(NotLogged, match="`uptake restored`"):
        roles.grant(operator(), put_back, ALICE, Role.PEOPLE)
    with pytest.raises(NotLogged, match="`uptake restored`"):
        audit.renew(put_back)
    assert ALICE not in [holder.email for holder in roles.holders(operator(), put_back, SETTINGS)]


def test_a_new_secret_key_takes_no_older_database_up_r60(put_back, monkeypatch):
    known = log.log_of(put_back.url)
    monkeypatch.setitem(log._logs, put_back.url, log.AccessLog(b"the key after a change, 32 bytes", known.anchor))
    monkeypatch.setattr("core.audit.verification.sealing_key", lambda _former: known.key)
    with pytest.raises(NotLogged, match="`uptake restored`"), put_back.write() as connection:
        audit.go_on(connection, "the secret key of before")


def test_after_a_restore_no_role_and_no_session_of_before_counts_r60(put_back):
    done = restored(operator(), put_back)
    assert sorted(grant.email for grant in done.taken) == [BOB, GRETA]
    assert {holder.email for holder in roles.holders(operator(), put_back, SETTINGS)} == set(ADMINS)
    for email in (BOB, CHARLIE, ALICE):
        with pytest.raises(SignInEnded):
            come(put_back, email)
    assert not come(put_back, BOB, dt.datetime.now(dt.UTC)).is_admin
    assert come(put_back, DORA, dt.datetime.now(dt.UTC)).is_admin


def test_a_restore_is_on_record_with_every_role_that_it_took_r60(put_back):
    restored(operator(), put_back)
    found = audit.verify(put_back)
    assert found.wrong == []
    assert found.notes == ["An operator took note of entries that were lost with a restored database."]
    with put_back.read("test") as connection:
        acts = connection.exec_driver_sql("SELECT act FROM access_log ORDER BY sequence").scalars().all()
    assert acts[-4:] == ["log.renewed", "role.revoked", "role.revoked", "sessions.ended"]
    assert roles.grant(operator(), put_back, BOB, Role.ADMIN)


def test_a_restore_that_cannot_be_put_on_record_changes_nothing_r60(put_back, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("core.audit.log.access_log.add", full)
        with pytest.raises(NotLogged):
            restored(operator(), put_back)
    assert {BOB, GRETA} < {holder.email for holder in roles.holders(operator(), put_back, SETTINGS)}
    with pytest.raises(NotLogged):
        come(put_back, BOB)
