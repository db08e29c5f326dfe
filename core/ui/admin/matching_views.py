"""The part of the page Matching where one decides: who is unmatched, who it might be, and what a link would move."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core import wording
from core.admin import matching, unmatched, withheld
from core.admin.access import PeopleAdmin, people_admin_of
from core.admin.matching import AccountShown, EmployeeShown, LinkPreview
from core.admin.unmatched import UnlinkedAccount
from core.errors import UptakeError
from core.reports.wording.markdown import literal
from core.ui.session import resources
from core.ui.widgets import tables
from core.visibility import Scope

PAGE_SIZE = 20
_PAGE = "matching_page"
_NAMED = 6
"""Managers named in a preview; of longer chains the nearest."""


def admin_viewer(scope: Scope) -> PeopleAdmin:
    """The proof that the reader may match accounts."""
    return people_admin_of(scope)


def undecided(admin: PeopleAdmin) -> None:
    """Claude users who are nobody's, the heaviest first; a chosen row opens the decision."""
    page = st.session_state.get(_PAGE, 1)
    found = unmatched.open_page(admin, resources.database(), page if isinstance(page, int) else 1, PAGE_SIZE)
    if not found.accounts:
        st.info("Every Claude user is matched, or decided about. New ones appear here when a sync meets them.")
        return
    st.caption(
        f"{wording.counted(found.found, 'Claude user')} matched to nobody. Their "
        f"{wording.counted(found.user_days, 'user-day')} are kept and count for nobody until you decide. Choose a row."
    )
    if found.withheld:
        st.caption(withheld.LEFT_OUT)
    event = st.dataframe(
        pd.DataFrame([_row(each) for each in found.accounts]),
        hide_index=True,
        key=table_key("matching_open", [each.account.id for each in found.accounts]),
        on_select="rerun",
        selection_mode="single-row",
        height=tables.height(len(found.accounts)),
        placeholder="–",
        column_config={
            "User-days": st.column_config.NumberColumn(help="Stored days of this Claude user.", format="localized"),
            "Best suggestion": st.column_config.TextColumn(width=320),
            "First day": st.column_config.DateColumn(format="D MMM YYYY"),
            "Last day": st.column_config.DateColumn(format="D MMM YYYY"),
        },
        alt="Claude users who are matched to nobody",
    )
    if found.found > PAGE_SIZE:
        st.pagination(math.ceil(found.found / PAGE_SIZE), key=_PAGE)
    chosen = event["selection"]["rows"]
    if chosen and 0 <= chosen[0] < len(found.accounts):
        each = found.accounts[chosen[0]]
        decide(admin, each.account, [Choice(person, s.why, s.explanation) for s, person in each.suggestions])


def _row(each: UnlinkedAccount) -> dict[str, object]:
    best = [f"{person.name} ({suggestion.why})" for suggestion, person in each.suggestions[:1]]
    return {
        "E-mail": each.account.email,
        "Best suggestion": best[0] if best else None,
        "User-days": each.days and each.days.count,
        "First day": each.days and each.days.first,
        "Last day": each.days and each.days.last,
        "Why unmatched": str(each.reason),
    }


@dataclass(frozen=True)
class Choice:
    """Somebody whom an account could be linked to; `why` is short, `explanation` a sentence."""

    person: EmployeeShown
    why: str
    explanation: str


def decide(admin: PeopleAdmin, account: AccountShown, choices: list[Choice]) -> None:
    """Whose an account is: somebody suggested or searched for, with what would move; or nobody's for good."""
    key = f"matching_{account.id}"
    with st.container(border=True, key="matching_decision"):
        st.markdown("**Whose is this Claude user?**")
        # Not Markdown, which makes a link of every address.
        st.text(f"{account.email or 'Without an address'} · {account.user_id}")
        words = st.text_input(
            "Search the directory", placeholder="Name or e-mail", key=f"{key}_words", max_chars=100, width=360
        )
        searched = unmatched.people(admin, resources.database(), words or "")
        offered = {choice.person.id: choice for choice in choices}
        offered |= {p.id: Choice(p, "", "") for p in searched if p.id not in offered}
        if words and not searched:
            st.caption("Nobody in the directory matches these words.")
        person = _pick(list(offered.values()), key)
        if person is not None:
            _link(admin, account, person, key)
        else:
            st.caption("Search for the person, or say that this is no employee.")
        _exclude(admin, account, key)


