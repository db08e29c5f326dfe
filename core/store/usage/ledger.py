"""What is known about each day: its versions, what each one changed, and what keeps a day from being read."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from core.store.engine import upsert
from core.store.tables.usage import DAY_REVISION, SYNC_DAY, UNKNOWN_FIELD

_BLANK: dict[str, object] = {
    "revision": 0,
    "rows": 0,
    "page_digests": b"",
    "unmeasured": "",
    "held_digests": b"",
    "accepted_digests": b"",
}


@dataclass(frozen=True)
class DayChange:
    """What storing a day changed: its new revision, its rows, and how many people appeared, vanished or changed.

    `differences` says by how much the day's sum of each measure changed; measures without a change are left out.
    """

    day: dt.date
    revision: int
    rows: int
    appeared: int
    vanished: int
    changed: int
    differences: Mapping[str, int]

    @property
    def anything(self) -> bool:
        """Whether any stored number is another than before."""
        return self.revision == 1 or bool(self.appeared or self.vanished or self.changed)


@dataclass(frozen=True)
class StoredVersion:
    """A day's stored version: its revision (0: none), its pages' digests, and those that an admin accepted."""

    revision: int = 0
    page_digests: bytes = b""
    accepted_digests: bytes = b""


def stored_version(connection: Connection, day: dt.date) -> StoredVersion:
    """What is stored of a day."""
    columns = (SYNC_DAY.c.revision, SYNC_DAY.c.page_digests, SYNC_DAY.c.accepted_digests)
    row = connection.execute(select(*columns).where(SYNC_DAY.c.day == day)).first()
    return StoredVersion() if row is None else StoredVersion(*row)


def record(connection: Connection, change: DayChange, digests: bytes, unmeasured: str, now: dt.datetime) -> None:
    """Note a new version of a day, in the transaction that stores it."""
    values: dict[str, object] = {
        "revision": change.revision,
        "rows": change.rows,
        "page_digests": digests,
        "unmeasured": unmeasured,
    }
    if change.revision == 1:
        values["stored_at"] = now
    if change.anything:
        values["changed_at"] = now
    _note(connection, change.day, now, **values)
    connection.execute(
        insert(DAY_REVISION).values(
            day=change.day,
            revision=change.revision,
            at=now,
            rows=change.rows,
            appeared=change.appeared,
            vanished=change.vanished,
            changed=change.changed,
            differences=json.dumps(dict(change.differences)),
            unmeasured=unmeasured,
        )
    )


def confirm_unchanged(connection: Connection, day: dt.date, now: dt.datetime) -> None:
    """Note that the API still says the same about a stored day."""
    _note(connection, day, now)


def settle_before(connection: Connection, earliest: dt.date, refused: Sequence[dt.date], now: dt.datetime) -> None:
    """Note that days before `earliest` are served no more: nothing is wrong with them, and what is stored stays.

    `refused` are those that were asked for just now.
    """
    for day in refused:
        connection.execute(update(SYNC_DAY).where(SYNC_DAY.c.day == day).values(checked_at=now))
    failed = (SYNC_DAY.c.day < earliest) & SYNC_DAY.c.problem.is_not(None) & (func.length(SYNC_DAY.c.held_digests) == 0)
    connection.execute(update(SYNC_DAY).where(failed).values(problem=None, checked_at=now))


def record_problem(connection: Connection, day: dt.date, problem: str, now: dt.datetime) -> None:
    """Note why a day could not be read; what is stored of it stays, and so does the moment since when it fails."""
    sync_day = SYNC_DAY.c
    fails = sync_day.problem.is_not(None) & (func.length(sync_day.held_digests) == 0)
    # A moment that lies in the future was dated by a clock that ran ahead.
    since = select(sync_day.checked_at).where(sync_day.day == day, fails, sync_day.checked_at <= now)
    _note(connection, day, connection.execute(since).scalar() or now, problem=problem)


def hold(connection: Connection, day: dt.date, digests: bytes, reason: str, now: dt.datetime) -> None:
    """Note that a read version is not taken until an admin accepts it; what is stored stays."""
    _note(connection, day, now, problem=reason, held_digests=digests)


def accept_held(connection: Connection, day: dt.date) -> bool:
    """Let the next run take the held version of a day; False when none is held."""
    held = connection.execute(select(SYNC_DAY.c.held_digests).where(SYNC_DAY.c.day == day)).scalar()
    if held:
        accepted = {"accepted_digests": held, "checked_at": None}
        connection.execute(update(SYNC_DAY).where(SYNC_DAY.c.day == day).values(**accepted))
    return bool(held)


def record_unknown_fields(connection: Connection, paths: Iterable[str], day: dt.date) -> None:
    """Remember fields that were never seen before, with the day on which they were."""
    if wanted := sorted(paths):
        known = set(connection.execute(select(UNKNOWN_FIELD.c.path)).scalars())
        if fresh := [{"path": path, "first_seen": day} for path in wanted if path not in known]:
            connection.execute(insert(UNKNOWN_FIELD), fresh)


def make_due(connection: Connection, days: Sequence[dt.date]) -> None:
    """Let the next run read the days again, whatever their age; a day never asked for becomes known."""
    for day in days:
        _put(connection, day, {"checked_at": None})


def _note(connection: Connection, day: dt.date, now: dt.datetime, **values: object) -> None:
    _put(connection, day, {"problem": None, "held_digests": b"", "checked_at": now, **values})


def _put(connection: Connection, day: dt.date, values: Mapping[str, object]) -> None:
    """Set values of a day; the sync and an admin may make the same day known at the same moment."""
    upsert.put(connection, SYNC_DAY, {"day": day}, values, _BLANK)
