"""A review as a workbook: Summary, Data, Definitions, Provenance; typed cells, and no cell that could be a formula."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from core.catalogue import CAVEAT_LABEL, STAT, Ratio, product_label, sources_of
from core.reports.exports import canonical, workbook_charts
from core.reports.exports.explanations import CHANGE, NOT_THERE, named
from core.reports.exports.provenance import LIMITS, PURPOSE, Provenance
from core.reports.exports.table import Cell
from core.reports.exports.workbook_charts import Sheet, WorkbookNotMade
from core.reports.measures.tiers import RULES
from core.reports.reviews.packet import Packet, ReviewedPerson
from core.reports.wording.definitions import ACTIVE_DAYS
from core.reports.wording.looks import LookInWords
from core.wording import number

SUMMARY_LEAD = (
    *("Name", "E-mail", "Title", "Department", "Habit"),
    *("Active days", "Active days, before", "Course of active days"),
)
SUMMARY_LAST = ("Note by the person", "Number in Uptake")
_A4 = 9
_MOST_ROWS, _LONGEST = 1_048_575, 32_767
"""The most rows of a sheet below its head, and UTF-16 units of a cell, that the XLSX format allows."""
_SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_WIDTHS = {"Name": 26, "Title": 22, "Department": 18, "Course of active days": 22, SUMMARY_LAST[0]: 40}


def write(packet: Packet, said: Provenance, path: Path) -> None:
    """Write the workbook; rows go to disk as they come, so its size needs no memory.

    Raises:
        WorkbookNotMade: it could not hold all of the packet; nothing is left at `path`.
    """
    _refuse_what_does_not_fit(packet)
    try:
        _write(packet, said, path)
    except WorkbookNotMade:
        path.unlink(missing_ok=True)
        raise


def _refuse_what_does_not_fit(packet: Packet) -> None:
    rows = sum(len(person.figures.starts) for person in packet.people)
    if rows > _MOST_ROWS:
        raise WorkbookNotMade(
            f"The sheet Data would need {number(rows)} rows, and a sheet of a workbook has at most "
            f"{number(_MOST_ROWS)}. There is no file; CSV and JSON hold all of them."
        )
    for person in packet.people:
        length = len((person.own_words or "").encode("utf-16-le")) // 2
        if length > _LONGEST:
            raise WorkbookNotMade(
                f"Note and marked days of {person.name} ({person.email}) are {number(length)} characters; a "
                f"cell has at most {number(_LONGEST)}. There is no file; CSV, JSON and PDF hold all of them."
            )


def _write(packet: Packet, said: Provenance, path: Path) -> None:
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, **_SAFE}) as book:
        book.set_properties(
            {"title": "Usage review", "comments": f"Export {said.export_id}. Usage is not performance."}
        )
        sheets = {name: book.add_worksheet(name, Sheet) for name in ("Summary", "Data", "Definitions", "Provenance")}
        formats = _Formats(book)
        blocks = _data(sheets["Data"], packet, formats)
        _summary(sheets["Summary"], packet, blocks, formats)
        workbook_charts.charts(book, packet, blocks)
        _definitions(sheets["Definitions"], packet, formats)
        _provenance(sheets["Provenance"], said, formats)
        if packet.looks is not None:
            _looks(book.add_worksheet("Who looked", Sheet), packet, packet.looks, formats)


class _Formats:
    """The cell formats of the workbook."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left", "valign": "top"})
        self.count = book.add_format({"num_format": "#,##0"})
        self.rate = book.add_format({"num_format": "0%"})
        self.words = book.add_format({"text_wrap": True, "valign": "top"})
        self.label = book.add_format({"bold": True, "valign": "top"})

    def of(self, key: str) -> Any:
        """The number format of a statistic's column."""
        return self.rate if isinstance(STAT.get(key), Ratio) else self.count


def _row(sheet: Worksheet, place: int, cells: Iterable[Cell], formats: Sequence[Any], day: Any) -> None:
    """Write one row, each cell by its own type; a text stays text whatever it looks like."""
    for column, (cell, form) in enumerate(zip(cells, formats, strict=True)):
        if isinstance(cell, str):
            sheet.write_string(place, column, cell)
        elif isinstance(cell, dt.date):
            sheet.write_datetime(place, column, dt.datetime.combine(cell, dt.time()), day)
        elif cell is not None:
            sheet.write_number(place, column, cell, form)


