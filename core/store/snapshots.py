"""The directory as it is now, kept by this process until its version changes. It depends on no viewer."""

from __future__ import annotations

import threading

from sqlalchemy import Connection

from core.store import dated_lines, organisation, versions
from core.store.database import Database
from core.store.dated_lines import DatedLines
from core.store.organisation import Organisation

_kept: dict[str, Organisation] = {}
_lines: dict[str, DatedLines] = {}
_lock = threading.Lock()


def directory(database: Database, gate: str) -> Organisation:
    """The directory as it is now, read on the authority of `gate` when its version is another than that of the kept."""
    with database.read(gate) as connection:
        return _present(connection, database.url, versions.seen(connection).get(versions.DIRECTORY, 0))


def directory_and_counters(database: Database, gate: str) -> tuple[Organisation, dict[str, int]]:
    """The same with the counters of what reports are made of, of the same moment; see `versions.of_reports`."""
    with database.read(gate) as connection:
        counters = versions.of_reports(connection)
        return _present(connection, database.url, counters[versions.DIRECTORY]), counters


def _present(connection: Connection, url: str, version: int) -> Organisation:
    kept = _kept.get(url)
    if kept is not None and kept.version == version:
        return kept
    fresh = organisation.load(connection)
    with _lock:
        _kept[url] = fresh
    return fresh


def lines(connection: Connection, url: str, directory: Organisation) -> DatedLines:
    """Every reporting line that ever held; the directory has to be that of the connection's transaction."""
    kept = _lines.get(url)
    if kept is None or kept.version != directory.version:
        kept = dated_lines.load(connection, directory)
        with _lock:
            _lines[url] = kept
    return kept
