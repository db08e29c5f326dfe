"""Daily summaries of the organisation: how many people were active, in one day, in a week, in a month."""

from __future__ import annotations

import datetime as dt
from typing import Any

from simulator.dataset import Dataset
from simulator.wire import Row

Active = dict[str, frozenset[str]]
"""User ids that were active on one day, by the prefix of the summary's keys; `""` is any product."""

PREFIXES = ("", "chat_", "claude_code_", "cowork_", "office_agent_", "claude_design_", "science_")
PREFIXES_OF_28_DAYS = ("chat_cowork_unified_", "claude_tag_")
"""Their month has 28 days, that of the others 30 (contract of `/summaries`)."""

_BLOCKS = {
    "chat_": "chat_metrics",
    "claude_code_": "claude_code_metrics",
    "cowork_": "cowork_metrics",
    "office_agent_": "office_metrics",
    "claude_design_": "design_metrics",
    "science_": "science_metrics",
    "chat_cowork_unified_": "chat_cowork_unified_metrics",
    "claude_tag_": "claude_tag_metrics",
}


class Summaries:
    """Counts active people per day and remembers who they were, because every day belongs to thirty windows."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._active: dict[dt.date, Active] = {}

    def summary(self, day: dt.date) -> Row:
        row: Row = {
            "starting_at": f"{day}T00:00:00Z",
            "ending_at": f"{day + dt.timedelta(days=1)}T00:00:00Z",
            "assigned_seat_count": self._dataset.seats,
            "pending_invite_count": 0,
        }
        for prefix in PREFIXES + PREFIXES_OF_28_DAYS:
            month = 28 if prefix in PREFIXES_OF_28_DAYS else 30
            for word, length in (("daily", 1), ("weekly", 7), ("monthly", month)):
                row[f"{prefix}{word}_active_user_count"] = self._distinct(prefix, day, length)
        for word in ("daily", "weekly", "monthly"):
            row[f"{word}_adoption_rate"] = self._rate(row[f"{word}_active_user_count"])
        return row

    def _rate(self, active: int) -> float | None:
        """Per cent of the seats; null without seats."""
        return round(100 * active / self._dataset.seats, 2) if self._dataset.seats else None

    def _distinct(self, prefix: str, day: dt.date, length: int) -> int:
        days = (day - dt.timedelta(days=back) for back in range(length))
        return len(frozenset().union(*(self._active_on(past)[prefix] for past in days)))

    def _active_on(self, day: dt.date) -> Active:
        if day not in self._active:
            rows = self._dataset.rows(day) if day >= self._dataset.earliest else []
            used = {row["user"]["id"]: _products(row) for row in rows}
            self._active[day] = {
                prefix: frozenset(user for user, products in used.items() if prefix in products)
                for prefix in PREFIXES + PREFIXES_OF_28_DAYS
            }
        return self._active[day]


def _products(row: Row) -> set[str]:
    """The products used in a row, and `""` when there is any."""
    used = {prefix for prefix, block in _BLOCKS.items() if _any_above_zero(row.get(block))}
    return used | {""} if used or row.get("web_search_count") else used


def _any_above_zero(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_any_above_zero(entry) for entry in value.values())
    return bool(value)
