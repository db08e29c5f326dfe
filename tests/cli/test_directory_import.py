"""`uptake directory import` takes in what is good and names what is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli import company


def test_a_file_is_imported_and_importing_it_again_changes_nothing(uptake, people: Path):
    first, second = uptake("directory", "import", people), uptake("directory", "import", people)
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout.startswith("People: 5 added, 0 changed, 0 unchanged; 0 moved to another manager; 0 of the")
    assert second.stdout.startswith("People: 0 added, 0 changed, 5 unchanged; 0 moved")
    assert first.stderr == second.stderr == ""


def test_moves_changes_and_people_not_in_the_file_are_told_apart(uptake, people: Path):
    uptake("directory", "import", people)
    people.write_text("email,name,manager_email\nbob@example.com,Robert Baker,charlie@example.com\n")
    result = uptake("directory", "import", people)
    assert result.stdout == (
        "People: 0 added, 1 changed, 0 unchanged; 1 moved to another manager; "
        "4 of the directory are not in the file and stay as they are.\n"
    )


def test_refused_lines_are_named_with_value_and_reason_and_the_others_imported(uptake, people: Path):
    people.write_text(
        "email,name,manager_email,end_date,shoe size\n"
        "anna@example.com,Anna,ghost@example.com,,38\n"
        "no address,Ben,,,42\n"
        "cleo@example.com,Cleo,,someday,40\n"
        "dan@example.com,Dan,emma@example.com,,41\n"
        "emma@example.com,Emma,dan@example.com,,39\n"
    )
    result = uptake("directory", "import", people)
    assert result.exit_code == 0
    assert result.stdout.startswith("People: 3 added,")
    assert result.stdout.endswith("2 lines were left out.\n")
    said = result.stderr.splitlines()
    assert [line.split(":")[0] for line in said] == [
        "line 3 (left out)",
        "line 4 (left out)",
        "line 1 (note)",
        "line 2 (note)",
        "line 5 (note)",
    ]
    assert "“no address”" in said[0]
    assert "“someday”" in said[1]
    assert "“shoe size”: This column was left out" in said[2]
    assert "ghost@example.com" in said[3]
    assert "round in a circle (dan@example.com → emma@example.com → dan@example.com)" in said[4]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "Nothing was imported"),
        (b"name,mail\nAnna,anna@example.com\n", "has no column email"),
        (b"PK\x03\x04 and more", "Excel workbook"),
        (b"email,name,manager_email\n", "No line of"),
        (b"email,name,manager_email\nno address,Ben,\n", "No line of"),
    ],
)
def test_a_file_without_any_use_changes_nothing_and_is_an_error(uptake, people: Path, data: bytes, sentence: str):
    uptake("directory", "import", people)
    people.write_bytes(data)
    result = uptake("directory", "import", people)
    assert (result.exit_code, result.stdout) == (1, "")
    assert sentence in result.stderr
    assert json.loads(uptake("status", "--json").stdout)["directory"]["people"] == 5


def test_a_missing_file_is_a_mistake_of_the_caller(uptake, tmp_path: Path):
    result = uptake("directory", "import", tmp_path / "absent.csv")
    assert result.exit_code == 2
    assert "absent.csv': No such file or directory" in result.stderr


def test_the_file_may_come_from_a_pipe(uptake):
    result = uptake("directory", "import", "-", stdin=company.DIRECTORY)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "5 added" in result.stdout
