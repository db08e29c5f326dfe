"""The record of a run: begun, told while it lasts, and finished, whatever ends it."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import insert, update

from core.errors import ApiError, StorageError
from core.store.engine.database import Database
from core.store.tables.usage import SYNC_RUN
from core.store.usage.sync_runs import RunOutcome
from core.sync.lease import HeldLease, LeaseLost

TELL_SECONDS = 2.0
"""How often at most a run in progress stores its counts."""

_COUNTS = ("days_planned", "days_checked", "days_changed", "requests")


@dataclass
class RunReport:
    """How a run went.

    `days_held` are days whose new version lost too much to be taken. `days_left` are days of the past that it left to
    the next run, which may begin at once. `remark` is what else the message ends with when it is stored.
    """

    outcome: RunOutcome = RunOutcome.OK
    message: str = ""
    days_planned: int = 0
    days_checked: int = 0
    days_changed: int = 0
    requests: int = 0
    days_held: int = 0
    days_left: int = 0
    remark: str | None = None

    @property
    def can_go_on(self) -> bool:
        """Whether another run should read the days that are left at once: this one read some, and was not stopped."""
        return self.days_left > 0 and self.days_checked > 0 and self.outcome is not RunOutcome.STOPPED

    @property
    def counts(self) -> dict[str, int]:
        """The numbers that are stored."""
        return {name: getattr(self, name) for name in _COUNTS}


class Journal:
    """The stored record of one run, made as it begins; runs that were left open by a killed daemon are closed then.

    Raises:
        LeaseLost: another daemon took over.
    """

    def __init__(self, database: Database, held: HeldLease, trigger: str, clock: Callable[[], dt.datetime]) -> None:
        self._database = database
        self._held = held
        self._clock = clock
        self._told = 0.0
        with held.writing(database, clock) as (connection, now):
            ended = {"message": "The daemon ended during this run.", "finished_at": now}
            interrupted = update(SYNC_RUN).where(SYNC_RUN.c.outcome == RunOutcome.RUNNING.value)
            connection.execute(interrupted.values(outcome=RunOutcome.STOPPED.value, **ended))
            values = {"trigger": trigger, "started_at": now, "outcome": RunOutcome.RUNNING.value, "message": ""}
            result = connection.execute(insert(SYNC_RUN).values(**values, **RunReport().counts))
            self._number = int(result.inserted_primary_key[0])  # type: ignore[index]

    def tell(self, report: RunReport) -> None:
        """Store how far a run is, now and then: the Connection page shows it while it lasts.

        Raises:
            LeaseLost: another daemon took over.
        """
        if time.monotonic() - self._told >= TELL_SECONDS:
            self._told = time.monotonic()
            self._tell("", report)

    def tell_wait(self, report: RunReport, error: ApiError, seconds: float) -> None:
        """Store what a run waits for; a database that cannot take it does not end the run.

        Raises:
            LeaseLost: another daemon took over.
        """
        after = f"in {seconds / 60:.0f} min" if seconds > 90 else "in a moment"
        try:
            self._tell(f"{error} It is asked again {after}.", report)
        except LeaseLost:
            raise
        except StorageError:
            return
        self._told = 0.0

    def finish(self, report: RunReport) -> None:
        """Store how the run ended, unless the next holder of the lease has closed the record already."""
        with self._database.write() as connection:
            message = " ".join(filter(None, (report.message, report.remark)))
            ended = {"outcome": report.outcome.value, "message": message, "finished_at": self._clock()}
            running = SYNC_RUN.c.outcome == RunOutcome.RUNNING.value
            mine = update(SYNC_RUN).where(SYNC_RUN.c.id == self._number, running)
            connection.execute(mine.values(**ended, **report.counts))

    def _tell(self, message: str, report: RunReport) -> None:
        with self._held.writing(self._database, self._clock) as (connection, _):
            mine = update(SYNC_RUN).where(SYNC_RUN.c.id == self._number)
            connection.execute(mine.values(message=message, **report.counts))
