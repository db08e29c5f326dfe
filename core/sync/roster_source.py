"""The directory from a file or an https address that the daemon re-reads every hour.

What passes the guards is applied; what does not waits on the Directory page until an admin has looked at it. The same
content again costs one comparison.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from core import audit
from core.api.exchange import Limits, NoReply, certificates, exchange
from core.errors import DirectoryError, UptakeError
from core.people.roster import RosterFile, read_csv
from core.people.table import MAX_BYTES
from core.settings import Settings
from core.store.directory import directory_imports, directory_notes, directory_source
from core.store.directory.directory_imports import DirectoryChanged, LastAdmin
from core.store.engine.database import Database
from core.sync.lease import HeldLease, LeaseLost
from core.viewers import addresses

log = logging.getLogger("uptake.directory")

EVERY = dt.timedelta(hours=1)
MAX_DOWNLOAD = 64 * 1024 * 1024
"""Bytes of an answer; a directory of half a million people has about 50 MB."""

_LIMITS = Limits(size=MAX_DOWNLOAD)


class SourceUnavailable(UptakeError):
    """The file could not be read this time; the directory stays as it is and the next hour tries again."""


class RosterSource:
    """Re-reads the directory of the settings, at most every hour; without one it does nothing."""

    def __init__(self, settings: Settings, database: Database, stop: Callable[[], bool]) -> None:
        self._place = settings.directory_source
        self._token = settings.directory_token
        self._admins = addresses(settings.admins)
        self._database = database
        self._stop = stop
        self._due = dt.datetime.min.replace(tzinfo=dt.UTC)

    def reread(self, held: HeldLease, now: dt.datetime) -> None:
        """Read the file if an hour has passed since the last time. Trouble is remembered for the Directory page.

        Raises:
            LeaseLost: another daemon took over.
        """
        if self._place is None or now < self._due:
            return
        self._due = now + EVERY
        try:
            self._take_in(held, now, self._place)
        except LeaseLost:
            raise
        except UptakeError as error:
            log.error("%s", error)  # noqa: TRY400 - a sentence for the operator, no defect to trace
        except Exception:
            log.exception("The directory could not be re-read; the next hour tries again.")

    def _take_in(self, held: HeldLease, now: dt.datetime, place: str) -> None:
        with held.writing(self._database, _now) as (connection, _):
            known = directory_source.begin(connection, named(place), now)
        try:
            content = read(place, self._token, self._stop)
        except SourceUnavailable as error:
            self._note_check(held, now, str(error))
            raise
        if directory_source.digest(content) == known.digest:
            self._note_check(held, now, None)
            return
        try:
            self._decide(held, now, content, _usable(content), place)
        except DirectoryChanged:
            self._due = now  # somebody else changed the directory in between: look again
        except LastAdmin as error:
            self._settle(held, now, content, directory_source.HELD, str(error))
        except DirectoryError as error:
            self._settle(held, now, content, directory_source.REFUSED, str(error))

    def _decide(self, held: HeldLease, now: dt.datetime, content: bytes, roster: RosterFile, place: str) -> None:
        with self._database.read("core.sync") as connection:
            shown = directory_imports.preview(
                connection, roster, named(place), now.date(), complete=True, listed=self._admins
            )
        if shown.plan.concerns:
            self._settle(held, now, content, directory_source.HELD, " ".join(shown.plan.concerns))
        elif shown.plan.is_empty:
            left_out = directory_notes.in_short(shown.plan.refused, shown.plan.notes)
            message = f"It says what the directory says. {left_out}".rstrip()
            with held.writing(self._database, _now) as (connection, _):
                directory_imports.take_in(connection, shown, audit.DAEMON, now, confirmed=False)
            self._settle(held, now, content, directory_source.APPLIED, message)
        else:
            message = shown.plan.in_words
            with held.writing(self._database, _now) as (connection, _):
                number = directory_imports.take_in(connection, shown, audit.DAEMON, now, confirmed=False)
                directory_source.note(connection, content, directory_source.APPLIED, message, now)
                details = {"import": number, "source": shown.source, **directory_imports.counts_of(shown.plan)}
                audit.record(connection, audit.DAEMON, "directory.imported", audit.EVERYONE, details)

    def _settle(self, held: HeldLease, now: dt.datetime, content: bytes, state: str, message: str) -> None:
        with held.writing(self._database, _now) as (connection, _):
            directory_source.note(connection, content, state, message, now)
            if state == directory_source.HELD:
                audit.record(connection, audit.DAEMON, "directory.held", audit.EVERYONE, {"reason": message})

    def _note_check(self, held: HeldLease, now: dt.datetime, problem: str | None) -> None:
        with held.writing(self._database, _now) as (connection, _):
            directory_source.note_check(connection, now, problem)


def _now() -> dt.datetime:
    """The present moment: a download or a large preview may take longer than a lease lasts."""
    return dt.datetime.now(dt.UTC)


def named(place: str) -> str:
    """The place as it may be shown: an address without its query, which may hold a secret."""
    return place.partition("?")[0] if "://" in place else place


def read(place: str, token: str | None, stop: Callable[[], bool]) -> bytes:
    """The content of a file, or of an https address, which gets the token.

    Raises:
        SourceUnavailable: it cannot be read, is too large, or the server did not answer with it.
    """
    return _download(place, token, stop) if "://" in place else _read_file(Path(place))


def _usable(content: bytes) -> RosterFile:
    roster = read_csv(content)
    if not roster.rows:
        left_out = directory_notes.in_short(roster.refused)
        raise DirectoryError(f"No line of the file can be used. The directory stays as it is. {left_out}".rstrip())
    return roster


def _read_file(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise SourceUnavailable(f"{path} is no file, so the directory was not re-read and stays as it is.")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SourceUnavailable(f"{path} cannot be read ({reason}). The directory stays as it is.") from error
    return content  # too large a file is refused where it is read as a table


def _download(address: str, token: str | None, stop: Callable[[], bool]) -> bytes:
    headers = {"Accept": "text/csv, text/plain", "Accept-Encoding": "gzip"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    host = urlsplit(address).hostname
    # Redirects could lead the token to another server, and proxies of the environment would read along.
    with httpx.Client(verify=certificates(), trust_env=False, follow_redirects=False, timeout=_LIMITS.read) as http:
        try:
            answer = exchange(http, http.build_request("GET", address, headers=headers), _LIMITS, stop)
        except (httpx.InvalidURL, UnicodeError) as error:
            # The error's own text would repeat the address, whose query may hold a secret.
            raise SourceUnavailable(
                f"No server can be asked for {named(address)}: it is no address. The directory stays as it is; correct "
                "UPTAKE_DIRECTORY_SOURCE and start the daemon again."
            ) from error
    if isinstance(answer, NoReply):
        raise SourceUnavailable(f"The directory at {host} could not be read. {answer.reason} It stays as it is.")
    if answer.status != 200:
        raise SourceUnavailable(
            f"The server {host} answered with status {answer.status} instead of the directory file"
            f"{_hint(answer.status)}. The directory stays as it is."
        )
    return answer.body


def _hint(status: int) -> str:
    if 300 <= status < 400:
        return "; redirects are not followed, so set UPTAKE_DIRECTORY_SOURCE to the final address"
    return "; check UPTAKE_DIRECTORY_TOKEN" if status in {401, 403} else ""
