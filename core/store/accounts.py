"""Claude's users as the API names them: told apart by Claude's user id, never by e-mail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
from sqlalchemy import Connection, bindparam, insert, update

from core.api.records import UsagePage
from core.store.organisation import known_accounts
from core.store.tables import ACCOUNT


class AccountBook:
    """Every account ever seen, kept between the days of a sync run so that each day looks its users up in memory."""

    def __init__(self, connection: Connection) -> None:
        self._known = known_accounts(connection)

    def register(self, connection: Connection, day: dt.date, pages: Sequence[UsagePage]) -> tuple[np.ndarray, bool]:
        """Store users not seen before and changed e-mails; the new accounts' ids, and whether an e-mail changed."""
        fresh, renamed = [], []
        for page in pages:
            for user_id, email in zip(page.user_ids, page.emails, strict=True):
                known = self._known.get(user_id)
                if known is None:
                    number = len(self._known) + 1
                    self._known[user_id] = (number, email)
                    fresh.append({"id": number, "user_id": user_id, "email": email, "first_seen": day})
                elif email is not None and known[1] != email:
                    self._known[user_id] = (known[0], email)
                    renamed.append({"number": known[0], "address": email})
        if fresh:
            connection.execute(insert(ACCOUNT), fresh)
        if renamed:
            statement = update(ACCOUNT).where(ACCOUNT.c.id == bindparam("number")).values(email=bindparam("address"))
            connection.execute(statement, renamed)
        return np.array([row["id"] for row in fresh], dtype=np.int64), bool(renamed)

    def ids(self, page: UsagePage) -> np.ndarray:
        """Account ids of a page's rows, in the page's order."""
        return np.array([self._known[user_id][0] for user_id in page.user_ids], dtype=np.int64)
