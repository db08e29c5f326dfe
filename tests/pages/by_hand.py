"""What some people did, added up from the rows that the API serves, without the product's catalogue and arithmetic.

The field of each statistic is written down once more, from the API's documentation (platform.claude.com, "Analytics
API", `GET users`) and the definitions that are printed beside the numbers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product as pairs
from statistics import median
from typing import Any

from simulator.organisation import Person

Rows = dict[dt.date, list[dict]]
DAY, WEEK = dt.timedelta(days=1), dt.timedelta(days=7)
MONTH = 28

_CHAT = ("chat_metrics", "chat_cowork_unified_metrics.chat")
_COWORK = ("cowork_metrics", "chat_cowork_unified_metrics.sessions")
_CODE = ("claude_code_metrics.core_metrics",)
_TOOLS = ("edit_tool", "multi_edit_tool", "write_tool", "notebook_edit_tool")
_EDITS = tuple(f"claude_code_metrics.tool_actions.{tool}" for tool in _TOOLS)
_OFFICE = ("excel", "powerpoint", "word", "outlook")


def _in(blocks: Iterable[str], *names: str) -> tuple[str, ...]:
    return tuple(f"{block}.{name}" for block, name in pairs(blocks, names))


def _office(field: str, *others: str) -> tuple[str, ...]:
    return (*_in((f"office_metrics.{name}" for name in _OFFICE), field), *others)


FIELDS: dict[str, dict[str, tuple[str, ...]]] = {
    "Claude Chat": {
        "Conversations": _in(_CHAT, "distinct_conversation_count"),
        "Chat messages": _in(_CHAT, "message_count"),
        "Artifacts created": _in(_CHAT, "distinct_artifacts_created_count"),
        "Thinking messages": _in(_CHAT, "thinking_message_count"),
        "Projects created": _in(_CHAT, "distinct_projects_created_count"),
        "Projects used": _in(_CHAT, "distinct_projects_used_count"),
        "Files uploaded": _in(_CHAT, "distinct_files_uploaded_count"),
        "Different skills in chat": _in(_CHAT, "distinct_skills_used_count"),
        "Chat connectors used": _in(_CHAT, "connectors_used_count"),
        "Different connectors in chat": _in(_CHAT, "distinct_connectors_used_count"),
        "Shared conversations viewed": _in(_CHAT, "shared_conversations_viewed_count"),
        "Shared artifacts viewed": _in(_CHAT, "distinct_shared_artifacts_viewed_count"),
    },
    "Claude Code": {
        "Claude Code sessions": _in(_CODE, "distinct_session_count"),
        "Commits": _in(_CODE, "commit_count"),
        "Pull requests": _in(_CODE, "pull_request_count"),
        "Lines added": _in(_CODE, "lines_of_code.added_count"),
        "Lines removed": _in(_CODE, "lines_of_code.removed_count"),
        "Edits accepted": _in(_EDITS, "accepted_count"),
        "Edits rejected": _in(_EDITS, "rejected_count"),
        "Edit acceptance rate": (),
        "Claude Code artifacts": _in(_CODE, "artifacts_created_count"),
    },
    "Cowork": {
        "Cowork sessions": _in(_COWORK, "distinct_session_count"),
        "Cowork messages": _in(_COWORK, "message_count"),
        "Cowork actions": _in(_COWORK, "action_count"),
        "Cowork dispatch turns": _in(_COWORK, "dispatch_turn_count"),
        "Cowork skills used": _in(_COWORK, "skills_used_count"),
        "Cowork connectors used": _in(_COWORK, "connectors_used_count"),
        "Different skills in Cowork": _in(_COWORK, "distinct_skills_used_count"),
        "Different connectors in Cowork": _in(_COWORK, "distinct_connectors_used_count"),
        "Cowork artifacts": _in(_COWORK, "artifacts_created_count"),
        "Cowork plugins used": _in(_COWORK, "plugins_used_count"),
        "Different plugins in Cowork": _in(_COWORK, "distinct_plugins_used_count"),
        "Cowork file edits": _in(_COWORK, "file_edit_count"),
        "Cowork Edit tool": _in(_COWORK, "edit_tool_count"),
        "Cowork MultiEdit tool": _in(_COWORK, "multi_edit_tool_count"),
        "Cowork Write tool": _in(_COWORK, "write_tool_count"),
        "Cowork NotebookEdit tool": _in(_COWORK, "notebook_edit_tool_count"),
        "Cowork sessions with file edits": _in(_COWORK, "sessions_with_file_edits_count"),
    },
    **{
        f"{name} agent": {
            f"{name} sessions": (f"office_metrics.{block}.distinct_session_count",),
            f"{name} messages": (f"office_metrics.{block}.message_count",),
            f"{name} skills used": (f"office_metrics.{block}.skills_used_count",),
            f"{name} connectors used": (f"office_metrics.{block}.connectors_used_count",),
            f"Different skills in {name}": (f"office_metrics.{block}.distinct_skills_used_count",),
            f"Different connectors in {name}": (f"office_metrics.{block}.distinct_connectors_used_count",),
        }
        for block, name in zip(_OFFICE, ("Excel", "PowerPoint", "Word", "Outlook"), strict=True)
    },
    "Design": {
        "Design sessions": ("design_metrics.distinct_session_count",),
        "Design messages": ("design_metrics.message_count",),
        "Design projects created": ("design_metrics.distinct_projects_created_count",),
        "Design projects used": ("design_metrics.distinct_projects_used_count",),
    },
    "Science": {
        "Science sessions": ("science_metrics.distinct_session_count",),
        "Science messages": ("science_metrics.message_count",),
        "Science delegations": ("science_metrics.delegation_count",),
        "Science compute jobs": ("science_metrics.remote_compute_job_count",),
        "Science skills used": ("science_metrics.skills_used_count",),
    },
    "Claude in Slack": {
        "Messages to Claude in Slack": ("claude_tag_metrics.active_message_count",),
        "Active days in Slack": ("claude_tag_metrics.active_day_count",),
    },
    "Skills, connectors and search": {
        "Skill usage": _office(
            "skills_used_count", *_in(_COWORK, "skills_used_count"), "science_metrics.skills_used_count"
        ),
        "Connector usage": _office("connectors_used_count", *_in((*_COWORK, *_CHAT), "connectors_used_count")),
        "Web searches": ("web_search_count",),
    },
}
"""Product → statistic, both as the pages call them → the fields of a row that it adds up."""

PRODUCTS = tuple(list(FIELDS)[:-1])
RATE = "Edit acceptance rate"


def field(row: dict, path: str) -> int | None:
    """A number of a row; None where it, or the block that would hold it, is absent or null."""
    value: Any = row
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def counted(value: object) -> bool:
    """Whether any number inside is above zero."""
    if isinstance(value, dict):
        return any(counted(item) for item in value.values())
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def days(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + DAY * n for n in range((last - first).days + 1)]


@dataclass(frozen=True)
class ByHand:
    """The rows of some people; an account's address may be spelt in another case than the directory's."""

    rows: Rows
    people: Sequence[Person]

    @cached_property
    def own(self) -> dict[str, Rows]:
        """Each person's rows of the days up to their last one."""
        return {
            person.email: {
                day: [row for row in found if row["user"]["email_address"].lower() == person.email]
                if person.end_date is None or day <= person.end_date
                else []
                for day, found in self.rows.items()
            }
            for person in self.people
        }

    def measured(self, day: dt.date, statistic: str) -> bool:
        """Whether a field said anything of anybody that day; of a day without rows, the days around it have to tell."""
        fields = next(stats[statistic] for stats in FIELDS.values() if statistic in stats)
        before = [other for other in self.rows if other <= day and self.rows[other]]
        after = [other for other in self.rows if other >= day and self.rows[other]]
        return all(
            any(field(row, path) is not None for row in self.rows[other] for path in fields)
            for other in {*before[-1:], *after[:1]}
        )

    def amount(self, statistic: str, of: Iterable[dt.date]) -> float | None:
        """Everybody's amount of a statistic; None where it was not measured, or nothing was decided."""
        of = list(of)
        if statistic == RATE:
            accepted, rejected = self.amount("Edits accepted", of), self.amount("Edits rejected", of)
            decided = (accepted or 0) + (rejected or 0)
            return (accepted or 0) / decided if decided else None
        known = [day for day in of if self.measured(day, statistic)]
        return sum(self._sum(email, statistic, known) for email in self.own) if known else None

    def compares(self, statistic: str, month: Sequence[dt.date]) -> bool:
        """Whether each day of a month and of the one before measured a statistic; else the two do not compare.

        Which do depends on the day on which this runs: the simulated API began to tell some counts on a date.
        """
        counts = ("Edits accepted", "Edits rejected") if statistic == RATE else (statistic,)
        return all(self.measured(day, each) for each in counts for now in month for day in (now, now - DAY * MONTH))

    def _sum(self, email: str, statistic: str, of: Iterable[dt.date]) -> int:
        fields = next(stats[statistic] for stats in FIELDS.values() if statistic in stats)
        return sum(field(row, path) or 0 for day in of for row in self.own[email][day] for path in fields)

    def median(self, statistic: str, of: Sequence[dt.date], people: Iterable[str]) -> float:
        """What somebody in the middle of these people has."""
        return median(self._sum(email, statistic, of) for email in people)

    def active_days(self, email: str, product: str | None = None) -> set[dt.date]:
        """The days with any counter above zero, of any product or of one."""
        paths = None if product is None else [path for stats in FIELDS[product].values() for path in stats]
        return {
            day
            for day, found in self.own[email].items()
            for row in found
            if (counted(row) if paths is None else any((field(row, path) or 0) > 0 for path in paths))
        }

    def active(self, of: Sequence[dt.date], product: str | None = None) -> set[str]:
        """Who was active on any of the days."""
        return {email for email in self.own if self.active_days(email, product) & set(of)}

    def employed(self, day: dt.date) -> set[str]:
        """The headcount of a day."""
        return {person.email for person in self.people if person.employed_on(day)}

    def tier(self, email: str, sunday: dt.date) -> str:
        """The habit over the four weeks that end on a Sunday, by the rules that are printed beside it."""
        used, weeks = self.active_days(email), list(weeks_to(sunday, 4))
        inside = used & set(days(weeks[0][0], sunday))
        on = sum(bool(used & set(week)) for week in weeks)
        if not inside:
            return "No use"
        if min(used) >= weeks[0][0]:
            return "New"
        if on == len(weeks) and len(inside) >= 12:
            return "Power"
        return "Regular" if on >= 3 else "Light"


def weeks_to(sunday: dt.date, count: int) -> Iterator[list[dt.date]]:
    """The days of each of the weeks that end with this one, the oldest first."""
    for back in range(count - 1, -1, -1):
        yield days(sunday - WEEK * back - DAY * 6, sunday - WEEK * back)
