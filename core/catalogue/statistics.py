"""The numbers that people see, each with its unit, its meaning and what it leaves out."""

from __future__ import annotations

from core.catalogue.kinds import Adds, Ratio, Stat
from core.catalogue.products import ACROSS

_Row = tuple[str, str, str, str] | tuple[str, str, str, str, str]
"""Key, label, unit, meaning, and what it leaves out where it leaves something out."""

_PER_DAY = "A total over several days counts the same one once for every day on which it was used."
_BEFORE_AUGUST = "Days before 17 August 2026, for which the API reports 0."
_ACCEPTED = "Edits proposed by the Edit, MultiEdit, Write and NotebookEdit tools that the person"


def _sums(product: str, *rows: _Row, headline: bool = False) -> tuple[Stat, ...]:
    """Statistics of one product, each the sum of the measure that has its key."""
    return tuple(
        Stat(
            key=key,
            label=label,
            product=product,
            unit=unit,
            measures=(key,),
            meaning=meaning,
            caveat=caveat[0] if caveat else "",
            headline=headline,
        )
        for key, label, unit, meaning, *caveat in rows
    )


def _headlines(product: str, *rows: _Row) -> tuple[Stat, ...]:
    """The same, shown as cards."""
    return _sums(product, *rows, headline=True)


def _distinct(product: str, *rows: _Row, headline: bool = False) -> tuple[Stat, ...]:
    """Counts of different things in a day: what is used on two days counts twice in the sum of them."""
    return tuple(
        Stat(
            key=key,
            label=label,
            product=product,
            unit=unit,
            measures=(key,),
            meaning=meaning,
            caveat=_PER_DAY,
            adds=Adds.DAY_DISTINCT,
            headline=headline,
        )
        for key, label, unit, meaning, *_ in rows
    )


def _office(product: str, name: str) -> tuple[Stat, ...]:
    """What every Office agent counts."""
    return _headlines(
        product,
        (f"{product}_sessions", f"{name} sessions", "sessions", f"Distinct sessions with the {name} agent."),
        (f"{product}_messages", f"{name} messages", "messages", f"Completed turns of the {name} agent."),
        (
            f"{product}_skills_used",
            f"{name} skills used",
            "invocations",
            f"Times a skill was invoked in {name}; the same skill five times counts five.",
        ),
        (
            f"{product}_connectors_used",
            f"{name} connectors used",
            "invocations",
            f"Times a connector was called in {name}.",
        ),
    )


def _different(product: str, name: str) -> tuple[Stat, ...]:
    """How many different skills and connectors a product was used with."""
    return _distinct(
        product,
        (
            f"{product}_skills_distinct",
            f"Different skills in {name}",
            "skills",
            f"Distinct skills used in {name} that day.",
        ),
        (
            f"{product}_connectors_distinct",
            f"Different connectors in {name}",
            "connectors",
            f"Distinct connectors used in {name} that day.",
        ),
    )


