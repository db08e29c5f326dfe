"""How the totals of the organisation reconcile: chains, people without a manager, and what counts for nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from core.admin.access import AdminViewer
from core.store import reconciliation
from core.store.database import Database
from core.store.reconciliation import Part, Parts

__all__ = ["Part", "Parts", "reconciled"]


def reconciled(
    _admin: AdminViewer, database: Database, measures: Sequence[str], first: dt.date, last: dt.date
) -> Parts:
    """All stored usage from `first` to `last`, both included, by where it belongs; the parts add up to the whole.

    It says what people outside the reader's chain did together, so a page shows it to those who see everybody only.
    """
    with database.read("core.admin") as connection:
        return reconciliation.parts(connection, measures, first, last)
