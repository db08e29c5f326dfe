"""One run of the sync: which days, one after the other, and a record of how it went."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import insert, select, update

from core.api.client import AnalyticsClient
from core.api.endpoints import EARLIEST_DAY
from core.errors import (
    ApiContractError,
    ApiError,
    ApiKeyRejected,
    CursorLost,
    DayHeld,
    DayNotAvailable,
    StorageError,
    UptakeError,
)
from core.settings import Settings
from core.store import connections, ledger, offers
from core.store.database import Database
from core.store.tables import SYNC_DAY, SYNC_RUN
from core.sync.lease import Held, LeaseLost
from core.sync.pipeline import DaySync
from core.sync.totals import TotalsSync
from core.sync.window import StoredDay, days_to_read

log = logging.getLogger("uptake.sync")

_STOPPED = "The daemon was stopped during this run; it continues next time."
TELL_SECONDS = 2.0
"""How often at most a run in progress stores its counts."""

NO_KEY = "No API key is stored yet. Connect Claude on the Connection page, or with `uptake connect`."


@dataclass
class RunReport:
    """How a run went. `outcome`: ok, failed (nothing more could be read) or partial (some days could not)."""

    outcome: str = "ok"
    message: str = ""
    days_planned: int = 0
    days_checked: int = 0
    days_changed: int = 0
    requests: int = 0


class SyncRunner:
    """Runs the sync under a held lease; the client is made per run, as the key may have changed in between.

    Once `stop` says so, a run ends after the day that it is at; it continues next time.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        connect: Callable[[str], AnalyticsClient],
        *,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        progress: Callable[[RunReport, dt.date], None] = lambda _report, _day: None,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._settings = settings
        self._database = database
        self._connect = connect
        self._clock = clock
        self._progress = progress
        self._stop = stop
        self._told = 0.0

    def run(self, held: Held, trigger: str) -> RunReport:
        """Read every day that is due; what goes wrong is in the report and on the Connection page, not raised.

        A failed day leaves its last good version in place, and the run goes on with the next unless the API or the
        database is out of reach.

        Raises:
            LeaseLost: another daemon took over.
        """
        report, number = RunReport(), self._begin(held, trigger)
        try:
            self._read(held, report, number)
        except LeaseLost as error:
            report.outcome, report.message = "stopped", str(error)
            raise
        except UptakeError as error:
            report.outcome, report.message = ("stopped", _STOPPED) if self._stop() else ("failed", str(error))
        except Exception:
            report.outcome, report.message = (
                "failed",
                "A defect of Uptake ended this run; the log says more.",
            )
            raise
        except BaseException:
            report.outcome, report.message = "stopped", _STOPPED
            raise
        finally:
            self._finish(number, report)
        counts = {name: value for name, value in vars(report).items() if name != "message"}
        log.info("sync %s: %s", report.outcome, report.message, extra=counts)
        return report

    def _read(self, held: Held, report: RunReport, number: int) -> None:
        key = self._key()
        if key is None:
            raise StorageError(NO_KEY)
        with self._connect(key) as client:
            days = self._plan(client)
            report.days_planned = len(days)
            sync = DaySync(self._database, held, self._clock)
            for day in days:
                if self._stop():
                    report.outcome, report.message = "stopped", _STOPPED
                    return
                self._one(held, sync, client, day, report)
                report.requests = client.requests
                self._tell(number, report)
                self._progress(report, day)
            if days:  # the newest day is due in every run
                TotalsSync(self._database, held, self._clock, self._stop).read(client, max(days), self._settings)
                report.requests = client.requests
        failed = report.days_planned - report.days_checked
        if failed:
            report.outcome = "partial"
            report.message = f"{failed} of {report.days_planned} days could not be read; their last good state is kept."
        else:
            report.message = f"{report.days_checked} days read, {report.days_changed} of them new or changed."

    def _plan(self, client: AnalyticsClient) -> list[dt.date]:
        now = self._clock()
        try:
            newest = client.newest_day(now.date())
        except ApiKeyRejected as error:
            self._note("rejected", str(error))
            raise
        except ApiError as error:
            if not self._stop():
                self._note("unavailable", str(error))
            raise
        self._note("connected", f"The API serves data up to {newest:%a %-d %b %Y} (UTC).")
        with self._database.write() as connection:
            offers.note(connection, newest, now)
        earliest = max(EARLIEST_DAY, newest - dt.timedelta(days=self._settings.backfill_days - 1))
        with self._database.read() as connection:
            columns = (SYNC_DAY.c.day, SYNC_DAY.c.revision, SYNC_DAY.c.checked_at, SYNC_DAY.c.problem)
            stored = {
                row.day: StoredDay(row.revision > 0, row.checked_at, row.problem is not None)
                for row in connection.execute(select(*columns))
            }
        return days_to_read(stored, newest, earliest, now)

    def _one(self, held: Held, sync: DaySync, client: AnalyticsClient, day: dt.date, report: RunReport) -> None:
        try:
            done = sync.sync_day(client.users, day)
        except ApiKeyRejected as error:
            self._note("rejected", str(error))
            raise
        except DayHeld as error:
            log.warning("day %s: %s", day, error)
            return
        except (ApiContractError, CursorLost, DayNotAvailable) as error:
            log.warning("day %s: %s", day, error)
            with self._database.write() as connection:
                held.confirm(connection, self._clock())
                ledger.record_problem(connection, day, str(error), self._clock())
            return
        report.days_checked += 1
        report.days_changed += done.change is not None and done.change.anything

    def _key(self) -> str | None:
        """The stored key; before there is one, the setting's, which is then stored."""
        secret, seed = self._settings.secret_key, self._settings.claude_api_key
        with self._database.read() as connection:
            key = connections.key(connection, secret)
            known = connections.read(connection)
        if known is not None and known.state == connections.DISCONNECTED:
            raise StorageError(f"{known.message} History stays; connect again to go on reading.")
        if key is None and seed is not None:
            with self._database.write() as connection:
                connections.replace(connection, secret, seed, "UPTAKE_CLAUDE_API_KEY", self._clock())
            return seed
        return key

    def _note(self, state: str, message: str) -> None:
        with self._database.write() as connection:
            connections.note(connection, state, message, self._clock())

    def _begin(self, held: Held, trigger: str) -> int:
        with self._database.write() as connection:
            now = self._clock()
            held.confirm(connection, now)
            interrupted = {"outcome": "stopped", "message": "The daemon ended during this run.", "finished_at": now}
            connection.execute(update(SYNC_RUN).where(SYNC_RUN.c.outcome == "running").values(**interrupted))
            result = connection.execute(
                insert(SYNC_RUN).values(
                    trigger=trigger,
                    started_at=now,
                    outcome="running",
                    message="",
                    requests=0,
                    days_planned=0,
                    days_checked=0,
                    days_changed=0,
                )
            )
            return int(result.inserted_primary_key[0])  # type: ignore[index]

    def _tell(self, number: int, report: RunReport) -> None:
        """Store how far a run is, now and then: the Connection page shows it while it lasts."""
        if time.monotonic() - self._told < TELL_SECONDS:
            return
        self._told = time.monotonic()
        counts = {key: value for key, value in vars(report).items() if key not in {"outcome", "message"}}
        with self._database.write() as connection:
            connection.execute(update(SYNC_RUN).where(SYNC_RUN.c.id == number).values(**counts))

    def _finish(self, number: int, report: RunReport) -> None:
        with self._database.write() as connection:
            values = {**vars(report), "finished_at": self._clock()}
            connection.execute(update(SYNC_RUN).where(SYNC_RUN.c.id == number).values(**values))
