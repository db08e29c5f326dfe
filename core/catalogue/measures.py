"""The stored counters, with their places in a row of the API's `GET users`.

Source of the field names: Claude Enterprise Analytics API, `GET /v1/organizations/analytics/users`
(platform.claude.com, "Analytics API", and the types of the official SDK 2.12.0).
"""

from __future__ import annotations

from core.catalogue.kinds import Measure


def _block(product: str, blocks: tuple[str, ...], *counters: tuple[int, str, str]) -> tuple[Measure, ...]:
    """The counters (slot, key, field) of one product, each added over the blocks of a row that hold its field."""
    return tuple(
        Measure(key=key, slot=slot, product=product, paths=tuple(f"{block}.{field}" for block in blocks))
        for slot, key, field in counters
    )


def _tools(field: str) -> tuple[str, ...]:
    """The paths of a count over the tools with which Claude Code proposes edits."""
    tools = ("edit_tool", "multi_edit_tool", "write_tool", "notebook_edit_tool")
    return tuple(f"claude_code_metrics.tool_actions.{tool}.{field}" for tool in tools)


MEASURES = (
    *_block(
        "chat",
        ("chat_metrics", "chat_cowork_unified_metrics.chat"),
        (0, "conversations", "distinct_conversation_count"),
        (1, "chat_messages", "message_count"),
        (2, "thinking_messages", "thinking_message_count"),
        (3, "artifacts_created", "distinct_artifacts_created_count"),
        (4, "projects_created", "distinct_projects_created_count"),
        (5, "projects_used", "distinct_projects_used_count"),
        (6, "files_uploaded", "distinct_files_uploaded_count"),
        (7, "chat_skills_distinct", "distinct_skills_used_count"),
        (8, "chat_connectors_used", "connectors_used_count"),
        (9, "chat_connectors_distinct", "distinct_connectors_used_count"),
        (10, "shared_conversations_viewed", "shared_conversations_viewed_count"),
        (11, "shared_artifacts_viewed", "distinct_shared_artifacts_viewed_count"),
    ),
    *_block(
        "code",
        ("claude_code_metrics.core_metrics",),
        (12, "code_sessions", "distinct_session_count"),
        (13, "commits", "commit_count"),
        (14, "pull_requests", "pull_request_count"),
        (15, "lines_added", "lines_of_code.added_count"),
        (16, "lines_removed", "lines_of_code.removed_count"),
        (17, "code_artifacts_created", "artifacts_created_count"),
    ),
    Measure(key="edits_accepted", slot=18, product="code", paths=_tools("accepted_count")),
    Measure(key="edits_rejected", slot=19, product="code", paths=_tools("rejected_count")),
    *_block(
        "excel",
        ("office_metrics.excel",),
        (20, "excel_sessions", "distinct_session_count"),
        (21, "excel_messages", "message_count"),
        (22, "excel_skills_used", "skills_used_count"),
        (23, "excel_skills_distinct", "distinct_skills_used_count"),
        (24, "excel_connectors_used", "connectors_used_count"),
        (25, "excel_connectors_distinct", "distinct_connectors_used_count"),
    ),
    *_block(
        "powerpoint",
        ("office_metrics.powerpoint",),
        (26, "powerpoint_sessions", "distinct_session_count"),
        (27, "powerpoint_messages", "message_count"),
        (28, "powerpoint_skills_used", "skills_used_count"),
        (29, "powerpoint_skills_distinct", "distinct_skills_used_count"),
        (30, "powerpoint_connectors_used", "connectors_used_count"),
        (31, "powerpoint_connectors_distinct", "distinct_connectors_used_count"),
    ),
    *_block(
        "word",
        ("office_metrics.word",),
        (32, "word_sessions", "distinct_session_count"),
        (33, "word_messages", "message_count"),
        (34, "word_skills_used", "skills_used_count"),
        (35, "word_skills_distinct", "distinct_skills_used_count"),
        (36, "word_connectors_used", "connectors_used_count"),
        (37, "word_connectors_distinct", "distinct_connectors_used_count"),
    ),
    *_block(
        "outlook",
        ("office_metrics.outlook",),
        (38, "outlook_sessions", "distinct_session_count"),
        (39, "outlook_messages", "message_count"),
        (40, "outlook_skills_used", "skills_used_count"),
        (41, "outlook_skills_distinct", "distinct_skills_used_count"),
        (42, "outlook_connectors_used", "connectors_used_count"),
        (43, "outlook_connectors_distinct", "distinct_connectors_used_count"),
    ),
    *_block(
        "cowork",
        ("cowork_metrics", "chat_cowork_unified_metrics.sessions"),
        (44, "cowork_sessions", "distinct_session_count"),
        (45, "cowork_messages", "message_count"),
        (46, "cowork_actions", "action_count"),
        (47, "cowork_dispatch_turns", "dispatch_turn_count"),
        (48, "cowork_skills_used", "skills_used_count"),
        (49, "cowork_skills_distinct", "distinct_skills_used_count"),
        (50, "cowork_connectors_used", "connectors_used_count"),
        (51, "cowork_connectors_distinct", "distinct_connectors_used_count"),
        (52, "cowork_artifacts_created", "artifacts_created_count"),
        (53, "cowork_plugins_used", "plugins_used_count"),
        (54, "cowork_plugins_distinct", "distinct_plugins_used_count"),
        (55, "cowork_file_edits", "file_edit_count"),
        (56, "cowork_edit_tool_uses", "edit_tool_count"),
        (57, "cowork_multi_edit_tool_uses", "multi_edit_tool_count"),
        (58, "cowork_write_tool_uses", "write_tool_count"),
        (59, "cowork_notebook_edit_tool_uses", "notebook_edit_tool_count"),
        (60, "cowork_sessions_with_file_edits", "sessions_with_file_edits_count"),
    ),
    *_block(
        "design",
        ("design_metrics",),
        (61, "design_sessions", "distinct_session_count"),
        (62, "design_messages", "message_count"),
        (63, "design_projects_created", "distinct_projects_created_count"),
        (64, "design_projects_used", "distinct_projects_used_count"),
    ),
    *_block(
        "science",
        ("science_metrics", "bioscience_metrics"),
        (65, "science_sessions", "distinct_session_count"),
        (66, "science_messages", "message_count"),
        (67, "science_delegations", "delegation_count"),
        (68, "science_compute_jobs", "remote_compute_job_count"),
        (69, "science_skills_used", "skills_used_count"),
    ),
    *_block(
        "slack",
        ("claude_tag_metrics",),
        (70, "slack_active_days", "active_day_count"),
        (71, "slack_active_messages", "active_message_count"),
    ),
    Measure(key="web_searches", slot=72, product="across", paths=("web_search_count",)),
)
"""Every stored counter.

Chat and Cowork activity of members on the unified experience is reported in a block of its own instead of the product's
block, so those measures add both. `bioscience_metrics` is what `science_metrics` was called for some days.
"""

IGNORED_FIELDS = {
    "user.id": "read as the account's key",
    "user.email_address": "read as the account's e-mail",
    "user.type": "always 'user' in this endpoint",
    "last_activity_date": "equals the day asked for in single-day mode",
    "distinct_user_count": "set on grouped rows only; rows are never asked grouped",
    "rbac_group_id": "set on grouped rows only",
    "rbac_group_name": "set on grouped rows only",
}
"""Fields of a row that are known and not counted, with the reason."""


MASK_BITS = 62
"""How many slots one word of the "not measured" mask holds: it has to fit a signed 64-bit column."""

MASK_WORDS = max(measure.slot for measure in MEASURES) // MASK_BITS + 1
"""How many mask columns a user-day has."""
