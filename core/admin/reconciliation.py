"""How the use of the organisation reconciles: chains, people without a manager, and what counts for nobody."""

from __future__ import annotations

import datetime as dt

from core.admin.access import AdminViewer
from core.store import process_cache
from core.store.engine.database import Database
from core.store.matching import reconciliation
from core.store.matching.matching_reads import NOT_EMPLOYEES
from core.store.matching.reconciliation import Reconciliation

__all__ = ["Reconciliation", "not_employees", "reconciled"]

_GATE = "core.admin"


def not_employees(_admin: AdminViewer, database: Database) -> frozenset[int]:
    """Ids of the accounts of which an admin said that they are no employee's."""
    with database.read(_GATE) as connection:
        return frozenset(connection.execute(NOT_EMPLOYEES).scalars())


def reconciled(
    _admin: AdminViewer, database: Database, excluded: frozenset[int], first: dt.date, last: dt.date
) -> Reconciliation:
    """All active user-days from `first` to `last`, both included, by where they belong; the parts are the whole.

    It says what people outside the reader's chain did together, so a page shows it to those who see everybody only.
    `excluded` are those of `not_employees`.
    """
    with database.moment():
        directory = process_cache.directory(database, _GATE)
        with database.read(_GATE) as connection:
            return reconciliation.parts(connection, directory, excluded, first, last)
