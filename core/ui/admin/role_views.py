"""The parts of the page Roles about who has which."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.admin import roles
from core.admin.access import AdminViewer, admin_of
from core.errors import UptakeError
from core.reports.wording.markdown import literal
from core.ui.frame.shell import ROLES
from core.ui.session import resources
from core.ui.widgets import forms
from core.viewers import Role
from core.visibility import Scope

_MEANING = {
    Role.ADMIN: "everything, and gives and takes roles",
    Role.CONNECTION: "the key and the sync; sees no more people than before",
    Role.PEOPLE: "the directory and whose Claude account is whose; sees no more usage than before, and no key; "
    "bringing people or accounts into their own chain needs another admin",
}


def admin_viewer(scope: Scope) -> AdminViewer:
    """The proof that the reader may give and take roles."""
    return admin_of(scope)


def holders(admin: AdminViewer) -> None:
    """Everybody with a role now."""
    st.markdown("  \n".join(f"**{ROLES[role]}**: {meaning}." for role, meaning in _MEANING.items()))
    if not resources.settings().admins_see_everyone:
        st.caption("Admins see the usage of their own chain only (UPTAKE_ADMINS_SEE_EVERYONE).")
    found = roles.holders(admin, resources.database(), resources.settings())
    if not found:
        st.info("Nobody has a role yet.")
        return
    rows = [
        {
            "Name": holder.name,
            "E-mail": holder.email,
            "Role": ROLES[holder.role],
            "Since": holder.since,
            "Given by": holder.by or "the settings (UPTAKE_ADMINS)",
            "In force": holder.in_force,
        }
        for holder in found
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height="content",
        placeholder="–",
        column_config={"Since": st.column_config.DatetimeColumn("Since (UTC)", format="D MMM YYYY, HH:mm")},
        alt="Everybody with a role, since when and by whom",
        key="roles_table",
    )


_EMAIL = "give_role_email"


def give(admin: AdminViewer) -> None:
    """Give somebody of the directory a role."""
    forms.begin("give_role", {_EMAIL: ""})
    with (
        st.popover("Give a role", icon=":material/person_add:", key="give_role"),
        st.form("give_role_form", border=False),
    ):
        email = st.text_input("E-mail address of the person", max_chars=254, key=_EMAIL)
        role = st.selectbox("Role", list(ROLES), index=1, format_func=ROLES.__getitem__, key="give_role_role")
        if st.form_submit_button("Give", type="primary") and role in ROLES:
            _say(admin, email or "", role)


def _say(admin: AdminViewer, email: str, role: Role) -> None:
    try:
        given = roles.grant(admin, resources.database(), email, role)
    except UptakeError as error:
        st.error(literal(str(error)))
        return
    if not given:
        st.info("This person has that role already.")
        return
    forms.taken("give_role")


def take(admin: AdminViewer) -> None:
    """Take a role that was given here; those of the settings are taken there."""
    given = {
        (holder.email, holder.role): f"{holder.name} ({holder.email}): {ROLES[holder.role]}"
        for holder in roles.holders(admin, resources.database(), resources.settings())
        if holder.since is not None
    }
    if not given:
        return
    with (
        st.popover("Take a role", icon=":material/person_remove:", key="take_role"),
        st.form("take_role_form", border=False),
    ):
        chosen = st.selectbox("Role", list(given), format_func=given.__getitem__, key="take_role_which")
        if st.form_submit_button("Take", type="primary") and chosen in given:
            _take(admin, *chosen)


def _take(admin: AdminViewer, email: str, role: Role) -> None:
    try:
        roles.revoke(admin, resources.database(), resources.settings(), email, role)
    except UptakeError as error:
        st.error(literal(str(error)))
        return
    st.rerun()


def past(admin: AdminViewer) -> None:
    """Roles that were taken again."""
    found = roles.past_grants(admin, resources.database())
    if not found:
        return
    with st.expander(f"Roles of the past ({len(found)})", icon=":material/history:"):
        rows = [
            {
                "Name": grant.name,
                "E-mail": grant.email,
                "Role": ROLES.get(grant.role, grant.role),  # type: ignore[call-overload]
                "From (UTC)": grant.granted_at,
                "Given by": grant.granted_by,
                "To (UTC)": grant.revoked_at,
                "Taken by": grant.revoked_by,
            }
            for grant in found
        ]
        st.dataframe(pd.DataFrame(rows), hide_index=True, alt="Roles that were taken again", key="past_roles")
