"""Figures of the whole organisation: seats and active users, skills and connectors by name.

They are read after the users' days of a run, through the same client and so within the same rate. Whatever goes wrong
here is noted with its endpoint, for the Connection page, and leaves the run as it is.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import select

from core.api import totals
from core.api.client import AnalyticsClient
from core.api.totals import TotalsPage
from core.errors import ApiContractError, ApiRateLimited, CursorLost, DayNotAvailable, StorageError, UptakeError
from core.settings import Settings
from core.store.connection import look_back
from core.store.connection.look_back import Floor
from core.store.engine.database import Database
from core.store.tables.organisation import ENDPOINT_DAY
from core.store.totals import organisation_writes
from core.store.usage import ledger
from core.sync.lease import HeldLease, LeaseLost
from core.sync.look_back import DAY, HOLE, Search, first_day, probe
from core.sync.reading import Fetch, page_bodies, twice_at_most
from core.sync.window import StoredDay, days_to_read

log = logging.getLogger("uptake.sync")

FIRST_DAYS, FURTHER_DAYS = 90, 30
"""New days by name that the first run reads, and each later one: a page or more apiece, at 50 requests a minute."""

LONGEST_SPAN = 366
"""Days that one request for summaries may ask for."""

MOST_IN_A_ROW = 3
"""After so many days in a row that cannot be read, an endpoint is left alone until the next run."""

_DEFECT = "A defect of Uptake ended the reading of these totals; the log says more. Usage per person is not affected."
_Decode = Callable[[bytes], TotalsPage[Any]]


@dataclass(frozen=True)
class TotalsSync:
    """Reads what is due of each endpoint, under a held lease, until `stop` says so."""

    database: Database
    held: HeldLease
    clock: Callable[[], dt.datetime]
    stop: Callable[[], bool]

    def read(self, client: AnalyticsClient, newest: dt.date, settings: Settings) -> None:
        """Read summaries and, unless the settings forbid names, skills and connectors, up to the users' newest day.

        Raises:
            LeaseLost: another daemon took over.
        """
        wanted = settings.backfill_days
        turns: list[tuple[str, Callable[[], None]]] = [("summaries", lambda: self._summaries(client, newest, wanted))]
        if settings.names_of_skills:
            turns += [
                ("skills", lambda: self._by_name("skills", client.skills, totals.skills, newest, wanted)),
                (
                    "connectors",
                    lambda: self._by_name("connectors", client.connectors, totals.connectors, newest, wanted),
                ),
            ]
        for endpoint, turn in turns:
            if self.stop() or not self._try(endpoint, turn):
                return

    def _try(self, endpoint: str, turn: Callable[[], None]) -> bool:
        """One endpoint's turn; False when the next one need not be tried in this run."""
        try:
            turn()
        except LeaseLost:
            raise
        except UptakeError as error:
            if self.stop():
                return False
            log.warning("%s: %s", endpoint, error)
            self._note(endpoint, str(error))
            return not isinstance(error, ApiRateLimited | StorageError)
        except Exception:
            log.exception("%s: a defect ended the reading", endpoint)
            self._note(endpoint, _DEFECT)
        else:
            self._note(endpoint, None)
        return True

    def _summaries(self, client: AnalyticsClient, newest: dt.date, wanted: int) -> None:
        due, floor, stored = self._due("summaries", newest, wanted)
        last = newest
        while due and not self.stop():
            first = max(min(due), last - dt.timedelta(days=LONGEST_SPAN - 1))
            page = totals.summaries(_series(client, first, last))
            days = [row.day for row in page.rows]
            if len(set(days)) != len(days) or any(not first <= day <= last for day in days):
                message = f"The API's summaries from {first} to {last} repeat a day or hold others. Nothing was stored."
                raise ApiContractError(message, "summaries")
            served_from = min(days, default=first)
            lost: dict[dt.date, Sequence[Any]] = {
                day: [] for day in stored.intersection(due).difference(days) if served_from <= day <= last
            }
            self._store("summaries", lost | {row.day: [row] for row in page.rows}, page.unknown_fields)
            if days and min(days) > first:
                self._keep_floor("summaries", min(days), wanted)
            elif days and floor is not None and min(days) < floor.earliest:
                self._keep_floor("summaries", None, wanted)
            last = first - DAY
            due = [day for day in due if day <= last] if not days or min(days) == first else []

    def _by_name(self, endpoint: str, fetch: Fetch, decode: _Decode, newest: dt.date, wanted: int) -> None:
        due, floor, stored = self._due(endpoint, newest, wanted, limited=True)
        search, latest, trouble = Search(newest, stored), newest, 0
        for day in (day for day in due if not self.stop()):
            if day > latest or search.is_over:
                continue
            try:
                rows, unknown = twice_at_most(partial(_read, fetch, decode, day))
            except DayNotAvailable as error:
                if search.refuse(day, error.latest):
                    continue
                latest, trouble = error.latest or day - DAY, trouble + 1
                if trouble > MOST_IN_A_ROW:
                    raise
            except (ApiContractError, CursorLost) as error:
                self._note_day(endpoint, day, str(error))
                trouble += 1
                if trouble >= MOST_IN_A_ROW:
                    raise
            else:
                self._store(endpoint, {day: rows}, unknown)
                search.serve(day)
                trouble = 0
        if not self.stop():
            self._learn_floor(endpoint, search, floor, wanted)

    def _learn_floor(self, endpoint: str, search: Search, floor: Floor | None, wanted: int) -> None:
        earliest = search.end(floor)
        for day in search.holes:
            self._note_day(endpoint, day, HOLE)
        if search.refused or (floor is not None and earliest is None):
            self._keep_floor(endpoint, earliest, wanted)

    def _due(
        self, endpoint: str, newest: dt.date, wanted: int, *, limited: bool = False
    ) -> tuple[list[dt.date], Floor | None, set[dt.date]]:
        """The days to read, newest first, where the past begins, and the days that are stored.

        `limited`: with as many new ones as one run may take.
        """
        columns = (ENDPOINT_DAY.c.day, ENDPOINT_DAY.c.stored_at, ENDPOINT_DAY.c.checked_at, ENDPOINT_DAY.c.problem)
        with self.database.read() as connection:
            rows = connection.execute(select(*columns).where(ENDPOINT_DAY.c.endpoint == endpoint)).all()
            floor = look_back.floor(connection, endpoint)
        known = {row.day: StoredDay(row.stored_at is not None, row.checked_at, row.problem is not None) for row in rows}
        stored = {day for day, state in known.items() if state.stored}
        now = self.clock()
        due = days_to_read(known, newest, first_day(newest, wanted, floor), now)
        fresh = [day for day in due if day not in stored]
        left_out = set(fresh[FURTHER_DAYS if stored else FIRST_DAYS :]) if limited else set()
        older = [day for day in probe(newest, wanted, floor, now) if day not in due]
        return [day for day in due if day not in left_out] + older, floor, stored

    def _keep_floor(self, endpoint: str, earliest: dt.date | None, wanted: int) -> None:
        """Keep where an endpoint's past was found to begin; None: it serves older days than was thought."""
        with self.held.writing(self.database, self.clock) as (connection, now):
            look_back.forget(connection, endpoint)
            if earliest is not None:
                look_back.note(connection, endpoint, Floor(earliest, now, wanted))
                organisation_writes.settle_before(connection, endpoint, earliest)

    def _store(self, endpoint: str, days: dict[dt.date, Sequence[Any]], unknown: frozenset[str]) -> None:
        with self.held.writing(self.database, self.clock) as (connection, now):
            for day, rows in days.items():
                if loss := organisation_writes.replace_day(connection, endpoint, day, rows, now):
                    log.warning("%s of %s: %s", endpoint, day, loss)
            if days:
                ledger.record_unknown_fields(connection, unknown, max(days))

    def _note_day(self, endpoint: str, day: dt.date, problem: str) -> None:
        log.warning("%s of %s: %s", endpoint, day, problem)
        with self.held.writing(self.database, self.clock) as (connection, now):
            organisation_writes.record_day_problem(connection, endpoint, day, problem, now)

    def _note(self, endpoint: str, problem: str | None) -> None:
        try:
            with self.held.writing(self.database, self.clock) as (connection, now):
                organisation_writes.record_outcome(connection, endpoint, problem, now)
        except LeaseLost:
            raise
        except StorageError as error:
            log.warning("%s", error)


