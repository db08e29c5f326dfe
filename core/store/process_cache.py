"""What a process keeps until its counter says that it is old: the directory, its past, and which days are stored.

None of it depends on a viewer.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Mapping

from sqlalchemy import Connection

from core.store.engine import versions
from core.store.engine.database import Database
from core.store.engine.waiting import one_at_a_time
from core.store.hierarchy import dated_lines, organisation
from core.store.hierarchy.dated_lines import DatedLines
from core.store.hierarchy.organisation import Organisation
from core.store.usage import reads

_kept: dict[str, Organisation] = {}
_lines: dict[str, DatedLines] = {}
_stored: dict[str, tuple[int, Mapping[dt.date, frozenset[str]]]] = {}
_loading = threading.Lock()


def directory(database: Database, gate: str) -> Organisation:
    """The directory as it is now, read on the authority of `gate` when its version is another than that of the kept."""
    with database.read(gate) as connection:
        return _present(connection, database.url, versions.now(connection, versions.DIRECTORY))


def directory_and_counters(database: Database, gate: str) -> tuple[Organisation, dict[str, int]]:
    """The directory as it is now, and at the same moment the counters of what reports are made of, by name.

    `versions.of_reports` says which counters these are.
    """
    with database.read(gate) as connection:
        counters = versions.of_reports(connection)
        return _present(connection, database.url, counters[versions.DIRECTORY]), counters


def _present(connection: Connection, url: str, version: int) -> Organisation:
    kept = _kept.get(url)
    if kept is not None and kept.version == version:
        return kept
    with one_at_a_time(_loading):
        kept = _kept.get(url)
        if kept is None or kept.version != version:
            kept = _kept[url] = organisation.load(connection)
        return kept


def lines(connection: Connection, url: str, directory: Organisation) -> DatedLines:
    """Every reporting line that ever held; the directory has to be that of the connection's transaction."""
    kept = _lines.get(url)
    if kept is not None and kept.version == directory.version:
        return kept
    with one_at_a_time(_loading):
        kept = _lines.get(url)
        if kept is None or kept.version != directory.version:
            kept = _lines[url] = dated_lines.load(connection, directory)
        return kept


def stored_days(connection: Connection, url: str) -> Mapping[dt.date, frozenset[str]]:
    """Every stored day, ascending, with the measures that nobody's row measured; for a read-only transaction."""
    version = versions.now(connection, versions.DATA)
    kept = _stored.get(url)
    if kept is None or kept[0] != version:
        kept = _stored[url] = version, reads.stored_days(connection)
    return kept[1]
