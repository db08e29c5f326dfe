"""What outlives a run of a page for the whole process: settings and the database. `session_cache` has a session's.

Neither is in Streamlit's caches, for any browser that is connected, signed in or not, may empty those.
"""

from __future__ import annotations

import datetime as dt
import threading
from functools import lru_cache

from core import audit, viewers
from core import settings as configuration
from core.errors import StorageError
from core.settings import Settings
from core.store.engine import schema_version
from core.store.engine.database import Database  # noqa: TID251 - the pages' one engine
from core.sync.health import Health, measure

Epoch = tuple[int, int, dt.date]

_OTHER_SCHEMA = (
    "The database is empty or of another version of Uptake, so there is nothing to show yet. It is brought up to date "
    "when Uptake starts: run `uptake run` again, or `uptake doctor` to see what is wrong. Stored data is safe."
)

_NO_ANSWER = (
    "The database does not answer, so nobody can say what you may see, and nothing is shown. This page comes back by "
    "itself. Stored data is safe."
)


def settings() -> Settings:
    """The settings of this process, read and checked once.

    Raises:
        SettingsError: a value is missing or makes no sense.
    """
    return _settings()


@lru_cache(maxsize=1)
def _settings() -> Settings:
    return configuration.load()


def database() -> Database:
    """The database of this process, when it has the schema of this version.

    Raises:
        StorageError: it has another schema, cannot be opened, or was given up.
    """
    if _given_up.is_set():
        raise StorageError(_NO_ANSWER)
    opened = _opened(settings().database_url)
    if opened.url not in _current:
        if not schema_version.is_current(opened):
            raise StorageError(_OTHER_SCHEMA)
        _current.add(opened.url)
    return opened


def epoch(day: dt.date) -> Epoch:
    """Moves with every change of who may see what, and with the day; see `core.viewers.epoch`.

    Raises:
        StorageError: the database cannot be read.
    """
    return viewers.epoch(database(), day)


def give_up() -> None:
    """Have nobody wait for the database any more, until `take_up`: a server that hangs refuses nothing by itself."""
    _given_up.set()


def take_up() -> Epoch:
    """Ask the database itself for the epoch, and use it again when it answers.

    Raises:
        StorageError: it does not.
    """
    found = viewers.epoch(_opened(settings().database_url), today())
    _given_up.clear()
    return found


def is_ready() -> bool:
    """Whether the database answers now, and has the schema of this version.

    Raises:
        StorageError: it does not answer.
    """
    return schema_version.is_current(_opened(settings().database_url))


def health() -> Health:
    """How the data stands now.

    Raises:
        StorageError: the database cannot be read.
    """
    return measure(_opened(settings().database_url), settings())


def close() -> None:
    """Close the connections of this process, and forget its settings; the next use reads and opens them anew."""
    _settings.cache_clear()
    with _lock:
        while _databases:
            _databases.popitem()[1].dispose()
        _current.clear()
        _given_up.clear()


_lock = threading.Lock()
_databases: dict[str, Database] = {}
_given_up = threading.Event()
_current: set[str] = set()
"""Databases once seen to have this version's schema: it does not get older while a process runs."""


def _opened(url: str) -> Database:
    with _lock:
        if url not in _databases:
            audit.open_log(settings())
            _databases[url] = Database(url)
        return _databases[url]


def today() -> dt.date:
    """The present UTC day, by which employment is judged."""
    return dt.datetime.now(dt.UTC).date()
