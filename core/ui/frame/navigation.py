"""The pages, and who has which. A page that is not mine is not registered for me: to me it does not exist."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.errors import NotPermitted
from core.ui.frame.page_list import PAGES, Audience, PageEntry
from core.ui.session import url_state
from core.viewers import Role
from core.visibility import Scope

__all__ = ["PAGES", "ROOT", "PageEntry", "file_of", "navigate", "pages_for", "query_for", "start_page", "taken_by"]

ROOT = Path(__file__).resolve().parents[3]

_NOT_FOUND = "Not found"
_ASKED = "uptake_asked_for"
_FILES = {page.url_path: str(ROOT / page.path) for page in PAGES}
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


def file_of(url_path: str) -> str:
    """The script of a page, as `st.page_link` and `st.switch_page` want it; the reader must have that page."""
    return _FILES[url_path]


def query_for(url_path: str, *, person: int | None = None) -> dict[str, str]:
    """The query of a link to a page: what was chosen so far, as far as that page takes it, and the person it is about.

    Persons are named by number, so that no name gets into an address.
    """
    return url_state.carried(taken_by(url_path)) | ({} if person is None else {"person": str(person)})


def taken_by(url_path: str) -> tuple[str, ...]:
    """The choices that a page takes over from the pages before it; they stand in its address."""
    return next(page.takes for page in PAGES if page.url_path == url_path)


def pages_for(scope: Scope) -> list[PageEntry]:
    """The pages that this reader has."""
    has: dict[Audience, bool] = {
        "everyone": True,
        "employee": scope.viewer.employee_id is not None,
        "lead": scope.leads_people,
        "figures": scope.leads_people or scope.viewer.employee_id is not None,
        "totals": scope.sees_totals,
        "connection": scope.viewer.may(Role.CONNECTION),
        "people": scope.viewer.may(Role.PEOPLE),
        "admin": scope.viewer.is_admin,
    }
    return [page for page in PAGES if has[page.audience]]


def own_name(scope: Scope, page: StreamlitPage) -> str:
    """The name of a page in its address when the reader has it; else "", so that nothing tells whether it exists."""
    return page.url_path if page.url_path in {each.url_path for each in pages_for(scope)} else ""


def start_page(scope: Scope) -> PageEntry:
    """Where a reader begins: leads with their team, everybody else with themselves."""
    order: tuple[Audience, ...] = ("lead", "employee", "connection", "everyone")
    mine = pages_for(scope)
    return next(page for audience in order for page in mine if page.audience == audience)


def navigate(scope: Scope) -> StreamlitPage:
    """Register this reader's pages and draw their menu; the page they asked for, or their start page.

    The bare address leads on to the start page, so that each page has one address, the same for everybody who has it.
    The menu is our own: Streamlit's would drop what was chosen, and hides the last pages of a long one.
    """
    mine = pages_for(scope)
    built = {page.url_path: _built(page) for page in mine}
    start = built[start_page(scope).url_path]

    def home() -> None:
        st.switch_page(start, query_params=query_for(start.url_path))

    sections = defaultdict(list)
    for page in mine:
        sections[page.section].append(built[page.url_path])
    wanted = _not_found(scope, set(built), start)
    if wanted is not None:
        sections[mine[0].section].append(wanted)
    sections[mine[0].section].append(st.Page(home, title="Uptake", url_path="home", default=True, visibility="hidden"))
    current = st.navigation(dict(sections), position="hidden")
    takes = next((page.takes for page in mine if page.url_path == current.url_path), ())
    url_state.remember(takes, {"team": str(scope.whole.team_id)} if scope.leads_people else {})
    _menu(mine, built)
    return current


def _menu(mine: list[PageEntry], built: dict[str, StreamlitPage]) -> None:
    with st.sidebar.container(key="menu", gap="xxsmall"):
        section = ""
        for page in mine:
            if page.unlisted:
                continue
            if page.section != section:
                section = page.section
                st.caption(section)
            st.page_link(built[page.url_path], width="stretch", query_params=query_for(page.url_path))


def _not_found(scope: Scope, mine: set[str], start: StreamlitPage) -> StreamlitPage | None:
    """A page at the address that was asked for, when it is none of mine: somebody else's, or nobody's, all alike.

    Streamlit's own answer, a dialog over another page, would be the same for both too; this one stays where it is.
    """
    context = get_script_run_ctx()
    asked = context.pages_manager.intended_page_name if context else None
    if asked:
        st.session_state[_ASKED] = asked if asked not in mine and _NAME.fullmatch(asked) else None
    missing = st.session_state.get(_ASKED)
    if missing is None or missing in mine:
        return None

    def nothing() -> None:
        scope.recorder.log_refusal(f"the page {missing}")
        st.title(_NOT_FOUND, anchor=False)
        st.text(str(NotPermitted()))
        st.page_link(start, label=start.title, icon=start.icon)

    return st.Page(nothing, title=_NOT_FOUND, url_path=missing, visibility="hidden")


def _built(page: PageEntry) -> StreamlitPage:
    return st.Page(
        _FILES[page.url_path],
        title=page.title,
        icon=page.icon,
        url_path=page.url_path,
        visibility="hidden" if page.unlisted else "visible",
    )
