"""Draws the counters of one person's active day, product by product."""

from __future__ import annotations

import datetime as dt
from random import Random

from simulator.habits import Habit
from simulator.wire import ARTIFACTS_COUNTED_SINCE, Row


def count(rng: Random, mean: float) -> int:
    """A count of at least 1, spread around `mean` with a tail of busy days."""
    return max(1, round(rng.gammavariate(2.2, mean / 2.2)))


def sometimes(rng: Random, chance: float, mean: float = 1.0) -> int:
    return count(rng, mean) if rng.random() < chance else 0


def _used(rng: Random, chance: float, mean: float) -> tuple[int, int]:
    """Invocations, and how many different things were invoked."""
    invocations = sometimes(rng, chance, mean)
    return invocations, min(invocations, 1 + int(invocations > 3))


def fill_chat(rng: Random, volume: float, chat: Row) -> int:
    """Fills a block of chat counters; returns the web searches made on the way."""
    conversations = count(rng, 2.3 * volume)
    messages = conversations + count(rng, 4.5 * conversations)
    calls, connectors = _used(rng, 0.25, 3 * volume)
    chat.update(
        distinct_conversation_count=conversations,
        message_count=messages,
        thinking_message_count=round(messages * rng.uniform(0, 0.35)),
        distinct_artifacts_created_count=sometimes(rng, 0.3, 1.2 * volume),
        distinct_projects_created_count=int(rng.random() < 0.03),
        distinct_projects_used_count=min(conversations, sometimes(rng, 0.35)),
        distinct_files_uploaded_count=sometimes(rng, 0.3, 1.6),
        distinct_skills_used_count=sometimes(rng, 0.2),
        connectors_used_count=calls,
        distinct_connectors_used_count=connectors,
        shared_conversations_viewed_count=sometimes(rng, 0.06),
    )
    if chat["distinct_shared_artifacts_viewed_count"] is not None:
        chat["distinct_shared_artifacts_viewed_count"] = sometimes(rng, 0.05)
    return sometimes(rng, 0.3, 2 * volume)


def fill_cowork(rng: Random, volume: float, cowork: Row, day: dt.date) -> None:
    sessions = count(rng, 1.4 * volume)
    calls, connectors = _used(rng, 0.45, 4 * volume)
    skills, distinct_skills = _used(rng, 0.4, 2 * volume)
    cowork.update(
        distinct_session_count=sessions,
        message_count=sessions + count(rng, 5 * sessions),
        action_count=count(rng, 14 * sessions),
        dispatch_turn_count=sometimes(rng, 0.1, 2),
        connectors_used_count=calls,
        distinct_connectors_used_count=connectors,
        skills_used_count=skills,
        distinct_skills_used_count=distinct_skills,
        artifacts_created_count=sometimes(rng, 0.15) if day >= ARTIFACTS_COUNTED_SINCE else 0,
    )


def fill_code(rng: Random, habit: Habit, volume: float, code: Row, day: dt.date) -> None:
    """Sessions, the code that came of them, and what became of the proposed edits."""
    sessions = count(rng, 2.6 * volume)
    edits = count(rng, 9 * sessions)
    writes = sometimes(rng, 0.6, 1.5 * sessions)
    notebooks = sometimes(rng, 0.5, 3) if "science" in habit.products else 0
    acceptance = habit.acceptance_on(day)
    accepted_edits = 0
    for tool, proposals in (("edit_tool", edits), ("write_tool", writes), ("notebook_edit_tool", notebooks)):
        accepted = sum(rng.random() < acceptance for _ in range(proposals))
        accepted_edits += accepted
        code["tool_actions"][tool].update(accepted_count=accepted, rejected_count=proposals - accepted)
    commits = sometimes(rng, 0.7, 0.8 * sessions)
    code["core_metrics"].update(
        distinct_session_count=sessions,
        commit_count=commits,
        pull_request_count=min(commits, sometimes(rng, 0.35, 1.1)),
        lines_of_code={
            "added_count": round(accepted_edits * rng.uniform(4, 14)),
            "removed_count": round(accepted_edits * rng.uniform(1, 6)),
        },
        artifacts_created_count=sometimes(rng, 0.05) if day >= ARTIFACTS_COUNTED_SINCE else 0,
    )


def fill_office(rng: Random, volume: float, office: Row) -> None:
    sessions = count(rng, 1.6 * volume)
    calls, connectors = _used(rng, 0.2, 2.5)
    skills, distinct_skills = _used(rng, 0.3, 2)
    office.update(
        distinct_session_count=sessions,
        message_count=sessions + count(rng, 3 * sessions),
        skills_used_count=skills,
        distinct_skills_used_count=distinct_skills,
        connectors_used_count=calls,
        distinct_connectors_used_count=connectors,
    )


def fill_design(rng: Random, volume: float, design: Row) -> None:
    sessions = count(rng, 1.3 * volume)
    design.update(
        distinct_session_count=sessions,
        message_count=sessions + count(rng, 6 * sessions),
        distinct_projects_created_count=int(rng.random() < 0.2),
        distinct_projects_used_count=min(sessions, 1 + int(rng.random() < 0.2)),
    )


def fill_science(rng: Random, volume: float, science: Row) -> None:
    sessions = count(rng, 1.7 * volume)
    science.update(
        distinct_session_count=sessions,
        message_count=sessions + count(rng, 7 * sessions),
        delegation_count=sometimes(rng, 0.4, 2),
        remote_compute_job_count=sometimes(rng, 0.25, 1.5),
        skills_used_count=sometimes(rng, 0.4, 2.5),
    )


def fill_slack(rng: Random, volume: float, tag: Row) -> None:
    tag.update(active_day_count=1, active_message_count=count(rng, 3 * volume))
