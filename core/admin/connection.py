"""Connecting Claude: the key is tried on the API, and only one that can read analytics is stored."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field

from core import audit, wording
from core.admin import syncs
from core.admin.access import ConnectionAdmin
from core.api.governor import WINDOW, Governor
from core.errors import ApiError, ApiKeyRejected, ApiRateLimited
from core.settings import Settings
from core.store.connection import connections
from core.store.connection.connections import ConnectionState
from core.store.engine.database import Database
from core.sync.connecting import connector

_OTHER_PRODUCTS = {
    "sk-ant-admin": "an admin key of the Claude Console",
    "sk-ant-api03": "a key of the Claude API for developers",
    "sk-ant-oat": "a sign-in token of Claude Code",
}
"""Beginnings of keys that serve other products. A hint only: the API's reference promises no form of any key."""

TRIES = 5
"""Keys that may be tried in a minute: clicks would else tell stolen keys from dead ones, and use up the API's limit."""

REQUESTS = 10
"""Requests that all tries of a process may send in a minute: what the API allows beside the daemon's usual 50."""

_governor = Governor(REQUESTS)
_tried: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=TRIES))
_lock = threading.Lock()


def connect(admin: ConnectionAdmin, database: Database, settings: Settings, api_key: str) -> str:
    """Try a key on the API, store it encrypted in place of the one before, and ask for a sync; a sentence about it.

    Raises:
        ApiError: the API did not accept the key or could not be asked; the text says the likely cause. Nothing was
            stored, and a key that was stored before stays in use.
    """
    api_key = api_key.strip()
    hint = _hint(api_key)
    try:
        _pace(database)
        _governor.limit(settings.requests_per_minute)
        with connector(settings, _governor)(api_key) as client:
            newest = client.validate()
        serves = f"The API serves data up to {wording.weekday(newest)} (UTC)."
        _keep(admin, database, settings, _TriedKey(api_key, client.organization, serves))
    except ApiError as error:
        cause = hint if isinstance(error, ApiKeyRejected) else ""
        error.args = (" ".join(filter(None, (str(error), cause, "The key was not stored."))),)
        with database.write() as connection:
            audit.record(connection, admin.name, "key.refused", details={"because": type(error).__name__})
        raise
    syncs.request_sync(admin, database)
    return " ".join(filter(None, (f"Claude is connected. {serves} A sync was asked for.", hint)))


@dataclass(frozen=True)
class _TriedKey:
    """A key with which analytics can be read, for which organization, and what is said of that."""

    secret: str = field(repr=False)
    organization: str | None
    serves: str


def _keep(admin: ConnectionAdmin, database: Database, settings: Settings, key: _TriedKey) -> None:
    """Store the key with its organization, which has to be that of the stored days: both, or neither."""
    now = dt.datetime.now(dt.UTC)
    with database.write() as connection:
        before = connections.read(connection)
        connections.replace(connection, settings.secret_key, key.secret, admin.name, now)
        connections.confirm_organization(connection, key.organization)
        connections.note(connection, ConnectionState.CONNECTED, key.serves, now)
        rotated = before is not None and before.state is not ConnectionState.DISCONNECTED
        audit.record(connection, admin.name, "key.rotated" if rotated else "key.stored")


def _pace(database: Database) -> None:
    """Count a try, for everybody who uses this database in this process together."""
    now = time.monotonic()
    with _lock:
        tries = _tried[database.url]
        if len(tries) == TRIES and (wait := tries[0] + WINDOW - now) > 0:
            seconds = int(wait) + 1
            raise ApiRateLimited(f"{TRIES} keys were tried in the last minute. Try again in {seconds} seconds.", wait)
        tries.append(now)


def disconnect(admin: ConnectionAdmin, database: Database) -> None:
    """Erase the key: nothing more is read, history stays."""
    with database.write() as connection:
        connections.disconnect(connection, admin.name, dt.datetime.now(dt.UTC))
        audit.record(connection, admin.name, "key.disconnected")


def _hint(api_key: str) -> str:
    for beginning, product in _OTHER_PRODUCTS.items():
        if api_key.startswith(beginning):
            return (
                f"By its beginning ({beginning}…) this looks like {product}, which is another product: the key for "
                "Uptake is made by the Primary Owner in the settings of the Claude Enterprise organization, with the "
                "scope read:analytics."
            )
    return ""
