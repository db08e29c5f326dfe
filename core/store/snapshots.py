"""The directory as it is now, kept by this process until its version changes. It depends on no viewer."""

from __future__ import annotations

import threading

from core.store import organisation, versions
from core.store.database import Database
from core.store.organisation import Organisation

_kept: dict[str, Organisation] = {}
_lock = threading.Lock()


def directory(database: Database, gate: str) -> Organisation:
    """The directory as it is now, read on the authority of `gate` when its version is another than that of the kept."""
    with database.read(gate) as connection:
        kept = _kept.get(database.url)
        if kept is not None and kept.version == versions.read(connection, versions.DIRECTORY):
            return kept
        fresh = organisation.load(connection)
    with _lock:
        _kept[database.url] = fresh
    return fresh
