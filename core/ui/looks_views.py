"""Who looked: what an employee reads of the access log, which is what others looked at of theirs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import streamlit as st

from core import audit
from core.ui.text import literal
from core.visibility import Scope

DAYS = 90
PAGE_SIZE = 20


def who_looked(scope: Scope) -> None:
    """Looks and exports by others, the newest first, page by page."""
    with st.container(border=True, key="who_looked"):
        st.markdown(f"**Who looked at your numbers in the last {DAYS} days**")
        number = st.session_state.get("looks", 1)
        page = number if isinstance(number, int) and number > 0 else 1
        since = dt.datetime.now(dt.UTC) - dt.timedelta(days=DAYS)
        rows, count = scope.who_looked(since, PAGE_SIZE, (page - 1) * PAGE_SIZE)
        if not count:
            st.write("Nobody besides you.")
        elif rows:
            st.table(_table(rows), border="horizontal", hide_index=True)
        if count > PAGE_SIZE:
            st.pagination(-(-count // PAGE_SIZE), key="looks")
        st.caption(
            "Every look is written down before it is answered. Repeated looks at the same page within "
            "15 minutes are one line. Sums over a whole team, such as Adoption, are no look at a single person."
        )


def _table(rows: Any) -> pd.DataFrame:
    lines = [
        {"When (UTC)": f"{row.at:%a %-d %b %Y %H:%M}", "Who": literal(_who(row)), "What": literal(_what(row))}
        for row in rows
    ]
    return pd.DataFrame(lines)


def _who(row: Any) -> str:
    if row.actor == audit.COMMAND_LINE:
        return "The people who run Uptake (on the server)"
    return str(row.actor_name or row.actor)


def _what(row: Any) -> str:
    people = audit.how_many(row.people)
    where = row.place or "a page"
    if row.kind == audit.Kind.EXPORT:
        return f"A file to take away, from {where}" + (f", with {people} people" if people > 1 else "")
    return f"{where}: your numbers alone" if people == 1 else f"{where}: a table of {people} people"
