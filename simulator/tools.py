"""Skills and connectors: which of them the day's users invoked, derived from their usage rows.

The counts follow the rows of `/users` where these have them; chat and Claude Code skills and Claude Code connector
calls, which `/users` does not count, are added in proportion to the use of the product.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.wire import OFFICE_PRODUCTS, Row

SKILLS = ("brand-voice", "calibration-notes", "chart-styles", "contract-checklist", "deck-outline", "quarter-close")
CONNECTORS = ("calendar", "document-store", "issue-tracker", "mail-archive", "sales-ledger", "source-host")

CALLS_SPLIT_SINCE = dt.date(2026, 5, 29)
"""Read and write calls of connectors are null before this day, never 0 (contract of `/connectors`)."""
AUTH_SPLIT_SINCE = dt.date(2026, 7, 1)


@dataclass(frozen=True)
class Use:
    """`times` invocations of one skill or connector by one user in one product; `surface` names the counter's place."""

    tool: str
    user_id: str
    product: str
    surface: tuple[str, ...]
    times: int


def skill_rows(rows: Iterable[Row], group_by: Sequence[str]) -> list[Row]:
    """The rows of `GET /skills` for one day."""
    return [
        {
            "skill_name": uses[0].tool,
            "skill_display_name": None,
            "share_status": "organization",
            "distinct_user_count": len({use.user_id for use in uses}),
            "invocation_count": sum(use.times for use in uses),
            "enable_count": None if group_by else 40 + _pick(uses[0].tool, 120),
            "attributed_list_price": None,
            "estimated_overage_spend": None,
            "currency": None,
            **_surfaces(uses, "skill"),
            **group,
        }
        for group, uses in _grouped(_skill_uses(rows), group_by)
    ]


def connector_rows(rows: Iterable[Row], day: dt.date, group_by: Sequence[str]) -> list[Row]:
    """The rows of `GET /connectors` for one day."""
    connectors = []
    for group, uses in _grouped(_connector_uses(rows), group_by):
        calls, people = sum(use.times for use in uses), len({use.user_id for use in uses})
        read, split, auth = calls * 3 // 4, day >= CALLS_SPLIT_SINCE, day >= AUTH_SPLIT_SINCE
        connectors.append(
            {
                "connector_name": uses[0].tool,
                "connector_display_name": None,
                "distinct_user_count": people,
                "individual_auth_distinct_user_count": people if auth else None,
                "managed_auth_distinct_user_count": 0 if auth else None,
                "read_call_count": read if split else None,
                "write_call_count": calls - read if split else None,
                "unclassified_call_count": 0 if split else None,
                **_surfaces(uses, "connector"),
                **group,
            }
        )
    return connectors


def _skill_uses(rows: Iterable[Row]) -> Iterator[Use]:
    for user_id, product, surface, block in _blocks(rows):
        if product == "claude_code":
            times = block["core_metrics"]["distinct_session_count"] // 3
        else:
            times = block.get("skills_used_count", block.get("distinct_skills_used_count"))
        yield from _spread(SKILLS, user_id, product, surface, times or 0)


def _connector_uses(rows: Iterable[Row]) -> Iterator[Use]:
    for user_id, product, surface, block in _blocks(rows):
        if product == "claude_code":
            times = block["core_metrics"]["distinct_session_count"] // 2
        else:
            times = block["connectors_used_count"]
        yield from _spread(CONNECTORS, user_id, product, surface, times or 0)


def _blocks(rows: Iterable[Row]) -> Iterator[tuple[str, str, tuple[str, ...], dict[str, Any]]]:
    """User, product and place of each block of counters in which skills and connectors are told apart."""
    for row in rows:
        user_id = row["user"]["id"]
        yield user_id, "chat", ("chat_metrics",), row["chat_metrics"]
        yield user_id, "claude_code", ("claude_code_metrics",), row["claude_code_metrics"]
        if cowork := row.get("cowork_metrics"):
            yield user_id, "cowork", ("cowork_metrics",), cowork
        for product in OFFICE_PRODUCTS:
            if block := row.get("office_metrics", {}).get(product):
                yield user_id, "office_agent", ("office_metrics", product), block
        if unified := row.get("chat_cowork_unified_metrics"):
            for part in ("chat", "sessions"):
                surface = ("chat_cowork_unified_metrics", part)
                yield user_id, "chat_cowork_unified", surface, unified[part]


def _spread(tools: tuple[str, ...], user_id: str, product: str, surface: tuple[str, ...], times: int) -> Iterator[Use]:
    """Shares the invocations among a favourite of this user in this product and, beyond three, a second one."""
    favourite = _pick(user_id + product, len(tools))
    second = times // 3
    for tool, share in ((favourite, times - second), ((favourite + 2) % len(tools), second)):
        if share:
            yield Use(tools[tool], user_id, product, surface, share)


def _pick(text: str, choices: int) -> int:
    return zlib.crc32(text.encode()) % choices


def _grouped(uses: Iterable[Use], group_by: Sequence[str]) -> Iterator[tuple[dict[str, str], list[Use]]]:
    """Uses of the same tool, further apart by the dimensions `product` and `user_id`."""
    groups: dict[tuple[str, ...], list[Use]] = defaultdict(list)
    for use in uses:
        groups[use.tool, *(getattr(use, dimension) for dimension in group_by)].append(use)
    for key, members in groups.items():
        yield dict(zip(group_by, key[1:], strict=True)), members


def _surfaces(uses: list[Use], noun: str) -> Row:
    """The distinct conversations and sessions of each surface; here each user's use of a surface is one of them."""
    conversation, session = (f"distinct_{unit}_{noun}_used_count" for unit in ("conversation", "session"))
    found = {(use.user_id, use.surface) for use in uses}

    def users(*surface: str) -> int:
        return sum(place == surface for _, place in found)

    return {
        "chat_metrics": {conversation: users("chat_metrics")},
        "claude_code_metrics": {session: users("claude_code_metrics")},
        "cowork_metrics": {session: users("cowork_metrics")},
        "office_metrics": {product: {session: users("office_metrics", product)} for product in OFFICE_PRODUCTS},
        "chat_cowork_unified_metrics": {
            "chat": {conversation: users("chat_cowork_unified_metrics", "chat")},
            "sessions": {session: users("chat_cowork_unified_metrics", "sessions")},
        },
    }
