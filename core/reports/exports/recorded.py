"""The file of a review on record: in the access log before anything is read, and among the finished files afterwards.

The pages and the command line make their files here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from core.reports.exports.provenance import Ledger, Maker
from core.reports.exports.review_files import ReviewFile, make
from core.reports.reviews.packet import Progress, Request, silent
from core.reports.reviews.readings import PresentReadings
from core.reports.wording.looks import LookInWords
from core.version import version
from core.visibility import Scope


class Records(Protocol):
    """Where the database is asked and told about files: reports do not open it, `core.admin.review_records` does."""

    def ledger(self, first: dt.date, last: dt.date) -> tuple[int, int, dt.datetime | None]:
        """The three fields of a `Ledger` for a range of days, in the order of that class."""

    def keep(self, export_id: str, form: str, at: dt.datetime, parts: Sequence[tuple[str, str]]) -> None:
        """Keep the record of a finished file: the checksum of each part's data, and the SHA-256 of its bytes."""


def make_and_record(
    scope: Scope,
    request: Request,
    records: Records,
    *,
    by: str,
    form: str,
    folder: Path,
    what: str = "review",
    mark: bool = True,
    looks: Sequence[LookInWords] | None = None,
    progress: Progress = silent,
) -> ReviewFile:
    """Make a file with what this scope may see, as `core.reports.exports.review_files.make` does, and keep its record.

    `by` says in the file who made it; `what` it is, for the access log.

    Raises:
        NotLogged: it could not be written to the access log; nothing was read.
        PdfNotMade: the PDF could not be set.
        OSError: the disk is full, or the folder cannot be written.
    """
    period, chosen = request.period, request.chosen
    team_id = chosen.ids[0] if chosen.team_id is None else chosen.team_id
    said = {"days": str(period), "form": f"{form}, {what}", "of": chosen.words}
    now = dt.datetime.now(dt.UTC)
    export_id = scope.recorder.log_export(team_id, chosen.ids, said)
    made = make(
        PresentReadings(scope),
        request,
        Maker(export_id, by, now, scope.freshness().data_through, version()),
        lambda: Ledger(*records.ledger(period.first, period.last)),
        form=form,
        folder=folder,
        mark=mark,
        looks=looks,
        progress=progress,
    )
    records.keep(export_id, form, now, [(where.checksum, digest) for where, digest in made.parts])
    return made
