"""`uptake export review` makes the file of the page, and `uptake export verify` tells its figures again."""

from __future__ import annotations

import csv
import datetime as dt
import io
import stat
import zipfile
from pathlib import Path

import pypdf
import pytest

from core.reports.reviews.cycles import LONGEST_DAYS
from core.store.day_writes import DayWriter
from core.store.engine.database import Database
from core.visibility import Identity, scope_of, viewer_for
from tests.cli.company import FIRST, NEWEST, TODAY
from tests.support import personas

RANGE = ("--from", FIRST, "--to", NEWEST)
USE = {"alice": 3, "bob": 5, "charlie": 7}


def store(folder: Path, version: bytes, use: dict[str, int]) -> None:
    database = Database(f"sqlite:///{folder / 'data' / 'uptake.db'}")
    with database.write() as connection:
        writer = DayWriter(connection)
        for back in range(5):
            rows = [(f"user_{who}", f"{who}@example.com", {"chat_messages": count}) for who, count in use.items()]
            writer.store(
                connection, NEWEST - dt.timedelta(days=back), [personas.page(rows)], version, dt.datetime.now(dt.UTC)
            )
    database.dispose()


@pytest.fixture
def installed(uptake, people, tmp_path):
    """An installation with the company and five days of use."""
    assert uptake("directory", "import", people).exit_code == 0
    store(tmp_path, b"first", USE)
    return uptake


def made(call, out: Path, *more: object, viewer: str = "alice@example.com"):
    result = call("export", "review", "--as", viewer, *RANGE, "--out", out, *more)
    assert (result.exit_code, result.output) == (0, ""), result.output
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    return out


def rows(path: Path, record: str = "period") -> dict[str, dict[str, str]]:
    lines = csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""))
    return {line["email"]: line for line in lines if line["record"] == record}


@pytest.mark.parametrize("form", ["csv", "json", "xlsx", "pdf"])
def test_a_disputed_number_is_told_again_after_a_revision(installed, tmp_path, form):
    out = made(installed, tmp_path / f"review.{form}", "--format", form)
    store(tmp_path, b"second", USE | {"bob": 50})
    verified = installed("export", "verify", out)
    assert verified.exit_code == 0, verified.output
    assert "The file is byte for byte as it was made." in verified.stdout
    assert "The figures as of then are equal." in verified.stdout
    assert f"bob@example.com, Chat messages, {FIRST} to {NEWEST}: 25 in the file, 250 rebuilt" in verified.stdout
    assert verified.stdout.endswith("The file holds the figures of then.\n")


def test_a_changed_number_is_named_whether_or_not_its_checksum_was_changed_with_it(installed, tmp_path):
    out = made(installed, tmp_path / "review.csv", "--format", "csv")
    text = out.read_bytes().decode("utf-8-sig").replace(",25,", ",26,")
    (tmp_path / "forged.csv").write_text(text, "utf-8", newline="")
    forged = installed("export", "verify", tmp_path / "forged.csv")
    assert (forged.exit_code, forged.stderr) == (1, "This file does NOT hold the figures of then, or was changed.\n")
    assert "The data in the file was CHANGED: it does not have the checksum" in forged.stdout
    assert f"bob@example.com, Chat messages, {FIRST} to {NEWEST}: 26 in the file, 25 rebuilt" in forged.stdout
    from core.reports.exports import canonical, reading

    (contents,) = reading.read(tmp_path / "forged.csv")
    fresh = canonical.checksum(canonical.columns(contents.said.statistics), contents.rows)
    (tmp_path / "resealed.csv").write_text(text.replace(contents.said.checksum, fresh), "utf-8", newline="")
    resealed = installed("export", "verify", tmp_path / "resealed.csv")
    assert resealed.exit_code == 1
    assert "CHANGED, and its checksum with it" in resealed.stdout


def test_a_pdf_with_other_bytes_is_not_called_as_made(installed, tmp_path):
    out = made(installed, tmp_path / "review.pdf")
    (tmp_path / "other.pdf").write_bytes(out.read_bytes() + b"% more\n")
    verified = installed("export", "verify", tmp_path / "other.pdf")
    assert verified.exit_code == 1
    assert "The PDF was CHANGED after it was made." in verified.stdout


def test_a_file_of_another_installation_is_unknown(installed, tmp_path):
    out = made(installed, tmp_path / "review.csv", "--format", "csv")
    database = Database(f"sqlite:///{tmp_path / 'data' / 'uptake.db'}")
    with database.write() as connection:
        connection.exec_driver_sql("DELETE FROM review_export")
    database.dispose()
    verified = installed("export", "verify", out)
    assert verified.exit_code == 1
    assert "This installation has no record of having made the file" in verified.stdout


