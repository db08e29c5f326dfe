"""What a workbook is made of besides its texts: sheets that hold all they are given, and native charts.

There is a small chart in each row of Summary, and for small packets a sheet with larger ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from core.catalogue import stats_of
from core.errors import UptakeError
from core.reports.exports import canonical
from core.reports.exports.palette import ACCENT, PRODUCT_COLORS
from core.reports.periods import Grain
from core.reports.reviews.packet import Packet, ReviewedPerson

MOST_PEOPLE = 30
"""The most people of a packet with a sheet of charts; nobody would scroll through a longer one."""

_DAY = canonical.LEAD.index("first_day")
_ACTIVE = canonical.LEAD.index("active_days")
_HEIGHT, _WIDTH = 12, 6
_FEW = 8
_A4 = 9
_CELL, _PAGE = (64, 20), (760, 620)
"""Width and height in pixels of a cell and of a landscape A4 page, less a quarter, as some fonts widen cells."""

_DAYS = {Grain.DAY: 1, Grain.WEEK: 7, Grain.MONTH: 31}


class WorkbookNotMade(UptakeError):
    """A workbook could not hold all of a review; there is no file."""


class Sheet(Worksheet):  # type: ignore[misc]
    """A sheet that fails where xlsxwriter leaves a cell out or cuts its text, and only returns a code."""

    def write_string(self, *cell: Any) -> Any:
        """Write a text, whole."""
        return _done(super().write_string(*cell))

    def write_number(self, *cell: Any) -> Any:
        """Write a number."""
        return _done(super().write_number(*cell))

    def write_datetime(self, *cell: Any) -> Any:
        """Write a day or a moment."""
        return _done(super().write_datetime(*cell))

    def add_sparkline(self, *cell: Any) -> Any:
        """Put a small chart into a cell."""
        return _done(super().add_sparkline(*cell))

    def insert_chart(self, *cell: Any) -> Any:
        """Put a chart over cells."""
        return _done(super().insert_chart(*cell))


def _done(code: Any) -> Any:
    if code:
        raise WorkbookNotMade(f"A cell could not be written ({code}). There is no file; CSV and JSON hold the same.")
    return code


def sparkline(sheet: Worksheet, row: int, column: int, block: tuple[int, int], grain: Grain) -> None:
    """Put the course of active days into a cell, as columns from zero, on one scale for everybody."""
    letter = xlsxwriter.utility.xl_col_to_name(_ACTIVE)
    source = f"Data!${letter}${block[0] + 1}:${letter}${block[1] + 1}"
    look = {"type": "column", "min": 0, "max": _DAYS[grain] * 1.2, "series_color": ACCENT, "show_hidden": True}
    sheet.add_sparkline(row, column, {"range": source, **look})


def charts(book: xlsxwriter.Workbook, packet: Packet, blocks: Mapping[int, tuple[int, int]]) -> None:
    """Add a sheet with charts of each person: active days, and the first headline statistic of each product used."""
    people = [person for person in packet.people if person.figures.id in blocks]
    if not people or len(people) > MOST_PEOPLE:
        return
    sheet = book.add_worksheet("Charts", Sheet)
    found = [_series(packet, person) for person in people]
    _fit_pages(sheet, len(people), max(map(len, found)))
    for place, (person, several) in enumerate(zip(people, found, strict=True)):
        top = place * (_HEIGHT + 1)
        sheet.write_string(top, 0, person.name)
        for across, series in enumerate(several):
            said = f"{series.label} of {person.name} over time"
            chart = _chart(book, series, blocks[person.figures.id])
            sheet.insert_chart(top + 1, across * _WIDTH, chart, {"description": said})


def _fit_pages(sheet: Worksheet, people: int, across: int) -> None:
    """Print all charts of a person beside each other, and break pages between people only.

    A sheet that is to fit a page's width has no breaks of one's own in Excel, so the scale is given instead.
    """
    sheet.set_landscape()
    sheet.set_paper(_A4)
    scale = max(10, min(100, int(100 * _PAGE[0] / (across * _WIDTH * _CELL[0]))))
    sheet.set_print_scale(scale)
    rows = (_HEIGHT + 1) * max(1, int(_PAGE[1] * 100 / scale / ((_HEIGHT + 1) * _CELL[1])))
    sheet.set_h_pagebreaks(list(range(rows, people * (_HEIGHT + 1), rows)))


class _Series(NamedTuple):
    """One chart: its title, the column of Data, the colour, and a bound of its values."""

    label: str
    column: int
    color: str
    highest: float


def _series(packet: Packet, person: ReviewedPerson) -> list[_Series]:
    found = [_Series("Active days", _ACTIVE, ACCENT, _DAYS[packet.request.grain])]
    for product in person.figures.products:
        used = [s for s in stats_of(product) if s.headline and person.figures.totals.get(s.key)]
        if used:
            place = packet.request.stats.index(used[0].key)
            highest = float(np.nanmax(person.figures.course[:, place]))
            found.append(_Series(used[0].label, len(canonical.LEAD) + place, PRODUCT_COLORS[product], highest))
    return found


def _chart(book: xlsxwriter.Workbook, series: _Series, block: tuple[int, int]) -> xlsxwriter.chart.Chart:
    label, column, color, highest = series
    units = {"major_unit": 1} if highest <= _FEW else {}  # no half days
    chart = book.add_chart({"type": "column"})
    chart.add_series(
        {
            "name": label,
            "categories": ["Data", block[0], _DAY, block[1], _DAY],
            "values": ["Data", block[0], column, block[1], column],
            "fill": {"color": color},
            "gap": 40,
        }
    )
    chart.set_title({"name": label, "name_font": {"size": 11}})
    chart.set_legend({"none": True})
    chart.set_y_axis(
        {"min": 0, "num_format": "#,##0", **units, "major_gridlines": {"visible": True, "line": {"color": "#eceef2"}}}
    )
    chart.set_x_axis({"num_format": "d mmm", "text_axis": True})  # else bars are thin: as many days, most of them empty
    chart.set_size({"width": 370, "height": 220})
    return chart
