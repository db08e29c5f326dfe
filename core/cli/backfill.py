"""The progress of the first sync, on a terminal or in a log."""

from __future__ import annotations

import sys
import time

import click

from core.admin.access import operator
from core.admin.status import status
from core.admin.storage import Database
from core.errors import StorageError
from core.settings import Settings
from core.wording import counted

_LOOK_SECONDS = 0.5


class Backfill:
    """Shows how many of the planned days are read: a line that changes on a terminal, a line each quarter elsewhere."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._terminal = sys.stderr.isatty()
        self._look_again_at = 0.0
        self._shown = ""
        self._complete = False

    def show(self) -> None:
        """Look at the days, at most twice a second, and show what is new; silent once all are read."""
        if self._complete or time.monotonic() < self._look_again_at:
            return
        self._look_again_at = time.monotonic() + _LOOK_SECONDS
        try:
            days = status(operator(), self._database, self._settings).days
        except StorageError:
            return  # busy for a moment; the next look tells
        if days.missing is None:
            return
        read = days.in_order
        planned = read + days.failed + days.held + days.missing
        self._complete = days.missing == 0
        self._print(read, planned)

    def say(self, sentence: str) -> None:
        """Print a sentence on a line of its own."""
        if self._terminal and self._shown and not self._complete:
            click.echo("", err=True)
            self._shown = ""
        click.echo(sentence)

    def _print(self, read: int, planned: int) -> None:
        if self._complete:
            line = (
                f"All {planned} days are there."
                if read == planned
                else f"{read} of {counted(planned, 'day')} could be read."
            )
        elif self._terminal:
            line = f"Reading usage: {read} of {counted(planned, 'day')}"
        else:
            line = f"Reading usage: {read * 4 // planned * 25} % of {counted(planned, 'day')}"
        if line != self._shown:
            click.echo(f"\r{line:50}" if self._terminal else line, nl=self._complete or not self._terminal, err=True)
        self._shown = line
