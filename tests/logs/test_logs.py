"""The log: one line an event in either form, with nobody's name in it, and no reason ever to stop."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from core import logs
from core.logs import configure_logging

ROOT = Path(__file__).resolve().parents[2]
LOG = logging.getLogger("uptake.test")


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """The root logger has its handlers back after a test."""
    root, own = logging.getLogger(), logging.getLogger("uptake")
    handlers, levels = root.handlers[:], (root.level, own.level)
    root.handlers = []
    yield
    root.handlers = handlers
    root.setLevel(levels[0])
    own.setLevel(levels[1])


@pytest.fixture
def lines() -> Callable[..., Callable[[], list[str]]]:
    """Configures the logs; what it gives returns the lines that were written since."""

    def configure(log_format: str = "text", level: int = logging.INFO) -> Callable[[], list[str]]:
        stream = io.StringIO()
        configure_logging(log_format, level, stream)
        return lambda: stream.getvalue().splitlines(keepends=True)

    return configure


def test_a_line_of_text_says_when_how_grave_who_and_what(lines):
    written = lines()
    LOG.info("sync %s", "ok")
    (line,) = written()
    moment, rest = line.split(" ", 1)
    assert moment.endswith("Z") and moment[10] == "T"
    assert rest == "INFO uptake.test sync ok\n"


def test_json_is_one_object_a_line_with_the_extras(lines):
    written = lines("json")
    LOG.warning("sync %s", "partial", extra={"requests": 7, "outcome": "partial", "cut": True, "day": None})
    (line,) = written()
    found = json.loads(line)
    assert found.pop("time").endswith("Z")
    assert found == {
        "level": "warning",
        "logger": "uptake.test",
        "event": "sync partial",
        "requests": 7,
        "outcome": "partial",
        "cut": True,
        "day": None,
    }


@pytest.mark.parametrize("log_format", logs.FORMATS)
@pytest.mark.parametrize(
    "text", ["one\ntwo", "one\r2026-11-22 INFO two", "\x1b[2J\x1b[31mred", "a\x9b31m", "a\u2028b\u0085c", "a\u202eb"]
)
def test_nothing_in_a_text_can_begin_a_line_or_steer_a_terminal_a90(lines, log_format, text):
    """A90"""
    written = lines(log_format)
    LOG.info("refused: %s", text, extra={"who": text})
    (line,) = written()
    assert line.endswith("\n") and line[:-1].isprintable()


@pytest.mark.parametrize("log_format", logs.FORMATS)
def test_keys_addresses_and_quotations_are_left_out(lines, log_format):
    written = lines(log_format)
    text = 'The API refused (400): "Erika Muster asked twice" for sk-ant-api01-abcdefgh by <erika@example.com>.'
    LOG.error(text, extra={"asked_by": "erika@example.com"})
    (line,) = written()
    assert not any(word in line for word in ("Erika", "abcdefgh", "example.com"))
    assert "The API refused (400)" in line and "[key]" in line and "[e-mail]" in line


@pytest.mark.parametrize("log_format", logs.FORMATS)
def test_an_error_is_named_with_its_place_and_its_cause_but_without_its_text(lines, log_format):
    written = lines(log_format)
    try:
        try:
            int("Erika Muster")
        except ValueError as error:
            raise RuntimeError("about Erika Muster") from error
    except RuntimeError:
        LOG.exception("A run failed.")
    (line,) = written()
    assert "Erika" not in line
    assert "A run failed. | RuntimeError at tests/logs/test_logs.py:" in line
    assert "| ValueError at tests/logs/test_logs.py:" in line


def test_libraries_are_heard_from_warnings_up_even_when_somebody_turned_them_up(lines):
    written = lines(level=logging.DEBUG)
    library = logging.getLogger("sqlalchemy.engine.test")
    library.setLevel(logging.DEBUG)
    library.debug("Row ('Erika Muster',)")
    library.info("SELECT")
    library.warning("pool is full")
    LOG.debug("a step")
    assert [line.split(" ", 1)[1] for line in written()] == [
        "WARNING sqlalchemy.engine.test pool is full\n",
        "DEBUG uptake.test a step\n",
    ]


def test_a_library_that_wrote_by_itself_writes_through_the_log(lines, capsys):
    library = logging.getLogger("chatty.server")
    library.propagate = False
    library.addHandler(logging.StreamHandler(sys.stderr))
    written = lines("json")
    logs.adopt("chatty")
    library.warning("trouble")
    assert json.loads(written()[0])["event"] == "trouble"
    assert capsys.readouterr().err == ""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The log's clock, as a list of one: its present second."""
    now = [1_000.0]
    monkeypatch.setattr("core.logs.time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


def test_the_same_line_is_written_once_a_minute_with_the_number_held_back_r68(lines, clock):
    """R68"""
    written = lines("json")
    for _ in range(5):
        LOG.warning("The API does not answer.")
        clock[0] += 10
    assert len(written()) == 1
    clock[0] = 1_060
    LOG.warning("The API does not answer.")
    assert [json.loads(line).get("suppressed") for line in written()] == [None, 4]


def test_the_number_held_back_is_told_by_whatever_is_written_next_r68(lines, clock):
    """R68"""
    written = lines()
    for _ in range(3):
        LOG.warning("again")
    clock[0] += 61
    LOG.info("something else")
    LOG.warning("again")
    assert [line.split(" ", 1)[1] for line in written()] == [
        "WARNING uptake.test again\n",
        "INFO uptake.test something else\n",
        "WARNING uptake.test again (2 more like this were held back)\n",
    ]


def test_the_number_held_back_is_told_at_the_end(lines):
    written = lines()
    for _ in range(3):
        LOG.warning("again")
    logging.getLogger().handlers[0].close()
    assert written()[-1].endswith("again (2 more like this were held back)\n")


def test_a_day_without_the_api_makes_a_small_log_without_repetitions_r68(lines, clock):
    """R68"""
    written = lines()
    for second in range(86_400):
        clock[0] = 1_000.0 + second
        LOG.warning("The Analytics API could not be read. The server refused the connection.")
    assert len(written()) <= 24 * 60 + 1
    assert sum(map(len, written())) < 5_000_000
    handler = logging.getLogger().handlers[0]
    assert isinstance(handler, logs._Handler) and len(handler._repeats) <= 1


@pytest.mark.parametrize("log_format", logs.FORMATS)
def test_a_stream_that_fails_stops_nobody_r70(log_format, capsys):
    """R70"""

    class Full(io.StringIO):
        def write(self, _text: str) -> int:
            raise OSError(28, "No space left on device")

    closed = io.StringIO()
    closed.close()
    for stream in (Full(), closed):
        configure_logging(log_format, stream=stream)
        LOG.error("nobody hears this")
    LOG.error("a log call with the wrong %d", "argument")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("how", ["closed before the start", "closed by its reader"])
def test_a_process_without_standard_error_goes_on_r70(how):
    """R70"""
    program = (
        "import logging, sys, time; from core.logs import configure_logging; configure_logging('json'); "
        "sys.stdin.readline(); [logging.getLogger('uptake').error('line %d', n) for n in range(9)]; print('went on')"
    )
    read, write = os.pipe()
    start = 'exec "$0" -c "$1"' + (" 2>&-" if how == "closed before the start" else "")
    process = subprocess.Popen(
        ["sh", "-c", start, sys.executable, program],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=write,
        text=True,
    )
    os.close(write)
    os.close(read)
    output, _ = process.communicate("go\n", timeout=30)
    assert (output, process.returncode) == ("went on\n", 0)
