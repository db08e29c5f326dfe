"""What one run of a page asks the database, and whose processor time it takes."""

from __future__ import annotations

import time
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any
from unittest import mock

import streamlit as st
from sqlalchemy import event
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import script_runner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from core.store.engine.database import Database


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
