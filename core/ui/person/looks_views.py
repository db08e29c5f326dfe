"""Who looked: what an employee reads of the access log, which is what others looked at of theirs."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core import wording
from core.audit import repeats
from core.reports.wording.looks import LookInWords, looks
from core.reports.wording.markdown import literal
from core.ui.widgets import choices
from core.visibility import Scope

PAGE_SIZE = 20


def who_looked(scope: Scope) -> None:
    """Looks and exports by others, the newest first, page by page."""
    with st.container(border=True, key="who_looked"):
        st.markdown("**Who looked at your numbers**")
        page = choices.page("looks")
        rows, count = looks(scope, PAGE_SIZE, (page - 1) * PAGE_SIZE)
        pages = math.ceil(count / PAGE_SIZE)
        if page > pages > 0:
            rows, count = looks(scope, PAGE_SIZE, (pages - 1) * PAGE_SIZE)
        if not count:
            st.write("Nobody besides you.")
        elif rows:
            st.table(_table(rows), border="horizontal", hide_index=True)
        choices.pages("looks", pages)
        st.caption(
            "Every look is written down before it is answered. Repeated looks at the same page within "
            f"{repeats.PERIOD // dt.timedelta(minutes=1)} minutes are one line; each file is one of its own. Sums "
            "over a whole team, such as Adoption, are no look at a single person."
        )


def _table(rows: Sequence[LookInWords]) -> pd.DataFrame:
    lines = [
        {"When (UTC)": f"{wording.weekday(row.at)} {row.at:%H:%M}", "Who": literal(row.who), "What": literal(row.what)}
        for row in rows
    ]
    return pd.DataFrame(lines)
