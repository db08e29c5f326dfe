"""The parts of the admin's page Access log."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pandas as pd
import streamlit as st

from core import wording
from core.admin.access import admin_of
from core.admin.access_log import LogEntry, LogFilter, read_log
from core.audit import Kind
from core.ui.session import resources
from core.visibility import Scope

PAGE_SIZE = 50
_KINDS: dict[str, Kind | None] = {
    "Everything": None,
    "Looks": Kind.LOOK,
    "Exports": Kind.EXPORT,
    "Refusals": Kind.REFUSAL,
    "Acts of admins": Kind.ACT,
}
_KEY_OF_PAGE = "log_page"

_COLUMNS: dict[Any, Any] = {
    "No": st.column_config.NumberColumn(width=56),
    "When (UTC)": st.column_config.DatetimeColumn(format="D MMM YYYY HH:mm:ss", width=145),
    "Who": st.column_config.TextColumn(width=140),
    "What": st.column_config.TextColumn(width=120),
    "Concerning": st.column_config.TextColumn(width=160),
    "Where": st.column_config.TextColumn(width=150),
    "More": st.column_config.TextColumn(width=330),
    "E-mail": st.column_config.TextColumn(width=190),
}


def explanation() -> None:
    """What the log holds, and how it is guarded."""
    st.caption(
        "Every look at another person's numbers, every file taken away, every refusal and every act of an admin, "
        "written down before it was answered. Opening this page is an entry too. Entries can only be added; "
        "`uptake log verify` on the server finds out whether any was changed or removed."
    )


def filters() -> LogFilter:
    """Which entries the admin wants to see."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="log_filters"):
        kind = st.selectbox("Show", list(_KINDS), key="log_kind", width=180, on_change=_first_page)
        actor = st.text_input("Who did it", placeholder="E-mail, or a part of it", max_chars=100, on_change=_first_page)
        person = st.text_input(
            "Whom it concerns", placeholder="Whole e-mail of a person", max_chars=100, on_change=_first_page
        )
        days = st.date_input("From and to (UTC)", [], format="YYYY-MM-DD", width=240, on_change=_first_page)
    chosen = sorted(day for day in days if isinstance(day, dt.date)) if isinstance(days, tuple) else []
    return LogFilter(
        kind=_KINDS.get(str(kind)),
        actor=actor or "",
        person=person or "",
        first=chosen[0] if chosen else None,
        last=chosen[-1] if chosen else None,
    )


def _first_page() -> None:
    st.session_state[_KEY_OF_PAGE] = 1


def entries(scope: Scope, wanted: LogFilter) -> None:
    """One page of the entries, the newest first."""
    number = st.session_state.get(_KEY_OF_PAGE, 1)
    found = read_log(admin_of(scope), resources.database(), wanted, number if isinstance(number, int) else 1, PAGE_SIZE)
    if found.is_nobody:
        st.info("Nobody in the directory has this address. Give the whole e-mail address of the person.")
        return
    if not found.entries:
        st.info("No entry matches. Choose other words, or a longer time.")
        return
    st.caption(f"{wording.number(found.found)} {'entry' if found.found == 1 else 'entries'}, the newest first.")
    st.dataframe(
        pd.DataFrame([_line(entry) for entry in found.entries]),
        hide_index=True,
        height="content",
        placeholder="–",
        column_config=_COLUMNS,
        alt="Entries of the access log",
    )
    if found.pages > 1:
        st.pagination(found.pages, key=_KEY_OF_PAGE)


def _line(entry: LogEntry) -> dict[str, Any]:
    return {
        "No": entry.sequence,
        "When (UTC)": entry.at.replace(tzinfo=None),
        "Who": entry.actor_name or entry.actor,
        "What": _act(entry),
        "Concerning": _subject(entry),
        "Where": entry.place or None,
        "More": _details(entry) or None,
        "E-mail": entry.actor if "@" in entry.actor else None,
    }


def _act(entry: LogEntry) -> str:
    return entry.act.replace(".", " ").replace("-", " ").capitalize()


def _subject(entry: LogEntry) -> str | None:
    name = entry.subject_name or "somebody who is gone"
    words = {
        "person": name,
        "team": f"{name}'s team",
        "everyone": "everybody",
        "people": f"{entry.people} people",
    }.get(entry.subject_kind)
    if words and entry.people > 1 and entry.subject_kind in {"team", "everyone"}:
        return f"{words}, {entry.people} people"
    return words


def _details(entry: LogEntry) -> str:
    try:
        details = json.loads(entry.details)
    except ValueError:
        return entry.details  # somebody changed it; `uptake log verify` says so
    if entry.asked_name is not None:
        details["asked"] = f"for {entry.asked_name} (number {details['asked']})"
    if number := details.pop("import", None):  # behind what it did
        details["import number"] = number
    told = {name: value for name, value in details.items() if name != "people" and (value or value is False)}
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in told.items())
