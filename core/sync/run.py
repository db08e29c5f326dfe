"""One run of the sync: which days, one after the other, and a record of how it went."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable

from core import wording
from core.api import skew
from core.api.client import AnalyticsClient
from core.errors import ApiContractError, ApiError, ApiKeyRejected, UptakeError
from core.settings import Settings
from core.store.connection import connections, offers, pacing
from core.store.connection.connections import ConnectionState
from core.store.engine.database import Database
from core.store.usage.sync_runs import RunOutcome
from core.sync import pace
from core.sync.days import DaysRun
from core.sync.journal import Journal, RunReport
from core.sync.key import KeyRing, RunKey
from core.sync.lease import HeldLease, LeaseLost
from core.sync.planning import plan
from core.sync.totals import TotalsSync

log = logging.getLogger("uptake.sync")

CONTINUED = "continued"
"""What starts a run at once after one that left days over."""

_STOPPED = "The daemon was stopped during this run; it continues next time."


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
        self._ring = KeyRing(settings, database, clock)

    def run(self, held: HeldLease, trigger: str) -> RunReport:
        """Read every day that is due; what goes wrong is in the report and on the Connection page, not raised.

        A failed day leaves its last good version in place, and the run goes on with the next unless the API or the
        database is out of reach.

        Raises:
            LeaseLost: another daemon took over.
        """
        report, journal = RunReport(), Journal(self._database, held, trigger, self._clock)
        try:
            self._read(held, report, journal, continues=trigger == CONTINUED)
        except LeaseLost as error:
            report.outcome, report.message = RunOutcome.STOPPED, str(error)
            raise
        except UptakeError as error:
            stopped = (RunOutcome.STOPPED, _STOPPED)
            report.outcome, report.message = stopped if self._stop() else (RunOutcome.FAILED, str(error))
        except Exception:
            report.outcome, report.message = (
                RunOutcome.FAILED,
                "A defect of Uptake ended this run; the log says more.",
            )
            raise
        except BaseException:
            report.outcome, report.message = RunOutcome.STOPPED, _STOPPED
            raise
        finally:
            journal.finish(report)
            self._database.dispose()  # else SQLite's page caches, up to 96 MB, stay for the hour until the next run
        log.info("sync %s: %s", report.outcome, report.message, extra={"outcome": report.outcome, **report.counts})
        return report

    def _read(self, held: HeldLease, report: RunReport, journal: Journal, *, continues: bool) -> None:
        key = self._ring.key(held)
        with self._connect(key.secret) as client:
            self._set_pace(client)
            client.before_request = key.confirm_now_and_then()
            client.on_wait = lambda error, seconds: journal.tell_wait(report, error, seconds)
            try:
                self._days(key, client, report, journal, continues=continues)
            except ApiKeyRejected as error:
                key.note(ConnectionState.REJECTED, str(error))
                raise
            finally:
                report.requests, report.remark = client.requests, skew.sentence(client.skew)
                self._keep_pace(held, client)

    def _days(
        self, key: RunKey, client: AnalyticsClient, report: RunReport, journal: Journal, *, continues: bool
    ) -> None:
        totals = TotalsSync(self._database, key, self._clock, lambda: self._stop() or key.gone() is not None)
        try:
            newest = self._newest(client, key)
        except ApiContractError:
            if (known := self._newest_known()) is not None:
                totals.read(client, known, self._settings)
            raise
        backfill_days, allowed = self._settings.backfill_days, client.governor.per_minute
        made = plan(self._database, newest, self._clock(), backfill_days, allowed, continues=continues)
        reading = DaysRun(self._database, key, self._clock, report, self._stop).read(client, made, backfill_days)
        while not self._stop():
            day = next(reading, None)
            if day is None:
                break
            report.requests = client.requests
            journal.tell(report)
            self._progress(report, day)
        else:
            report.outcome, report.message = RunOutcome.STOPPED, _STOPPED
            return
        if made.days:
            totals.read(client, newest, self._settings)
        _sum_up(report)

    def _newest(self, client: AnalyticsClient, key: RunKey) -> dt.date:
        try:
            newest = client.newest_day(once=key.rejected)
        except ApiKeyRejected:
            raise
        except ApiError as error:
            if key.rejected:
                key.note_another_try()
            elif not self._stop():
                key.note(ConnectionState.UNAVAILABLE, str(error))
            raise
        now, wrong = self._clock(), skew.sentence(client.skew)
        with key.writing(self._database, lambda: now) as (connection, _):
            connections.confirm_organization(connection, client.organization)
            serves = f"The API serves data up to {wording.weekday(newest)} (UTC)."
            message = " ".join(filter(None, (serves, wrong)))
            connections.note(connection, ConnectionState.CONNECTED, message, now, key.mark)
            offers.note(connection, newest, now, client.today())
        return newest

    def _newest_known(self) -> dt.date | None:
        with self._database.read() as connection:
            return offers.offer(connection, None, self._clock().date()).newest

    def _set_pace(self, client: AnalyticsClient) -> None:
        with self._database.read() as connection:
            client.governor.limit(pace.allowed(pacing.pace(connection), self._settings.requests_per_minute))

    def _keep_pace(self, held: HeldLease, client: AnalyticsClient) -> None:
        if client.requests == 0 or self._stop():
            return
        with held.writing(self._database, self._clock) as (connection, _):
            before, refused = pacing.pace(connection), client.rate_limited > 0
            after = pace.after_run(before, self._settings.requests_per_minute, refused=refused, now=self._clock())
            if after != before:
                pacing.keep(connection, after)


def _sum_up(report: RunReport) -> None:
    """The outcome and its sentences."""
    planned, held = report.days_planned, report.days_held
    failed = planned - report.days_checked - held
    said = []
    if failed:
        said.append(f"{failed} of {wording.counted(planned, 'day')} could not be read; their last good state is kept.")
    if held:
        said.append(
            f"{held} of {wording.counted(planned, 'day')} lost too much to be believed; the stored version stays "
            "until an admin accepts the new one on the Connection page."
        )
    if said:
        report.outcome = RunOutcome.PARTIAL
    else:
        said.append(
            f"{wording.counted(report.days_checked, 'day')} read, {report.days_changed} of them new or changed."
        )
    if report.days_left:
        said.append(
            f"The next run begins at once and reads {wording.counted(report.days_left, 'more day')} of the past."
        )
    report.message = " ".join(said)