def _pick(offered: list[Choice], key: str) -> EmployeeShown | None:
    if not offered:
        return None
    chosen = st.selectbox(
        "Person",
        range(len(offered)),
        format_func=lambda at: _label(offered[at]),
        # Another offer is another question: an answer to the old one must not be taken for one to it.
        key=f"{key}_person_{'_'.join(str(choice.person.id) for choice in offered)}",
    )
    if chosen is None:
        return None
    if offered[chosen].explanation:
        st.caption(literal(offered[chosen].explanation))
    return offered[chosen].person


def _label(choice: Choice) -> str:
    person = choice.person
    left = person.last_day is not None and person.last_day < resources.today()
    parts = [person.name, person.email, person.title, person.department]
    parts += [f"left {wording.day(person.last_day)}" if left else "", choice.why]
    return " · ".join(part for part in parts if part)


def _link(admin: PeopleAdmin, account: AccountShown, person: EmployeeShown, key: str) -> None:
    with st.expander("Only some days", icon=":material/date_range:"):
        st.caption(
            "For an account that passed from one person to another: it is one person's at a time, so the days of the "
            "other one count for nobody. Both days are included."
        )
        with st.container(horizontal=True):
            since = _day("First day", f"{key}_since")
            until = _day("Last day", f"{key}_until")
    told = st.container()  # above the box that it depends on
    try:
        would = matching.preview(admin, resources.database(), account.id, person.id, since=since, until=until)
        alias = would.alias and st.checkbox(
            "Also match other Claude users who have this address",
            key=f"{key}_alias",
            help="Makes the address an alias of the person. Without it, only this Claude user is linked.",
        )
        if alias:
            would = matching.preview(
                admin, resources.database(), account.id, person.id, since=since, until=until, alias=True
            )
    except UptakeError as error:
        st.error(literal(str(error)))
        return
    told.markdown(literal(in_words(would)))
    # Of a name of its own for each whose it may be, so that a click never means more than what stood above it.
    whose = would.present.id if would.present is not None else "nobody"
    if st.button(
        f"Link to {literal(person.name)}", type="primary", icon=":material/link:", key=f"{key}_link_from_{whose}"
    ):
        act(
            lambda: matching.link(
                admin,
                resources.database(),
                account.id,
                person.id,
                since=since,
                until=until,
                alias=bool(alias),
                shown=would,
            ),
            f"The Claude user is linked to {literal(person.name)}.",
        )


def _day(label: str, key: str) -> dt.date | None:
    chosen = st.date_input(label, None, format="YYYY-MM-DD", key=key, width=160)
    return chosen if isinstance(chosen, dt.date) else None


def in_words(would: LinkPreview) -> str:
    """What a link would move, as sentences."""
    days, person = would.moved, would.person.name
    if days is None:
        text = withheld.MOVED
    elif days.first is None or days.last is None:
        text = f"No stored day would count as {person}'s."
    else:
        span = wording.days(days.first, days.last)
        text = f"{wording.counted(days.count, 'user-day')} ({span}) would count as {person}'s."
    if would.others:
        text += f" {wording.counted(would.others, 'more Claude user')} with this address would be {person}'s, too."
    if would.left_out:
        text += f" {wording.counted(would.left_out, 'user-day')} outside the dates, or after the last day, would not."
    if would.present is not None and would.present.id != would.person.id:
        lost = "" if would.lost is None else f"{wording.counted(would.lost, 'user-day')} "
        text += f" {would.present.name}, whose it is now, would lose all {lost}of it."
    for names, change in ((would.gaining, "grow"), (would.losing, "shrink")):
        # Where days are withheld, whether there are any does not show in the teams either.
        if names and (days is None or days.count):
            more = f" and {len(names) - _NAMED} above" if len(names) > _NAMED else ""
            verb = "can" if days is None else "would"
            text += f" The totals of these teams {verb} {change}: {', '.join(names[:_NAMED])}{more}."
    return text


def _exclude(admin: PeopleAdmin, account: AccountShown, key: str) -> None:
    with st.popover("Not an employee", icon=":material/smart_toy:", key=f"{key}_exclude"):
        st.write("For service accounts and visitors. The days stay, count for nobody, and are named in the totals.")
        if st.button("Take off the list", type="primary", key=f"{key}_exclude_now"):
            act(
                lambda: matching.not_an_employee(admin, resources.database(), account.id),
                "The Claude user counts as no employee's.",
            )


def act(what: Callable[[], object], done: str) -> None:
    """Do it and draw the page anew, with a sentence about it; or say why it was not done."""
    try:
        what()
    except UptakeError as error:
        st.error(literal(str(error)))
        return
    st.toast(done, icon=":material/check:", duration="long")
    st.rerun()


def table_key(name: str, rows: Sequence[int]) -> str:
    """A key that changes with the rows, so that a choice is never taken for one among other rows."""
    return f"{name}_{'_'.join(map(str, rows))}"
