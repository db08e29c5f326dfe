"""The roster table of the page People."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd
import streamlit as st

from core import wording
from core.catalogue import ANY, STAT, Product
from core.reports.measures.tiers import RULES, window
from core.reports.people.people import Order, PeoplePage, Show, headlines, people
from core.reports.periods import Period
from core.reports.wording import findings
from core.ui.frame import navigation
from core.ui.session import session_cache, url_state
from core.ui.widgets import choices, paper_table
from core.ui.widgets.filter_bar import Filters
from core.visibility import PastTeam, Scope

PAGE_SIZE = 30
_CLICKED = "clicked_name"

SORTS = {"name": Order.NAME, "status": Order.TIER, "days": Order.DAYS, "last_active": Order.LAST}
"""By which columns the whole team can be sorted: a click on a heading may not sort the shown page alone."""

_IN_ADDRESS = {column: None if order is Order.NAME else order.value for column, order in SORTS.items()}

_HABITS_AND_THE_RANGE = (
    f"Habits are told from the weeks in the table's heading: “{Show.NO_HABIT}” is who used nothing in those, with or "
    f"without a Claude account. “{Show.NO_USE}” is who has an account and used nothing in the whole range."
)


def roster(scope: Scope, filters: Filters) -> None:
    """Search, sort and page through the team; a name opens the person."""
    _without_the_person()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = st.text_input(
            "Search",
            placeholder="Name, e-mail, title or department",
            key="search",
            width=280,
            max_chars=100,
            on_change=url_state.first_page,
            persist_state="session",
        )
        show = choices.listed(
            "Show", "show", {one: one.value for one in Show}, Show.EVERYBODY, width=220, help=_HABITS_AND_THE_RANGE
        )
        order = choices.listed("Sort by", "sort", {one: one.value for one in Order}, Order.NAME, width=180)
    team = filters.team.at_the_end() if isinstance(filters.team, PastTeam) else filters.team
    found = session_cache.report(
        scope,
        people,
        team,
        filters.product,
        filters.period,
        filters.first_day,
        search=search or "",
        show=show,
        order=order,
        page=choices.page("page"),
        size=PAGE_SIZE,
    )
    _table(found, filters.product, filters.period, order)
    choices.pages("page", found.pages)
    _say_who_left(filters)


def _say_who_left(filters: Filters) -> None:
    """Of a team as it was, the table has the people of the last day; sums and files have more."""
    team, period = filters.team, filters.period
    if isinstance(team, PastTeam) and (left := team.left_during(period.first, period.last)):
        st.caption(
            f"{findings.people(left)} left the team before the range ended and {'has' if left == 1 else 'have'} no row "
            "here. Their days in it are in the sums on Adoption and in the files below."
        )


def _table(found: PeoplePage, product: Product, period: Period, order: Order) -> None:
    if found.rows.empty:
        st.info("Nobody of this team matches. Clear the search, or show everybody.")
        return
    many = _how_many(found)
    # The list on the left, for over the right end of a table its own buttons appear once the mouse is on it.
    with st.container(horizontal=True, vertical_alignment="center", key="on_screen_list"):
        _list(found.rows)
        st.caption(
            f"{many}. Click a name, or choose from the list, to open the person.",
            width="content",
        )
    key = f"roster_{order.name.lower()}"  # another one for each order, so that no heading stays chosen
    st.dataframe(
        session_cache.derived(_shown, found),
        hide_index=True,
        key=key,
        on_select=lambda: _sort_by_heading(key),
        selection_mode="single-column",
        height="content",
        placeholder="–",
        column_config=_columns(product, window(period)),
        alt="People of the team with their habit, active days and totals",
    )
    st.html(session_cache.derived(_printed, found, product, window(period), order))
    clicked = st.session_state.get(_CLICKED)
    if clicked and 0 <= clicked["row"] < len(found.rows):  # a row number from the browser is only a request
        _open(int(found.rows.index[clicked["row"]]))


def _shown(found: PeoplePage) -> pd.DataFrame:
    """Without the numbers of employees, which a browser could show beside the names."""
    return found.rows.reset_index(drop=True)


def _how_many(found: PeoplePage) -> str:
    """The number of all pages; who is archived is in no headcount, so that the numbers elsewhere can be understood."""
    archived = f" ({wording.number(found.archived)} archived)" if 0 < found.archived < found.found else ""
    return f"{findings.people(found.found)}{archived}"


def _sort_by_heading(table: str) -> None:
    """A heading that is clicked sorts all pages, where the team can be sorted by it."""
    for column in st.session_state[table]["selection"]["columns"]:
        if column in _IN_ADDRESS:
            url_state.put("sort", _IN_ADDRESS[column])


def _printed(found: PeoplePage, product: Product, weeks: Period, order: Order) -> str:
    """The table for paper, which has no room for addresses, and what it is."""
    headings = _headings(product, weeks)
    columns = {headings[key]: found.rows[key].tolist() for key in headings if key != "email"}
    told = f"{_how_many(found)}, sorted by {order.value.lower()}."
    if found.pages > 1:
        told += f" Here are {len(found.rows)}; the others are on the other pages, and the files hold the whole team."
    return paper_table.as_html(columns, told)


def _list(rows: pd.DataFrame) -> None:
    """The people of the table once more, as a list that the keyboard opens: rows of a table are for the mouse."""
    names = rows["name"].tolist()
    several = {name for name, count in Counter(names).items() if count > 1}
    each = zip(rows.index.tolist(), names, rows["email"].tolist(), strict=True)
    options = {number: f"{name} · {email}" if name in several else name for number, name, email in each}
    chosen = st.selectbox(
        "Open a person",
        list(options),
        index=None,
        format_func=lambda number: options.get(number, ""),
        key="open_person",
        placeholder="Open a person",
        label_visibility="collapsed",
        width=260,
    )
    if chosen is not None and chosen in options:
        _open(chosen)


def _headings(product: Product, weeks: Period) -> dict[str, str]:
    """In the order of the table; the first two, which a phone shows, say who and how often."""
    inside = "" if product is ANY else f" in {product.short}"
    return {
        "name": "Name",
        "days": f"Active days{inside}",
        "status": f"Habit{inside}, {wording.short_day(weeks.first)} – {wording.short_day(weeks.last)}",
        "weeks": "Days a week",
        "last_active": f"Last active{inside}",
        **{key: STAT[key].label for key in headlines(product)},
        "title": "Title",
        "department": "Department",
        "email": "E-mail",
    }


def _columns(product: Product, weeks: Period) -> dict[Any, Any]:
    headings = _headings(product, weeks)
    counter = "any counter" if product is ANY else f"a counter of {product.noun}"
    numbers = {
        key: st.column_config.NumberColumn(headings[key], help=STAT[key].meaning, format="localized")
        for key in headlines(product)
    }
    return {
        # Of a fixed width: the one that fits the first page stays, and would cut the longer names of other pages.
        "name": st.column_config.ButtonColumn(
            headings["name"], width=170, type="tertiary", alignment="left", key=_CLICKED
        ),
        "status": st.column_config.TextColumn(
            headings["status"],
            help=f"In the weeks {weeks}; other days do not count. {RULES.in_words()}",
        ),
        "days": st.column_config.NumberColumn(headings["days"], help=f"Days of the range with {counter} above zero."),
        "last_active": st.column_config.DateColumn(headings["last_active"], format="D MMM YYYY"),
        "weeks": st.column_config.BarChartColumn(
            headings["weeks"], y_min=0, y_max=7, help="Active days per complete week."
        ),
        **{name: headings[name] for name in ("title", "department", "email")},
        **numbers,
    }


def _open(employee_id: int) -> None:
    """Go to the person. The address of this page stays part of the new one, for the browser's way back.

    Streamlit gives the browser two entries for it: the new choices at this page, and then the other page with them. So
    the first one, to which the way back leads, has to be this very list, too.
    """
    asked = navigation.query_for("person", person=employee_id)
    st.switch_page(navigation.file_of("person"), query_params=st.query_params.to_dict() | asked)


def _without_the_person() -> None:
    """Reached by the browser's way back from a person, the address is again the one that was left; see `_open`.

    Streamlit then replaces the entry of the browser's history, and adds none.
    """
    if "person" in st.query_params:
        own = {*navigation.taken_by("people"), "page"}
        st.query_params.from_dict({name: value for name, value in st.query_params.items() if name in own})


def back_to_people() -> None:
    """The way back to the table."""
    st.page_link(
        navigation.file_of("people"),
        label="People",
        icon=":material/arrow_back:",
        query_params=navigation.query_for("people"),
    )
