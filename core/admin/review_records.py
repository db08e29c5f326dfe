"""What the database knows of review exports: the ledger's state while one is made, and the records of finished files.

Whoever may read figures may take them away, so `ReviewRecords` takes no proof of a role. It tells of days and of files,
and nothing of anybody. To verify a file is for admins.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from core import audit
from core.admin.access import AdminViewer
from core.store.access import exports
from core.store.access.exports import FileRecord
from core.store.engine.database import Database
from core.store.usage import revisions

__all__ = ["FileRecord", "ReviewRecords", "days_stored_at", "note_verified", "records_of"]

_EVER = (dt.date(2000, 1, 1), dt.date(2999, 12, 31))


class ReviewRecords:
    """The records of one database, as `core.reports.exports.recorded` needs them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ledger(self, first: dt.date, last: dt.date) -> tuple[int, int, dt.datetime | None]:
        """Stored days of a range, versions of them beyond the first, and when the newest version of any day came."""
        with self._database.read() as connection:
            state = exports.ledger_state(connection, first, last)
        return state.days, state.revisions, state.newest

    def keep(self, export_id: str, form: str, at: dt.datetime, parts: Sequence[tuple[str, str]]) -> None:
        """Keep the record of a finished file: the checksum of each part's data, and the SHA-256 of its bytes."""
        with self._database.write() as connection:
            for part, (checksum, digest) in enumerate(parts, start=1):
                exports.note(connection, FileRecord(export_id, part, form, checksum, digest, at))


def records_of(_admin: AdminViewer, database: Database, export_id: str) -> list[FileRecord]:
    """The files that an export gave, several where it was split."""
    with database.read() as connection:
        return exports.records(connection, export_id)


def days_stored_at(_admin: AdminViewer, database: Database, moment: dt.datetime) -> dict[dt.date, frozenset[str]]:
    """All days that were stored at a moment, each with the measures that were not measured for anybody then."""
    with database.read() as connection:
        return revisions.stored_days(connection, *_EVER, moment)


def note_verified(admin: AdminViewer, database: Database, export_id: str, *, changed: bool, differences: int) -> None:
    """Write down that a file was verified, and what came out."""
    details = {"export": export_id, "changed": changed, "differences": differences}
    with database.write() as connection:
        audit.record(connection, admin.name, "export.verified", details=details)
