"""What can be said of a day's data in one word: for the Connection page, the command line and monitoring alike."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Protocol

from core.sync.window import YOUNG


class DayStatus(StrEnum):
    """The worst thing that is true of a day.

    COMPLETE: stored. REVISED: stored, and the API changed numbers since. PROVISIONAL: stored, and so young that the
    API still revises much. HELD: a new version waits for an admin. FAILED: the last read failed, a version stored
    before is kept. MISSING: not read yet.
    """

    COMPLETE = "complete"
    REVISED = "revised"
    PROVISIONAL = "provisional"
    HELD = "held"
    FAILED = "failed"
    MISSING = "missing"


class KnownDay(Protocol):
    """What is known of a day, as `core.store.tables.usage.SyncDay` has it; `held`: a new version waits."""

    @property
    def day(self) -> dt.date: ...
    @property
    def revision(self) -> int: ...
    @property
    def stored_at(self) -> dt.datetime | None: ...
    @property
    def changed_at(self) -> dt.datetime | None: ...
    @property
    def problem(self) -> str | None: ...
    @property
    def held(self) -> bool: ...


def status(known: KnownDay, newest: dt.date | None) -> DayStatus:
    """The status of a day, seen from the newest one of all; None: no newest one is known, so none is young."""
    if known.held:
        return DayStatus.HELD
    if known.problem is not None:
        return DayStatus.FAILED
    if known.revision == 0:
        return DayStatus.MISSING
    if newest is not None and newest - known.day < YOUNG:
        return DayStatus.PROVISIONAL
    # A new version need not say other numbers: a field that is not counted makes one, too.
    revised = known.stored_at is not None and known.changed_at is not None and known.changed_at > known.stored_at
    return DayStatus.REVISED if revised else DayStatus.COMPLETE
