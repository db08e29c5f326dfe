"""The days that an option may name."""

from __future__ import annotations

import datetime as dt
from typing import Any

import click

FIRST, LAST = dt.date(1900, 1, 1), dt.date(2999, 12, 31)
"""There are days to count from on either side, and nobody who works has a first day outside."""


class DayOption(click.DateTime):
    """A day, written as YYYY-MM-DD, from `FIRST` to `LAST`."""

    def __init__(self) -> None:
        super().__init__(formats=["%Y-%m-%d"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.datetime:
        """The midnight with which the day begins. BadParameter for what is no day, and for one outside."""
        day: dt.datetime = super().convert(value, param, ctx)
        if not FIRST <= day.date() <= LAST:
            self.fail(f"the day {day.date()} lies outside {FIRST} to {LAST}.", param, ctx)
        return day
