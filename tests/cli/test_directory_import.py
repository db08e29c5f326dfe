"""`uptake directory import` takes in what is good and names what is not."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli import company
from tests.cli.calls import ROOT, settings
from tests.support.small_directory import DIRECTORY


def test_a_file_is_imported_and_importing_it_again_changes_nothing(uptake, people: Path):
    first, second = uptake("directory", "import", people), uptake("directory", "import", people)
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert (
        first.stdout == "People: 5 added, 0 changed, 0 archived, 0 rehired, 0 unchanged; "
        "0 with another manager, or with none now.\n"
    )
    assert second.stdout == "Nothing to change. People: 5 unchanged.\n"
    assert first.stderr == second.stderr == ""
    assert uptake("directory", "import", people, "--dry-run").stdout == second.stdout
    status = uptake("directory", "status").stdout.splitlines()
    assert len(status) == 2 and "people.csv: 5 added" in status[1]
    assert uptake("directory", "undo").exit_code == 0
    assert uptake("directory", "undo").exit_code == 1


OTHER_ADMIN = {"UPTAKE_ADMINS": "olga@example.com"}
"""Somebody outside the directory: without Dora there would be no admin else."""

PART = "email,name,manager_email\nbob@example.com,Robert Baker,charlie@example.com\n"


def test_a_part_changes_those_whom_it_names_and_leaves_the_others(uptake, people: Path):
    uptake("directory", "import", people)
    people.write_text(PART)
    result = uptake("directory", "import", people, "--part")
    assert (
        result.stdout == "People: 0 added, 1 changed, 0 archived, 0 rehired, 0 unchanged; "
        "1 with another manager, or with none now.\n"
    )
    assert json.loads(uptake("status", "--json").stdout)["directory"]["people"] == 5


def test_a_day_can_be_named_from_which_it_is_so_and_none_in_the_future(uptake, people: Path):
    uptake("directory", "import", people)
    people.write_text(PART)
    future = uptake("directory", "import", people, "--part", "--on", "2999-01-01")
    assert future.exit_code == 1 and "The day 2999-01-01 lies in the future. Nothing was changed" in future.stderr
    assert uptake("directory", "import", people, "--part", "--on", "2026-01-15").exit_code == 0
    people.write_text(PART.replace("charlie@", "alice@"))
    early = uptake("directory", "import", people, "--part", "--on", "2026-01-14")
    assert early.exit_code == 1 and "lies before 2026-01-15, on which the reporting line of bob@" in early.stderr


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "9999-12-31"])
def test_a_day_on_which_nobody_worked_is_refused_by_its_name(uptake, people: Path, day: str):
    uptake("directory", "import", people)
    people.write_text(PART)
    result = uptake("directory", "import", people, "--part", "--on", day)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"the day {day} lies outside 1900-01-01 to 2999-12-31. See" in result.stderr
    assert uptake("directory", "import", people, "--part", "--on", "1900-01-01").exit_code == 0


def test_a_dry_run_says_what_would_change_and_changes_nothing(uptake, people: Path):
    uptake("directory", "import", people)
    before = uptake("directory", "export").stdout
    people.write_text(PART)
    result = uptake("directory", "import", people, "--dry-run")
    assert result.exit_code == 0
    counts, *named, concerns = result.stdout.splitlines()
    assert counts.startswith("People: 0 added, 1 changed, 3 archived,") and counts.endswith(
        "1 with another manager, or with none now."
    )
    yesterday = company.TODAY - dt.timedelta(days=1)
    assert named == [
        "line 2 (changed): Robert Baker (bob@example.com): name: Bob Baker → Robert Baker",
        "line 2 (moved): Robert Baker (bob@example.com): from alice@example.com to charlie@example.com",
        *(
            f"not in the file (archived): {name} ({name.split()[0].lower()}@example.com): end_date: none → {yesterday}"
            for name in ("Alice Archer", "Charlie Cole", "Dora Dean")
        ),
    ]
    real = uptake("directory", "import", people)
    assert real.exit_code == 1 and concerns.startswith("It archives 3 of 4 people") and concerns in real.stderr
    assert concerns.endswith("Nothing was changed. To import it all the same, add --yes.")
    assert uptake("directory", "export").stdout == before


def test_a_dry_run_names_those_who_are_added_and_come_back_and_whose_line_is_not_used(uptake, people: Path):
    uptake("directory", "import", people)
    added = "fay@example.com,Fay Finch,bob@example.com,\ngil@example.com,Gil Gray,ghost@example.com,\n"
    people.write_bytes(DIRECTORY.replace(b"2026-01-31", b"") + added.encode())
    result = uptake("directory", "import", people, "--dry-run")
    assert result.stdout.splitlines()[1:] == [
        "line 7 (added): Fay Finch (fay@example.com): reports to bob@example.com",
        "line 8 (added): Gil Gray (gil@example.com): reports to nobody",
        "line 6 (rehired): Eve Ellis (eve@example.com): end_date: 2026-01-31 → none",
        "Nothing was changed.",
    ]
    assert uptake("directory", "import", people).exit_code == 0


def test_a_dry_run_of_many_lines_names_the_first_fifty_of_each_kind(uptake, people: Path):
    uptake("directory", "import", people)
    more = "".join(f"new{number:04}@example.com,New {number},,\n" for number in range(1_050))
    people.write_bytes(DIRECTORY.replace(b"Bob Baker", b"Robert Baker") + more.encode())
    result = uptake("directory", "import", people, "--dry-run")
    lines = result.stdout.splitlines()
    assert [line for line in lines if "(added)" in line][-2:] == [
        "line 56 (added): New 49 (new0049@example.com): reports to nobody",
        "… and 1,000 more (added)",
    ]
    assert len(lines) == 1 + 51 + 1 + 1 and lines[-2].startswith("line 3 (changed): Robert Baker")


@pytest.mark.parametrize(
    ("dates", "concern"),
    [
        (
            "2999-01-01,",
            "It gives 21 of 21 people who work here today a first day in the future, the earliest 2999-01-01",
        ),
        (f",{company.TODAY + dt.timedelta(days=1)}", "It gives 21 of 21 people who work here today a last day within"),
    ],
    ids=["first day", "last day"],
)
def test_a_file_that_would_let_nobody_in_needs_a_yes(uptake, people: Path, dates: str, concern: str):
    outside = {"UPTAKE_ADMINS": "olga@example.com"}
    header = "email,name,manager_email,start_date,end_date\n"
    lines = [f"p{number}@example.com,Person {number},{'p0@example.com' if number else ''}," for number in range(21)]
    people.write_text(header + "".join(f"{line},\n" for line in lines))
    assert uptake("directory", "import", people, **outside).exit_code == 0
    people.write_text(header + "".join(f"{line}{dates}\n" for line in lines))
    held = uptake("directory", "import", people, **outside)
    assert (held.exit_code, held.stdout) == (1, "")
    assert concern in held.stderr and "add --yes" in held.stderr
    dry = uptake("directory", "import", people, "--dry-run", **outside)
    assert dry.exit_code == 0 and concern in dry.stdout
    assert uptake("directory", "status").stdout.startswith("21 people in 1 teams")
    assert uptake("directory", "import", people, "--yes", **outside).exit_code == 0


def test_people_who_begin_later_are_not_counted_as_being_here(uptake, people: Path):
    people.write_text("email,name,manager_email,start_date\na@example.com,Ann,,\nb@example.com,Ben,,2999-01-01\n")
    uptake("directory", "import", people)
    said = uptake("directory", "status").stdout
    assert said.startswith("1 people in 0 teams, 1 without a manager, 1 not here yet, 0 archived;")


def test_a_file_that_archives_many_people_needs_a_yes(uptake, people: Path):
    uptake("directory", "import", people)
    people.write_text(PART)
    held = uptake("directory", "import", people)
    assert (held.exit_code, held.stdout) == (1, "")
    assert "It archives 3 of 4 people" in held.stderr and "add --yes" in held.stderr
    refused = uptake("directory", "import", people, "--yes")
    assert refused.exit_code == 1 and "The last admin" in refused.stderr and "cannot be removed" in refused.stderr
    done = uptake("directory", "import", people, "--yes", **OTHER_ADMIN)
    assert (done.exit_code, done.stdout.split(";")[0]) == (
        0,
        "People: 0 added, 1 changed, 3 archived, 0 rehired, 0 unchanged",
    )


def test_imports_are_listed_and_undone_one_after_the_other(uptake, people: Path):
    uptake("directory", "import", people)
    before = uptake("directory", "export").stdout
    people.write_text(PART)
    uptake("directory", "import", people, "--yes", **OTHER_ADMIN)
    listed = uptake("directory", "status").stdout.splitlines()
    assert listed[0].startswith(
        "1 people in 1 teams, 0 without a manager, 4 archived; 1 report to somebody who has left"
    )
    assert len(listed) == 3 and "command line: people.csv: 0 added, 1 changed, 3 archived" in listed[1]
    undone = uptake("directory", "undo")
    assert undone.exit_code == 0 and undone.stdout.startswith("The import of people.csv by command line on")
    assert uptake("directory", "export").stdout == before
    assert "(undone by command line)" in uptake("directory", "status").stdout
    assert uptake("directory", "undo").exit_code == 0
    nothing_left = uptake("directory", "undo")
    assert (nothing_left.exit_code, nothing_left.stdout) == (1, "")
    assert "no import that could be undone" in nothing_left.stderr


def test_the_exported_directory_is_safe_in_a_spreadsheet_and_comes_back_as_it_was(uptake, people: Path, tmp_path: Path):
    people.write_text(
        'email,name,manager_email,title\n+a@example.com,"=1+1, Ltd",,"- ""quoted"""\nb@example.com,Bé,+a@example.com,\n'
    )
    uptake("directory", "import", people)
    out = tmp_path / "out.csv"
    assert uptake("directory", "export", "--out", out).exit_code == 0
    text = out.read_bytes().decode()
    assert "'+a@example.com,\"'=1+1, Ltd\",,," in text and out.stat().st_mode & 0o077 == 0
    again = uptake("directory", "import", out)
    assert (again.stdout, again.stderr) == ("Nothing to change. People: 2 unchanged.\n", "")


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
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("People: 3 added,")
    assert result.stdout.endswith("2 lines were left out.\n")
    columns, *said = result.stderr.splitlines()
    assert columns.startswith("The column “shoe size” was left out")
    assert [line.split(":")[0] for line in said] == [
        "line 3 (left out)",
        "line 4 (left out)",
        "line 5 (note)",
        "line 2 (note)",
    ]
    assert "“no address”" in said[0]
    assert "“someday”" in said[1]
    assert "round in a circle (dan@example.com → emma@example.com → dan@example.com)" in said[2]
    assert "ghost@example.com" in said[3]


