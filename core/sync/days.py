"""The days of a run, one after the other: what cannot be read is noted with its day, and the run goes on."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.api.client import AnalyticsClient
from core.errors import ApiContractError, ApiRateLimited, ApiUnavailable, CursorLost, DayHeld, DayNotAvailable
from core.store.connection import look_back
from core.store.connection.look_back import Floor
from core.store.engine.database import Database
from core.store.usage import ledger
from core.sync.journal import RunReport
from core.sync.lease import HeldLease
from core.sync.look_back import HOLE, Search
from core.sync.pipeline import DaySync
from core.sync.planning import ENDPOINT, SyncPlan

log = logging.getLogger("uptake.sync")

LONGEST = dt.timedelta(minutes=50)
"""After so long a run leaves the rest of the past to the next one, so that the newest days are not kept waiting."""

MOST_IN_A_ROW = 3
"""After so many days in a row without a usable answer the API is taken to be down, and the run is given up.

Days that failed before do not count: else the same three in a row would keep everything older from being read for ever.
"""


@dataclass
class DaysRun:
    """Reads the days of a plan under a held lease, and counts in the report how it goes.

    `stop` tells a request that was given up because the daemon ends from one that failed.
    """

    database: Database
    held: HeldLease
    clock: Callable[[], dt.datetime]
    report: RunReport
    stop: Callable[[], bool]
    _unanswered: int = 0

    def read(self, client: AnalyticsClient, made: SyncPlan, backfill_days: int) -> Iterator[dt.date]:
        """Read day after day, each time the next one is wanted; whoever wants no more leaves the rest as it is.

        Raises:
            ApiError: no day can be read any more; those read before are stored.
            StorageError: a day could not be stored, or another daemon holds the lease by now.
        """
        began, search = self.clock(), Search(made.newest, made.stored)
        sync = DaySync(self.database, self.held, self.clock)
        self.report.days_planned = len(made.days)
        for number, day in enumerate(made.days):
            if search.is_over:
                search.refused += made.days[number:]
                break
            if self.clock() - began > LONGEST:
                self.report.days_planned, self.report.days_left = number, len(made.days) - number
                break
            self._one(sync, client, day, search, counts=day not in made.failed)
            yield day
        self._learn_floor(made, search, backfill_days)

    def _one(self, sync: DaySync, client: AnalyticsClient, day: dt.date, search: Search, *, counts: bool) -> None:
        """Read one day; `counts`: a failure may mean that the API is down."""
        try:
            done = sync.sync_day(client.users, day)
        except ApiRateLimited:
            raise
        except ApiUnavailable as error:
            if self.stop():
                raise
            self._note_problem(day, str(error))
            self._unanswered += counts
            if self._unanswered == MOST_IN_A_ROW:
                raise
            return
        except DayHeld as error:
            log.warning("day %s: %s", day, error)
            self.report.days_held += 1
        except DayNotAvailable as error:
            if not search.refuse(day, error.latest):
                self._note_problem(day, str(error))
        except (ApiContractError, CursorLost) as error:
            self._note_problem(day, str(error))
        else:
            search.serve(day)
            self.report.days_checked += 1
            self.report.days_changed += done.change is not None and done.change.anything
        self._unanswered = 0

    def _note_problem(self, day: dt.date, problem: str) -> None:
        log.warning("day %s: %s", day, problem)
        with self.held.writing(self.database, self.clock) as (connection, now):
            ledger.record_problem(connection, day, problem, now)

    def _learn_floor(self, made: SyncPlan, search: Search, backfill_days: int) -> None:
        """Keep where the past was found to begin. Days before it are no failure, so they are not counted as planned."""
        earliest, now = search.end(made.floor), self.clock()
        for day in search.holes:
            self._note_problem(day, HOLE)
        self.report.days_planned -= len(search.refused)
        if earliest is None and made.floor is None:
            return
        with self.held.writing(self.database, lambda: now) as (connection, _):
            if earliest is None:
                look_back.forget(connection, ENDPOINT)
            elif search.refused:
                look_back.note(connection, ENDPOINT, Floor(earliest, now, backfill_days))
                ledger.settle_before(connection, earliest, search.refused, now)
