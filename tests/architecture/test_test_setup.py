"""What the tests stand on: empty databases, a browser, no network, and no test left out in silence."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from tests.support import databases

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_a_database_without_tables(database_url: str, turn: int):
    engine = create_engine(database_url)
    assert inspect(engine).get_table_names() == []
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE left_by_turn_{turn} (id integer)"))
    engine.dispose()


@pytest.mark.postgresql
@pytest.mark.usefixtures("postgresql_server")
def test_a_postgresql_database_can_be_copied_and_dropped():
    original = databases.create_database()
    engine = create_engine(original)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE planted (id integer)"))
    engine.dispose()
    copy = databases.create_database(template=original.partition("?")[0].rpartition("/")[2])
    engine = create_engine(copy)
    assert inspect(engine).get_table_names() == ["planted"]
    engine.dispose()
    for url in (original, copy):
        databases.drop_database(url)
    with pytest.raises(Exception, match="does not exist"):
        create_engine(copy).connect()


@pytest.mark.browser
def test_a_browser_shows_a_page(browser):
    context = browser.new_context()
    page = context.new_page()
    page.set_content("<h1>Uptake</h1>")
    assert page.inner_text("h1") == "Uptake"
    context.close()


def test_a_test_cannot_leave_this_machine():
    with pytest.warns(UserWarning, match="allowed"), pytest.raises(RuntimeError, match="allowed"):
        socket.create_connection(("192.0.2.1", 443), timeout=1)


@pytest.mark.parametrize(("ci", "status"), [("true", 1), ("", 0)])
def test_a_test_that_could_not_run_is_named_and_fails_in_ci(tmp_path: Path, ci: str, status: int):
    (tmp_path / "test_planted.py").write_text(
        "import pytest\ndef test_one(): pytest.skip('no such\\n  machine')\ndef test_two(): pass\n"
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.running.absences",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
        str(tmp_path),
    ]
    run = subprocess.run(command, cwd=ROOT, env=os.environ | {"CI": ci}, capture_output=True, text=True, check=False)
    assert run.returncode == status
    assert "COULD NOT RUN" in run.stdout
    assert "1 test: no such machine" in run.stdout
    assert "1 passed, 1 skipped" in run.stdout.splitlines()[-1]
