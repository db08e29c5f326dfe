"""The file of a review in any form: written whole into a folder, with what is to be kept about it."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.reports.exports import document, review_csv, review_json, workbook
from core.reports.exports.provenance import Ledger, Maker, Provenance, provenance
from core.reports.reviews.packet import Packet, Progress, Request, gather, silent
from core.reports.reviews.readings import Readings
from core.reports.wording.looks import LookInWords

FORMS = {"csv": "CSV", "xlsx": "XLSX", "pdf": "PDF", "json": "JSON"}

PAGES_AT_ONCE = 100
"""People in one PDF, or half as many where they use many products, for each chart takes memory.

A larger packet becomes a ZIP archive of several, each of them complete in itself."""

_MANY_PRODUCTS = 6


@dataclass(frozen=True)
class ReviewFile:
    """A finished file, what it says about itself part by part, and the SHA-256 of each part's bytes."""

    path: Path
    mime: str
    parts: tuple[tuple[Provenance, str], ...]
    people: int


def make(
    readings: Readings,
    request: Request,
    maker: Maker,
    ledger: Callable[[], Ledger],
    *,
    form: str,
    folder: Path,
    mark: bool = True,
    looks: Sequence[LookInWords] | None = None,
    progress: Progress = silent,
) -> ReviewFile:
    """Count, and write the file into an empty folder of the caller's, who removes it whatever happens.

    `mark`: a byte order mark in a CSV. `looks`: who looked, for a file of one's own figures. All figures are of one
    moment of the database, whatever a sync or an admin stores meanwhile.

    Raises:
        NotPermitted: people have moved since the scope was made.
        PdfNotMade: the PDF could not be set.
        WorkbookNotMade: a workbook cannot hold it.
        OSError: the disk is full, or the folder cannot be written.
    """
    with readings.scope.moment():
        state = ledger()
        packet = gather(readings, request, lambda done, words: progress(done * 0.6, words))
    packet = replace(packet, looks=None if looks is None else tuple(looks))
    if form == "pdf" and len(parts := packet.split(_at_once(packet))) > 1:
        return _archive(parts, maker, state, folder, progress)
    progress(0.6, "Writing")
    said = provenance(packet, maker, state)
    path = folder / f"review.{form}"
    if form == "csv":
        review_csv.write(packet, said, path, mark=mark)
    elif form == "json":
        review_json.write(packet, said, path)
    elif form == "xlsx":
        workbook.write(packet, said, path)
    else:
        document.write(packet, said, path)
    progress(1.0, "Done")
    return ReviewFile(path, MIMES[path.suffix], ((said, _digest(path)),), len(packet.people))


MIMES = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}


def _at_once(packet: Packet) -> int:
    charts = sum(len(person.figures.products) for person in packet.people)
    return PAGES_AT_ONCE if charts <= _MANY_PRODUCTS * len(packet.people) else PAGES_AT_ONCE // 2


def _archive(parts: list[Packet], maker: Maker, state: Ledger, folder: Path, progress: Progress) -> ReviewFile:
    path = folder / "review.zip"
    kept = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for number, part in enumerate(parts, start=1):
            progress(0.6 + 0.4 * (number - 1) / len(parts), f"Setting part {number} of {len(parts)}")
            said, page = provenance(part, maker, state), folder / "part.pdf"
            document.write(part, said, page)
            kept.append((said, _digest(page)))
            archive.write(page, f"review-part-{number:02}-of-{len(parts):02}.pdf")
            page.unlink()
    progress(1.0, "Done")
    return ReviewFile(path, MIMES[".zip"], tuple(kept), sum(len(part.people) for part in parts))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
