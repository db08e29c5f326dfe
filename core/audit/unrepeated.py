"""Entries that a page which runs again does not write again, and refusals, which stay refusals without a log."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from core.audit.entries import UNKNOWN, Entry, Kind
from core.audit.log import append, in_plain_words, row_of
from core.audit.repeats import RECENT, since
from core.errors import StorageError
from core.store.access import access_log
from core.store.engine.database import Database

REFUSALS = 20
"""How many refusals of one person are written within `repeats.PERIOD`; the last, `refused.often`, is for the rest."""

STRANGERS = 500
"""How many refusals of all whose address nobody vouches for are written within `repeats.PERIOD`.

They share one name, under which few must not hide the others.
"""

NOT_SHOWN = "This was not shown"

_LOG = logging.getLogger("uptake.audit")


@contextmanager
def refused_anyway() -> Iterator[None]:
    """Who is refused reads the same sentence when it cannot be written down; the operator reads why."""
    try:
        yield
    except StorageError as error:
        _LOG.error("a refusal was not written down: %s", error)


@contextmanager
def exclusively(database: Database) -> Iterator[Connection]:
    """A transaction during which nobody else adds to the log."""
    with database.write() as connection:
        access_log.lock(connection)
        yield connection


def append_unless_recent(database: Database, *given: Entry) -> None:
    """Add entries, except those that were said lately. Of refusals there are at most `_most` in that time.

    Raises:
        NotLogged: they could not be written.
    """
    key = (database.url, "append")
    new = {_thing(one): one for one in given if not _has_enough(database, one)}
    unsaid = RECENT.new(key, new)
    if not unsaid:
        return
    with in_plain_words(NOT_SHOWN), exclusively(database) as connection:
        said = {thing: _add(database, connection, new[thing]) for thing in unsaid}  # type: ignore[index]
    for thing, moment in said.items():
        RECENT.remember(key, [thing], moment)


def _add(database: Database, connection: Connection, new: Entry) -> dt.datetime | None:
    """Add an entry; or since when there is one that says the same."""
    said = access_log.said_since(connection, dict(_thing(new)), since())
    if said is not None:
        return said
    count, most = 0, _most(new)
    if new.kind is Kind.REFUSAL:
        count = access_log.count_since(connection, new.actor.name, new.kind, since()) + 1
    if count < most:
        append(connection, new)
    elif count == most:
        append(connection, replace(new, act="refused.often"))
    if count >= most:
        RECENT.remember((database.url, new.actor.name, "enough"), [True])
    return None


def _most(new: Entry) -> int:
    return STRANGERS if new.actor.name == UNKNOWN else REFUSALS


def _has_enough(database: Database, new: Entry) -> bool:
    return new.kind is Kind.REFUSAL and not RECENT.new((database.url, new.actor.name, "enough"), [True])


def _thing(new: Entry) -> tuple[tuple[str, Any], ...]:
    """What an entry says, but for when."""
    return tuple((name, value) for name, value in row_of(new).items() if name != "at")
