"""The parts of the page Annotations: what is noted, and noting or taking away."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import streamlit as st

from core.admin import annotated
from core.admin.access import AdminViewer, admin_of
from core.admin.annotated import LONGEST, ListedAnnotation
from core.errors import UptakeError
from core.reports.periods import Period
from core.reports.teams.teams import EVERYBODY
from core.reports.wording.markdown import literal
from core.ui.session import resources
from core.ui.widgets import forms, tables
from core.visibility import Scope

LISTED = 200
_WORDS, _DAYS, _LEAD = "annotate_words", "annotate_days", "annotate_lead"


def admin_viewer(scope: Scope) -> AdminViewer:
    """The proof that the reader may annotate charts."""
    return admin_of(scope)


def explanation() -> None:
    """What an annotation is, and who reads it."""
    st.markdown(
        "A rollout, a training, an outage: what happened stands as a numbered line on the charts over time, with a "
        "band where it took several days. Everybody reads what is noted for the whole organisation; what is noted for "
        "a team, its people and the managers above."
    )


def note(admin: AdminViewer) -> None:
    """Say what happened on a day or a span of days."""
    today = resources.today()
    forms.begin("annotate", {_WORDS: "", _DAYS: (today, today), _LEAD: ""})
    with (
        st.popover("Add an annotation", icon=":material/add_comment:", key=forms.box("annotate")),
        st.form("annotate_form", border=False),
    ):
        words = st.text_input("What happened", max_chars=LONGEST, key=_WORDS, placeholder="Rollout of Cowork")
        dates = st.date_input("From and to", format="YYYY-MM-DD", key=_DAYS)
        lead = st.text_input(
            "Only for one team (name or e-mail address of its manager)",
            max_chars=254,
            key=_LEAD,
            placeholder="empty: everybody",
        )
        if st.form_submit_button("Add", type="primary"):
            _add(admin, words or "", dates, lead or "")


def _add(admin: AdminViewer, words: str, dates: object, lead: str) -> None:
    given = dates if isinstance(dates, tuple) else (dates,)
    days = sorted(day for day in given if isinstance(day, dt.date))
    if not days:
        st.error("Choose the day. Nothing was changed.")
        return
    try:
        annotated.add(admin, resources.database(), words, (days[0], days[-1]), lead)
    except UptakeError as error:
        st.error(literal(str(error)))
        return
    st.toast("It stands on the charts now.")
    forms.taken("annotate")


def listing(admin: AdminViewer) -> None:
    """What is noted, the latest first; a chosen row can be taken away."""
    found = annotated.listing(admin, resources.database(), LISTED)
    if not found:
        st.info("Nothing is noted yet.")
        return
    event = st.dataframe(
        pd.DataFrame([_row(each) for each in found]),
        hide_index=True,
        height=tables.height(len(found)),
        row_height=tables.TWO_LINES,
        on_select="rerun",
        selection_mode="single-row",
        column_config={"Added (UTC)": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm")},
        alt="Annotations, the latest first",
        key="annotations_table",
    )
    chosen = event["selection"]["rows"]
    if not chosen or not 0 <= chosen[0] < len(found):
        st.caption("Choose a row to take it off the charts.")
        return
    each = found[chosen[0]]
    if st.button("Take off the charts", icon=":material/delete:", key=f"annotation_remove_{each.noted.id}"):
        annotated.remove(admin, resources.database(), each.noted.id)
        st.rerun()


def _row(each: ListedAnnotation) -> dict[str, object]:
    noted = each.noted
    return {
        "When": str(Period(noted.first_day, noted.last_day)),
        "What happened": noted.words,
        "For": EVERYBODY if each.lead is None else f"the team of {each.lead}",
        "Added by": noted.made_by,
        "Added (UTC)": noted.made_at,
    }
