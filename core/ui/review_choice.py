"""What a review is to be about: whose, over which period, which statistics. Values from the browser are requests."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from core.catalogue import STAT, product_label
from core.reports.periods import DAY, Grain, Period
from core.reports.reviews import people
from core.reports.reviews.cycles import CYCLES, LONGEST_DAYS, cycle
from core.reports.reviews.packet import Request, chosen_stats
from core.reports.reviews.people import Chosen
from core.ui import address, cached, empty_states, filter_bar
from core.visibility import Freshness, Scope

_MYSELF, _TEAM, _LIST = "Myself", "A team", "A list of people"
_GRAINS = {Grain.DAY: "Daily", Grain.WEEK: "Weekly", Grain.MONTH: "Monthly"}


def choose(scope: Scope) -> Request:
    """The review as it was asked for; ends the page with a hint while nobody is named, or no data is stored."""
    freshness = scope.freshness()
    if freshness.data_through is None or freshness.first_day is None:
        empty_states.no_data_yet(scope)
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        who = _who(scope)
        period = _period(freshness)
        grain = _grain()
    chosen = _people(scope, who, freshness.data_through, period)
    return Request(chosen, period, _stats(), grain)


def _who(scope: Scope) -> str:
    options = [_MYSELF] if scope.viewer.employee_id is not None else []
    if scope.leads_people:
        options = [_TEAM, _LIST, *options]
    if len(options) == 1:
        return options[0]
    asked = st.segmented_control("People", options, default=options[0], key="review_people", required=True)
    return asked if asked in options else options[0]


def _people(scope: Scope, who: str, through: dt.date, period: Period) -> Chosen:
    if who == _MYSELF and scope.viewer.employee_id is not None:
        return people.person(scope, scope.viewer.employee_id)
    if who == _TEAM:
        team, _ = filter_bar.team_picker(scope, through)
        return people.chain(scope, team.team_id, period)
    text = st.text_area(
        "E-mail addresses",
        key="review_list",
        placeholder="One a line, or separated by commas",
        height=120,
        max_chars=300_000,
    )
    if not (text or "").strip():
        st.info("Paste the e-mail addresses of the people whom the review is about.")
        st.stop()
    return people.pasted(scope, text or "")


def _period(freshness: Freshness) -> Period:
    through, first_day = freshness.data_through or dt.date.min, freshness.first_day or dt.date.min
    address.follow("cycle", CYCLES, "last_quarter")
    key = st.selectbox(
        "Period",
        list(CYCLES),
        format_func=CYCLES.__getitem__,
        key="cycle",
        on_change=address.note,
        args=("cycle", "last_quarter"),
        width=170,
    )
    year_start = cached.settings().fiscal_year_start
    if key != "dates":
        return cycle(key if key in CYCLES else "last_quarter", through, year_start)
    last_quarter = cycle("last_quarter", through, year_start)
    dates = st.date_input(
        "From and to",
        (last_quarter.first, last_quarter.last),
        min_value=min(first_day, last_quarter.first) - DAY * LONGEST_DAYS,
        max_value=through,
        key="review_dates",
        format="YYYY-MM-DD",
        width=240,
    )
    chosen = [day for day in (dates if isinstance(dates, tuple) else (dates,)) if isinstance(day, dt.date)]
    first, last = min(chosen, default=last_quarter.first), max(chosen, default=last_quarter.last)
    return Period(max(first, last - DAY * (LONGEST_DAYS - 1)), last)


def _grain() -> Grain:
    key = st.segmented_control(
        "Course by",
        list(_GRAINS),
        default=Grain.WEEK,
        format_func=_GRAINS.__getitem__,
        key="review_by",
        required=True,
        help="How fine the course in charts and data rows is.",
    )
    return Grain(key or Grain.WEEK)


def _stats() -> tuple[str, ...]:
    asked = st.multiselect(
        "Statistics",
        list(STAT),
        format_func=lambda key: f"{STAT[key].label} · {product_label(STAT[key].product)}",
        key="review_stats",
        placeholder="All statistics",
    )
    return chosen_stats(asked)
