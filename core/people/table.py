"""Bytes of a CSV file → its header and its records, each with the line on which an editor shows it.

Nothing here knows what the columns mean. A file that cannot be such a table raises; a record that cannot be read comes
back as `None` cells, and reading goes on with the line after it.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.errors import DirectoryError

MAX_BYTES = 200_000_000
MAX_LINES = 500_000
MAX_LINE_LENGTH = 100_000
"""Characters; a longer line is no record of a person, and a million columns would only cost memory."""

MAX_RECORD_LINES = 100
"""Lines that a record with line breaks in quoted cells may take; bounds what one stray quotation mark can swallow."""

DELIMITERS = (",", ";", "\t")

_NUL = "\0"
_AROUND = '" \t\n'
_NOT_TEXT = {
    b"PK\x03\x04": "a zip archive or an Excel workbook",
    b"PK\x05\x06": "a zip archive",
    b"\xd0\xcf\x11\xe0": "an Excel workbook",
    b"\x1f\x8b": "a gzip archive",
}
_UTF8_LETTER = re.compile(rb"[\xc3-\xc5][\x80-\xbf]|\xed[\xa0-\xbf][\x80-\xbf]")
"""An accented Latin letter in UTF-8, or half of a character beyond the first 65,536, which some programs write.

Read as cp1252 either is a letter followed by a sign, which no name has.
"""


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one record, without empty ones beyond the header; None when its quotation marks make no sense.

    `line` is the one on which the record begins, counted from 1. `pieces` are what stands between the delimiters of a
    record without cells, quotation marks left out.
    """

    line: int
    cells: list[str] | None
    pieces: tuple[str, ...] = ()


def read_table(data: bytes, known: frozenset[str]) -> tuple[Record, Iterator[Record]]:
    """The header of the file and an iterator over the records below it; blank lines are passed over.

    `known` are the column names, as `column_key` makes them, by which the delimiter is told. Raises DirectoryError for
    a file that is not a table: too large, an archive, not decodable, with NUL, or without a header.
    """
    text = _decoded(_checked(data))
    if _NUL in text:
        raise DirectoryError(
            f"Line {_lines_in(text.partition(_NUL)[0]):,} contains NUL characters, so this is not a CSV file. "
            "Nothing was imported; export the directory as CSV in UTF-8 and import that."
        )
    lines = _lines(text)
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise DirectoryError("The file is empty. Nothing was imported; its first line has to name the columns.")
    header, delimiter, following = _header(lines, first, known)
    return header, _records(lines, following, delimiter, [column_key(name) in known for name in header.cells or ()])


def column_key(name: str) -> str:
    """A column name as it is compared: lower case, without spaces, underscores and hyphens."""
    return re.sub(r"[\s_-]+", "", name).lower()


def check_size(size: int) -> None:
    """Refuse a file of so many bytes, before all of them are read where the size is known.

    Raises:
        DirectoryError: it is too large.
    """
    if size > MAX_BYTES:
        raise DirectoryError(
            f"The file has {size:,} bytes, more than the {MAX_BYTES:,} that a directory can have. "
            "Nothing was imported; export only the columns that are needed."
        )


def _checked(data: bytes) -> bytes:
    check_size(len(data))
    for magic, kind in _NOT_TEXT.items():
        if data.startswith(magic):
            raise DirectoryError(f"The file is {kind}, not CSV. Nothing was imported; save it as CSV in UTF-8 first.")
    return data


def _decoded(data: bytes) -> str:
    try:
        return text_of(data)
    except ValueError as error:
        raise DirectoryError(f"{error} Nothing was imported; save the file as CSV in UTF-8 and import that.") from None


