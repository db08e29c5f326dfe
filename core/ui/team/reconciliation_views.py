"""How the organisation's total comes about, for admins: chains, people without a manager, and what is nobody's."""

from __future__ import annotations

import streamlit as st

from core.admin import reconciliation
from core.admin.access import admin_of
from core.admin.reconciliation import Reconciliation
from core.reports.people.people import Show
from core.reports.periods import Period
from core.ui.frame import navigation
from core.ui.session import resources, session_cache
from core.visibility import EVERYONE, Scope
from core.wording import number


def reconciling_line(scope: Scope, period: Period) -> None:
    """Active user-days of the range by where they belong; only for who sees everybody, with the ways to mend it."""
    if not scope.viewer.is_admin or not scope.viewer.sees_everyone:
        return
    line = st.expander("How this adds up", key="reconciliation", on_change="rerun")
    if line.open:  # it goes through every day of the range, so only whoever asks waits for it
        with line:
            _reconciled(scope, period)


def _reconciled(scope: Scope, period: Period) -> None:
    excluded = reconciliation.not_employees(admin_of(scope), resources.database())
    parts = session_cache.report(scope, _parts, period, excluded)
    st.markdown(_sentence(parts))
    st.caption(
        f"In active user-days: one Claude user on one day of {period} with any counter above zero. Archived: days "
        "after somebody's last day, which count for nobody."
    )
    mine = {page.url_path for page in navigation.pages_for(scope)}
    archived = {"team": str(EVERYONE), "show": Show.ARCHIVED.value}
    with st.container(horizontal=True):
        for url_path, label, more in (
            ("matching", "Unmatched users: Matching", {}),
            ("directory", "Managers: Directory", {}),
            ("people", "Archived: People", archived),
        ):
            if url_path in mine:
                query = navigation.query_for(url_path) | more
                page = navigation.file_of(url_path)
                st.page_link(page, label=label, icon=":material/arrow_forward:", query_params=query)


def _parts(scope: Scope, period: Period, excluded: frozenset[int]) -> Reconciliation:
    return reconciliation.reconciled(admin_of(scope), resources.database(), excluded, period.first, period.last)


def _sentence(parts: Reconciliation) -> str:
    terms = [
        ("in chains", parts.in_chain),
        ("of people with neither manager nor team", parts.without_manager),
        ("of unmatched Claude users", parts.unmatched),
        ("of users who are not employees", parts.not_employees),
        ("archived", parts.archived_after),
    ]
    said = " + ".join(f"**{number(days)}** {words}" for words, days in terms)
    return f"{said} = **{number(parts.organisation)}** of the organisation."
