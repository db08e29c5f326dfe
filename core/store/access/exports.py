"""What review exports need beside figures: the ledger's state when they are made, and a record of finished files."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from core.store.tables.exports import REVIEW_EXPORT
from core.store.tables.usage import DAY_REVISION, SYNC_DAY


@dataclass(frozen=True)
class LedgerState:
    """Stored days of a range, versions of them beyond the first, and when the newest stored version of any day came."""

    days: int
    revisions: int
    newest: dt.datetime | None


def ledger_state(connection: Connection, first: dt.date, last: dt.date) -> LedgerState:
    """The state of the ledger for a range of days.

    `newest` is taken over all days: habits look at days before the range.
    """
    stored = select(func.count(), func.coalesce(func.sum(SYNC_DAY.c.revision - 1), 0)).where(
        SYNC_DAY.c.day.between(first, last), SYNC_DAY.c.revision > 0
    )
    days, revisions = connection.execute(stored).one()
    return LedgerState(int(days), int(revisions), connection.execute(select(func.max(DAY_REVISION.c.at))).scalar())


@dataclass(frozen=True)
class FileRecord:
    """A file that was made: its form, the checksum of its data, and the SHA-256 of its bytes."""

    export_id: str
    part: int
    form: str
    checksum: str
    digest: str
    at: dt.datetime


def note(connection: Connection, record: FileRecord) -> None:
    """Keep the record of a file that was made."""
    connection.execute(insert(REVIEW_EXPORT).values(**vars(record)))


def records(connection: Connection, export_id: str) -> list[FileRecord]:
    """The files that an export gave, several where it was split."""
    wanted = select(REVIEW_EXPORT).where(REVIEW_EXPORT.c.export_id == export_id).order_by(REVIEW_EXPORT.c.part)
    return [FileRecord(**row) for row in connection.execute(wanted).mappings()]
