"""The directory from a file or an address that the daemon re-reads: what is good is applied, what is not waits."""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from core import audit
from core import settings as configuration
from core.admin import directory_imports, directory_people, directory_source, roles
from core.admin.access import operator
from core.api.exchange import Limits
from core.errors import DirectoryError, SettingsError
from core.store.directory import directory_notes
from core.store.engine.database import Database
from core.store.tables.access_log import ACCESS_LOG
from core.store.tables.usage import LEASE
from core.sync import lease, roster_source
from core.sync.lease import LeaseLost
from core.sync.roster_source import RosterSource, SourceUnavailable
from core.viewers import Role

HEADER = "email,name,manager_email\n"
PEOPLE = [f"p{number}@example.com" for number in range(12)]
FULL = HEADER + "".join(
    f"{email},Person {number},{PEOPLE[0] if number else ''}\n" for number, email in enumerate(PEOPLE)
)
ROOT = "root@example.com"
HALF = "".join(FULL.splitlines(keepends=True)[:7])


@pytest.fixture
def place(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text(FULL)
    return file


@dataclass
class Watched:
    """A source, and a clock that is an hour further at each reading."""

    database: Database
    source: RosterSource
    held: lease.HeldLease
    settings: configuration.Settings
    now: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))

    def read(self) -> directory_source.SourceState:
        self.source.reread(self.held, self.now)
        self.now += dt.timedelta(hours=1)
        state = directory_source.state(operator(), self.database)
        assert state is not None
        return state

    def people(self) -> int:
        return directory_people.counts(operator(), self.database, self.now.date()).people

    def imports(self) -> int:
        return len(directory_imports.history(operator(), self.database))


def settings_for(place: object, tmp_path, **more: str) -> configuration.Settings:
    environ = {"UPTAKE_DATA_DIR": str(tmp_path), "UPTAKE_DIRECTORY_SOURCE": str(place), **more}
    return configuration.load(environ)


@pytest.fixture
def watched(database, place, tmp_path) -> Watched:
    held = lease.take(database, "test", dt.datetime.now(dt.UTC))
    assert isinstance(held, lease.HeldLease)
    settings = settings_for(place, tmp_path, UPTAKE_ADMINS=ROOT)
    return Watched(database, RosterSource(settings, database, lambda: False), held, settings)


def test_a_file_is_taken_in_and_the_same_content_again_costs_nothing(watched, place):
    state = watched.read()
    assert (state.state, state.problem, watched.people(), watched.imports()) == ("applied", None, 12, 1)
    (entry,) = directory_imports.history(operator(), watched.database)
    assert (entry.by, entry.source, entry.added) == (audit.DAEMON, str(place), 12)
    before = state.checked_at
    assert watched.read().checked_at > before
    assert watched.imports() == 1
    place.write_text(FULL + "new@example.com,New,p1@example.com\n")
    watched.source.reread(watched.held, watched.now - dt.timedelta(minutes=1))  # not due yet
    assert watched.people() == 12
    assert watched.read().state == "applied"
    assert (watched.people(), watched.imports()) == (13, 2)


def test_lines_that_are_left_out_of_a_file_that_changes_nothing_are_told(watched, place):
    watched.read()
    place.write_text(f"{FULL}new at example.com,New,{PEOPLE[0]}\n")
    state = watched.read()
    assert state.state == "applied" and watched.imports() == 1
    assert state.message.startswith(
        "It says what the directory says. Lines that were left out or need a look: 1. Line 14:"
    )
    assert "new at example.com" in state.message
    with watched.database.read("test") as connection:
        assert [problem.value for problem in directory_notes.problems(connection)] == ["new at example.com"]
    place.write_text(FULL + "".join(f"new at {n},New,\n" for n in range(9)))
    assert watched.read().message.endswith(" And 6 more.")
    place.write_text(FULL + "\n")
    assert watched.read().message == "It says what the directory says."


