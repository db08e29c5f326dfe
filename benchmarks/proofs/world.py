"""A made-up company and its pages of usage, the same for every measurement; fixed by a seed."""

from __future__ import annotations

import datetime as dt
import random

import orjson

from core.people.roster import RosterFile, RosterRow
from simulator.wire import usage_row

ACTIVE = 0.58
"""Share of the people who use Claude on a working day."""


def email(number: int) -> str:
    """The address of a made-up employee."""
    return f"person.{number:06d}@example.com"


def roster(people: int) -> RosterFile:
    """A company of teams of three to eleven people, in as many levels as it takes."""
    above = managers(people)
    rows = tuple(
        RosterRow(
            line=number + 2,
            email=email(number),
            name=f"Person {number:06d}",
            manager_email=email(above[number]) if number else None,
            employee_id=None,
            title=None,
            department=None,
            location=None,
            start_date=None,
            end_date=None,
        )
        for number in range(people)
    )
    return RosterFile(rows, (), ())


def managers(people: int) -> list[int]:
    """The manager of each person: everybody in turn takes the next three to eleven who have none."""
    dice = random.Random(7)
    managers, leader = [0], 0
    while len(managers) < people:
        managers += [leader] * dice.randint(3, 11)
        leader += 1
    return managers[:people]


def pages(people: int, day: dt.date, active: float = ACTIVE, size: int = 1_000, *, more: int = 0) -> list[bytes]:
    """The API's pages of one working day: whoever is active, sorted by e-mail; `more`: messages of each besides."""
    dice = random.Random(f"{day}")
    rows = [_row(number, dice, more) for number in range(people) if dice.random() < active]
    parts = [rows[start : start + size] for start in range(0, len(rows), size)] or [[]]
    last = len(parts) - 1
    return [
        orjson.dumps({"data": part, "next_page": None if index == last else f"cursor-{day}-{index}"})
        for index, part in enumerate(parts)
    ]


def _row(number: int, dice: random.Random, more: int) -> dict[str, object]:
    return usage_row(
        f"user_{number:024d}",
        email(number),
        **{
            "chat_metrics.distinct_conversation_count": dice.randint(1, 9),
            "chat_metrics.message_count": dice.randint(1, 60) + more,
            "claude_code_metrics.core_metrics.distinct_session_count": dice.randint(0, 6),
            "claude_code_metrics.core_metrics.lines_of_code.added_count": dice.randint(0, 900),
            "claude_code_metrics.tool_actions.edit_tool.accepted_count": dice.randint(0, 40),
            "claude_code_metrics.tool_actions.edit_tool.rejected_count": dice.randint(0, 9),
            "office_metrics.excel.distinct_session_count": dice.randint(0, 3),
            "office_metrics.excel.message_count": dice.randint(0, 12),
            "web_search_count": dice.randint(0, 5),
        },
    )
