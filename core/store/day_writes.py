"""One day, one transaction: user-days, team sums, bitmaps and the ledger become visible together or not at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
from sqlalchemy import Connection

from core.api.records import UsagePage
from core.catalogue import MASK_BITS, MEASURES
from core.store.engine import versions
from core.store.hierarchy import organisation
from core.store.hierarchy.organisation import Organisation
from core.store.matching import attribution
from core.store.matching.accounts import AccountBook
from core.store.usage import ledger, rollups, team_moves, user_days
from core.store.usage.ledger import DayChange


class DayWriter:
    """Stores days, keeping the directory and the account book between them.

    Make one per sync run, and a new one after any error: what it keeps may be ahead of a transaction that rolled back.
    """

    def __init__(self, connection: Connection) -> None:
        self._accounts = AccountBook(connection)
        self._kept: Organisation | None = None

    def store(
        self, connection: Connection, day: dt.date, pages: Sequence[UsagePage], digests: bytes, now: dt.datetime
    ) -> DayChange:
        """Replace one day by its freshly read pages, in the caller's transaction.

        Raises:
            DayHeld: the pages lack too much of what is stored, and no admin accepted them.
        """
        if connection.dialect.name == "postgresql":
            # An admin who links an account counts its days anew (`attribution.history_follows`): one after the other.
            connection.exec_driver_sql("LOCK TABLE user_day IN ROW EXCLUSIVE MODE")
        accounts = self._register(connection, day, pages)
        previous = ledger.stored_version(connection, day)
        if previous.revision == 0:
            rows_change = user_days.insert(connection, day, accounts, pages)
        else:
            accepted = digests == previous.accepted_digests
            revision = previous.revision + 1
            rows_change = user_days.replace(connection, day, accounts, pages, revision=revision, accepted=accepted)
        rollups.write_day(connection, self._directory(connection), day, accounts, pages)
        change = DayChange(day, previous.revision + 1, sum(map(len, accounts)), **vars(rows_change))
        ledger.record(connection, change, digests, _unmeasured(pages), now)
        ledger.record_unknown_fields(connection, frozenset().union(*(page.unknown_fields for page in pages)), day)
        versions.bump(connection, versions.DATA)
        return change

    def _register(self, connection: Connection, day: dt.date, pages: Sequence[UsagePage]) -> list[np.ndarray]:
        """Take up users and e-mails not seen before, and match them; a changed match carries its history along.

        Returns the pages' account ids.
        """
        users = self._accounts.register(connection, day, pages)
        before = self._directory(connection) if users.renamed else None
        # New accounts are numbered in one run; an e-mail may have changed anywhere.
        if before is None:
            attribution.relink(connection, users.fresh.tolist())
        elif attribution.relink(connection):
            team_moves.move(connection, before, self._directory(connection), without_history=users.fresh)
        return users.ids

    def _directory(self, connection: Connection) -> Organisation:
        """The directory as it is now: it changes by imports, and by matches of new accounts."""
        if self._kept is None or self._kept.version != versions.read(connection, versions.DIRECTORY):
            self._kept = None  # so that two of them need no memory at once
            self._kept = organisation.load(connection, texts=False)
        return self._kept


def _unmeasured(pages: Sequence[UsagePage]) -> str:
    """The measures that no row of the day measured; a day without rows says nothing, see `measured.by_nobody`."""
    masks = [np.bitwise_and.reduce(page.unmeasured, axis=0) for page in pages if len(page.unmeasured)]
    if not masks:
        return ""
    nobody = np.bitwise_and.reduce(masks, axis=0)
    return ",".join(m.key for m in MEASURES if int(nobody[m.slot // MASK_BITS]) >> (m.slot % MASK_BITS) & 1)