def test_a_version_that_shrinks_the_directory_waits_until_an_admin_applies_it_a57(watched, place):
    watched.read()
    place.write_text(HALF)
    state = watched.read()
    assert state.state == directory_source.HELD and "archives 6 of 12 people" in state.message
    assert watched.read().state == directory_source.HELD
    assert (watched.people(), watched.imports()) == (12, 1)
    shown = directory_source.held_preview(operator(), watched.database, watched.settings)
    assert len(shown.plan.archived) == 6
    directory_source.accept(operator(), watched.database, shown)
    assert (watched.people(), watched.imports()) == (6, 2)
    assert watched.read().state == "applied"
    with pytest.raises(DirectoryError, match="No version .* waits"):
        directory_source.held_preview(operator(), watched.database, watched.settings)


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        (30, None, "12 of 12 people who work here today a first day in the future"),
        (None, 1, "12 of 12 people who work here today a last day within the next 31 days"),
    ],
)
def test_a_version_whose_dates_let_nobody_in_waits_a57(watched, place, start, end, sentence: str):
    watched.read()
    first, last = ("" if days is None else watched.now.date() + dt.timedelta(days=days) for days in (start, end))
    header, *lines = FULL.splitlines()
    place.write_text("\n".join([f"{header},start_date,end_date", *(f"{line},{first},{last}" for line in lines)]))
    state = watched.read()
    assert state.state == directory_source.HELD and sentence in state.message
    assert (watched.people(), watched.imports()) == (12, 1)
    shown = directory_source.held_preview(operator(), watched.database, watched.settings)
    directory_source.accept(operator(), watched.database, shown)
    assert (watched.people(), watched.imports()) == (0 if start else 12, 2)


def test_a_version_that_waits_and_would_change_nothing_by_now_is_settled_without_an_import(watched, place):
    watched.read()
    place.write_text(HALF)
    watched.read()
    shown = directory_source.held_preview(operator(), watched.database, watched.settings)
    directory_imports.apply(operator(), watched.database, shown, confirmed=True)
    again = directory_source.held_preview(operator(), watched.database, watched.settings)
    directory_source.accept(operator(), watched.database, again)
    state = watched.read()
    assert (state.state, state.message) == ("applied", "Nothing to change. People: 6 unchanged.")
    assert watched.imports() == 2


def test_a_version_that_gives_somebody_an_admins_address_waits_a58(watched, place):
    watched.read()
    place.write_text(FULL + f"{ROOT},Somebody,{PEOPLE[0]}\n")
    state = watched.read()
    assert state.state == directory_source.HELD and f"Somebody would be added with the address {ROOT}" in state.message
    assert watched.people() == 12


def test_a_version_without_the_last_admin_waits_until_there_is_another_a59(watched, place, tmp_path):
    watched.settings = settings_for(place, tmp_path)
    watched.source = RosterSource(watched.settings, watched.database, lambda: False)
    watched.read()
    roles.grant(operator(), watched.database, PEOPLE[11], Role.ADMIN)
    place.write_text("".join(FULL.splitlines(keepends=True)[:-1]))
    state = watched.read()
    assert state.state == directory_source.HELD and "last admin" in state.message
    shown = directory_source.held_preview(operator(), watched.database, watched.settings)
    with pytest.raises(DirectoryError, match="last admin .*cannot be removed"):
        directory_source.accept(operator(), watched.database, shown)
    roles.grant(operator(), watched.database, PEOPLE[1], Role.ADMIN)
    directory_source.accept(operator(), watched.database, shown)
    assert watched.people() == 11


def test_a_discarded_version_stays_away_until_the_file_changes(watched, place):
    watched.read()
    place.write_text(HALF)
    watched.read()
    directory_source.discard(operator(), watched.database)
    assert watched.read().state == "discarded"
    place.write_text(FULL.replace("Person 3", "Person Three"))
    assert watched.read().state == "applied"
    assert watched.people() == 12


