"""Logs for operators: one line an event, to standard error, with no person in it.

A line never stops the program that writes it: when nobody can take it any more, it is lost. An error is logged by its
type and place, without its text, which may hold data.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import math
import re
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PAUSE_SECONDS = 60.0
"""An event that was just logged is only counted for so long."""

FORMATS = ("text", "json")

_OWN = "uptake"
_CAUSES = 8
_ROOT = Path(__file__).resolve().parents[1]
_KNOWN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName", "suppressed"}
_NOT_FOR_LOGS = (
    (re.compile(r"\bsk-[\w-]{4,}"), "[key]"),
    (re.compile(r"[^\s@\"'<>(),;:]+@[^\s@\"'<>(),;:]+"), "[e-mail]"),
    # Text in quotation marks is what the API said. Who may read that finds it on the Connection page.
    (re.compile(r'"[^\n]*"', re.DOTALL), '"…"'),
)


def configure_logging(log_format: str = "text", level: int = logging.INFO, stream: IO[str] | None = None) -> None:
    """Send the product's logs to standard error, stamped in UTC; libraries only from warnings up.

    `log_format` is one of `FORMATS`: lines for people, or one JSON object a line. `stream` replaces standard error.
    """
    handler = _Handler(stream or sys.stderr)
    handler.setFormatter(_Json() if log_format == "json" else _Text())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger(_OWN).setLevel(level)


def adopt(*libraries: str) -> None:
    """Let libraries that write to standard error by themselves write through these logs instead."""
    for name, logger in list(logging.root.manager.loggerDict.items()):
        if isinstance(logger, logging.Logger) and name.partition(".")[0] in libraries:
            logger.handlers.clear()
            logger.propagate = True


@dataclass
class _Repeats:
    """How often an event was held back since it was last written."""

    record: logging.LogRecord
    written: float
    held_back: int = 0


class _Handler(logging.StreamHandler[IO[str]]):
    """Writes an event at most once a minute, with the number of those held back in between."""

    def __init__(self, stream: IO[str]) -> None:
        super().__init__(stream)
        self._repeats: dict[tuple[str, int, str], _Repeats] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Refuse what libraries say below a warning, whoever turned them up: some then print whole rows."""
        ours = record.name == _OWN or record.name.startswith(f"{_OWN}.")
        return bool(super().filter(record)) and (ours or record.levelno >= logging.WARNING)

    def emit(self, record: logging.LogRecord) -> None:
        """Write the event, or count it; and write the counts of events whose minute is over."""
        try:
            identity = (record.name, record.levelno, _event(record))
        except Exception:  # noqa: BLE001 - a log call with the wrong arguments must not end the caller
            return
        now = time.monotonic()
        repeats = self._repeats.get(identity)
        if repeats is not None and now - repeats.written < PAUSE_SECONDS:
            repeats.held_back += 1
        else:
            self._repeats.pop(identity, None)
            self._repeats[identity] = _Repeats(record, now)
            self._write(record, repeats.held_back if repeats else 0)
        self._tell_counts(now - PAUSE_SECONDS)

    def close(self) -> None:
        """Write the counts that are still open; called when the program ends."""
        self.acquire()
        try:
            self._tell_counts(math.inf)
        finally:
            self.release()
        super().close()

    def _tell_counts(self, written_until: float) -> None:
        """Forget events that were last written by then; one that was held back since is written once more."""
        while self._repeats:
            identity, past = next(iter(self._repeats.items()))  # the one that was written first
            if past.written > written_until:
                return
            del self._repeats[identity]
            if past.held_back:
                self._write(past.record, past.held_back)
                if math.isfinite(written_until):
                    self._repeats[identity] = _Repeats(past.record, time.monotonic())

    def _write(self, record: logging.LogRecord, held_back: int) -> None:
        record.suppressed = held_back
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Say nothing: the place to say it is the one that failed."""


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """A line for people."""
        held_back = record.__dict__["suppressed"]
        more = f" ({held_back} more like this were held back)" if held_back else ""
        return f"{_time(record)} {record.levelname} {_printable(record.name)} {_printable(_event(record))}{more}"


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """A JSON object of ASCII characters, so that nothing in it can end the line or steer a terminal."""
        line: dict[str, object] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _event(record),
        }
        extras = {name: _value(value) for name, value in record.__dict__.items() if name not in _KNOWN}
        if held_back := record.__dict__["suppressed"]:
            line["suppressed"] = held_back
        return json.dumps(extras | line)


def _time(record: logging.LogRecord) -> str:
    return dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _event(record: logging.LogRecord) -> str:
    """What happened, without keys, addresses and quotations; an error as its type and where it was raised."""
    text = _scrubbed(record.getMessage())
    error = record.exc_info[1] if record.exc_info else None
    for _ in range(_CAUSES):
        if error is None:
            break
        text += f" | {type(error).__name__} at {_places(error)}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return text


def _places(error: BaseException) -> str:
    """The frames of an error, the innermost first."""
    frames = reversed(traceback.extract_tb(error.__traceback__))
    return " < ".join(f"{_short(frame.filename)}:{frame.lineno}" for frame in frames) or "an unknown place"


def _short(file: str) -> str:
    path = Path(file)
    return path.relative_to(_ROOT).as_posix() if path.is_relative_to(_ROOT) else "/".join(path.parts[-2:])


def _value(value: object) -> object:
    return value if isinstance(value, bool | int | float | None) else _scrubbed(str(value))


def _scrubbed(text: str) -> str:
    for pattern, instead in _NOT_FOR_LOGS:
        text = pattern.sub(instead, text)
    return text


def _printable(text: str) -> str:
    """The text on one line: line ends, terminal codes and marks that turn its direction as visible escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
