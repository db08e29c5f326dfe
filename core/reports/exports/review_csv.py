"""A review as CSV: one tidy table, and a last row whose `note` says where it comes from."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from core.reports.exports import canonical
from core.reports.exports.cells import plain
from core.reports.exports.provenance import Provenance
from core.reports.exports.table import Cell
from core.reports.reviews.packet import Packet


def write(packet: Packet, said: Provenance, path: Path, *, mark: bool) -> None:
    """Write the file as UTF-8; `mark` puts a byte order mark first, by which spreadsheets know that it is."""
    names = canonical.columns(said.statistics)
    with path.open("w", encoding="utf-8-sig" if mark else "utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([_cell(cell) for cell in row] for row in canonical.rows(packet))
        writer.writerow(_last(names, said))


def _cell(cell: Cell) -> object:
    return "" if cell is None else plain(cell) if isinstance(cell, str) else cell


def _last(names: Sequence[str], said: Provenance) -> list[str]:
    cells = {"record": "provenance", "note": said.as_json()}
    return [cells.get(name, "") for name in names]
