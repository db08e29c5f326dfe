"""The pages, and who has which. A page that is not mine is not registered for me: to me it does not exist."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import streamlit as st
from streamlit.navigation.page import StreamlitPage
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.errors import NotPermitted
from core.viewers import Role
from core.visibility import Scope

ROOT = Path(__file__).resolve().parents[2]

Audience = Literal["everyone", "employee", "lead", "figures", "totals", "connection", "people", "admin"]
"""Everyone who is let in · who stands in the directory · who has people below or sees everybody · either of these · who
may see the organisation's totals · who keeps the connection · who keeps the directory · admins, who have these two."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page script: its file under the project's root, its name, and the audience that has it.

    An `unlisted` page is reached by links only; it stands in no menu.
    """

    path: str
    title: str
    icon: str
    url_path: str
    section: str
    audience: Audience
    unlisted: bool = False


PAGES = (
    Page(
        path="pages/you/my_usage.py",
        title="My usage",
        icon=":material/person:",
        url_path="my-usage",
        section="You",
        audience="employee",
    ),
    Page(
        path="pages/team/adoption.py",
        title="Adoption",
        icon=":material/monitoring:",
        url_path="adoption",
        section="Team",
        audience="lead",
    ),
    Page(
        path="pages/team/teams.py",
        title="Teams",
        icon=":material/lan:",
        url_path="teams",
        section="Team",
        audience="lead",
    ),
    Page(
        path="pages/team/people.py",
        title="People",
        icon=":material/groups:",
        url_path="people",
        section="Team",
        audience="lead",
    ),
    Page(
        path="pages/team/person.py",
        title="Person",
        icon=":material/badge:",
        url_path="person",
        section="Team",
        audience="lead",
        unlisted=True,
    ),
    Page(
        path="pages/team/organisation.py",
        title="Organisation",
        icon=":material/domain:",
        url_path="organisation",
        section="Team",
        audience="totals",
    ),
    Page(
        path="pages/reviews/review_exports.py",
        title="Review exports",
        icon=":material/assignment:",
        url_path="review-exports",
        section="Reviews",
        audience="figures",
    ),
    Page(
        path="pages/reviews/brief.py",
        title="1:1 brief",
        icon=":material/forum:",
        url_path="brief",
        section="Reviews",
        audience="figures",
    ),
    Page(
        path="pages/admin/connection.py",
        title="Connection",
        icon=":material/cable:",
        url_path="connection",
        section="Admin",
        audience="connection",
    ),
    Page(
        path="pages/admin/directory.py",
        title="Directory",
        icon=":material/account_tree:",
        url_path="directory",
        section="Admin",
        audience="people",
    ),
    Page(
        path="pages/admin/matching.py",
        title="Matching",
        icon=":material/join_inner:",
        url_path="matching",
        section="Admin",
        audience="people",
    ),
    Page(
        path="pages/admin/roles.py",
        title="Roles",
        icon=":material/shield_person:",
        url_path="roles",
        section="Admin",
        audience="admin",
    ),
    Page(
        path="pages/admin/annotations.py",
        title="Annotations",
        icon=":material/flag:",
        url_path="annotations",
        section="Admin",
        audience="admin",
    ),
    Page(
        path="pages/admin/access_log.py",
        title="Access log",
        icon=":material/policy:",
        url_path="access-log",
        section="Admin",
        audience="admin",
    ),
    Page(
        path="pages/help/how_it_is_counted.py",
        title="How it is counted",
        icon=":material/calculate:",
        url_path="how-it-is-counted",
        section="Help",
        audience="everyone",
    ),
)
"""In the order of the menu."""


_NOT_FOUND = "Not found"
_ASKED = "uptake_asked_for"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


def file_of(url_path: str) -> str:
    """The script of a page, as `st.page_link` and `st.switch_page` want it; the reader must have that page."""
    return next(str(ROOT / page.path) for page in PAGES if page.url_path == url_path)


def pages_for(scope: Scope) -> list[Page]:
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


def start_page(scope: Scope) -> Page:
    """Where a reader begins: leads with their team, everybody else with themselves."""
    order: tuple[Audience, ...] = ("lead", "employee", "connection", "everyone")
    mine = pages_for(scope)
    return next(page for audience in order for page in mine if page.audience == audience)


def navigate(scope: Scope) -> StreamlitPage:
    """Build the menu for this reader; the page they asked for, or their start page.

    The bare address leads on to the start page, so that each page has one address, the same for everybody who has it.
    """
    mine = pages_for(scope)
    built = {page.url_path: _built(page) for page in mine}
    start = built[start_page(scope).url_path]

    def home() -> None:
        st.switch_page(start)

    sections = defaultdict(list)
    for page in mine:
        sections[page.section].append(built[page.url_path])
    wanted = _not_found(set(built), start)
    if wanted is not None:
        sections[mine[0].section].append(wanted)
    sections[mine[0].section].append(st.Page(home, title="Uptake", url_path="home", default=True, visibility="hidden"))
    return st.navigation(dict(sections), position="sidebar")


def _not_found(mine: set[str], start: StreamlitPage) -> StreamlitPage | None:
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
        st.title(_NOT_FOUND, anchor=False)
        st.text(str(NotPermitted()))
        st.page_link(start, label=start.title, icon=start.icon)

    return st.Page(nothing, title=_NOT_FOUND, url_path=missing, visibility="hidden")


def _built(page: Page) -> StreamlitPage:
    return st.Page(
        ROOT / page.path,
        title=page.title,
        icon=page.icon,
        url_path=page.url_path,
        visibility="hidden" if page.unlisted else "visible",
    )
