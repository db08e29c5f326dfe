"""After a change of the secret key the daemon seals anew what the former one sealed: all of it, or nothing."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys

import pytest
from sqlalchemy import text

from core import audit
from core.errors import NotLogged
from core.settings import Settings
from core.store.connection import connections, opening
from core.store.connection.opening import KeyUnreadable
from core.store.engine.database import Database
from core.sync import daemon
from core.sync.key import KeyRing, take_over
from tests.support.screen import ROOT
from tests.sync.conftest import KEY, SECRET, environment

NEW = SECRET[::-1]
NOW = dt.datetime.now(dt.UTC)
STORED = f"{KEY}-stored"

KILLED = """
import os
from core import audit, settings
from core.store.access import access_log
from core.store.connection import opening
from core.store.engine.database import Database
from core.sync.key import take_over

module = {"the API key": opening, "the access log": access_log}[os.environ["KILLED_AFTER"]]
name = {"the API key": "seal_anew", "the access log": "add"}[os.environ["KILLED_AFTER"]]
done = getattr(module, name)

def killed(*arguments):
    done(*arguments)
    os._exit(9)

setattr(module, name, killed)
given = settings.load()
audit.open_log(given)
take_over(Database(given.database_url), given)
"""


@pytest.fixture
def changed(database, make_settings) -> Settings:
    """The settings after a change of the secret key, over what the one before sealed."""
    audit.open_log(make_settings(database.url))
    with database.write() as connection:
        connections.replace(connection, SECRET, STORED, "dora@example.com", NOW)
        audit.record(connection, "dora@example.com", "key.stored")
    after: Settings = make_settings(database.url, SECRET_KEY=NEW, SECRET_KEY_OLD=SECRET)
    audit.open_log(after)
    return after


def opens(database: Database, secret: str, former: str | None = None) -> bool:
    try:
        with database.read("test") as connection:
            return opening.api_key(connection, secret, former) == STORED
    except KeyUnreadable:
        return False


def acts(database: Database) -> list[str]:
    with database.read("test") as connection:
        return list(connection.execute(text("SELECT act FROM access_log ORDER BY sequence")).scalars())


def writes(database: Database) -> None:
    with database.write() as connection:
        audit.record(connection, audit.DAEMON, "sync.asked")


def test_before_the_start_either_key_opens_and_the_log_waits_a82(changed, database, held):
    found = KeyRing(changed, database, lambda: NOW).key(held)
    assert (found.secret, found.rejected) == (STORED, False)
    assert (opens(database, SECRET), opens(database, NEW), opens(database, NEW, SECRET)) == (True, False, True)
    with pytest.raises(NotLogged, match="was not written with this UPTAKE_SECRET_KEY"):
        writes(database)


def test_after_the_start_the_new_key_alone_opens_and_the_log_goes_on_with_nothing_wrong_a82(changed, database):
    for _ in range(2):
        take_over(database, changed)
    assert (opens(database, SECRET), opens(database, NEW)) == (False, True)
    assert acts(database) == ["key.stored", "log.renewed"]
    writes(database)
    found = audit.verify(database)
    assert found.wrong == []
    assert found.notes == ["1 entries were sealed with a former key; the chain binds them."]


@pytest.mark.parametrize("after", ["the API key", "the access log"])
def test_a_start_that_is_killed_half_way_changed_nothing_and_the_next_one_does_it_all_a82(
    changed, database, after, tmp_path
):
    ours = environment("http://127.0.0.1:9", database.url, tmp_path, SECRET_KEY=NEW, SECRET_KEY_OLD=SECRET)
    environ = {**os.environ, **ours, "KILLED_AFTER": after}
    ended = subprocess.run([sys.executable, "-c", KILLED], cwd=ROOT, env=environ, check=False, timeout=60)
    assert ended.returncode == 9
    assert (opens(database, SECRET), opens(database, NEW)) == (True, False)
    assert acts(database) == ["key.stored"]
    take_over(database, changed)
    assert (opens(database, SECRET), opens(database, NEW)) == (False, True)
    assert audit.verify(database).wrong == []


def test_what_neither_key_sealed_stays_as_it_is_a82(changed, database, make_settings):
    other = make_settings(database.url, SECRET_KEY=NEW, SECRET_KEY_OLD="5f83a6e09d14c72bb8e5f0a1394d6c27")
    take_over(database, other)
    take_over(database, make_settings(database.url, SECRET_KEY=NEW))
    assert (opens(database, SECRET), opens(database, NEW)) == (True, False)
    assert acts(database) == ["key.stored"]


def test_without_a_key_and_a_log_there_is_nothing_to_take_over(database, make_settings):
    settings = make_settings(database.url, SECRET_KEY=NEW, SECRET_KEY_OLD=SECRET)
    audit.open_log(settings)
    take_over(database, settings)
    assert acts(database) == []


def test_the_daemon_takes_over_before_it_does_anything_else(changed, database, monkeypatch):
    class TakenOver(Exception):
        pass

    def taken_over(_database, settings) -> None:
        assert settings is changed
        raise TakenOver

    monkeypatch.setattr(daemon, "take_over", taken_over)
    monkeypatch.setattr(daemon, "Database", lambda _url: database)
    for start in (daemon.run_forever, daemon.run_once):
        with pytest.raises(TakenOver):
            start(changed)
