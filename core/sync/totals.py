"""Figures of the whole organisation: seats and active users, skills and connectors by name.

They are read after the users' days of a run, through the same client and so within the same rate. Whatever goes wrong
here is noted with its endpoint, for the Connection page, and leaves the run as it is.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from core.api import totals
from core.api.client import AnalyticsClient
from core.api.endpoints import EARLIEST_DAY
from core.api.totals import TotalsPage
from core.errors import ApiContractError, ApiRateLimited, CursorLost, DayNotAvailable, StorageError, UptakeError
from core.settings import Settings
from core.store import ledger, organisation_writes
from core.store.database import Database
from core.store.organisation_tables import ENDPOINT_DAY
from core.sync.lease import Held, LeaseLost
from core.sync.reading import Fetch, page_bodies
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
    held: Held
    clock: Callable[[], dt.datetime]
    stop: Callable[[], bool]

    def read(self, client: AnalyticsClient, newest: dt.date, settings: Settings) -> None:
        """Read summaries and, unless the settings forbid names, skills and connectors, up to the users' newest day.

        Raises:
            LeaseLost: another daemon took over.
        """
        earliest = max(EARLIEST_DAY, newest - dt.timedelta(days=settings.backfill_days - 1))
        turns: list[tuple[str, Callable[[], None]]] = [("summaries", lambda: self._summaries(client, newest, earliest))]
        if settings.names_of_skills:
            turns += [
                ("skills", lambda: self._by_name("skills", client.skills, totals.skills, newest, earliest)),
                (
                    "connectors",
                    lambda: self._by_name("connectors", client.connectors, totals.connectors, newest, earliest),
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

    def _summaries(self, client: AnalyticsClient, newest: dt.date, earliest: dt.date) -> None:
        due = self._due("summaries", newest, earliest)
        last = newest
        while due and not self.stop():
            first = max(min(due), last - dt.timedelta(days=LONGEST_SPAN - 1))
            page = totals.summaries(_series(client, first, last))
            days = [row.day for row in page.rows]
            if len(set(days)) != len(days) or any(not first <= day <= last for day in days):
                message = f"The API's summaries from {first} to {last} repeat a day or hold others. Nothing was stored."
                raise ApiContractError(message, "summaries")
            self._store("summaries", {row.day: [row] for row in page.rows}, page.unknown_fields)
            last = first - dt.timedelta(days=1)
            due = [day for day in due if day <= last]

    def _by_name(self, endpoint: str, fetch: Fetch, decode: _Decode, newest: dt.date, earliest: dt.date) -> None:
        served, latest, trouble = self._newest_stored(endpoint), newest, 0
        for day in self._due(endpoint, newest, earliest, limited=True):
            if self.stop():
                return
            if day > latest:
                continue
            try:
                rows, unknown = _read_twice_at_most(fetch, decode, day)
            except DayNotAvailable as error:
                if served is not None and day < served:
                    self._note_day(endpoint, day, str(error))
                    return  # too old, and so is everything before it
                latest, trouble = error.latest or day - dt.timedelta(days=1), trouble + 1
                if trouble > MOST_IN_A_ROW:
                    raise
            except (ApiContractError, CursorLost) as error:
                self._note_day(endpoint, day, str(error))
                trouble += 1
                if trouble == MOST_IN_A_ROW:
                    raise
            else:
                self._store(endpoint, {day: rows}, unknown)
                served, trouble = max(served or day, day), 0

    def _due(self, endpoint: str, newest: dt.date, earliest: dt.date, *, limited: bool = False) -> list[dt.date]:
        """The days to read, newest first, with as many new ones as a run may take when `limited`."""
        columns = (ENDPOINT_DAY.c.day, ENDPOINT_DAY.c.stored_at, ENDPOINT_DAY.c.checked_at, ENDPOINT_DAY.c.problem)
        with self.database.read() as connection:
            rows = connection.execute(select(*columns).where(ENDPOINT_DAY.c.endpoint == endpoint)).all()
        known = {row.day: StoredDay(row.stored_at is not None, row.checked_at, row.problem is not None) for row in rows}
        stored = {day for day, state in known.items() if state.stored}
        due = days_to_read(known, newest, earliest, self.clock())
        fresh = [day for day in due if day not in stored]
        left_out = set(fresh[FURTHER_DAYS if stored else FIRST_DAYS :]) if limited else set()
        return [day for day in due if day not in left_out]

    def _newest_stored(self, endpoint: str) -> dt.date | None:
        is_stored = (ENDPOINT_DAY.c.endpoint == endpoint) & ENDPOINT_DAY.c.stored_at.is_not(None)
        with self.database.read() as connection:
            return connection.execute(
                select(ENDPOINT_DAY.c.day).where(is_stored).order_by(ENDPOINT_DAY.c.day.desc()).limit(1)
            ).scalar()

    def _store(self, endpoint: str, days: dict[dt.date, Sequence[Any]], unknown: frozenset[str]) -> None:
        with self.database.write() as connection:
            now = self.clock()
            self.held.confirm(connection, now)
            for day, rows in days.items():
                organisation_writes.replace_day(connection, endpoint, day, rows, now)
            if days:
                ledger.record_unknown_fields(connection, unknown, max(days))

    def _note_day(self, endpoint: str, day: dt.date, problem: str) -> None:
        log.warning("%s of %s: %s", endpoint, day, problem)
        with self.database.write() as connection:
            now = self.clock()
            self.held.confirm(connection, now)
            organisation_writes.record_day_problem(connection, endpoint, day, problem, now)

    def _note(self, endpoint: str, problem: str | None) -> None:
        with contextlib.suppress(StorageError), self.database.write() as connection:
            organisation_writes.record_outcome(connection, endpoint, problem, self.clock())


def _series(client: AnalyticsClient, first: dt.date, last: dt.date) -> bytes:
    """The summaries of a range, or of what the API has of it: its newest day may be older, and its past shorter."""
    try:
        return client.summaries(first, last)
    except DayNotAvailable as refusal:
        if refusal.latest is not None and first <= refusal.latest < last:
            return client.summaries(first, refusal.latest)
        return client.summaries(max(first, last - dt.timedelta(days=FIRST_DAYS - 1)), last)


def _read_twice_at_most(fetch: Fetch, decode: _Decode, day: dt.date) -> tuple[list[Any], frozenset[str]]:
    try:
        return _read(fetch, decode, day)
    except CursorLost:
        return _read(fetch, decode, day)


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
