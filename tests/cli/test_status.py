"""`uptake status` says how things stand, to readers and to scripts."""

from __future__ import annotations

import json

from tests.cli.company import KEY, NEWEST


def test_the_json_has_everything_a_script_may_watch(filled):
    result = filled("status", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    found = json.loads(result.stdout)
    assert list(found) == [
        "version",
        "demo",
        "claude",
        "data_through",
        "newest_day",
        "last_success",
        "last_run",
        "daemon",
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
    assert found["days"] == {"complete": 2, "provisional": 3, "failed": 0, "missing": 0}
    assert found["directory"] == {"people": 5, "matched_accounts": 3, "unmatched_accounts": 1}
    assert found["unknown_fields"] == []


def test_what_is_not_known_yet_is_null_and_not_zero(uptake, people):
    uptake("directory", "import", people)
    found = json.loads(uptake("status", "--json").stdout)
    assert found["claude"]["state"] == "not connected"
    assert found["claude"]["key"] == {"state": "absent", "hint": None, "set_by": None, "set_at": None}
    assert [found[name] for name in ("data_through", "newest_day", "last_success", "last_run")] == [None] * 4
    assert found["days"]["missing"] is None


def test_a_key_in_the_settings_is_told_from_none(uptake, people):
    uptake("directory", "import", people)
    found = json.loads(uptake("status", "--json", UPTAKE_CLAUDE_API_KEY=KEY).stdout)
    assert found["claude"]["key"]["state"] == "waiting"
    assert KEY not in json.dumps(found)


def test_a_key_stored_under_another_secret_is_unreadable(filled):
    found = json.loads(filled("status", "--json", UPTAKE_SECRET_KEY="fedcba9876543210fedcba9876543210").stdout)
    assert found["claude"]["key"]["state"] == "unreadable"


def test_the_lines_are_for_people(filled):
    lines = filled("status").stdout.splitlines()
    assert f"Data through    {NEWEST:%a %-d %b %Y} (UTC)" in lines
    assert "Days            2 complete, 3 provisional, 0 failed, 0 missing" in lines
    assert "Claude users    3 matched, 1 unmatched" in lines


def test_without_a_database_the_error_says_what_to_start(uptake):
    result = uptake("status", "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Start Uptake once with `uptake run`" in result.stderr
