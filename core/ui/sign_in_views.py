"""The parts of the page Roles about sign-ins: which account of the provider is whom, and who was refused."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.admin import identities
from core.admin.access import AdminViewer
from core.admin.identities import BOUND, WAITING, SignInState
from core.errors import UptakeError
from core.ui import cached
from core.ui.text import literal


def waiting(admin: AdminViewer) -> None:
    """Accounts that came with somebody else's address, and letting one in."""
    found = [one for one in identities.sign_ins(admin, cached.database()) if one.state == WAITING]
    if not found:
        return
    st.subheader("Refused sign-ins", anchor=False)
    st.write(
        "These came with an address that belonged to another account here: a new person with a leaver's address, or an "
        "account that was made anew. They see nothing. Let one in only when you are sure who it is: the other account "
        "loses the person's place, and the one that is let in sees everything that person sees."
    )
    for place, one in enumerate(found):
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"waiting_{place}"):
            st.markdown(
                f"**{literal(one.email)}**  \nfirst refused {one.first_seen_at:%-d %b %Y, %H:%M} UTC · account "
                f"{literal(one.subject)} at {literal(one.issuer)}"
            )
            if st.button("Let this account in", key=f"accept_{one.issuer}_{one.subject}"):
                _accept(admin, one)


def _accept(admin: AdminViewer, one: SignInState) -> None:
    try:
        identities.accept(admin, cached.database(), cached.settings(), one.issuer, one.subject)
    except UptakeError as error:
        st.error(literal(str(error)))
        return
    st.rerun()


def known(admin: AdminViewer) -> None:
    """Every account that signed in, and signing somebody out everywhere."""
    found = [one for one in identities.sign_ins(admin, cached.database()) if one.state == BOUND]
    with st.expander(f"Accounts that have signed in ({len(found)})", icon=":material/badge:", key="known_sign_ins"):
        st.caption(
            "An account of the sign-in provider is bound to a person at its first sign-in, by the verified address. "
            "From then on the account is the person; another address at the provider changes nothing."
        )
        rows = [
            {"Person": o.person, "First address": o.email, "Bound (UTC)": o.bound_at, "Account": o.subject}
            for o in found
        ]
        st.dataframe(pd.DataFrame(rows), hide_index=True, alt="Accounts and who they are", key="known_sign_ins_table")
        labels = {(o.issuer, o.subject): f"{o.person} ({o.email})" for o in found}
        with st.form("end_sessions_form", border=False):
            chosen = st.selectbox("Person", list(labels), index=None, format_func=labels.__getitem__, key="end_whose")
            if st.form_submit_button("End all sessions of this person") and chosen in labels:
                identities.end_sessions(admin, cached.database(), [chosen])
                st.toast("Ended. The person has to sign in again.")
