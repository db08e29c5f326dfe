"""Reads the rows back out of a workbook of ours, also after a spreadsheet program has saved it anew."""

from __future__ import annotations

import datetime as dt
import json
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from core.reports.exports import canonical
from core.reports.exports.provenance import Provenance
from core.reports.exports.table import Cell
from core.reports.exports.workbook import SUMMARY_LEAD

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_EPOCH = dt.date(1899, 12, 30)

Row = list[str | float | None]


def read(archive: zipfile.ZipFile) -> tuple[Provenance, list[tuple[Cell, ...]]]:
    """The provenance of a workbook, and its canonical rows. ValueError or KeyError when it is none of ours."""
    for name in archive.namelist():
        if name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in archive.read(name)[:2_000]:
            raise ValueError("a workbook has no document types")
    texts = _texts(archive)
    sheets = {name: list(_rows(archive, part, texts)) for name, part in _sheets(archive)}
    said = next(
        Provenance.from_json(json.loads(str(row[1])))
        for row in sheets["Provenance"]
        if row and row[0] == "For machines"
    )
    return said, list(_canonical(said, sheets))


def _canonical(said: Provenance, sheets: dict[str, list[Row]]) -> Iterator[tuple[Cell, ...]]:
    """The rows in their canonical order: each person's totals from Summary, then that person's course from Data."""
    names = canonical.columns(said.statistics)
    course: dict[float, list[tuple[Cell, ...]]] = {}
    for row in sheets["Data"][1:]:
        if row and row[0] is not None:
            cells: dict[str, object] = dict(zip(names, row, strict=False))
            days = {key: _day(cells.get(key)) for key in ("first_day", "last_day")}
            course.setdefault(float(str(cells["person"])), []).append(canonical.from_texts(names, {**cells, **days}))
    for row in sheets["Summary"][1:]:
        yield from _totals(said, names, row)
        number = row[len(SUMMARY_LEAD) + 3 * len(said.statistics) + 1]
        yield from course.pop(float(number or 0), [])
    for left in course.values():
        yield from left


def _totals(said: Provenance, names: tuple[str, ...], row: Row) -> Iterator[tuple[Cell, ...]]:
    width = len(SUMMARY_LEAD) + 3 * len(said.statistics) + 2
    row = [*row, *[None] * (width - len(row))]
    name, email, title, department, habit, active, active_before, _ = row[: len(SUMMARY_LEAD)]
    note, number = row[-2:]
    who = {"person": number, "email": email, "name": name, "title": title, "department": department}
    values = row[len(SUMMARY_LEAD) : -2]
    now = dict(zip(said.statistics, values[0::3], strict=True))
    then = dict(zip(said.statistics, values[1::3], strict=True))
    lead = {"record": "period", "note": note, "habit": habit, "active_days": active}
    days = {"first_day": said.first_day, "last_day": said.last_day}
    yield canonical.from_texts(names, who | lead | days | now)
    if said.before_first_day is not None and active_before is not None:
        lead = {"record": "before", "active_days": active_before}
        days = {"first_day": said.before_first_day, "last_day": str(said.before_last_day)}
        yield canonical.from_texts(names, who | lead | days | then)


def _day(value: object) -> str | None:
    return None if value is None else str(_EPOCH + dt.timedelta(days=int(float(str(value)))))


def _texts(archive: zipfile.ZipFile) -> list[str]:
    """The shared texts, which a program that saves the file anew uses in place of texts in the cells."""
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    root = ET.fromstring(archive.read("xl/sharedStrings.xml"))  # noqa: S314 - no document type
    return [_words(item) for item in root.iter(f"{_MAIN}si")]


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    links = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - no document type
    targets = {link.get("Id"): str(link.get("Target")) for link in links}
    book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - no document type
    for sheet in book.iter(f"{_MAIN}sheet"):
        if (name := str(sheet.get("name"))) in {"Summary", "Data", "Provenance"}:
            target = targets[sheet.get(_LINK)]
            yield name, target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _rows(archive: zipfile.ZipFile, part: str, texts: list[str]) -> Iterator[Row]:
    with archive.open(part) as file:
        for _, element in ET.iterparse(file):  # noqa: S314 - no document type
            if element.tag == f"{_MAIN}row":
                row: Row = []
                for cell in element:
                    place = _column(str(cell.get("r")))
                    row += [None] * (place - len(row) + 1)
                    row[place] = _value(cell, texts)
                yield row
                element.clear()


def _value(cell: ET.Element, texts: list[str]) -> str | float | None:
    kind, value = cell.get("t", "n"), cell.findtext(f"{_MAIN}v")
    if kind == "inlineStr":
        return _unescaped(_words(cell))
    if value is None:
        return None
    return _unescaped(texts[int(value)]) if kind == "s" else value if kind == "str" else float(value)


def _words(element: ET.Element) -> str:
    return "".join(part.text or "" for part in element.iter(f"{_MAIN}t"))


def _unescaped(text: str) -> str:
    """Workbooks write signs that XML has not as _x0000_, and an underscore before such a text as _x005F_."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)


def _column(reference: str) -> int:
    number = 0
    for letter in reference.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number - 1