def _head(sheet: Worksheet, names: Sequence[str], formats: _Formats, packet: Packet) -> None:
    """Write the names of the columns, repeated on each printed page; the e-mail column is as wide as its addresses."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.repeat_rows(0)
    sheet.set_row(0, 48)
    email = min(max((len(person.email) + 2 for person in packet.people), default=0), 60)
    widths = {**_WIDTHS, "E-mail": email, "Email": email}
    for column, name in enumerate(names):
        sheet.set_column(column, column, widths.get(name, 13))
    for column, name in enumerate(names):
        sheet.write_string(0, column, name, formats.head)


def _data(sheet: Worksheet, packet: Packet, formats: _Formats) -> dict[int, tuple[int, int]]:
    """Write one row a person and week (or day, month); returns employee id → first and last row of the person."""
    names = canonical.columns(packet.request.stats)
    labels = [name.replace("_", " ").capitalize() for name in canonical.LEAD]
    _head(sheet, [*labels, *(named(stat) for stat in packet.request.statistics)], formats, packet)
    sheet.freeze_panes(1, 4)
    forms = [formats.of(name) for name in names]
    blocks: dict[int, tuple[int, int]] = {}
    place = 0
    for row in canonical.rows(packet):
        if row[0] in {"period", "before"}:
            continue
        place += 1
        _row(sheet, place, row, forms, formats.day)
        whose = canonical.person_of(row)
        blocks[whose] = (blocks.get(whose, (place, 0))[0], place)
    sheet.autofilter(0, 0, max(place, 1), len(names) - 1)
    if not place:
        sheet.write_string(1, 2, "No day of this period has data.")
    return blocks


def _summary(sheet: Worksheet, packet: Packet, blocks: dict[int, tuple[int, int]], formats: _Formats) -> None:
    """Write one row a person: totals, those of the period before, the change, and active days as a small chart."""
    stats = packet.request.statistics
    heads = [text for s in stats for text in (named(s), f"{s.label}, before", f"{s.label}, change")]
    _head(sheet, [*SUMMARY_LEAD, *heads, *SUMMARY_LAST], formats, packet)
    sheet.freeze_panes(1, 1)
    sheet.repeat_columns(0)
    forms = [
        *[formats.count] * len(SUMMARY_LEAD),
        *(formats.of(stat.key) for stat in stats for _ in range(3)),
        *[formats.count] * len(SUMMARY_LAST),
    ]
    for place, person in enumerate(packet.people, start=1):
        _row(sheet, place, _summary_cells(packet, person), forms, formats.day)
        if (block := blocks.get(person.figures.id)) is not None:
            course = SUMMARY_LEAD.index("Course of active days")
            workbook_charts.sparkline(sheet, place, course, block, packet.request.grain)
    sheet.autofilter(0, 0, max(len(packet.people), 1), len(forms) - 1)


def _summary_cells(packet: Packet, person: ReviewedPerson) -> list[Cell]:
    figures = person.figures
    cells: list[Cell] = [person.name, person.email, person.title, person.department, figures.habit]
    cells += [figures.days_active, figures.days_active_before, None]
    for key in packet.request.stats:
        now = canonical.number(figures.totals[key])
        then = None if figures.before is None else canonical.number(figures.before[key])
        cells += [now, then, None if now is None or then is None else canonical.number(now - then)]
    return [*cells, person.own_words, figures.id]


def _definitions(sheet: Worksheet, packet: Packet, formats: _Formats) -> None:
    names = ("Key", "Statistic", "Product", "Unit", "Meaning", "Adds up as", CAVEAT_LABEL, "Read from")
    widths = (24, 26, 26, 13, 70, 26, 60, 60)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    for column, name in enumerate(names):
        sheet.write_string(0, column, name, formats.head)
    sheet.freeze_panes(1, 2)
    rows = [
        (
            *(stat.key, stat.label, product_label(stat.product), stat.unit, stat.meaning, str(stat.adds), stat.caveat),
            sources_of(stat),
        )
        for stat in packet.request.statistics
    ]
    rows.append(("active_days", "Active days", "Any product", "days", ACTIVE_DAYS, "count of days", "", ""))
    habit = f"{RULES.in_words()} {NOT_THERE}"
    rows.append(("habit", "Habit", "Any product", "", habit, "as of the end of the period", "", ""))
    rows.append(("change", "Change, before", "", "", CHANGE, "", "", ""))
    _on_one_page_across(sheet)
    for place, row in enumerate(rows, start=1):
        _set_height(sheet, place, row, widths)
        for column, text in enumerate(row):
            sheet.write_string(place, column, text, formats.words)


def _provenance(sheet: Worksheet, said: Provenance, formats: _Formats) -> None:
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 110)
    lines = [("Purpose", PURPOSE), ("Limits", LIMITS), *said.lines(), ("For machines", said.as_json())]
    _on_one_page_across(sheet)
    for place, (label, words) in enumerate(lines):
        _set_height(sheet, place, (label, words), (30, 110))
        sheet.write_string(place, 0, label, formats.label)
        sheet.write_string(place, 1, words, formats.words)


def _on_one_page_across(sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)


def _set_height(sheet: Worksheet, place: int, texts: Sequence[str], widths: Sequence[int]) -> None:
    """Make a row as high as its longest text needs: not every program works that out when it opens the file."""
    lines = max(math.ceil(len(text) / (width - 4)) for text, width in zip(texts, widths, strict=True))
    sheet.set_row(place, 15 * min(max(lines, 1), 27))


def _looks(sheet: Worksheet, packet: Packet, looks: Sequence[LookInWords], formats: _Formats) -> None:
    _head(sheet, ("When (UTC)", "Who", "What"), formats, packet)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 2, 50)
    sheet.freeze_panes(1, 0)
    for place, look in enumerate(looks, start=1):
        sheet.write_datetime(place, 0, look.at.replace(tzinfo=None), formats.moment)
        sheet.write_string(place, 1, look.who, formats.words)
        sheet.write_string(place, 2, look.what, formats.words)
    if not looks:
        sheet.write_string(1, 1, "Nobody besides you.")
