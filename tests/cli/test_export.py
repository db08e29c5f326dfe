"""`uptake export` shows a viewer what the pages show them, and nobody else anything."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path

import pytest

from core.catalogue import STATS
from tests.cli.company import FIRST, NEWEST

RANGE = ("--from", FIRST, "--to", NEWEST)


def exported(with_data, viewer: str, *more: object) -> list[dict[str, str]]:
    result = with_data("export", "--as", viewer, *RANGE, *more)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return list(csv.DictReader(io.StringIO(result.stdout)))


def names(rows: list[dict[str, str]]) -> set[str]:
    return {row["email"].partition("@")[0] for row in rows}


def test_a_row_a_day_has_the_promised_columns(with_data):
    rows = exported(with_data, "bob@example.com")
    assert [*rows[0]] == ["email", "name", "day", *(stat.key for stat in STATS), "note", "reporting_lines", "export_id"]
    assert {row["reporting_lines"] for row in rows} == {"of today"}
    assert {row["day"]: row["chat_messages"] for row in rows} == {
        str(NEWEST): "5",
        **{row["day"]: "5" for row in rows},
    }
    assert (len(rows), rows[0]["day"], rows[-1]["day"]) == (5, str(FIRST), str(NEWEST))


def test_a_row_in_all_says_how_each_person_stands_and_tells_archived_from_no_use(with_data):
    rows = exported(with_data, "dora@example.com", "--grain", "total")
    lead = ("email", "name", "title", "department", "first_day", "last_day", "status", "active_days", "last_active")
    assert [*rows[0]] == [*lead, *(stat.key for stat in STATS), "note", "reporting_lines", "export_id"]
    told = {row["email"].partition("@")[0]: (row["status"], row["active_days"], row["last_active"]) for row in rows}
    assert told["bob"][1:] == ("5", str(NEWEST))
    assert told["eve"][0] == "Archived"
    assert [row["name"] for row in rows] == sorted(row["name"] for row in rows)


def test_a_manager_exports_her_chain_and_nobody_else(with_data):
    assert names(exported(with_data, "alice@example.com")) == {"alice", "bob"}


def test_an_employee_exports_himself(with_data):
    assert names(exported(with_data, "bob@example.com")) == {"bob"}
    assert names(exported(with_data, "charlie@example.com")) == {"charlie"}


def test_an_admin_exports_everybody_in_the_directory(with_data):
    rows = exported(with_data, "dora@example.com", "--grain", "total")
    assert names(rows) == {"alice", "bob", "charlie", "dora", "eve"}
    assert {row["email"]: row["chat_messages"] for row in rows}["charlie@example.com"] == "35"


def test_a_team_inside_the_scope_can_be_chosen(with_data):
    assert names(exported(with_data, "dora@example.com", "--team", " Alice@Example.com")) == {"alice", "bob"}


def test_a_foreign_team_is_answered_like_one_that_does_not_exist(with_data):
    teams = ("alice@example.com", "charlie@example.com", "nobody@example.com", "no address")
    answers = [with_data("export", "--as", "bob@example.com", *RANGE, "--team", team) for team in teams]
    assert {(answer.exit_code, answer.stdout, answer.stderr) for answer in answers} == {
        (1, "", "There is nothing here that you can see.\n")
    }


@pytest.mark.parametrize("viewer", ["nobody@example.com", "zed@example.com", "eve@example.com", "", "no address"])
def test_an_unknown_or_archived_viewer_gets_an_error_and_no_file(with_data, viewer: str, tmp_path: Path):
    out = tmp_path / "export.csv"
    result = with_data("export", "--as", viewer, *RANGE, "--out", out)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("This e-mail address is not known here.")
    assert list(tmp_path.iterdir()) == []


def test_json_has_numbers_and_null_for_what_was_not_measured(with_data):
    result = with_data("export", "--as", "bob@example.com", *RANGE, "--grain", "total", "--format", "json")
    (row,) = json.loads(result.stdout)
    assert (row["email"], row["chat_messages"]) == ("bob@example.com", 25)
    assert (row["first_day"], row["last_day"]) == (str(FIRST), str(NEWEST))
    assert row["edit_acceptance_rate"] is None


def test_the_file_is_its_owners_alone_and_replaces_an_older_one(with_data, tmp_path: Path):
    out = tmp_path / "export.csv"
    out.write_text("older")
    result = with_data("export", "--as", "bob@example.com", *RANGE, "--out", out)
    assert (result.exit_code, result.output) == (0, "")
    assert out.read_bytes().startswith(b"email,name,day,conversations,")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [out]


def test_a_file_in_no_folder_is_a_sentence(with_data, tmp_path: Path):
    result = with_data("export", "--as", "bob@example.com", *RANGE, "--out", tmp_path / "absent/export.csv")
    assert result.exit_code == 1
    assert "export.csv could not be written: No such file or directory." in result.stderr


@pytest.mark.parametrize(
    ("first", "last", "complaint"),
    [
        ("yesterday", str(NEWEST), "'yesterday' does not match the format"),
        (str(FIRST), "2026-02-30", "'2026-02-30' does not match the format"),
        (str(NEWEST), str(FIRST), f"the last day {FIRST} lies before the first day {NEWEST}"),
    ],
)
def test_a_range_that_makes_no_sense_is_a_mistake_of_the_caller(with_data, first: str, last: str, complaint: str):
    result = with_data("export", "--as", "bob@example.com", "--from", first, "--to", last)
    assert (result.exit_code, result.stdout) == (2, "")
    assert complaint in result.stderr


def test_usage_and_briefs_may_be_of_any_days_that_they_can_tell_of(with_data, tmp_path: Path):
    usage = ("export", "usage", "--as", "bob@example.com", "--grain", "total")
    assert with_data(*usage, "--from", "0001-01-01", "--to", "9999-12-31").exit_code == 0
    brief = ("export", "brief", "--as", "bob@example.com", "--out", tmp_path / "brief.md")
    assert with_data(*brief, "--from", "2000-01-01", "--to", NEWEST).exit_code == 0
    for first, last, day in (("0001-01-01", NEWEST, "0001-01-01"), (FIRST, "9999-12-31", "9999-12-31")):
        refused = with_data(*brief, "--from", first, "--to", last)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert f"the day {day} lies outside 2000-01-01 to 2999-12-31." in refused.stderr


def test_a_copy_of_a_brief_has_no_escapes_where_nothing_acts(with_data, tmp_path: Path):
    out = tmp_path / "brief.md"
    made = with_data("export", "brief", "--as", "bob@example.com", "--from", FIRST, "--to", NEWEST, "--out", out)
    assert (made.exit_code, made.output) == (0, "")
    last = out.read_text("utf-8").splitlines()[-1]
    assert "made by command line, as bob@example.com at " in last and "(UTC days). Definitions " in last
    assert "\\" not in out.read_text("utf-8")


def test_a_range_without_a_stored_day_is_an_error_that_names_the_stored_days(with_data):
    result = with_data("export", "--as", "bob@example.com", "--from", "2027-01-01", "--to", "2027-01-31")
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"(the stored days reach from {FIRST} to {NEWEST})" in result.stderr


def test_before_anything_is_set_up_the_error_says_what_to_start(uptake):
    result = uptake("export", "--as", "bob@example.com", *RANGE)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Start Uptake once with `uptake run`" in result.stderr
