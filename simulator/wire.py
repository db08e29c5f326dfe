"""The shape of one row of `GET /users`: every block and counter, and what older days lack.

Source: types `AnalyticsUserActivity` and below of the official SDK 2.12.0; the days on which blocks appeared are those
of the vendor's documentation and SDK changelogs of 2026.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

Row = dict[str, Any]

ABSENT = object()
"""As an override of `usage_row`: the key is left out of the row."""

OFFICE_PRODUCTS = ("excel", "powerpoint", "word", "outlook")

OFFICE_AND_COWORK_SINCE = dt.date(2026, 4, 9)
WORD_OUTLOOK_DESIGN_SINCE = dt.date(2026, 6, 17)
SCIENCE_SINCE = dt.date(2026, 7, 5)
ARTIFACTS_COUNTED_SINCE = dt.date(2026, 8, 17)
"""Claude Code and Cowork artifacts are 0 before this day."""
TAG_SINCE = dt.date(2026, 11, 10)


def chat_block() -> Row:
    return {
        "connectors_used_count": 0,
        "distinct_artifacts_created_count": 0,
        "distinct_connectors_used_count": 0,
        "distinct_conversation_count": 0,
        "distinct_files_uploaded_count": 0,
        "distinct_projects_created_count": 0,
        "distinct_projects_used_count": 0,
        "distinct_shared_artifacts_viewed_count": 0,
        "distinct_skills_used_count": 0,
        "message_count": 0,
        "shared_conversations_viewed_count": 0,
        "thinking_message_count": 0,
    }


def cowork_block() -> Row:
    """The counters of plugins and file edits are null, never 0: the organisation has not switched them on."""
    return {
        "action_count": 0,
        "artifacts_created_count": 0,
        "connectors_used_count": 0,
        "dispatch_turn_count": 0,
        "distinct_connectors_used_count": 0,
        "distinct_plugins_used_count": None,
        "distinct_session_count": 0,
        "distinct_skills_used_count": 0,
        "edit_tool_count": None,
        "file_edit_count": None,
        "message_count": 0,
        "multi_edit_tool_count": None,
        "notebook_edit_tool_count": None,
        "plugins_used_count": None,
        "sessions_with_file_edits_count": None,
        "skills_used_count": 0,
        "write_tool_count": None,
    }


def unified_block() -> Row:
    """Chat and Cowork of a member who works in the unified surface; views of shared artifacts are never measured."""
    return {"chat": chat_block() | {"distinct_shared_artifacts_viewed_count": None}, "sessions": cowork_block()}


def _code_block() -> Row:
    tools = ("edit_tool", "multi_edit_tool", "write_tool", "notebook_edit_tool")
    return {
        "core_metrics": {
            "artifacts_created_count": 0,
            "commit_count": 0,
            "distinct_session_count": 0,
            "lines_of_code": {"added_count": 0, "removed_count": 0},
            "pull_request_count": 0,
        },
        "tool_actions": {tool: {"accepted_count": 0, "rejected_count": 0} for tool in tools},
    }


def _office_block() -> Row:
    return {
        "connectors_used_count": 0,
        "distinct_connectors_used_count": 0,
        "distinct_session_count": 0,
        "distinct_skills_used_count": 0,
        "message_count": 0,
        "skills_used_count": 0,
    }


def zero_row(user_id: str, email: str) -> Row:
    """A row in today's shape with every counter at zero, without the unified block of those who have switched."""
    return {
        "user": {"id": user_id, "email_address": email, "type": "user"},
        "chat_metrics": chat_block(),
        "claude_code_metrics": _code_block(),
        "office_metrics": {product: _office_block() for product in OFFICE_PRODUCTS},
        "cowork_metrics": cowork_block(),
        "design_metrics": {
            "distinct_projects_created_count": 0,
            "distinct_projects_used_count": 0,
            "distinct_session_count": 0,
            "message_count": 0,
        },
        "science_metrics": {
            "delegation_count": 0,
            "distinct_session_count": 0,
            "message_count": 0,
            "remote_compute_job_count": 0,
            "skills_used_count": 0,
        },
        "claude_tag_metrics": {"active_day_count": 0, "active_message_count": 0},
        "web_search_count": 0,
    }


def usage_row(user_id: str, email: str, **overrides: Any) -> Row:
    """A zero row with overrides by dotted path, `**{"chat_metrics.message_count": 5}`; `ABSENT` leaves a key out.

    A path below `chat_cowork_unified_metrics` adds that block. Raises KeyError for a path that the row does not have,
    so that a slip does not make an empty test; a field that the vendor might add tomorrow goes into the returned dict.
    """
    row = zero_row(user_id, email)
    if any(path.startswith("chat_cowork_unified_metrics.") for path in overrides):
        row["chat_cowork_unified_metrics"] = unified_block()
    for path, value in overrides.items():
        *parents, leaf = path.split(".")
        block = row
        for parent in parents:
            block = block[parent]
        if leaf not in block and path not in ("chat_cowork_unified_metrics", "last_activity_date"):
            raise KeyError(f"A usage row has no field {path!r}.")
        if value is ABSENT:
            block.pop(leaf, None)
        else:
            block[leaf] = value
    return row


def in_the_shape_of(day: dt.date, row: Row) -> Row:
    """Takes out of `row` what responses did not hold yet on `day`, and returns it."""
    if day < TAG_SINCE:
        row.pop("claude_tag_metrics", None)
    if day < SCIENCE_SINCE:
        row.pop("science_metrics", None)
        row.pop("last_activity_date", None)
        row["user"].pop("type", None)
        row["claude_code_metrics"]["core_metrics"].pop("artifacts_created_count", None)
    if day < WORD_OUTLOOK_DESIGN_SINCE:
        row.pop("design_metrics", None)
        row["office_metrics"].pop("word", None)
        row["office_metrics"].pop("outlook", None)
    if day < OFFICE_AND_COWORK_SINCE:
        row.pop("office_metrics", None)
        row.pop("cowork_metrics", None)
        for leaf in (
            "distinct_connectors_used_count",
            "distinct_shared_artifacts_viewed_count",
            "shared_conversations_viewed_count",
        ):
            row["chat_metrics"].pop(leaf, None)
    return row
