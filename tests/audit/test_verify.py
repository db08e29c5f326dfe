"""Whatever is done to the log afterwards is found (A88)."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from benchmarks.proofs import tampering
from core import audit
from core import settings as configuration
from core.admin.access import operator
from core.admin.restored import restored
from core.audit import log
from core.audit.anchor import Anchor
from core.cli.entry import cli
from core.errors import NotLogged
from core.store.engine.database import Database
from core.store.tables.access_log import ACCESS_LOG
from tests.audit.marks import ON_SQLITE
from tests.support import databases
from tests.support.invented import SECRET
from tests.support.personas import ALICE

OTHER_KEY = b"the key after a change, 32 bytes"


def write(database, count=3):
    for number in range(count):
        with database.write() as connection:
            audit.record(connection, ALICE, "thing.done", audit.EVERYONE, {"number": number})


def cut(database, last):
    with database.write() as connection:
        tampering._drop_triggers(connection)
        connection.execute(ACCESS_LOG.delete().where(ACCESS_LOG.c.sequence > last))


def test_every_random_tampering_is_found_a88(database_url, tmp_path):
    results = tampering.attempts(tampering.Log(database_url, tmp_path / "anchor"), count=56, seed=4)
    assert [(kind, number) for kind, number, found in results if not found] == []
    assert {kind for kind, _, _ in results} == set(tampering.KINDS)


@ON_SQLITE
def test_an_empty_log_is_as_it_was_written(logged):
    found = audit.verify(logged)
    assert (found.entries, found.wrong, found.notes) == (0, [], [])


@ON_SQLITE
def test_a_log_that_was_emptied_is_found_by_the_anchor(logged):
    write(logged)
    cut(logged, 0)
    (sentence,) = audit.verify(logged).wrong
    assert sentence.startswith("The log ends with entry 0, but Entries 1 to 3 are noted outside the database")


@ON_SQLITE
def test_a_lost_anchor_is_found(logged, anchor):
    write(logged)
    anchor.unlink()
    assert audit.verify(logged).wrong == [
        "The file outside the database, which guards the end of the log, is empty or gone."
    ]


@ON_SQLITE
def test_a_torn_last_line_of_the_anchor_is_no_fault(logged, anchor):
    write(logged)
    anchor.write_bytes(anchor.read_bytes()[:-20])
    assert audit.verify(logged).wrong == []


def test_after_a_change_of_the_key_an_operator_goes_on_and_the_old_entries_stay_bound(logged, anchor):
    write(logged)
    log._logs[logged.url] = log.AccessLog(OTHER_KEY, Anchor(anchor))
    assert audit.renew(logged).wrong != []
    write(logged)
    found = audit.verify(logged)
    assert (found.entries, found.wrong) == (7, [])
    assert found.notes == ["3 entries were sealed with a former key; the chain binds them."]
    with logged.write() as connection:
        tampering._drop_triggers(connection)
        connection.execute(ACCESS_LOG.update().where(ACCESS_LOG.c.sequence == 2).values(details="{}"))
    assert audit.verify(logged).wrong == ["Entry 2 was changed after it was written."]


@ON_SQLITE
def test_after_a_restored_backup_nothing_is_written_before_an_operator_goes_on_with_the_loss_on_record(logged):
    write(logged, 5)
    cut(logged, 3)
    assert len(audit.verify(logged).wrong) == 1
    for act in (write, audit.renew):
        with pytest.raises(NotLogged, match="`uptake restored`"):
            act(logged)
    restored(operator(), logged)
    write(logged, 2)
    found = audit.verify(logged)
    assert found.wrong == []
    assert found.notes == ["An operator took note of entries that were lost with a restored database."]
    cut(logged, 5)
    assert len(audit.verify(logged).wrong) == 1


def test_the_command_line_says_in_plain_words_what_was_found(tmp_path, monkeypatch):
    url = databases.fresh_database("sqlite", tmp_path)
    databases.migrate(url)
    for name, value in {
        "DATABASE_URL": url,
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": SECRET,
    }.items():
        monkeypatch.setenv(f"UPTAKE_{name}", value)
    audit.open_log(configuration.load())
    database = Database(url)
    write(database)
    runner = CliRunner()
    whole = runner.invoke(cli, ["log", "verify"])
    assert whole.exit_code == 0
    assert whole.output.endswith("The access log is as it was written.\n")
    with (tmp_path / "access_log.anchor").open("a") as file:
        file.write("99 " + "0" * 32 + "\n")
    tampered = runner.invoke(cli, ["log", "verify"])
    assert tampered.exit_code == 1
    assert "the end was cut off, or an older database was restored." in tampered.output
    assert "NOT as it was written" in tampered.output
    monkeypatch.setenv("UPTAKE_SECRET_KEY", "5f83a6e09d14c72bb8e5f0a1394d6c27")
    audit.open_log(configuration.load())
    with pytest.raises(NotLogged, match="UPTAKE_SECRET_KEY"):
        write(database)
    database.dispose()
    assert runner.invoke(cli, ["log", "renew"]).exit_code == 1
    assert runner.invoke(cli, ["restored"]).exit_code == 0
    assert runner.invoke(cli, ["log", "verify"]).exit_code == 0