def test_what_is_no_review_is_a_sentence(installed, people):
    verified = installed("export", "verify", people)
    assert (verified.exit_code, verified.stdout) == (1, "")
    assert "people.csv is not a review export of Uptake" in verified.stderr


def test_a_review_holds_the_chain_or_those_of_a_list_and_nobody_else(installed, tmp_path):
    assert set(rows(made(installed, tmp_path / "a.csv", "--format", "csv"))) == {"alice@example.com", "bob@example.com"}
    (tmp_path / "list.txt").write_text("bob@example.com\n", "utf-8")
    narrow = made(installed, tmp_path / "b.csv", "--format", "csv", "--people", tmp_path / "list.txt")
    assert set(rows(narrow)) == {"bob@example.com"}
    assert rows(narrow)["bob@example.com"]["chat_messages"] == "25"
    alone = made(installed, tmp_path / "c.csv", "--format", "csv", "--stat", "chat_messages", viewer="bob@example.com")
    assert [*rows(alone)["bob@example.com"]][-1] == "chat_messages"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8-sig", "bob@example.com\r\n"),
        ("utf-16", "bob@example.com\r\n"),
        ("utf-16-be", "\ufeffbob@example.com\r\n"),
        ("cp1252", "bob@example.com\u00a0\r\n"),
    ],
)
def test_a_list_of_people_is_read_as_windows_saves_it(installed, tmp_path, encoding, text):
    (tmp_path / "list.txt").write_bytes(text.encode(encoding))
    narrow = made(installed, tmp_path / "b.csv", "--format", "csv", "--people", tmp_path / "list.txt")
    assert set(rows(narrow)) == {"bob@example.com"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"bob@example.com\nm\xc3\xbcller\xff@example.com\n", "byte 24, in line 2, is damaged or of another encoding."),
        ("bob@example.com".encode("utf-16-le"), "The file holds NUL characters, so it is no text."),
    ],
)
def test_a_list_of_people_that_is_no_text_is_one_sentence(installed, tmp_path, content, sentence):
    (tmp_path / "list.txt").write_bytes(content)
    out = tmp_path / "review.pdf"
    result = installed(
        "export", "review", "--as", "alice@example.com", *RANGE, "--people", tmp_path / "list.txt", "--out", out
    )
    assert (result.exit_code, result.stdout, out.exists()) == (2, "", False)
    assert sentence in result.stderr and "Save it as text in UTF-8. See `" in result.stderr


def test_foreign_and_unknown_people_of_a_list_are_refused_alike(installed, tmp_path):
    answers = set()
    for stranger in ("charlie@example.com", "nobody@example.com", "eve.at.example.com"):
        (tmp_path / "list.txt").write_text(f"bob@example.com\n{stranger}\n", "utf-8")
        out = tmp_path / "review.pdf"
        result = installed(
            "export", "review", "--as", "alice@example.com", *RANGE, "--people", tmp_path / "list.txt", "--out", out
        )
        assert (result.exit_code, result.stdout, out.exists()) == (1, "", False)
        answers.add(result.stderr)
    assert len(answers) == 1
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_an_archived_viewer_gets_nothing(installed, tmp_path):
    result = installed("export", "review", "--as", "eve@example.com", *RANGE, "--out", tmp_path / "review.pdf")
    assert result.exit_code == 1
    assert not (tmp_path / "review.pdf").exists()


def test_an_export_as_pdf_is_a_review_and_needs_a_place(installed, tmp_path):
    result = installed("export", "--as", "bob@example.com", *RANGE, "--format", "pdf", "--out", tmp_path / "b.pdf")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "b.pdf").read_bytes().startswith(b"%PDF")
    nowhere = installed("export", "--as", "bob@example.com", *RANGE, "--format", "xlsx")
    assert (nowhere.exit_code, nowhere.stdout) == (2, "")
    assert "Say with --out where to write the XLSX file." in nowhere.stderr
    absent = installed("export", "--as", "bob@example.com", *RANGE, "--format", "pdf", "--out", tmp_path / "no/b.pdf")
    assert absent.exit_code == 1
    assert "b.pdf could not be written: No such file or directory." in absent.stderr


