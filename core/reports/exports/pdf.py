"""Sets a template as PDF, in a process of its own; see `core.reports.exports.typeset`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from core.errors import UptakeError

_SECONDS = 600


class PdfNotMade(UptakeError):
    """The PDF could not be set; there is no file."""


def write(template: str, inputs: Mapping[str, str], path: Path, instead: str) -> None:
    """Write the PDF; `instead` says which files hold the same.

    Raises:
        PdfNotMade: the typesetter failed; nothing is left at `path`.
    """
    command = [sys.executable, "-m", "core.reports.exports.typeset", template, str(path)]
    root = Path(__file__).resolve().parents[3]
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            command, input=json.dumps(inputs), cwd=root, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        path.unlink(missing_ok=True)
        raise PdfNotMade(_failed(type(error).__name__, instead)) from error
    if done.returncode or not path.exists():
        path.unlink(missing_ok=True)
        reason = done.stderr.strip().rpartition("\n")[2] or f"status {done.returncode}"
        raise PdfNotMade(_failed(reason, instead))


def _failed(reason: str, instead: str) -> str:
    return f"The PDF could not be set ({reason[:200]}). There is no file; {instead}."
