"""The one list of what is counted.

A `Measure` is a counter that is stored per user and UTC day; its paths say where it stands in a row that the Analytics
API's `GET users` returns. A `Stat` is a number that people see: one measure, or several added up. A `Ratio` is one sum
divided by another. Storage columns, parsing, aggregation, cards, exports and the page "How it is counted" all derive
from the tuples below: a new statistic is one entry here, one migration and one fixture.

Source of the field names: Claude Enterprise Analytics API, `GET /v1/organizations/analytics/users`
(platform.claude.com, "Analytics API", and the types of the official SDK 2.12.0).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, kw_only=True)
class Product:
    """A part of Claude that has its own place on the pages; `bit` numbers its activity bitmap and never changes."""

    key: str
    label: str
    bit: int


PRODUCTS = (
    Product(key="chat", label="Claude Chat", bit=1),
    Product(key="code", label="Claude Code", bit=2),
    Product(key="cowork", label="Cowork", bit=3),
    Product(key="excel", label="Excel agent", bit=4),
    Product(key="powerpoint", label="PowerPoint agent", bit=5),
    Product(key="word", label="Word agent", bit=6),
    Product(key="outlook", label="Outlook agent", bit=7),
    Product(key="design", label="Design", bit=8),
    Product(key="science", label="Science", bit=9),
    Product(key="slack", label="Claude in Slack", bit=10),
)
"""In the order in which pages show them."""

ANY = Product(key="any", label="Any product", bit=0)
"""Activity in whatever product, including counters that belong to none."""

ACROSS = "across"
"""Product key of statistics that span products (skills, connectors, web searches)."""

ACROSS_LABEL = "Skills, connectors and search"


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A stored counter: null-aware sum over `paths` of one user's row of one day.

    `slot` is the measure's bit in the stored mask of counters that were not measured. It is never reused or changed.
    """

    key: str
    slot: int
    product: str
    paths: tuple[str, ...]


class Adds(StrEnum):
    """How a statistic adds up over days and people."""

    SUM = "sum"
    DAY_DISTINCT = "sum of daily distinct counts"
    RATIO = "sum divided by sum"


@dataclass(frozen=True, kw_only=True)
class Stat:
    """A number that people see: the sum of one or more measures, over days and people."""

    key: str
    label: str
    product: str
    unit: str
    measures: tuple[str, ...]
    meaning: str
    caveat: str = ""
    adds: Adds = Adds.SUM
    headline: bool = False


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """A rate of two sums: numerator divided by denominator over days and people together, never a mean of rates."""

    key: str
    label: str
    product: str
    numerator: tuple[str, ...]
    denominator: tuple[str, ...]
    meaning: str
    caveat: str = ""
    unit: str = "%"
    adds: Adds = Adds.RATIO
    headline: bool = False
    thin_below: int = 20
    """Under this denominator the rate is shown greyed, with its n: too few decisions to say much."""


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


def _stat(key: str, label: str, product: str, unit: str, meaning: str, *measures: str, **more: object) -> Stat:
    return Stat(
        key=key,
        label=label,
        product=product,
        unit=unit,
        meaning=meaning,
        measures=measures or (key,),
        **more,  # type: ignore[arg-type]
    )


_DISTINCT = Adds.DAY_DISTINCT
_PER_DAY = "A total over several days counts the same one once for every day on which it was used."
_ACCEPTED = "Edits proposed by the Edit, MultiEdit, Write and NotebookEdit tools that the person"