@pytest.mark.parametrize(
    ("first", "last", "complaint"),
    [
        ("2026-01-01", "9999-12-31", "2026-01-01 to 9999-12-31 are 2912443 days, and at most 366 can be asked for."),
        ("0001-01-01", "2026-01-01", "0001-01-01 to 2026-01-01 are 739617 days, and at most 366 can be asked for."),
        ("2026-01-01", "2027-01-02", "2026-01-01 to 2027-01-02 are 367 days, and at most 366 can be asked for."),
        ("9999-12-01", "9999-12-31", "the day 9999-12-01 lies outside 2000-01-01 to 2999-12-31."),
        ("0001-01-01", "0001-01-05", "the day 0001-01-01 lies outside 2000-01-01 to 2999-12-31."),
    ],
)
def test_days_that_no_review_can_be_about_are_refused_with_a_sentence(installed, tmp_path, first, last, complaint):
    days = ("--from", first, "--to", last, "--out", tmp_path / "review.pdf")
    for command in (("export", "review"), ("export", "usage", "--format", "xlsx")):
        refused = installed(*command, "--as", "alice@example.com", *days)
        assert (refused.exit_code, refused.stdout, refused.exception.__class__) == (2, "", SystemExit)
        assert complaint in refused.stderr
    assert not (tmp_path / "review.pdf").exists()


@pytest.mark.parametrize("form", ["csv", "json", "xlsx", "pdf"])
def test_a_review_may_be_over_as_many_days_as_on_the_page_and_reach_to_the_last_of_them(installed, tmp_path, form):
    longest = ("--from", NEWEST - dt.timedelta(days=LONGEST_DAYS - 1), "--to", NEWEST)
    latest = ("--from", "2998-12-31", "--to", "2999-12-31")
    for days, by in ((longest, "week"), (latest, "month")):
        made(installed, tmp_path / f"r.{form}", *days, "--by", by, "--format", form)


def test_making_and_verifying_stand_in_the_access_log(installed, tmp_path):
    out = made(installed, tmp_path / "review.csv", "--format", "csv")
    installed("export", "verify", out)
    database = Database(f"sqlite:///{tmp_path / 'data' / 'uptake.db'}")
    with database.read("test") as connection:
        entries = connection.exec_driver_sql("SELECT act, actor, people FROM access_log ORDER BY sequence").all()
    database.dispose()
    acts = [(act, actor) for act, actor, _ in entries]
    assert acts.index(("export", "command line")) < acts.index(("export.verified", "command line"))
    assert {act: people for act, _, people in entries}["export"] != ""


def test_a_note_that_was_removed_after_the_export_does_not_make_the_file_a_changed_one(installed, tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'data' / 'uptake.db'}")
    bob = scope_of(database, viewer_for(database, (), Identity("bob@example.com", email_verified=True), TODAY))
    bob.write_note("In a training until May.")
    out = made(installed, tmp_path / "review.csv", "--format", "csv")
    assert rows(out)["bob@example.com"]["note"] == "In a training until May."
    bob.remove_note()
    database.dispose()
    verified = installed("export", "verify", out)
    assert verified.exit_code == 0, verified.output
    assert "The file is byte for byte as it was made." in verified.stdout
    assert rows(made(installed, tmp_path / "later.csv", "--format", "csv"))["bob@example.com"]["note"] == ""


NAMES = {
    "alice": "עליזה ارشر",
    "bob": "\U0001f469\u200d\U0001f52c Bob",
    "charlie": "Z\u0301oe\u0308 \u1e9e\ufb01",
    "dora": "李小龍 दोरा ไทย",
    "eve": "W" * 200,
}
"""Right to left, one sign of three, letters with marks of their own, several scripts, and as long as a name may be."""


def test_a72_a_name_of_any_script_is_stored_shown_and_exported_as_it_is(uptake, people, tmp_path):
    lines = [f"{who}@example.com,{name},{'' if who == 'alice' else 'alice@example.com'}" for who, name in NAMES.items()]
    people.write_text("\n".join(["email,name,manager_email", *lines]), "utf-8")
    imported = uptake("directory", "import", people)
    assert (imported.exit_code, imported.stderr) == (0, ""), imported.output
    store(tmp_path, b"first", USE)
    again = list(csv.DictReader(io.StringIO(uptake("directory", "export").output, newline="")))
    assert {row["email"].partition("@")[0]: row["name"] for row in again} == NAMES
    forms = {form: made(uptake, tmp_path / f"r.{form}", "--format", form) for form in ("csv", "json", "xlsx", "pdf")}
    assert {email.partition("@")[0]: row["name"] for email, row in rows(forms["csv"]).items()} == NAMES
    said = forms["json"].read_text("utf-8")
    assert all(name in said for name in NAMES.values())
    with zipfile.ZipFile(forms["xlsx"]) as book:
        said = "".join(book.read(part).decode() for part in book.namelist() if part.startswith("xl/worksheets/"))
    assert all(name in said for name in NAMES.values())
    texts = [page.extract_text() for page in pypdf.PdfReader(forms["pdf"]).pages]
    assert all(any(f"{who}@example.com" in text for text in texts) for who in NAMES)
    for out in forms.values():
        assert uptake("export", "verify", out).exit_code == 0
