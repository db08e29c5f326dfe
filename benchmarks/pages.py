"""Every page at 100,000 people and a year, as its readers open it: what it asks the database, and whose time it takes.

A run of a page is a run of the entry script, by Streamlit's own test runner. Its processor time is parted in three:
Streamlit's, around the script and inside its calls (which is what the same widgets cost with constant data); the
database driver's (found by asking the same statements once more); and the rest, which is our own code. Each page runs
as at a first look, with nothing kept in the session, and again as after a click that changes nothing of it. What the
database is asked is that of a first look. Each figure is the least of several runs, as others may share the machine.
Somebody's first look at a page adds an entry to the access log; that is not in it.
"""

from __future__ import annotations

import os
import tempfile
import time
import types
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any
from unittest import mock

import streamlit as st
from sqlalchemy import event
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import script_runner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from benchmarks import large
from core.reports.people.people import Order
from core.reports.periods import DAY, PRESETS
from core.store.engine import process_cache
from core.store.engine.database import Database
from core.ui.session import resources, session_cache
from tests.support.address_check import taken
from tests.support.company import ISSUER, claims_of
from tests.support.screen import ENTRY, ROOT

REPEATS = 3
ADMIN = "admin@example.com"

Query = dict[str, str]


@dataclass(frozen=True)
class Reader:
    """Somebody who looks, and at what: their team, and a person of it."""

    name: str
    email: str
    team: int
    person: int


@dataclass(frozen=True)
class Visit:
    """A page as it is opened: its script, the address's query, and what was typed or opened (by key)."""

    name: str
    path: str
    query: Query
    typed: dict[str, str | bool] = field(default_factory=dict)


@dataclass
class Cost:
    """Of a page: milliseconds, statements, and kilobytes of messages to the browser.

    `sql`, `statements` and `first` (our own code) are those of a first look, the others those of a run after it.
    """

    sql: float = 1e9
    first: float = 1e9
    own: float = 1e9
    streamlit: float = 1e9
    statements: int = 0
    kilobytes: float = 0.0


def environment(url: str, folder: Path) -> dict[str, str]:
    """The settings of a process that serves the large company."""
    return {
        "UPTAKE_DATABASE_URL": url,
        "UPTAKE_DATA_DIR": str(folder),
        "UPTAKE_SECRET_KEY": "c41f9b07d2e85a36b19c70f4e6d2385a",
        "UPTAKE_ADMINS": ADMIN,
        "UPTAKE_CLAUDE_BASE_URL": "http://127.0.0.1:9",
        "UPTAKE_OIDC_METADATA_URL": "http://127.0.0.1:9/.well-known/openid-configuration",
        "UPTAKE_OIDC_ISSUER": ISSUER,
        "UPTAKE_OIDC_CLIENT_ID": "uptake",
        "UPTAKE_OIDC_CLIENT_SECRET": "invented",
    }


def readers(database: Database) -> list[Reader]:
    """An admin who sees everybody, and the readers of the company."""
    company = process_cache.directory(database, "benchmark")
    result = [Reader("everybody", ADMIN, 0, int(company.ids[1]))]
    for name, at in large.readers(company).items():
        person = int(company.ids[min(at + 1, company.right[at] - 1)])
        result.append(Reader(name, company.emails[at], int(company.ids[at]), person))
    return result


def visits(reader: Reader, preset: str, days: int) -> Iterator[Visit]:
    """The pages that somebody has, for a range; the custom one is as long as the data."""
    query = {"range": preset}
    if preset == "custom":
        query |= {"from": str(large.LAST - DAY * (days - 1)), "to": str(large.LAST)}
    if reader.email != ADMIN:
        yield Visit("My usage", "pages/you/my_usage.py", query)
        yield Visit("1:1 brief", "pages/reviews/brief.py", query)
    if reader.person == reader.team:
        return
    team = {**query, "team": str(reader.team)}
    yield Visit("Adoption", "pages/team/adoption.py", team)
    yield Visit("Teams", "pages/team/teams.py", team)
    if reader.email == ADMIN:
        yield Visit("How this adds up", "pages/team/teams.py", team, {"reconciliation": True})
    yield Visit("People", "pages/team/people.py", team)
    yield Visit("People by last use", "pages/team/people.py", {**team, "sort": Order.LAST.value})
    for word in ("person 0000", "e", "engineer 7 department"):
        yield Visit("People, searched", "pages/team/people.py", team, {"search": word})
    yield Visit("Person", "pages/team/person.py", {**query, "person": str(reader.person)})
    yield Visit("Organisation", "pages/team/organisation.py", query)


