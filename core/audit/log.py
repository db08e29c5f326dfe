"""Writing to the access log: one entry at a time, in the order in which they are committed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row
from sqlalchemy.exc import SQLAlchemyError

from core.audit import chain
from core.audit.anchor import NAME, Anchor
from core.audit.entries import NOBODY, Actor, Entry, Kind, Subject, bounded, entry, ids_of
from core.errors import NotLogged, StorageError
from core.secrets import derive
from core.settings import Settings
from core.store.access import access_log
from core.store.engine.database import URL_OF, Database, after_commit

_PURPOSE = "access log"

_FOREIGN_SEAL = (
    "the newest entry of the access log was not written with this UPTAKE_SECRET_KEY. Run `uptake log verify`. If the "
    "key was changed on purpose, `uptake log renew` goes on with the new one"
)

_PUT_BACK = (
    "Nothing can be shown or changed now, because this is an older copy of the database, or another database, than the "
    "one that Uptake wrote to before: entries of the access log are missing in it. Who runs Uptake goes on with "
    "`uptake restored`, which ends all sessions and takes away the roles that were given in Uptake, as some may have "
    "been taken since the copy was made."
)


def sealing_key(secret_key: str) -> bytes:
    """The key with which a secret key seals the entries."""
    return derive(secret_key, _PURPOSE)


@dataclasses.dataclass(frozen=True)
class AccessLog:
    """What is needed to add to the log of one database: the sealing key, and the anchor outside."""

    key: bytes
    anchor: Anchor | None


_logs: dict[str, AccessLog] = {}
_UNSET = AccessLog(sealing_key(""), None)
"""The log of a database that no settings were given for. It cannot add to an installation's log, nor that to it."""


def open_log(settings: Settings) -> AccessLog:
    """Make known how this process seals and anchors the access log of the settings' database; before its first use."""
    opened = AccessLog(sealing_key(settings.secret_key), Anchor(settings.data_dir / NAME))
    _logs[settings.database_url] = opened
    return opened


def log_of(url: str) -> AccessLog:
    """How the log of a database is sealed and anchored."""
    return _logs.get(url, _UNSET)


def record(
    connection: Connection,
    actor: str,
    act: str,
    subject: Subject = NOBODY,
    details: Mapping[str, object] | None = None,
    *,
    kind: Kind = Kind.ACT,
    renewing: bool = False,
) -> None:
    """Write down what an admin, an operator or the daemon did, inside the transaction that does it.

    Call it last in the transaction: from here to its end nobody else can write to the log. When it raises, let the
    transaction fail: what cannot be written down is not done.

        with database.write() as connection:
            …
            audit.record(connection, admin.name, "match.linked", audit.person(employee_id), {"account": user_id})

    Args:
        connection: of `Database.write()`.
        actor: `AdminViewer.name`, an e-mail address, `audit.COMMAND_LINE` or `audit.DAEMON`.
        act: lower-case words joined by points: the thing, then what was done to it, in the past tense.
        subject: whom it concerns; none by default.
        details: what more there is to say, as JSON can hold it. Never a figure of usage, never a key.
        kind: an export, where a file is taken away.
        renewing: the log is taken up again in this transaction; see `core.audit.verification.take_up`.

    Raises:
        NotLogged: the entry cannot be written.
        ValueError: the act is not written as such.
    """
    with in_plain_words("This was not done"):
        who = Actor(actor, access_log.employee_id(connection, bounded(actor)))
        append(connection, entry(kind, act, who, subject, place="", details=details), renewing=renewing)


def append(connection: Connection, new: Entry, *, renewing: bool = False) -> None:
    """Add an entry at the end of the chain; the anchor follows when the transaction is committed.

    Raises:
        NotLogged: the newest entry is not sealed with the key of this process, or is older than the one that was noted
            last outside the database; and this is not `renewing` the log.
    """
    log = log_of(connection.get_execution_options()[URL_OF])
    access_log.lock(connection)
    head = access_log.head(connection)
    if not renewing:
        _confirm(head, log.key, newest_noted(connection))
    sequence, previous = (1, chain.BEGINNING) if head is None else (head.sequence + 1, head.own)
    link = chain.link(new, sequence, previous, log.key)
    access_log.add(connection, row_of(new) | dataclasses.asdict(link), ids_of(new.people))
    if log.anchor is not None:
        after_commit(connection, partial(_note, log.anchor, link))


def newest_noted(of: Database | Connection) -> int:
    """The number of the entry that was noted last outside the database; 0 when none was, or nothing is noted there.

    Ask before the transaction that reads the log begins to read, or under the log's lock: else the log grows between.

    Raises:
        NotLogged: the file is there and cannot be read.
    """
    url = of.get_execution_options()[URL_OF] if isinstance(of, Connection) else of.url
    anchor = log_of(url).anchor
    try:
        return 0 if anchor is None else anchor.newest()
    except OSError as error:
        raise NotLogged(
            f"Nothing can be shown or changed now: the file {anchor.path if anchor else ''}, which guards the access "
            f"log, cannot be read ({error.strerror}). Mend the file's owner, or the disk."
        ) from error


def confirm_newest(connection: Connection, noted: int) -> None:
    """Refuse to go on in a database that is older than what was noted outside of it.

    Raises:
        NotLogged: the entry that was `noted` is not in the log.
    """
    _confirm(access_log.head(connection), None, noted)


def confirm(database: Database) -> None:
    """Refuse where nothing could be added to the log now.

    Raises:
        NotLogged: as `append` does.
        StorageError: the database cannot be read.
    """
    noted = newest_noted(database)
    with database.read("core.audit") as connection:
        _confirm(access_log.head(connection), log_of(database.url).key, noted)


def _confirm(head: Row[int, bytes, bytes] | None, key: bytes | None, noted: int) -> None:
    if key is not None and head is not None and not chain.is_sealed(head.own, head.seal, key):
        raise NotLogged(f"Nothing can be shown or changed now, because {_FOREIGN_SEAL}.")
    if noted > (0 if head is None else head.sequence):
        raise NotLogged(_PUT_BACK)


def _note(anchor: Anchor, link: chain.Link) -> None:
    try:
        anchor.append(link.sequence, link.own)
    except OSError as error:
        raise NotLogged(
            f"Nothing can be shown or changed now: the file {anchor.path}, which guards the access log, cannot be "
            f"written ({error.strerror}). What was done last is in the log. Free space, or mend the file's owner."
        ) from error


def row_of(new: Entry) -> dict[str, Any]:
    """The columns of an entry, without its place in the chain."""
    return {
        "at": new.at,
        "kind": new.kind.value,
        "act": new.act,
        "actor_id": new.actor.employee_id,
        "actor": new.actor.name,
        "subject_kind": new.subject.kind,
        "subject_id": new.subject.id,
        "people": new.people,
        "place": new.place,
        "details": new.details,
    }


@contextmanager
def in_plain_words(consequence: str) -> Iterator[None]:
    """Whatever keeps an entry from being written becomes one sentence: no log, no answer.

    Raises:
        NotLogged: instead of any failure of the database or of the anchor's file.
    """
    try:
        yield
    except NotLogged:
        raise
    except StorageError as error:
        raise NotLogged(f"{consequence}, because it could not be written to the access log. {error}") from error
    except (SQLAlchemyError, OSError) as error:
        raise NotLogged(
            f"{consequence}, because it could not be written to the access log ({type(error).__name__}). "
            "Stored data is safe; please tell the people who run Uptake."
        ) from error
