"""The lists of the page Matching: links in doubt, any Claude user by address, and all decisions with their undoing."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from core import wording
from core.admin import matching, unmatched
from core.admin.access import PeopleAdmin
from core.admin.unmatched import DecisionEntry, LinkedAccount
from core.reports.wording.markdown import literal
from core.ui.admin import matching_views
from core.ui.admin.matching_views import Choice
from core.ui.session import resources
from core.ui.widgets import tables

PAGE_SIZE = 20
_PAGE = "matching_history_page"
_VERDICTS = {
    "link": "Linked",
    "unlink": "Not this person",
    "not an employee": "Not an employee",
    "alias": "Alias",
}


def contested(admin: PeopleAdmin) -> None:
    """Links whose address is another person's by now."""
    found = unmatched.contested(admin, resources.database())
    if not found:
        return
    st.subheader("In doubt", anchor=False)
    st.caption(
        "The address of these Claude users is another person's by now. Their days stay where they are until you decide."
    )
    chosen = _table(found, "matching_contested", "Links whose address is another person's by now")
    if chosen is not None:
        _change(admin, chosen)


def search(admin: PeopleAdmin) -> None:
    """Any Claude user by address, with whose it is and on what that rests; a chosen one can be changed."""
    st.subheader("Claude users", anchor=False)
    # A decision empties the session; a field of the same key would go on showing words that nothing was looked up for.
    words = st.text_input(
        "Find a Claude user",
        placeholder="Part of the e-mail, or the user id",
        key=f"matching_search_{resources.epoch(resources.today())[0]}",
        max_chars=254,
        width=360,
    )
    if not (words or "").strip():
        return
    found = unmatched.claude_users(admin, resources.database(), words)
    if not found:
        st.caption("No Claude user matches.")
        return
    if len(found) == unmatched.MOST:
        st.caption(f"The first {unmatched.MOST}. Search for more of the address to see others.")
    chosen = _table(found, "matching_found", "Claude users whose address matches")
    if chosen is not None:
        _change(admin, chosen)


def _table(found: list[LinkedAccount], key: str, alt: str) -> LinkedAccount | None:
    event = st.dataframe(
        pd.DataFrame([_row(each) for each in found]),
        hide_index=True,
        key=matching_views.table_key(key, [each.account.id for each in found]),
        on_select="rerun",
        selection_mode="single-row",
        height=tables.height(len(found)),
        placeholder="–",
        column_config={
            "From": st.column_config.DateColumn(format="D MMM YYYY", help="First day that counts; empty: all."),
            "Until": st.column_config.DateColumn(format="D MMM YYYY", help="Last day that counts; empty: all."),
            "Found (UTC)": st.column_config.DatetimeColumn(format="D MMM YYYY HH:mm"),
        },
        alt=alt,
    )
    if any(each.withheld for each in found):
        st.caption("When a match of somebody outside your team was found is shown to admins who see everyone.")
    chosen = event["selection"]["rows"]
    return found[chosen[0]] if chosen and 0 <= chosen[0] < len(found) else None


def _row(each: LinkedAccount) -> dict[str, object]:
    row: dict[str, object] = {
        "E-mail": each.account.email,
        "Person": each.person.name if each.person else None,
        "Rests on": each.origin.value if each.origin else each.reason and each.reason.value,
        "From": each.since,
        "Until": each.until,
        "Found (UTC)": each.made_at.replace(tzinfo=None) if each.made_at else None,
    }
    return row | ({"Address is now of": each.rival.name} if each.rival else {})


def _change(admin: PeopleAdmin, each: LinkedAccount) -> None:
    if each.person is not None:
        name = literal(each.person.name)
        with st.popover(f"Not {name}", icon=":material/link_off:", key=f"unlink_{each.account.id}"):
            st.write("Removes the link with all its history. It does not come back by itself.")
            if st.button("Remove the link", type="primary", key=f"unlink_{each.account.id}_now"):
                matching_views.act(
                    lambda: matching.unlink(admin, resources.database(), each.account.id),
                    f"The Claude user is not linked to {name} any more.",
                )
    choices = []
    if each.rival is not None:
        choices.append(Choice(each.rival, "address", "The address is this person's now."))
    if each.person is not None:
        choices.append(Choice(each.person, "as it is", "The present link. Linking confirms it."))
    matching_views.decide(admin, each.account, choices)


def history(admin: PeopleAdmin) -> None:
    """All decisions, the newest first; a chosen one that stands can be undone."""
    page = st.session_state.get(_PAGE, 1)
    found, count = unmatched.history(admin, resources.database(), page if isinstance(page, int) else 1, PAGE_SIZE)
    if not count:
        return
    st.subheader("Decisions", anchor=False)
    st.caption(
        "Choose a row to undo it. Undoing brings back exactly what addresses and the other decisions say. An alias "
        "that was given together with a link goes with it."
    )
    event = st.dataframe(
        pd.DataFrame([_decision(entry) for entry in found]),
        hide_index=True,
        key=matching_views.table_key(
            "matching_history", [entry.decision.id * (1 if entry.decision.undone_at is None else -1) for entry in found]
        ),
        on_select="rerun",
        selection_mode="single-row",
        height=tables.height(len(found)),
        placeholder="–",
        column_config={
            "When (UTC)": st.column_config.DatetimeColumn(format="D MMM YYYY HH:mm"),
            "From": st.column_config.DateColumn(format="D MMM YYYY"),
            "Until": st.column_config.DateColumn(format="D MMM YYYY"),
        },
        alt="Decisions about matching",
    )
    if count > PAGE_SIZE:
        st.pagination(math.ceil(count / PAGE_SIZE), key=_PAGE)
    chosen = event["selection"]["rows"]
    if chosen and 0 <= chosen[0] < len(found):
        _undo(admin, found[chosen[0]])


def _decision(entry: DecisionEntry) -> dict[str, object]:
    decision = entry.decision
    undone = decision.undone_at and f"{wording.moment(decision.undone_at)}, {decision.undone_by}"
    return {
        "Decision": _VERDICTS.get(decision.verdict, decision.verdict),
        "Claude user": decision.address or (entry.account and (entry.account.email or entry.account.user_id)),
        "Person": entry.person,
        "When (UTC)": decision.made_at.replace(tzinfo=None),
        "By": decision.made_by,
        "From": decision.since,
        "Until": decision.until,
        "Undone": undone,
    }


def _undo(admin: PeopleAdmin, entry: DecisionEntry) -> None:
    number = entry.decision.id
    if entry.decision.undone_at is not None:
        st.caption("This decision is undone already.")
    elif st.button("Undo this decision", type="primary", icon=":material/undo:", key=f"matching_undo_{number}"):
        matching_views.act(lambda: matching.undo(admin, resources.database(), number), "The decision is undone.")