class Watch:
    """Counts the processor time inside Streamlit's calls, and notes the statements that the engines are asked."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.inside = self.script = self.whole = 0.0
        self.statements: list[tuple[str, Any]] = []
        self.bytes = 0
        self._depth = 0
        for engine in (database._reader, database._writer):  # noqa: SLF001 - what no caller can see
            event.listen(engine, "before_cursor_execute", self._note)

    def _note(self, _c: object, _cursor: object, statement: str, parameters: object, *_more: object) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            self.statements.append((statement, parameters))

    def reset(self) -> None:
        """Before a run."""
        self.inside = self.script = self.whole = 0.0
        self.statements.clear()

    def timed(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """The same call, its time counted unless it is made from within another one."""

        @wraps(call)
        def counted(*arguments: Any, **named: Any) -> Any:
            if self._depth:
                return call(*arguments, **named)
            self._depth, start = 1, time.thread_time()
            try:
                return call(*arguments, **named)
            finally:
                self._depth = 0
                self.inside += time.thread_time() - start

        return counted

    @contextmanager
    def installed(self) -> Iterator[None]:
        """While this lasts, every call of Streamlit's is counted."""
        whole = LocalScriptRunner._run_script_thread  # noqa: SLF001

        def script(code: types.CodeType, namespace: dict[str, Any]) -> None:
            start = time.thread_time()
            try:
                exec(code, namespace)  # noqa: S102 - as Streamlit does
            finally:
                self.script += time.thread_time() - start

        def run(runner: LocalScriptRunner) -> None:
            start = time.thread_time()
            with mock.patch("gc.collect"):  # the web application freezes what it holds, so that this costs nothing
                whole(runner)
            self.whole += time.thread_time() - start
            self.bytes = sum(message.ByteSize() for message in runner.forward_msgs())

        leave = {"fragment", "dialog", "stop", "rerun", "switch_page", "cache_data", "cache_resource", "App"}
        calls = [name for name in dir(st) if not name.startswith("_") and name not in leave]
        with (
            mock.patch.object(LocalScriptRunner, "_run_script_thread", run),
            mock.patch.object(script_runner, "exec", script, create=True),
        ):
            patches = [
                mock.patch.object(st, name, self.timed(getattr(st, name)))
                for name in calls
                if callable(getattr(st, name)) and not isinstance(getattr(st, name), type)
            ]
            patches += [
                mock.patch.object(DeltaGenerator, name, self.timed(getattr(DeltaGenerator, name)))
                for name in calls
                if callable(getattr(DeltaGenerator, name, None))
            ]
            patches.append(mock.patch.object(st, "Page", self.timed(st.Page)))
            patches.append(mock.patch.object(ScriptCache, "get_bytecode", self.timed(ScriptCache.get_bytecode)))
            for patch in patches:
                patch.start()
            try:
                yield
            finally:
                for patch in patches:
                    patch.stop()

    def replay(self) -> tuple[float, float]:
        """Seconds and processor seconds that the driver needs for the same statements once more, all rows fetched."""
        with self._database.read("benchmark") as connection:
            cursor: Any = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]
            start, busy = time.perf_counter(), time.thread_time()
            for statement, parameters in self.statements:
                cursor.execute(statement, parameters)
                cursor.fetchall()
            return time.perf_counter() - start, time.thread_time() - busy


def cost(watch: Watch, reader: Reader, visit: Visit, *, repeats: int = REPEATS) -> Cost:
    """The least of several runs of a page that was opened before."""
    at = AppTest.from_file(str(ENTRY), default_timeout=600)
    at.user = claims_of(reader.email)
    at.run()
    at.query_params.update(visit.query)
    at.switch_page(str(ROOT / visit.path))
    for key, value in visit.typed.items():
        at.session_state[key] = value
    result = Cost()
    for attempt in range(repeats + 1):
        if session_cache.KEY in at.session_state:
            del at.session_state[session_cache.KEY]
        wall, first = _run(watch, at)
        statements = len(watch.statements)
        assert not at.exception, (reader, visit, at.exception)
        assert taken(visit.query, _protos(at.selectbox), _protos(at.date_input)), (reader, visit)
        _, own = _run(watch, at)
        if attempt == 0:
            continue
        result.sql, result.first = min(result.sql, wall * 1_000), min(result.first, first * 1_000)
        result.streamlit = min(result.streamlit, (watch.whole - watch.script + watch.inside) * 1_000)
        result.own = min(result.own, own * 1_000)
        result.statements, result.kilobytes = statements, watch.bytes / 1_000
    return result


def _run(watch: Watch, at: AppTest) -> tuple[float, float]:
    """Seconds in the database, and processor seconds of our own code, of one run."""
    watch.reset()
    at.run()
    wall, busy = watch.replay()
    return wall, watch.script - watch.inside - busy


def _protos(widgets: Iterable[Any]) -> list[Any]:
    return [widget.proto for widget in widgets]


def measure(
    kind: str, people: int = large.PEOPLE, days: int = large.DAYS, presets: Sequence[str] = tuple(PRESETS)
) -> Iterator[tuple[str, Reader, str, Cost]]:
    """Every page of every reader for every preset: name, reader, preset and cost."""
    url = large.kept(kind, people, days)
    with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, environment(url, Path(folder))):
        database = resources.database()
        watch = Watch(database)
        with watch.installed():
            for reader in readers(database):
                for preset in presets:
                    for visit in visits(reader, preset, days):
                        yield visit.name, reader, preset, cost(watch, reader, visit)
        resources.close()


def worst(kind: str, people: int = large.PEOPLE, days: int = large.DAYS) -> dict[str, float]:
    """Per page, the most of all readers and presets."""
    most: dict[str, Cost] = {}
    for name, _reader, _preset, cost_of in measure(kind, people, days):
        old = most.setdefault(name, Cost(0, 0, 0, 0))
        old.sql, old.kilobytes = max(old.sql, cost_of.sql), max(old.kilobytes, cost_of.kilobytes)
        old.own = max(old.own, cost_of.own / cost_of.streamlit)
        old.first = max(old.first, cost_of.first / cost_of.streamlit)
    result: dict[str, float] = {}
    for name, found in most.items():
        result[f"{name}: SQL, ms"] = found.sql
        result[f"{name}: own code ÷ Streamlit's, first look"] = found.first
        result[f"{name}: own code ÷ Streamlit's, after it"] = found.own
        result[f"{name}: kB of messages"] = found.kilobytes
    return result