def test_all_that_is_left_out_can_be_written_to_a_file(uptake, people: Path, tmp_path: Path):
    faulty = "".join(f"=no address {number},Ben,\n" for number in range(60))
    people.write_text(f"email,name,manager_email\nanna@example.com,Anna,ghost@example.com\n{faulty}")
    out = tmp_path / "problems.csv"
    result = uptake("directory", "import", people, "--dry-run", "--problems", out)
    assert result.exit_code == 0 and "… and 10 more (left out); `uptake directory import" in result.stderr
    rows = list(csv.DictReader(out.read_text("utf-8").splitlines()))
    assert [row["kind"] for row in rows] == ["left out"] * 60 + ["note"]
    assert (rows[0]["line"], rows[0]["value"]) == ("3", "'=no address 0")


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
    result = uptake("directory", "import", "-", stdin=DIRECTORY)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "5 added" in result.stdout


HEADER = b"email,name,manager_email\n"
HOSTILE = {
    "nul": HEADER + b"zoe@example.com,Z\0oe,\n",
    "quotes that do not pair up": HEADER + b'zoe@example.com,"Zoe,\n' * 50_000,
    "an open header": b'"email,name,manager_email\n' + b"zoe@example.com,Zoe,\n",
    "a million columns": HEADER.strip() + b",x" * 1_000_000 + b"\n",
    "a header twice": b"email,name,manager_email,Email\nzoe@example.com,Zoe,,eve@example.com\n",
    "a damaged mark of utf-8": b"\xef\xbb\xbf" + HEADER + b"zoe@example.com,\xff,\n",
    "half of utf-16": b"\xff\xfe" + HEADER.decode().encode("utf-16-le")[:-1],
    "a zip": b"PK\x03\x04" + bytes(42_000),
    "a gzip": gzip.compress(bytes(10_000_000)),
    "an old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(42_000),
    "a line without an end": HEADER + b"x" * 20_000_000,
}
"""Files that are no directory, or are made to take time and memory."""

