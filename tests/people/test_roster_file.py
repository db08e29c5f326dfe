"""A directory file is read in the encodings and shapes that spreadsheets write, or refused whole with a reason."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from core.errors import DirectoryError
from core.people import table
from core.people.roster import RosterFile, read_csv

TEXT = "email,name,manager_email\nzoe@example.com,Zoë Ålund – Łąka,\n"
LATIN = "email,name,manager_email\nzoe@example.com,Zoë Ålund – €,\n"


def names(roster: RosterFile) -> list[str]:
    assert roster.refused == ()
    return [row.name for row in roster.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_utf8_with_or_without_mark_and_utf16_are_read(encoding: str) -> None:
    assert names(read_csv(TEXT.encode(encoding))) == ["Zoë Ålund – Łąka"]


def test_utf16_of_the_other_byte_order_is_read() -> None:
    assert names(read_csv(b"\xfe\xff" + TEXT.encode("utf-16-be"))) == ["Zoë Ålund – Łąka"]


def test_what_is_not_utf8_is_read_as_cp1252() -> None:
    assert names(read_csv(LATIN.encode("cp1252"))) == ["Zoë Ålund – €"]


def test_half_a_character_is_refused_with_its_line_instead_of_being_read_as_letters() -> None:
    with pytest.raises(DirectoryError, match=r"byte 43, in line 2, is damaged"):
        read_csv(b"email,name,manager_email\nada@example.com,A\xed\xa0\x80,\n")


def test_a_damaged_utf8_file_is_refused_instead_of_garbling_its_names() -> None:
    with pytest.raises(DirectoryError, match=r"utf-8 text: byte .* in line 3"):
        read_csv(TEXT.encode() + b"ivo@example.com,Iv\xff,\n")


@pytest.mark.parametrize(
    "data",
    [
        b"email,name,manager_email\nivo@example.com,\x81\x8d,\n",
        b"\xef\xbb\xbfemail,name,manager_email\nivo@example.com,\xff,\n",
        b"\xff\xfee\x00m",
        b"\xff\xfe" + "email\ud800".encode("utf-16-le", "surrogatepass"),
    ],
)
def test_bytes_that_are_no_text_are_refused(data: bytes) -> None:
    with pytest.raises(DirectoryError, match=r"cannot be read as .* Nothing was imported"):
        read_csv(data)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_delimiter_goes_with_any_newline(delimiter: str, newline: str) -> None:
    text = "email,name,manager_email\nivo@example.com,Ivo Hall,\nida@example.com,Ida Hall,ivo@example.com"
    roster = read_csv(text.replace(",", delimiter).replace("\n", newline).encode())
    assert [(row.line, row.name, row.manager_email) for row in roster.rows] == [
        (2, "Ivo Hall", None),
        (3, "Ida Hall", "ivo@example.com"),
    ]


def test_mixed_newlines_keep_the_line_numbers_of_an_editor() -> None:
    roster = read_csv(b"email,name,manager_email\r\n\na@example.com,A,\rb@example.com,B,\n\r\nc@example.com,C,")
    assert [row.line for row in roster.rows] == [3, 4, 6]


def test_line_separators_of_unicode_inside_a_cell_do_not_count_as_lines() -> None:
    text = "email,name,manager_email,note\na@example.com,A,,x\u2028y\x0bz\x85\nb@example.com,B,,\n"
    assert [row.line for row in read_csv(text.encode()).rows] == [2, 3]


def test_the_delimiter_of_the_header_counts_even_when_others_stand_in_names_of_columns() -> None:
    roster = read_csv(b"email;name;manager_email;a,b,c,d,e\nivo@example.com;Hall, Ivo;;\n")
    assert names(roster) == ["Hall, Ivo"]
    assert roster.ignored_columns == ("a,b,c,d,e",)


def test_headers_are_known_in_any_case_spacing_and_order_and_others_are_named() -> None:
    roster = read_csv(b" Cost Center , MANAGER  E-Mail,Name, Email ,,\nK1,,Ivo Hall,ivo@example.com,,\n")
    assert names(roster) == ["Ivo Hall"]
    assert roster.ignored_columns == ("Cost Center",)


def test_a_header_below_blank_lines_is_found() -> None:
    assert read_csv(b"\n  \nemail,name,manager_email\nivo@example.com,Ivo,\n").rows[0].line == 4


@pytest.mark.parametrize("data", [b"", b"\n\n  \r\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(DirectoryError, match="empty"):
        read_csv(data)


def test_a_header_without_rows_is_an_empty_roster() -> None:
    required = frozenset({"email", "name", "manager_email"})
    assert read_csv(b"email,name,manager_email") == RosterFile((), (), (), columns=required)


def test_missing_columns_are_named() -> None:
    with pytest.raises(DirectoryError, match="no column name and no column manager_email"):
        read_csv(b"email,title\nivo@example.com,Cook\n")


@pytest.mark.parametrize(
    "header", [b"email,name,manager_email,E-Mail", b"email,name,manager_email,Note,note", b"name,name,email"]
)
def test_a_column_named_twice_is_refused(header: bytes) -> None:
    with pytest.raises(DirectoryError, match="more than once"):
        read_csv(header + b"\n")


def test_a_header_with_an_open_quotation_mark_is_refused() -> None:
    with pytest.raises(DirectoryError, match=r"line 1.*do not pair up"):
        read_csv(b'"email,name,manager_email\nivo@example.com,Ivo,\n')


def archive() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr("xl/workbook.xml", "<workbook/>")
    return stream.getvalue()


@pytest.mark.parametrize(
    "data",
    [archive(), b"PK\x05\x06" + bytes(18), gzip.compress(TEXT.encode()), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"],
    ids=["a workbook", "an empty archive", "gzip", "an old workbook"],
)
def test_archives_and_workbooks_are_refused_without_being_opened(data: bytes) -> None:
    with pytest.raises(DirectoryError, match="not CSV"):
        read_csv(data)


def test_nul_is_refused_with_its_line() -> None:
    with pytest.raises(DirectoryError, match=r"Line 2 .*NUL"):
        read_csv(b"email,name,manager_email\nivo@example.com,I\x00vo,\n")


def test_500_000_lines_are_read_and_one_more_is_refused() -> None:
    header = b"email,name,manager_email\n"
    assert read_csv(header + b"\n" * 499_999).rows == ()
    with pytest.raises(DirectoryError, match="500,001 lines"):
        read_csv(header + b"\n" * 500_000)


def test_a_file_of_too_many_bytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert table.MAX_BYTES == 200_000_000
    monkeypatch.setattr(table, "MAX_BYTES", 100)
    with pytest.raises(DirectoryError, match="101 bytes"):
        read_csv(b"x" * 101)


def test_a_million_columns_are_refused() -> None:
    with pytest.raises(DirectoryError, match="Line 1 has"):
        read_csv(b"email,name,manager_email" + b",x" * 1_000_000)


def test_a_stray_quotation_mark_before_many_lines_has_each_of_them_read_once_more_at_most(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken, handed_over = 0, 0
    reader = csv.reader

    def counting(lines: list[str], **how: Any) -> Any:
        nonlocal handed_over
        handed_over = max(handed_over, len(lines))

        def each() -> Iterator[str]:
            nonlocal taken
            for line in lines:
                taken += 1
                yield line

        return reader(each(), **how)

    monkeypatch.setattr(csv, "reader", counting)
    roster = read_csv(b"email,name,manager_email\n" + (b'"' + b"a,b,c\n" * 99) * 1_000)
    assert not roster.rows
    assert taken < 2 * 99_000 + 10  # and the header with each delimiter
    assert handed_over == table.MAX_RECORD_LINES


def test_an_encoding_that_is_a_guess_is_told():
    text = "email,name,manager_email\na@example.com,Bé,\n"
    assert read_csv(text.encode("cp1252")).guessed == "Windows-1252"
    assert {read_csv(text.encode(name)).guessed for name in ("utf-8", "utf-8-sig", "utf-16")} == {None}
