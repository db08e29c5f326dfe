"""Reads a review export back: what it says about itself, and its rows, from any of its forms."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import UptakeError
from core.people.text import bare
from core.reports.exports import attachment, canonical, review_csv, sheets
from core.reports.exports.provenance import Provenance
from core.reports.exports.table import Cell

LARGEST = 300_000_000
"""Bytes of a file, or of what it holds unpacked, that are read at most."""


class NotAnExport(UptakeError):
    """The file is no review export, or is damaged beyond reading."""


@dataclass(frozen=True)
class Contents:
    """A file, or a part of one: its name, what it says about itself, its rows, and the SHA-256 of its bytes."""

    name: str
    said: Provenance
    rows: tuple[tuple[Cell, ...], ...]
    digest: str

    @property
    def is_unchanged(self) -> bool:
        """Whether the rows still have the checksum that the file states."""
        return canonical.checksum(canonical.columns(self.said.statistics), self.rows) == self.said.checksum


def read(path: Path) -> list[Contents]:
    """The parts of a file; one, unless it is an archive of several.

    Raises:
        NotAnExport: it is no review export of this form, or cannot be read as one.
        OSError: the file cannot be read.
    """
    if path.stat().st_size > LARGEST:
        raise NotAnExport(f"{path.name} is larger than any review export that can be verified.")
    try:
        return list(_parts(path.name, path.read_bytes()))
    except (ValueError, KeyError, TypeError, LookupError, zipfile.BadZipFile, csv.Error, SyntaxError) as error:
        raise NotAnExport(
            f"{path.name} is not a review export of Uptake, or it is damaged: where it comes from cannot be read."
        ) from error


def _parts(name: str, content: bytes) -> Iterable[Contents]:
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(item.file_size for item in archive.infolist()) > LARGEST:
                raise NotAnExport(f"{name} holds more than any review export.")
            inside = [item for item in archive.namelist() if item.endswith(".pdf")]
            if inside:
                for item in inside:
                    yield from _parts(item, archive.read(item))
                return
            said, rows = sheets.read(archive)
    elif content.startswith(b"%PDF"):
        said, rows = _from_json(json.loads(attachment.extracted(content, LARGEST)))
    elif content.lstrip().startswith(b"{"):
        said, rows = _from_json(json.loads(content))
    else:
        said, rows = _from_csv(content.decode("utf-8-sig"))
    yield Contents(name, said, tuple(rows), hashlib.sha256(content).hexdigest())


def _from_json(found: Mapping[str, Any]) -> tuple[Provenance, list[tuple[Cell, ...]]]:
    said = Provenance.from_json(found["provenance"])
    names = canonical.columns(said.statistics)
    return said, [canonical.from_texts(names, row) for row in found["rows"]]


def _from_csv(text: str) -> tuple[Provenance, list[tuple[Cell, ...]]]:
    csv.field_size_limit(1_000_000)
    lines = list(csv.DictReader(io.StringIO(text, newline="")))
    last = [line for line in lines if line.get("record") == review_csv.PROVENANCE]
    if len(last) != 1:
        raise ValueError("no row says where it comes from")
    said = Provenance.from_json(json.loads(last[0]["note"]))
    names = canonical.columns(said.statistics)
    beside = {review_csv.PROVENANCE, review_csv.SOURCE, review_csv.LOOK}
    figures = (line for line in lines if line.get("record") not in beside)
    return said, [canonical.from_texts(names, {name: bare(line.get(name) or "") for name in names}) for line in figures]