MEASURED = """
import csv, json, pathlib, re, resource, sys
from click.testing import CliRunner
from core.cli.entry import cli
from core.people import table
taken = [0]
def counted(lines):
    for line in lines:
        taken[0] += 1
        yield line
class Counting:
    Error = csv.Error
    reader = staticmethod(lambda lines, **how: csv.reader(counted(lines), **how))
table.csv = Counting
def peak():
    status = pathlib.Path("/proc/self/status")
    if status.exists():  # what the system says elsewhere has the peak of the process that started this one in it
        return int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]) / 1_000
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000
CliRunner().invoke(cli, ["directory", "import", "--dry-run", sys.argv.pop(1)])
before = peak()
for file in sys.argv[1:]:
    taken[0] = 0
    result = CliRunner().invoke(cli, ["directory", "import", "--yes", "--part", file])
    print(json.dumps([file, result.exit_code, result.output, taken[0], peak() - before]))
"""
"""After a good file, imports others: how each ended, how often a line of it was read, the megabytes of all so far."""


def test_a_hostile_file_is_refused_with_a_reason_in_few_steps_and_little_memory_and_changes_nothing_a73(
    uptake, people: Path, tmp_path: Path
):
    assert uptake("directory", "import", people).exit_code == 0
    before = uptake("directory", "export").output
    (tmp_path / "hostile").mkdir()
    for name, data in HOSTILE.items():
        (tmp_path / "hostile" / f"{name}.csv").write_bytes(data)
    with (tmp_path / "hostile" / "a gigabyte.csv").open("wb") as file:
        file.truncate(1_000_000_000)
    told = subprocess.run(
        [sys.executable, "-c", MEASURED, str(people), *sorted(map(str, (tmp_path / "hostile").iterdir()))],
        env=os.environ | settings(tmp_path / "data", "http://127.0.0.1:9"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [json.loads(line) for line in told.stdout.splitlines()]
    assert len(lines) == len(HOSTILE) + 1
    for file, code, output, taken, megabytes in lines:
        assert code == 1 and ("Nothing was imported" in output or "stays as it is" in output), (file, output)
        twice = 2 * HOSTILE.get(Path(file).stem, b"").count(b"\n") + 10  # and the header with each delimiter
        assert taken <= twice and megabytes < 150, (file, taken, megabytes)
    assert uptake("directory", "export").output == before
    assert "zoe" not in uptake("directory", "status").output