def _series(client: AnalyticsClient, first: dt.date, last: dt.date) -> bytes:
    """The summaries of a range, or of what the API has of it: its newest day may be older, and its past shorter."""
    try:
        return client.summaries(first, last)
    except DayNotAvailable as refusal:
        if refusal.latest is not None and first <= refusal.latest < last:
            return client.summaries(first, refusal.latest)
    return _longest_series(client, first, last)


def _longest_series(client: AnalyticsClient, first: dt.date, last: dt.date) -> bytes:
    """The summaries from as far back as the API has them, where it refused to begin with `first`.

    Halving the span finds that day in ten requests or so. The refusal that decides is asked for again: later runs go by
    what is found here for a week, and one refusal may be a passing trouble.
    """
    found, served, refused = client.summaries(last, last), last, first
    while served > first:
        while served - refused > DAY:
            middle = refused + (served - refused) // 2
            try:
                found, served = client.summaries(middle, last), middle
            except DayNotAvailable:
                refused = middle
        try:
            found, served, refused = client.summaries(refused, last), refused, first
        except DayNotAvailable:
            break
    return found


def _read(fetch: Fetch, decode: _Decode, day: dt.date) -> tuple[list[Any], frozenset[str]]:
    """All rows of a day. Pages are sorted by name, so a row that comes twice has to say the same."""
    rows: dict[str, Any] = {}
    unknown = frozenset[str]()
    for body, _ in page_bodies(fetch, day):
        page = decode(body)
        unknown |= page.unknown_fields
        for row in page.rows:
            if rows.setdefault(row.name, row) != row:
                raise CursorLost(f"The API listed an entry twice on {day} with different numbers. Nothing was stored.")
    return list(rows.values()), unknown
