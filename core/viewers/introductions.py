"""Which first-visit notes a viewer has put away."""

from __future__ import annotations

from core.store.access import introductions
from core.store.engine.database import Database
from core.viewers.viewer import Viewer

_GATE = "core.viewers"


def put_away(database: Database, viewer: Viewer) -> frozenset[str]:
    """The pages whose note is not to be shown by itself any more.

    Raises:
        StorageError: the database cannot be read.
    """
    with database.read(_GATE) as connection:
        return introductions.put_away(connection, viewer.email)


def put_away_one(database: Database, viewer: Viewer, page: str) -> None:
    """Do not show a page's note to this viewer by itself any more.

    Raises:
        StorageError: it cannot be stored.
    """
    with database.write() as connection:
        introductions.put_away_one(connection, viewer.email, page)
