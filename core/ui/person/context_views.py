"""Context marks on the pages: everybody who sees a person reads them; the employee makes and removes their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import streamlit as st

from core.errors import MarkRefused
from core.reports.measures import context
from core.ui.widgets import forms
from core.viewers.own_days import LONGEST_NOTE
from core.visibility import ContextMark, MarkKind, NewMark, Scope

_RULE = (
    "Working days that you mark, and on which you used nothing, are left out of rates, habits and your team's "
    "headcounts. Use on a marked day counts like any other. Whoever can see your numbers sees your marks."
)
_RANGE, _NOTE = "marked_days", "marked_note"


def own_marks(scope: Scope, marks: Sequence[ContextMark]) -> None:
    """The employee's marks, to make and to remove."""
    with st.expander("Leave, training and other days away", icon=":material/event_busy:", key="own_marks"):
        st.caption(_RULE)
        _form(scope)
        for mark in reversed(marks):
            with st.container(horizontal=True, vertical_alignment="center", key=f"mark_{mark.id}"):
                st.text(context.in_words(mark))
                if st.button("Remove", key=f"unmark_{mark.id}", type="tertiary", icon=":material/delete:"):
                    scope.unmark(mark.id)
                    st.toast("The mark is removed.")
                    st.rerun()


def _form(scope: Scope) -> None:
    today = dt.datetime.now(dt.UTC).date()
    forms.begin("mark_days", {_RANGE: (today, today), _NOTE: ""})
    row = st.form("mark_days", border=False)
    with row.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox(
            "What", list(MarkKind), format_func=lambda one: MarkKind(one).label, key="mark_kind", width=180
        )
        days = st.date_input("From and to", key=_RANGE, format="YYYY-MM-DD", width=240)
        note = st.text_input("Note, if you like", max_chars=LONGEST_NOTE, key=_NOTE, width=280)
        marked = st.form_submit_button("Mark these days", type="primary", key="mark_days_submit")
    if not marked:
        return
    chosen = [day for day in (days if isinstance(days, tuple) else (days,)) if isinstance(day, dt.date)]
    if not chosen:
        st.error("Choose a day, or a first and a last day.")
        return
    try:
        scope.mark(NewMark(MarkKind(kind or MarkKind.OTHER), min(chosen), max(chosen), note or ""))
    except MarkRefused as refusal:
        st.error(str(refusal))
        return
    st.toast("The days are marked.")
    forms.taken("mark_days")