def test_a_newer_good_version_replaces_one_that_waits(watched, place):
    watched.read()
    place.write_text(HALF)
    watched.read()
    place.write_text(FULL)
    assert watched.read().state == "applied"
    with pytest.raises(DirectoryError):
        directory_source.discard(operator(), watched.database)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "The file is empty"),
        (HEADER, "No line of the file"),
        ("PK\x03\x04", "zip archive"),
        ("a,b\n1,2\n", "no column email"),
    ],
)
def test_a_file_that_is_no_directory_changes_nothing_and_says_why(watched, place, content: str, sentence: str):
    watched.read()
    place.write_text(content)
    state = watched.read()
    assert state.state == "refused" and sentence in state.message
    assert watched.people() == 12


def test_a_file_that_is_away_is_told_and_forgiven_once_it_is_back(watched, place):
    watched.read()
    place.unlink()
    state = watched.read()
    assert state.problem is not None and str(place) in state.problem
    assert (state.state, watched.people()) == ("applied", 12)
    place.write_text(FULL)
    assert watched.read().problem is None
    place.unlink()
    place.mkdir()
    assert "is no file" in (watched.read().problem or "")


def test_whatever_the_daemon_does_to_the_directory_is_in_the_access_log(watched, place):
    watched.read()
    place.write_text(HALF)
    watched.read()
    with watched.database.read("test") as connection:
        acts = connection.execute(select(ACCESS_LOG.c.act, ACCESS_LOG.c.actor).order_by(ACCESS_LOG.c.sequence)).all()
    assert [tuple(act) for act in acts] == [("directory.imported", audit.DAEMON), ("directory.held", audit.DAEMON)]


def test_a_daemon_that_lost_the_lease_changes_nothing(watched):
    later = watched.now + dt.timedelta(minutes=5)
    assert isinstance(lease.take(watched.database, "another", later), lease.HeldLease)
    with pytest.raises(LeaseLost):
        watched.read()
    assert watched.people() == 0


def test_a_reading_that_took_long_does_not_date_the_lease_back(watched):
    watched.now -= dt.timedelta(minutes=1)
    watched.read()
    with watched.database.read("test") as connection:
        assert connection.execute(select(LEASE.c.expires_at)).scalar_one() > dt.datetime.now(dt.UTC)


def test_without_a_source_nothing_is_read(database, tmp_path):
    source = RosterSource(configuration.load({"UPTAKE_DATA_DIR": str(tmp_path)}), database, lambda: False)
    source.reread(lease.HeldLease(1), dt.datetime.now(dt.UTC))
    assert directory_source.state(operator(), database) is None


class _Files(BaseHTTPRequestHandler):
    """Serves one file to who has the token; /moved leads elsewhere, /large has no end."""

    asked: list[tuple[str, str | None]]

    def do_GET(self) -> None:
        type(self).asked.append((self.path, self.headers.get("Authorization")))
        if self.path.startswith("/people") and self.headers.get("Authorization") == "Bearer sesame":
            self._answer(200, FULL.encode())
        elif self.path == "/moved":
            self._answer(302, b"", Location="/people")
        elif self.path == "/large":
            self._answer(200, b"x" * 3_000_000)
        else:
            self._answer(403, b"no")

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    _Files.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), _Files) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def test_an_address_is_read_with_the_token_and_its_query_is_shown_nowhere(database, tmp_path, server):
    address = f"{server}/people.csv?signature=secret"
    settings = settings_for(address, tmp_path, UPTAKE_DIRECTORY_TOKEN="sesame")
    held = lease.take(database, "test", dt.datetime.now(dt.UTC))
    assert isinstance(held, lease.HeldLease)
    watched = Watched(database, RosterSource(settings, database, lambda: False), held, settings)
    state = watched.read()
    assert (state.state, state.place, watched.people()) == ("applied", f"{server}/people.csv", 12)
    assert _Files.asked == [("/people.csv?signature=secret", "Bearer sesame")]
    assert "signature" not in str(directory_imports.history(operator(), database))


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/moved", "status 302 .* redirects are not followed"),
        ("/other", "status 403 .* check UPTAKE_DIRECTORY_TOKEN"),
        ("/large", "larger than"),
    ],
)
def test_an_address_that_does_not_give_the_file_is_a_problem_and_the_token_goes_nowhere_else(
    server, monkeypatch, path, sentence
):
    monkeypatch.setattr(roster_source, "_LIMITS", Limits(size=1_000_000))
    with pytest.raises(SourceUnavailable, match=sentence):
        roster_source.read(server + path, "sesame", lambda: False)
    assert [asked for asked, _ in _Files.asked] == [path]


