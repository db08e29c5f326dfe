"""`uptake status` says how things stand, to readers and to scripts."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

from tests.cli.calls import settings, shell
from tests.cli.company import KEY, NEWEST


def test_the_json_has_everything_a_script_may_watch(with_data):
    result = with_data("status", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    found = json.loads(result.stdout)
    assert list(found) == [
        "version",
        "demo",
        "state",
        "late",
        "reason",
        "claude",
        "data_through",
        "newest_day",
        "lag_days",
        "last_attempt",
        "last_success",
        "last_run",
        "daemon",
        "pace",
        "past",
        "days",
        "directory",
        "unknown_fields",
    ]
    assert found["demo"] is False
    assert found["claude"]["state"] == "connected"
    assert (found["data_through"], found["newest_day"]) == (str(NEWEST), str(NEWEST))
    assert found["last_run"]["outcome"] == "ok"
    assert found["last_success"] == found["last_run"]["finished_at"]
    assert found["daemon"]["alive"] is False
    assert (found["state"], found["late"], found["lag_days"]) == ("healthy", False, 0)
    assert found["last_attempt"] == found["last_run"]["started_at"]
    assert found["days"] == {"complete": 2, "provisional": 3, "failed": 0, "missing": 0, "held": 0, "revised": 0}
    assert found["directory"] == {"people": 5, "matched_accounts": 3, "unmatched_accounts": 1}
    assert found["unknown_fields"] == []


def test_what_is_not_known_yet_is_null_and_not_zero(uptake, people):
    uptake("directory", "import", people)
    found = json.loads(uptake("status", "--json").stdout)
    assert found["claude"]["state"] == "not connected"
    assert found["claude"]["key"] == {"state": "absent", "hint": None, "set_by": None, "set_at": None}
    unknown = ("data_through", "newest_day", "lag_days", "last_attempt", "last_success", "last_run")
    assert [found[name] for name in unknown] == [None] * 6
    assert (found["state"], found["late"]) == ("not connected", False)
    assert found["days"]["missing"] is None


def test_a_key_in_the_settings_is_told_from_none(uptake, people):
    uptake("directory", "import", people)
    found = json.loads(uptake("status", "--json", UPTAKE_CLAUDE_API_KEY=KEY).stdout)
    assert found["claude"]["key"]["state"] == "waiting"
    assert KEY not in json.dumps(found)


def test_late_data_is_told_with_its_reason_to_readers_scripts_and_the_doctor(uptake, people, tmp_path):
    uptake("directory", "import", people)
    uptake("connect", stdin=KEY)
    with closing(sqlite3.connect(tmp_path / "data/uptake.db")) as database, database:
        database.execute("UPDATE connection SET set_at = '2026-10-01T09:00:00+00:00'")
    found = json.loads(uptake("status", "--json").stdout)
    assert (found["state"], found["late"]) == ("late", True)
    reason = "Nothing was read since the API key was stored on 1 Oct 2026 09:00 UTC. No sync daemon is at work"
    assert found["reason"].startswith(reason)
    assert f"Data            late: {found['reason']}" in uptake("status").stdout.splitlines()
    examined = uptake("doctor")
    assert examined.exit_code == 1
    assert f"broken    data: {found['reason']}" in examined.stdout.splitlines()


def test_a_key_stored_under_another_secret_is_called_unreadable_once_a_sync_has_found_that(uptake, api, tmp_path):
    assert uptake("connect", stdin=KEY).exit_code == 0
    other = {"UPTAKE_SECRET_KEY": "5f83a6e09d14c72bb8e5f0a1394d6c27"}
    assert json.loads(uptake("status", "--json", **other).stdout)["claude"]["key"]["state"] == "stored"
    assert shell(settings(tmp_path / "data", api) | other, "sync").returncode == 1
    found = json.loads(uptake("status", "--json", **other).stdout)
    assert found["claude"]["key"]["state"] == found["claude"]["state"] == "unreadable"
    assert "UPTAKE_SECRET_KEY is not the one it was stored under" in uptake("status").stdout


def test_the_lines_are_for_people(with_data):
    lines = with_data("status").stdout.splitlines()
    assert f"Data through    {NEWEST:%a %-d %b %Y} (UTC)" in lines
    assert f"Data            healthy: Read as planned; data reaches {NEWEST:%-d %b %Y}." in lines
    assert f"API offers      up to {NEWEST:%a %-d %b %Y} (UTC)" in lines
    assert "Days            2 complete, 3 provisional, 0 failed, 0 missing" in lines
    assert "Claude users    3 matched, 1 unmatched" in lines


def test_without_a_database_the_error_says_what_to_start(uptake):
    result = uptake("status", "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Start Uptake once with `uptake run`" in result.stderr
