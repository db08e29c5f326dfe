"""A review as CSV: one tidy table, and rows after it whose `note` says where it comes from; the last for machines."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from core.catalogue import sources_of
from core.people.text import plain_cell
from core.reports.exports import canonical
from core.reports.exports.provenance import Provenance
from core.reports.exports.table import Cell
from core.reports.reviews.packet import Packet

PROVENANCE, SOURCE, LOOK = "provenance", "source", "look"
"""The values of the column `record` in rows that are no figures."""


def write(packet: Packet, said: Provenance, path: Path, *, mark: bool) -> None:
    """Write the file as UTF-8; `mark` puts a byte order mark first, by which spreadsheets know that it is."""
    names = canonical.columns(said.statistics)
    with path.open("w", encoding="utf-8-sig" if mark else "utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([_cell(cell) for cell in row] for row in canonical.rows(packet))
        writer.writerows(
            _row(names, record, {"first_day": day, "note": words}) for record, day, words in _beside(packet)
        )
        writer.writerow(_row(names, PROVENANCE, {"note": said.as_json()}))


def _cell(cell: Cell) -> object:
    return "" if cell is None else plain_cell(cell) if isinstance(cell, str) else cell


def _beside(packet: Packet) -> Iterator[tuple[str, str, str]]:
    """Rows (record, day, words) of a file of one's own figures: where each is read from, and who looked."""
    if packet.looks is None:
        return
    for stat in packet.request.statistics:
        yield SOURCE, "", f"{stat.key}: {stat.label} ({stat.unit}). {stat.meaning} Read from {sources_of(stat)}."
    for look in packet.looks:
        yield LOOK, str(look.at.date()), f"{look.at:%H:%M} UTC, {look.who}: {look.what}"


def _row(names: Sequence[str], record: str, cells: Mapping[str, str]) -> list[str]:
    return [plain_cell(record if name == "record" else cells.get(name, "")) for name in names]