def test_a_server_that_is_not_there_is_a_problem():
    with pytest.raises(SourceUnavailable, match="refused the connection"):
        roster_source.read("http://127.0.0.1:9/people.csv", None, lambda: False)


@pytest.mark.parametrize(
    "address", ["https://files..example.com/a?key=secret", "https://files.example.com/\ta?key=secret"]
)
def test_an_address_that_cannot_be_asked_is_a_problem_that_the_page_shows(watched, tmp_path, address):
    """Settings refuse these; which ones they cannot tell depends on what looks names up."""
    settings = dataclasses.replace(settings_for("/nowhere", tmp_path), directory_source=address)
    watched.source = RosterSource(settings, watched.database, lambda: False)
    problem = watched.read().problem or ""
    assert "No server can be asked for https://files." in problem and "secret" not in problem


def test_nothing_records_the_keys_of_the_connection_to_the_directory(server, tmp_path, monkeypatch):
    given, client = [], httpx.Client

    def connect(**options: Any) -> httpx.Client:
        given.append(options)
        return client(**options)

    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    monkeypatch.setattr(httpx, "Client", connect)
    roster_source.read(f"{server}/people.csv", "sesame", lambda: False)
    assert given[0]["verify"].keylog_filename is None


@pytest.mark.parametrize(
    "environ",
    [
        {"UPTAKE_DIRECTORY_SOURCE": "http://files.example.com/people.csv"},
        {"UPTAKE_DIRECTORY_SOURCE": "ftp://files.example.com/people.csv"},
        {"UPTAKE_DIRECTORY_SOURCE": "https://user:word@files.example.com/people.csv"},
        {"UPTAKE_DIRECTORY_SOURCE": "https:///people.csv"},
        {"UPTAKE_DIRECTORY_SOURCE": "https://files.example.com:port/people.csv"},
        {"UPTAKE_DIRECTORY_SOURCE": "https://files..example.com/people.csv"},
        {"UPTAKE_DIRECTORY_SOURCE": "https://.example.com/people.csv"},
        {"UPTAKE_DIRECTORY_SOURCE": "https://exa mple.com/people.csv"},
        {"UPTAKE_DIRECTORY_SOURCE": "https://xn--/people.csv"},
        {"UPTAKE_DIRECTORY_SOURCE": f"https://{'a' * 64}.com/people.csv"},
        {"UPTAKE_DIRECTORY_SOURCE": "https://files.example.com/\tpeople.csv"},
        {"UPTAKE_DIRECTORY_SOURCE": "/srv/\udcff.csv"},
        {"UPTAKE_DIRECTORY_SOURCE": "/srv/people.csv", "UPTAKE_DIRECTORY_TOKEN": "sesame"},
        {"UPTAKE_DIRECTORY_SOURCE": "https://files.example.com/people.csv", "UPTAKE_DIRECTORY_TOKEN": "two words"},
    ],
)
def test_settings_that_would_send_the_token_or_the_people_in_the_clear_are_refused(tmp_path, environ):
    with pytest.raises(SettingsError, match="UPTAKE_DIRECTORY_") as refusal:
        configuration.load({"UPTAKE_DATA_DIR": str(tmp_path), **environ})
    assert "sesame" not in str(refusal.value) and "word@" not in str(refusal.value)


def test_nothing_of_the_directory_is_stored_when_the_access_log_cannot_be_written(watched, monkeypatch):
    def fail(*arguments: object, **options: object) -> None:
        raise ConnectionAbortedError

    monkeypatch.setattr(audit, "record", fail)
    watched.read()
    assert (watched.people(), watched.imports()) == (0, 0)
    with watched.database.read("test") as connection:
        assert connection.execute(select(func.count()).select_from(ACCESS_LOG)).scalar() == 0
