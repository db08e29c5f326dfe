"""What surrounds the pages: the mark, the demo banner, who is signed in; and the two pages for who is not let in."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.ui.frame import introductions, theme
from core.ui.session import resources, sessions
from core.viewers import Role, Viewer

NAME = "Uptake"
PURPOSE = "Uptake shows how a company takes up Claude: to each person their own usage counts, to managers their team's."
DEMO = "Demo: invented people and numbers"

ROLES = {Role.ADMIN: "Admin", Role.CONNECTION: "Connection admin", Role.PEOPLE: "People admin"}

_END_ALL = "Signs you out in every browser, this one included."

_MARK = (
    '<rect width="32" height="32" rx="8" fill="#2f56b8"/>'
    '<path d="M7 22.5 L13 17 L18 19.5 L25 9.5" fill="none" stroke="#ffffff" stroke-width="2.6" '
    'stroke-linecap="round" stroke-linejoin="round"/><circle cx="25" cy="9.5" r="2.4" fill="#ffffff"/>'
)
_ICON = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="32" height="32">{_MARK}</svg>'
_FONT = "system-ui, -apple-system, Segoe UI, Roboto, sans-serif"
_LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 128 32" width="128" height="32">'
    + _MARK
    + f'<text x="43" y="23" font-family="{_FONT}" font-size="20" font-weight="600" fill="INK">{NAME}</text></svg>'
)


def frame() -> None:
    """What every run begins with, whoever looks: title, mark, style, and the banner of a demo."""
    st.set_page_config(page_title=NAME, page_icon=_ICON, layout="wide")
    st.html(f"<style>{theme.style_sheet()}</style>")
    if resources.settings().demo:
        with st.container(key="demo-banner"):
            st.markdown(f":material/science: {DEMO}")


def sidebar_head(title: str) -> None:
    """The mark above the menu, and the page's name in the browser's tab."""
    st.logo(_LOGO.replace("INK", theme.colors().ink), icon_image=_ICON, size="large")
    st.set_page_config(page_title=f"{title} · {NAME}")


def account(viewer: Viewer, page: str) -> None:
    """What the page is about, who is signed in, and the way out, at the foot of the sidebar."""
    with st.sidebar.container(key="account", gap="xsmall"):
        introductions.ask(page)
        st.text(viewer.name)
        if viewer.name != viewer.email:
            with st.container(key="account-email"):
                st.text(viewer.email)
        for role in Role:
            if role in viewer.roles:
                st.badge(ROLES[role], color="blue")
        sign_out_button()
        if st.button("End all my sessions", icon=":material/devices:", type="tertiary", key="end-all", help=_END_ALL):
            sessions.end_all(st.user.to_dict())
            st.logout()


def sign_out_button() -> None:
    """Ends the session here, so that its cookie opens nothing any more, and at the provider where it offers that."""
    if st.button("Sign out", icon=":material/logout:", type="tertiary", key="sign-out"):
        sessions.end(st.user.to_dict())
        st.logout()


def sign_in_page(*, ended: bool = False) -> None:
    """For who is not signed in, or was too long ago."""
    with _card():
        st.title(NAME, anchor=False)
        st.markdown(PURPOSE)
        if not resources.settings().sign_in_configured:
            st.info(
                "Sign-in is not set up yet. Set UPTAKE_OIDC_METADATA_URL, UPTAKE_OIDC_CLIENT_ID and "
                "UPTAKE_OIDC_CLIENT_SECRET to those of your company's sign-in provider, then start Uptake again."
            )
            return
        if ended:
            st.caption("Your session has ended. Please sign in again.")
        if st.button("Sign in", type="primary", key="sign-in"):
            st.login()


def refusal_page(sentence: str) -> None:
    """For who is signed in and not known: one sentence and the way out, and nothing about anybody."""
    with _card():
        st.title(NAME, anchor=False)
        st.text(sentence)
        sign_out_button()


def _card() -> DeltaGenerator:
    card = st.container(key="card", gap="medium")
    card.image(_ICON, width=44)
    return card
