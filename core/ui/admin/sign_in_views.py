"""The parts of the page Roles about sign-ins: which account of the provider is whom, and who was refused."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core import wording
from core.admin import identities
from core.admin.access import AdminViewer
from core.admin.identities import BOUND, WAITING, SignInPage, SignInState
from core.errors import UptakeError
from core.reports.wording.markdown import literal
from core.ui.session import resources, url_state
from core.ui.widgets import choices

PAGE_SIZE = 30
_REFUSED, _KNOWN = "refused", "page"
"""Names of the two lists' pages in the address."""


def sign_ins(admin: AdminViewer) -> None:
    """Search the accounts of the sign-in provider: those that were refused, and those that are bound."""
    words = st.text_input(
        "Search the sign-ins",
        placeholder="Name, e-mail or account",
        key="sign_in_search",
        max_chars=100,
        width=360,
        on_change=_first_pages,
    )
    wanted = {WAITING: choices.page(_REFUSED), BOUND: choices.page(_KNOWN)}
    words = (words or "").strip()
    found = identities.search(admin, resources.database(), words, wanted, PAGE_SIZE)
    if words and not any(page.found for page in found.values()):
        st.caption("No account matches.")
    _waiting(admin, found[WAITING])
    _known(admin, found[BOUND], searched=bool(words))


def _first_pages() -> None:
    url_state.put(_REFUSED, None)  # which takes the other list to its first page too


def _waiting(admin: AdminViewer, found: SignInPage) -> None:
    """Accounts that came with somebody else's address, and letting one in."""
    if not found.accounts:
        return
    st.subheader(f"Refused sign-ins ({wording.number(found.found)})", anchor=False)
    st.write(
        "These came with an address that belonged to another account here: a new person with a leaver's address, or an "
        "account that was made anew. They see nothing. Let one in only when you are sure who it is: the other account "
        "loses the person's place, and the one that is let in sees everything that person sees."
    )
    for place, one in enumerate(found.accounts):
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"waiting_{place}"):
            st.markdown(
                f"**{literal(one.email)}**  \nfirst refused {wording.moment(one.first_seen_at)} UTC · account "
                f"{literal(one.subject)} at {literal(one.issuer)}"
            )
            if st.button("Let this account in", key=f"accept_{one.issuer}_{one.subject}"):
                _accept(admin, one)
    choices.pages(_REFUSED, found.pages)


def _accept(admin: AdminViewer, one: SignInState) -> None:
    try:
        identities.accept(admin, resources.database(), resources.settings(), one.issuer, one.subject)
    except UptakeError as error:
        st.error(literal(str(error)))
        return
    st.rerun()


def _known(admin: AdminViewer, found: SignInPage, *, searched: bool) -> None:
    """Accounts that signed in, and signing somebody out everywhere; what a search found is open to see."""
    title = f"Accounts that have signed in ({wording.number(found.found)}{' found' if searched else ''})"
    key = "found_sign_ins" if searched else "known_sign_ins"  # another one, as one that is drawn already stays closed
    with st.expander(title, expanded=searched, icon=":material/badge:", key=key):
        st.caption(
            "An account of the sign-in provider is bound to a person at its first sign-in, by the verified address. "
            "From then on the account is the person; another address at the provider changes nothing."
        )
        if not found.accounts:
            return
        rows = [
            {"Person": o.person, "First address": o.email, "Bound (UTC)": o.bound_at, "Account": o.subject}
            for o in found.accounts
        ]
        st.dataframe(
            pd.DataFrame(rows),
            hide_index=True,
            alt="Accounts and who they are",
            key="known_sign_ins_table",
            column_config={"Bound (UTC)": st.column_config.DatetimeColumn(format="D MMM YYYY HH:mm", timezone="UTC")},
        )
        choices.pages(_KNOWN, found.pages)
        _end_sessions(admin, found)


def _end_sessions(admin: AdminViewer, found: SignInPage) -> None:
    labels = {(o.issuer, o.subject): f"{o.person} ({o.email})" for o in found.accounts}
    with st.form("end_sessions_form", border=False):
        chosen = st.selectbox(
            "Person",
            list(labels),
            index=None,
            format_func=labels.__getitem__,
            key="end_whose",
            placeholder="Somebody on this page; search for others" if found.pages > 1 else None,
        )
        if st.form_submit_button("End all sessions of this person") and chosen in labels:
            identities.end_sessions(admin, resources.database(), [chosen])
            st.toast("Ended. The person has to sign in again.")
