"""Which statistics stand where there is no room for all of them, by their keys."""

from __future__ import annotations

PERSON_CARDS = ("conversations", "chat_messages", "code_sessions", "edit_acceptance_rate")
"""On the first screen of a person, beside active days and habit: what most people have."""

PAPER_CARDS = (*PERSON_CARDS, "commits", "excel_sessions")
"""On a person's page of paper, which has room for two more."""

PEOPLE_COLUMNS = (
    "conversations",
    "chat_messages",
    "code_sessions",
    "edits_accepted",
    "excel_sessions",
    "powerpoint_sessions",
)
"""In the table of people for all products; everything else is on the person's own page."""
