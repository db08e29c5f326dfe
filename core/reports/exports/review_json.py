"""A review as JSON: where it comes from, what its statistics mean, and the rows."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from core.catalogue import STAT, sources_of
from core.reports.exports import canonical
from core.reports.exports.provenance import LIMITS, PURPOSE, Provenance
from core.reports.reviews.packet import Packet


def write(packet: Packet, said: Provenance, path: Path) -> None:
    """Write a packet as a JSON file, row by row."""
    with path.open("w", encoding="utf-8") as file:
        write_to(packet, said, file)


def write_to(packet: Packet, said: Provenance, file: TextIO) -> None:
    """Write a packet as JSON to an open file, row by row."""
    head: dict[str, object] = {
        "purpose": PURPOSE,
        "limits": LIMITS,
        "provenance": asdict(said),
        "statistics": [
            {
                "key": key,
                "label": STAT[key].label,
                "unit": STAT[key].unit,
                "product": STAT[key].product,
                "meaning": STAT[key].meaning,
                "read_from": sources_of(STAT[key]),
            }
            for key in said.statistics
        ],
    }
    if packet.looks is not None:
        head["who_looked"] = [{"at": look.at.isoformat(), "who": look.who, "what": look.what} for look in packet.looks]
    file.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "rows": [')
    names = canonical.columns(said.statistics)
    encoder = json.JSONEncoder(
        ensure_ascii=False, default=str
    )  # json.dump would write sign by sign, several times slower
    for place, row in enumerate(canonical.rows(packet)):
        file.write(",\n" if place else "\n")
        file.write(encoder.encode(dict(zip(names, row, strict=True))))
    file.write("\n]}\n")