STATS: tuple[Stat | Ratio, ...] = (
    _stat(
        "conversations",
        "Conversations",
        "chat",
        "conversations",
        "Distinct conversations in claude.ai in which the person was active that day.",
        caveat=_PER_DAY,
        adds=_DISTINCT,
        headline=True,
    ),
    _stat(
        "chat_messages", "Chat messages", "chat", "messages", "Messages the person sent in claude.ai.", headline=True
    ),
    _stat("artifacts_created", "Artifacts created", "chat", "artifacts", "Artifacts created in chat.", headline=True),
    _stat("code_sessions", "Claude Code sessions", "code", "sessions", "Distinct Claude Code sessions.", headline=True),
    _stat(
        "commits",
        "Commits",
        "code",
        "commits",
        "Git commits made through Claude Code.",
        caveat="Commits made by other means; Claude Code used through Amazon Bedrock is not reported at all.",
        headline=True,
    ),
    _stat(
        "pull_requests",
        "Pull requests",
        "code",
        "PRs",
        "Pull requests opened through Claude Code.",
        caveat="Pull requests opened by other means.",
        headline=True,
    ),
    _stat("lines_added", "Lines added", "code", "lines", "Lines of code added by Claude Code.", headline=True),
    _stat("lines_removed", "Lines removed", "code", "lines", "Lines of code removed by Claude Code.", headline=True),
    _stat("edits_accepted", "Edits accepted", "code", "edits", f"{_ACCEPTED} accepted.", headline=True),
    _stat("edits_rejected", "Edits rejected", "code", "edits", f"{_ACCEPTED} rejected."),
    Ratio(
        key="edit_acceptance_rate",
        label="Edit acceptance rate",
        product="code",
        numerator=("edits_accepted",),
        denominator=("edits_accepted", "edits_rejected"),
        meaning="Edits accepted, divided by edits accepted or rejected, over all four tools, people and days together.",
        caveat="Proposals neither accepted nor rejected; it is empty when nothing was decided.",
        headline=True,
    ),
    _stat(
        "skill_usage",
        "Skill usage",
        ACROSS,
        "invocations",
        "Times a skill was invoked in Cowork, the Office agents and Science.",
        "cowork_skills_used",
        "excel_skills_used",
        "powerpoint_skills_used",
        "word_skills_used",
        "outlook_skills_used",
        "science_skills_used",
        caveat="Skills used in chat and in Claude Code: the API has no invocation count for them.",
        headline=True,
    ),
    _stat(
        "connector_usage",
        "Connector usage",
        ACROSS,
        "invocations",
        "Times a connector was called in chat, Cowork and the Office agents.",
        "chat_connectors_used",
        "cowork_connectors_used",
        "excel_connectors_used",
        "powerpoint_connectors_used",
        "word_connectors_used",
        "outlook_connectors_used",
        caveat="Connector (MCP) calls made in Claude Code, Design and Science.",
        headline=True,
    ),
    _stat(
        "excel_sessions",
        "Excel sessions",
        "excel",
        "sessions",
        "Distinct sessions with the Excel agent.",
        headline=True,
    ),
    _stat(
        "excel_messages", "Excel messages", "excel", "messages", "Completed turns of the Excel agent.", headline=True
    ),
    _stat(
        "excel_skills_used",
        "Excel skills used",
        "excel",
        "invocations",
        "Times a skill was invoked in Excel; the same skill five times counts five.",
        headline=True,
    ),
    _stat(
        "excel_connectors_used",
        "Excel connectors used",
        "excel",
        "invocations",
        "Times a connector was called in Excel.",
        headline=True,
    ),
    _stat(
        "powerpoint_sessions",
        "PowerPoint sessions",
        "powerpoint",
        "sessions",
        "Distinct sessions with the PowerPoint agent.",
        headline=True,
    ),
    _stat(
        "powerpoint_messages",
        "PowerPoint messages",
        "powerpoint",
        "messages",
        "Completed turns of the PowerPoint agent.",
        headline=True,
    ),
    _stat(
        "powerpoint_skills_used",
        "PowerPoint skills used",
        "powerpoint",
        "invocations",
        "Times a skill was invoked in PowerPoint; the same skill five times counts five.",
        headline=True,
    ),
    _stat(
        "powerpoint_connectors_used",
        "PowerPoint connectors used",
        "powerpoint",
        "invocations",
        "Times a connector was called in PowerPoint.",
        headline=True,
    ),
    _stat(
        "word_sessions", "Word sessions", "word", "sessions", "Distinct sessions with the Word agent.", headline=True
    ),
    _stat("word_messages", "Word messages", "word", "messages", "Completed turns of the Word agent.", headline=True),
    _stat(
        "word_skills_used",
        "Word skills used",
        "word",
        "invocations",
        "Times a skill was invoked in Word; the same skill five times counts five.",
        headline=True,
    ),
    _stat(
        "word_connectors_used",
        "Word connectors used",
        "word",
        "invocations",
        "Times a connector was called in Word.",
        headline=True,
    ),
    _stat(
        "outlook_sessions",
        "Outlook sessions",
        "outlook",
        "sessions",
        "Distinct sessions with the Outlook agent.",
        headline=True,
    ),
    _stat(
        "outlook_messages",
        "Outlook messages",
        "outlook",
        "messages",
        "Completed turns of the Outlook agent.",
        headline=True,
    ),
    _stat(
        "outlook_skills_used",
        "Outlook skills used",
        "outlook",
        "invocations",
        "Times a skill was invoked in Outlook; the same skill five times counts five.",
        headline=True,
    ),
    _stat(
        "outlook_connectors_used",
        "Outlook connectors used",
        "outlook",
        "invocations",
        "Times a connector was called in Outlook.",
        headline=True,
    ),
    _stat("thinking_messages", "Thinking messages", "chat", "messages", "Chat messages sent with extended thinking."),
    _stat("projects_created", "Projects created", "chat", "projects", "Projects created in claude.ai."),
    _stat(
        "projects_used",
        "Projects used",
        "chat",
        "projects",
        "Distinct projects in which the person was active that day.",
        caveat=_PER_DAY,
        adds=_DISTINCT,
    ),
    _stat(
        "files_uploaded",
        "Files uploaded",
        "chat",
        "files",
        "Distinct files uploaded in chat that day.",
        caveat=_PER_DAY,
        adds=_DISTINCT,
    ),
    _stat(
        "chat_skills_distinct",
        "Different skills in chat",
        "chat",
        "skills",
        "Distinct skills used in chat that day.",
        caveat=_PER_DAY,
        adds=_DISTINCT,
    ),
    _stat(
        "chat_connectors_used", "Chat connectors used", "chat", "invocations", "Times a connector was called in chat."
    ),
    _stat(
        "chat_connectors_distinct",
        "Different connectors in chat",
        "chat",
        "connectors",
        "Distinct connectors used in chat that day.",
        caveat=_PER_DAY,
        adds=_DISTINCT,
    ),
    _stat(
        "shared_conversations_viewed",
        "Shared conversations viewed",
        "chat",
        "views",
        "Shared conversations that the person opened.",
    ),
    _stat(
        "shared_artifacts_viewed",
        "Shared artifacts viewed",
        "chat",
        "artifacts",
        "Distinct shared artifacts that the person opened that day.",
        caveat=_PER_DAY,
        adds=_DISTINCT,
    ),
    _stat(
        "code_artifacts_created",
        "Claude Code artifacts",
        "code",
        "artifacts",
        "Artifacts created in Claude Code.",
        caveat="Days before 17 August 2026, for which the API reports 0.",
    ),
    _stat("cowork_sessions", "Cowork sessions", "cowork", "sessions", "Distinct Cowork sessions.", headline=True),
    _stat(
        "cowork_messages", "Cowork messages", "cowork", "messages", "Messages the person sent in Cowork.", headline=True
    ),
    _stat(
        "cowork_actions", "Cowork actions", "cowork", "actions", "Tool calls that succeeded in Cowork.", headline=True
    ),
    _stat(
        "cowork_dispatch_turns",
        "Cowork dispatch turns",
        "cowork",
        "turns",
        "Turns that Cowork took for a dispatched task.",
    ),
    _stat(
        "cowork_skills_used",
        "Cowork skills used",
        "cowork",
        "invocations",
        "Times a skill was invoked in Cowork.",
        headline=True,
    ),
    _stat(
        "cowork_connectors_used",
        "Cowork connectors used",
        "cowork",
        "invocations",
        "Times a connector was called in Cowork.",
        headline=True,
    ),
    _stat(
        "cowork_skills_distinct",
        "Different skills in Cowork",
        "cowork",
        "skills",
        "Distinct skills used in Cowork that day.",
        caveat=_PER_DAY,
        adds=_DISTINCT,
    ),
    _stat(
        "cowork_connectors_distinct",
        "Different connectors in Cowork",
        "cowork",
        "connectors",
        "Distinct connectors used in Cowork that day.",
        caveat=_PER_DAY,
        adds=_DISTINCT,
    ),
    _stat(
        "cowork_artifacts_created",
        "Cowork artifacts",
        "cowork",
        "artifacts",
        "Artifacts created in Cowork.",
        caveat="Days before 17 August 2026, for which the API reports 0.",
    ),
    _stat(
        "cowork_plugins_used",
        "Cowork plugins used",
        "cowork",
        "invocations",
        "Times a plugin was used in Cowork; empty while the feature is off.",
    ),
    _stat(
        "cowork_plugins_distinct",
        "Different plugins in Cowork",
        "cowork",
        "plugins",
        "Distinct plugins used in Cowork that day.",
        caveat=_PER_DAY,
        adds=_DISTINCT,
    ),
    _stat(
        "cowork_file_edits",
        "Cowork file edits",
        "cowork",
        "edits",
        "Files edited by Cowork, by any tool; empty while the feature is off.",
    ),
    _stat("cowork_edit_tool_uses", "Cowork Edit tool", "cowork", "uses", "Uses of the Edit tool in Cowork."),
    _stat(
        "cowork_multi_edit_tool_uses",
        "Cowork MultiEdit tool",
        "cowork",
        "uses",
        "Uses of the MultiEdit tool in Cowork.",
    ),
    _stat("cowork_write_tool_uses", "Cowork Write tool", "cowork", "uses", "Uses of the Write tool in Cowork."),
    _stat(
        "cowork_notebook_edit_tool_uses",
        "Cowork NotebookEdit tool",
        "cowork",
        "uses",
        "Uses of the NotebookEdit tool in Cowork.",
    ),
    _stat(
        "cowork_sessions_with_file_edits",
        "Cowork sessions with file edits",
        "cowork",
        "sessions",
        "Cowork sessions in which a file was edited.",
    ),
    _stat(
        "excel_skills_distinct",
        "Different skills in Excel",
        "excel",
        "skills",
        "Distinct skills used in Excel that day.",
        caveat=_PER_DAY,
        adds=_DISTINCT,
    ),
    _stat(
        "excel_connectors_distinct",
        "Different connectors in Excel",
        "excel",
        "connectors",
        "Distinct connectors used in Excel that day.",
        caveat=_PER_DAY,
        adds=_DISTINCT,
    ),
    _stat(
        "powerpoint_skills_distinct",
        "Different skills in PowerPoint",
        "powerpoint",
        "skills",
        "Distinct skills used in PowerPoint that day.",
        caveat=_PER_DAY,
        adds=_DISTINCT,
    ),
    _stat(
        "powerpoint_connectors_distinct",
        "Different connectors in PowerPoint",
        "powerpoint",
        "connectors",
        "Distinct connectors used in PowerPoint that day.",
        caveat=_PER_DAY,
        adds=_DISTINCT,
    ),
    _stat(
        "word_skills_distinct",
        "Different skills in Word",
        "word",
        "skills",
        "Distinct skills used in Word that day.",
        caveat=_PER_DAY,
        adds=_DISTINCT,
    ),
    _stat(
        "word_connectors_distinct",
        "Different connectors in Word",
        "word",
        "connectors",
        "Distinct connectors used in Word that day.",
        caveat=_PER_DAY,
        adds=_DISTINCT,
    ),
    _stat(
        "outlook_skills_distinct",
        "Different skills in Outlook",
        "outlook",
        "skills",
        "Distinct skills used in Outlook that day.",
        caveat=_PER_DAY,
        adds=_DISTINCT,
    ),
    _stat(
        "outlook_connectors_distinct",
        "Different connectors in Outlook",
        "outlook",
        "connectors",
        "Distinct connectors used in Outlook that day.",
        caveat=_PER_DAY,
        adds=_DISTINCT,
    ),
    _stat("design_sessions", "Design sessions", "design", "sessions", "Distinct Design sessions.", headline=True),
    _stat(
        "design_messages", "Design messages", "design", "messages", "Messages the person sent in Design.", headline=True
    ),
    _stat(
        "design_projects_created",
        "Design projects created",
        "design",
        "projects",
        "Projects created in Design.",
        headline=True,
    ),
    _stat(
        "design_projects_used",
        "Design projects used",
        "design",
        "projects",
        "Distinct Design projects in which the person was active that day.",
        caveat=_PER_DAY,
        adds=_DISTINCT,
    ),
    _stat("science_sessions", "Science sessions", "science", "sessions", "Distinct Science sessions.", headline=True),
    _stat(
        "science_messages",
        "Science messages",
        "science",
        "messages",
        "Messages the person sent in Science.",
        headline=True,
    ),
    _stat("science_delegations", "Science delegations", "science", "delegations", "Tasks that Science delegated."),
    _stat(
        "science_compute_jobs",
        "Science compute jobs",
        "science",
        "jobs",
        "Remote compute jobs that Science started.",
        headline=True,
    ),
    _stat(
        "science_skills_used",
        "Science skills used",
        "science",
        "invocations",
        "Times a skill was invoked in Science.",
        headline=True,
    ),
    _stat(
        "slack_active_messages",
        "Messages to Claude in Slack",
        "slack",
        "messages",
        "Messages in Slack that Claude was active on.",
        headline=True,
    ),
    _stat(
        "slack_active_days",
        "Active days in Slack",
        "slack",
        "days",
        "1 on a day on which the person used Claude in Slack.",
        headline=True,
    ),
    _stat(
        "web_searches",
        "Web searches",
        "across",
        "searches",
        "Web searches that Claude made for the person in chat and Claude Code.",
        headline=True,
    ),
)
"""In the order of exports: the twenty statistics of the product definition first, then the rest."""


MASK_BITS = 62
"""How many slots one word of the "not measured" mask holds: it has to fit a signed 64-bit column."""

MASK_WORDS = max(measure.slot for measure in MEASURES) // MASK_BITS + 1
"""How many mask columns a user-day has."""

MEASURE: dict[str, Measure] = {measure.key: measure for measure in MEASURES}
STAT: dict[str, Stat | Ratio] = {stat.key: stat for stat in STATS}
PRODUCT: dict[str, Product] = {product.key: product for product in (ANY, *PRODUCTS)}


def stats_of(product: str) -> tuple[Stat | Ratio, ...]:
    """The statistics of one product (or of `ACROSS`), headlines first, else in catalogue order."""
    return tuple(sorted((s for s in STATS if s.product == product), key=lambda s: not s.headline))


def measures_of(stat: Stat | Ratio) -> tuple[str, ...]:
    """The measures that have to be summed to compute a statistic."""
    return stat.measures if isinstance(stat, Stat) else stat.denominator


def product_label(key: str) -> str:
    """The words for a product key, `ACROSS` included."""
    return ACROSS_LABEL if key == ACROSS else PRODUCT[key].label