def text_of(data: bytes) -> str:
    """The text of a file in whichever encoding editors and spreadsheets save it.

    Raises ValueError, with one plain sentence, where it is damaged.
    """
    encoding = encoding_of(data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as fault:
        before = data[: fault.start].decode(encoding, errors="ignore")
        raise ValueError(
            f"The file cannot be read as {encoding} text: byte {fault.start + 1:,}, in line {_lines_in(before):,}, is "
            "damaged or of another encoding."
        ) from None


def encoding_of(data: bytes) -> str:
    """The encoding in which a file is read: UTF-8 or UTF-16 where it says so or makes sense as that, else cp1252."""
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        # A damaged UTF-8 file would be readable as cp1252, with every accented name garbled. Better refuse it.
        return "utf-8" if _UTF8_LETTER.search(data) else "cp1252"
    return "utf-8"


def _lines(text: str) -> list[str]:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    count = text.count("\n") + (not text.endswith("\n"))
    if count > MAX_LINES:
        raise DirectoryError(
            f"The file has {count:,} lines, more than the {MAX_LINES:,} that a directory can have. "
            "Nothing was imported; export only the people who are needed."
        )
    lines = [f"{line}\n" for line in text.split("\n")]
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_LINE_LENGTH:
            raise DirectoryError(
                f"Line {number:,} has {len(line):,} characters, more than the {MAX_LINE_LENGTH:,} that a record can "
                "have. Nothing was imported; check that the file is a CSV file with one person a line."
            )
    return lines


def _lines_in(text: str) -> int:
    return len(re.findall(r"\r\n|\r|\n", text)) + 1


def _header(lines: list[str], first: int, known: frozenset[str]) -> tuple[Record, str, int]:
    """The header record, the delimiter that makes most sense of it, and the index of the line below it."""
    readings = []
    for delimiter in DELIMITERS:
        cells, taken = _cells(lines, first, delimiter)
        if cells is not None:
            readings.append((len(known.intersection(map(column_key, cells))), cells, delimiter, first + taken))
    if not readings:
        raise DirectoryError(
            f"The quotation marks in line {first + 1}, which should name the columns, do not pair up. "
            "Nothing was imported; correct the line and import the file again."
        )
    _, cells, delimiter, following = max(readings, key=lambda reading: reading[0])
    return Record(first + 1, _fitted(cells, 0)), delimiter, following


def _records(lines: list[str], index: int, delimiter: str, known: list[bool]) -> Iterator[Record]:
    """The records from `index` on; `known` says of each column whether it is one of ours."""
    while index < len(lines):
        cells, taken = _cells(lines, index, delimiter)
        cells = None if cells is None else _fitted(cells, len(known))
        if taken > 1 and not _spans_lines_soundly(cells, known):
            # A stray quotation mark has drawn in the lines below: give up this line only, and read those again.
            cells, taken = None, 1
        if cells is None:
            yield Record(index + 1, None, tuple(piece.strip(_AROUND) for piece in lines[index].split(delimiter)))
        elif any(cell.strip() for cell in cells):
            yield Record(index + 1, cells)
        index += taken


def _spans_lines_soundly(cells: list[str] | None, known: list[bool]) -> bool:
    """Whether the line breaks stand in columns that are ignored: nobody's name or address has one."""
    if cells is None or len(cells) != len(known):
        return False
    return not any(ours and "\n" in cell for ours, cell in zip(known, cells, strict=True))


def _fitted(cells: list[str], width: int) -> list[str]:
    """The cells without the empty ones that spreadsheets leave at the end of a line beyond `width`."""
    used = len(cells)
    while used > width and not cells[used - 1].strip():
        used -= 1
    return cells[:used]


def _cells(lines: list[str], index: int, delimiter: str) -> tuple[list[str] | None, int]:
    """The cells of the record that begins at `index` (None when it cannot be read) and how many lines it takes."""
    window = lines[index : index + MAX_RECORD_LINES]
    reader = csv.reader(window, delimiter=delimiter, strict=True, skipinitialspace=True)
    try:
        return next(reader), reader.line_num
    except csv.Error:
        return None, 1
