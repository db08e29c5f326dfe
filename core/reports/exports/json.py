"""A table as JSON: a list with one object a row; null is what was not measured."""

from __future__ import annotations

import json
from typing import TextIO

from core.reports.exports.table import Table


def write_json(table: Table, file: TextIO) -> None:
    """Write the rows one by one, so that a large table does not have to fit in memory twice."""
    file.write("[")
    for number, row in enumerate(table.rows):
        file.write(",\n" if number else "\n")
        json.dump(dict(zip(table.columns, row, strict=True)), file, ensure_ascii=False, default=str)
    file.write("\n]\n")
