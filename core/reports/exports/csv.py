"""A table as CSV: quoted text, ISO dates, empty cells for what was not measured."""

from __future__ import annotations

import csv
from typing import TextIO

from core.people.text import plain_cell
from core.reports.exports.table import Cell, Table


def write_csv(table: Table, file: TextIO) -> None:
    """Write header and rows; the file must have been opened with newline=''."""
    writer = csv.writer(file)
    writer.writerow(plain_cell(column) for column in table.columns)  # some are names of people
    writer.writerows([_cell(cell) for cell in row] for row in table.rows)


def _cell(cell: Cell) -> object:
    if cell is None:
        return ""
    return plain_cell(cell) if isinstance(cell, str) else cell