STATS: tuple[Stat | Ratio, ...] = (
    *_distinct(
        "chat",
        (
            "conversations",
            "Conversations",
            "conversations",
            "Distinct conversations in claude.ai in which the person was active that day.",
        ),
        headline=True,
    ),
    *_headlines(
        "chat",
        ("chat_messages", "Chat messages", "messages", "Messages the person sent in claude.ai."),
        ("artifacts_created", "Artifacts created", "artifacts", "Artifacts created in chat."),
    ),
    *_headlines(
        "code",
        ("code_sessions", "Claude Code sessions", "sessions", "Distinct Claude Code sessions."),
        (
            "commits",
            "Commits",
            "commits",
            "Git commits made through Claude Code.",
            "Commits made by other means; Claude Code used through Amazon Bedrock is not reported at all.",
        ),
        (
            "pull_requests",
            "Pull requests",
            "PRs",
            "Pull requests opened through Claude Code.",
            "Pull requests opened by other means.",
        ),
        ("lines_added", "Lines added", "lines", "Lines of code added by Claude Code."),
        ("lines_removed", "Lines removed", "lines", "Lines of code removed by Claude Code."),
        ("edits_accepted", "Edits accepted", "edits", f"{_ACCEPTED} accepted."),
    ),
    *_sums("code", ("edits_rejected", "Edits rejected", "edits", f"{_ACCEPTED} rejected.")),
    Ratio(
        key="edit_acceptance_rate",
        label="Edit acceptance rate",
        product="code",
        numerator=("edits_accepted",),
        denominator=("edits_accepted", "edits_rejected"),
        counted="decided",
        meaning="Edits accepted, divided by edits accepted or rejected, over all four tools, people and days together.",
        caveat="Proposals neither accepted nor rejected; it is empty when nothing was decided.",
        headline=True,
    ),
    Stat(
        key="skill_usage",
        label="Skill usage",
        product=ACROSS,
        unit="invocations",
        measures=(
            "cowork_skills_used",
            "excel_skills_used",
            "powerpoint_skills_used",
            "word_skills_used",
            "outlook_skills_used",
            "science_skills_used",
        ),
        meaning="Times a skill was invoked in Cowork, the Office agents and Science.",
        caveat="Skills used in chat and in Claude Code: the API has no invocation count for them.",
        headline=True,
    ),
    Stat(
        key="connector_usage",
        label="Connector usage",
        product=ACROSS,
        unit="invocations",
        measures=(
            "chat_connectors_used",
            "cowork_connectors_used",
            "excel_connectors_used",
            "powerpoint_connectors_used",
            "word_connectors_used",
            "outlook_connectors_used",
        ),
        meaning="Times a connector was called in chat, Cowork and the Office agents.",
        caveat="Connector (MCP) calls made in Claude Code, Design and Science.",
        headline=True,
    ),
    *_office("excel", "Excel"),
    *_office("powerpoint", "PowerPoint"),
    *_office("word", "Word"),
    *_office("outlook", "Outlook"),
    *_sums(
        "chat",
        ("thinking_messages", "Thinking messages", "messages", "Chat messages sent with extended thinking."),
        ("projects_created", "Projects created", "projects", "Projects created in claude.ai."),
    ),
    *_distinct(
        "chat",
        ("projects_used", "Projects used", "projects", "Distinct projects in which the person was active that day."),
        ("files_uploaded", "Files uploaded", "files", "Distinct files uploaded in chat that day."),
        ("chat_skills_distinct", "Different skills in chat", "skills", "Distinct skills used in chat that day."),
    ),
    *_sums(
        "chat", ("chat_connectors_used", "Chat connectors used", "invocations", "Times a connector was called in chat.")
    ),
    *_distinct(
        "chat",
        (
            "chat_connectors_distinct",
            "Different connectors in chat",
            "connectors",
            "Distinct connectors used in chat that day.",
        ),
    ),
    *_sums(
        "chat",
        (
            "shared_conversations_viewed",
            "Shared conversations viewed",
            "views",
            "Shared conversations that the person opened.",
        ),
    ),
    *_distinct(
        "chat",
        (
            "shared_artifacts_viewed",
            "Shared artifacts viewed",
            "artifacts",
            "Distinct shared artifacts that the person opened that day.",
        ),
    ),
    *_sums(
        "code",
        (
            "code_artifacts_created",
            "Claude Code artifacts",
            "artifacts",
            "Artifacts created in Claude Code.",
            _BEFORE_AUGUST,
        ),
    ),
    *_headlines(
        "cowork",
        ("cowork_sessions", "Cowork sessions", "sessions", "Distinct Cowork sessions."),
        ("cowork_messages", "Cowork messages", "messages", "Messages the person sent in Cowork."),
        ("cowork_actions", "Cowork actions", "actions", "Tool calls that succeeded in Cowork."),
    ),
    *_sums(
        "cowork",
        ("cowork_dispatch_turns", "Cowork dispatch turns", "turns", "Turns that Cowork took for a dispatched task."),
    ),
    *_headlines(
        "cowork",
        ("cowork_skills_used", "Cowork skills used", "invocations", "Times a skill was invoked in Cowork."),
        ("cowork_connectors_used", "Cowork connectors used", "invocations", "Times a connector was called in Cowork."),
    ),
    *_different("cowork", "Cowork"),
    *_sums(
        "cowork",
        ("cowork_artifacts_created", "Cowork artifacts", "artifacts", "Artifacts created in Cowork.", _BEFORE_AUGUST),
        (
            "cowork_plugins_used",
            "Cowork plugins used",
            "invocations",
            "Times a plugin was used in Cowork; empty while the feature is off.",
        ),
    ),
    *_distinct(
        "cowork",
        (
            "cowork_plugins_distinct",
            "Different plugins in Cowork",
            "plugins",
            "Distinct plugins used in Cowork that day.",
        ),
    ),
    *_sums(
        "cowork",
        (
            "cowork_file_edits",
            "Cowork file edits",
            "edits",
            "Files edited by Cowork, by any tool; empty while the feature is off.",
        ),
        ("cowork_edit_tool_uses", "Cowork Edit tool", "uses", "Uses of the Edit tool in Cowork."),
        ("cowork_multi_edit_tool_uses", "Cowork MultiEdit tool", "uses", "Uses of the MultiEdit tool in Cowork."),
        ("cowork_write_tool_uses", "Cowork Write tool", "uses", "Uses of the Write tool in Cowork."),
        (
            "cowork_notebook_edit_tool_uses",
            "Cowork NotebookEdit tool",
            "uses",
            "Uses of the NotebookEdit tool in Cowork.",
        ),
        (
            "cowork_sessions_with_file_edits",
            "Cowork sessions with file edits",
            "sessions",
            "Cowork sessions in which a file was edited.",
        ),
    ),
    *_different("excel", "Excel"),
    *_different("powerpoint", "PowerPoint"),
    *_different("word", "Word"),
    *_different("outlook", "Outlook"),
    *_headlines(
        "design",
        ("design_sessions", "Design sessions", "sessions", "Distinct Design sessions."),
        ("design_messages", "Design messages", "messages", "Messages the person sent in Design."),
        ("design_projects_created", "Design projects created", "projects", "Projects created in Design."),
    ),
    *_distinct(
        "design",
        (
            "design_projects_used",
            "Design projects used",
            "projects",
            "Distinct Design projects in which the person was active that day.",
        ),
    ),
    *_headlines(
        "science",
        ("science_sessions", "Science sessions", "sessions", "Distinct Science sessions."),
        ("science_messages", "Science messages", "messages", "Messages the person sent in Science."),
    ),
    *_sums("science", ("science_delegations", "Science delegations", "delegations", "Tasks that Science delegated.")),
    *_headlines(
        "science",
        ("science_compute_jobs", "Science compute jobs", "jobs", "Remote compute jobs that Science started."),
        ("science_skills_used", "Science skills used", "invocations", "Times a skill was invoked in Science."),
    ),
    *_headlines(
        "slack",
        (
            "slack_active_messages",
            "Messages to Claude in Slack",
            "messages",
            "Messages in Slack that Claude was active on.",
        ),
        (
            "slack_active_days",
            "Active days in Slack",
            "days",
            "1 on a day on which the person used Claude in Slack.",
        ),
    ),
    *_headlines(
        ACROSS,
        (
            "web_searches",
            "Web searches",
            "searches",
            "Web searches that Claude made for the person in chat and Claude Code.",
        ),
    ),
)
"""In the order of exports: the twenty statistics of the product definition first, then the rest."""
