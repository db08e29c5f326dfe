"""Native charts of a workbook: a small one in each row of Summary, and for small packets a sheet with larger ones."""

from __future__ import annotations

from collections.abc import Mapping

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from core.catalogue import stats_of
from core.reports.exports import canonical
from core.reports.exports.palette import ACCENT, PRODUCT_COLORS
from core.reports.reviews.packet import Packet, Reviewed

MOST_PEOPLE = 30
"""Packets of more people have no sheet of charts: nobody would scroll through it."""

_DAY = canonical.LEAD.index("first_day")
_ACTIVE = canonical.LEAD.index("active_days")
_HEIGHT, _WIDTH = 12, 6


def sparkline(sheet: Worksheet, row: int, column: int, block: tuple[int, int]) -> None:
    """The course of active days, as columns from zero."""
    letter = xlsxwriter.utility.xl_col_to_name(_ACTIVE)
    source = f"Data!${letter}${block[0] + 1}:${letter}${block[1] + 1}"
    sheet.add_sparkline(
        row, column, {"range": source, "type": "column", "min": 0, "series_color": ACCENT, "show_hidden": True}
    )


def charts(book: xlsxwriter.Workbook, packet: Packet, blocks: Mapping[int, tuple[int, int]]) -> None:
    """For each person: active days, and the first headline statistic of each product used."""
    people = [person for person in packet.people if person.figures.id in blocks]
    if not people or len(people) > MOST_PEOPLE:
        return
    sheet = book.add_worksheet("Charts")
    for place, person in enumerate(people):
        top = place * (_HEIGHT + 1)
        sheet.write_string(top, 0, person.name)
        for across, (label, column, color) in enumerate(_series(packet, person)):
            chart = _chart(book, label, column, color, blocks[person.figures.id])
            sheet.insert_chart(top + 1, across * _WIDTH, chart, {"description": f"{label} of {person.name} over time"})


def _series(packet: Packet, person: Reviewed) -> list[tuple[str, int, str]]:
    found = [("Active days", _ACTIVE, ACCENT)]
    for product in person.figures.products:
        used = [s for s in stats_of(product) if s.headline and person.figures.totals.get(s.key)]
        if used:
            column = len(canonical.LEAD) + packet.request.stats.index(used[0].key)
            found.append((used[0].label, column, PRODUCT_COLORS[product]))
    return found


def _chart(
    book: xlsxwriter.Workbook, label: str, column: int, color: str, block: tuple[int, int]
) -> xlsxwriter.chart.Chart:
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
    chart.set_y_axis({"min": 0, "major_gridlines": {"visible": True, "line": {"color": "#eceef2"}}})
    chart.set_x_axis({"num_format": "d mmm", "date_axis": False})
    chart.set_size({"width": 370, "height": 220})
    return chart
