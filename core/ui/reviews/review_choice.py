"""What a review is to be about: whose, over which period, which statistics. Values from the browser are requests."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from core.catalogue import STAT, product_label
from core.reports.periods import DAY, Grain, Period
from core.reports.reviews import people
from core.reports.reviews.cycles import CYCLES, LONGEST_DAYS, cycle
from core.reports.reviews.packet import Request, chosen_stats
from core.reports.reviews.people import ReviewRefused, ReviewSelection
from core.reports.wording.markdown import literal
from core.ui.session import resources, url_state
from core.ui.widgets import choices, filter_bar, person_picker, team_choice
from core.visibility import Scope

_PEOPLE = {"team": "A team", "one": "One person", "list": "A list of people", "me": "Myself"}


def choose(scope: Scope) -> Request:
    """The review as it was asked for; ends the page with a hint while nobody is named, or no data is stored."""
    days = filter_bar.stored_days(scope, "cycle")
    with choices.row():
        who = _who(scope)
        period = _period(days)
        fineness = "How fine the course in charts and data rows is."
        grain = choices.buttons("Show by", "by", filter_bar.GRAINS, Grain.WEEK, help=fineness)
    chosen = _people(scope, who, days.last, period)
    return Request(chosen, period, _stats(), grain)


def _who(scope: Scope) -> str:
    has = dict.fromkeys(("team", "one", "list"), scope.leads_people) | {"me": scope.viewer.employee_id is not None}
    options = {key: words for key, words in _PEOPLE.items() if has[key]}
    first = next(iter(options))
    if len(options) > 1:
        return choices.buttons("People", "who", options, first)
    asked = url_state.drop(("who", "person", "team"))
    own = {"who": first, "person": str(scope.viewer.employee_id), "team": str(scope.whole.team_id)}
    if not asked.items() <= own.items():
        choices.say("The address asks for a review of others, which is not yours to make. Shown is your own.")
    return first


def _people(scope: Scope, who: str, through: dt.date, period: Period) -> ReviewSelection:
    if who == "me" and scope.viewer.employee_id is not None:
        return people.person(scope, scope.viewer.employee_id)
    if who == "team":
        with st.container(horizontal=True, vertical_alignment="bottom"):
            team = team_choice.picker(scope, through)
        try:
            return people.chain(scope, team.team_id, period)
        except ReviewRefused as refusal:  # the first team offered is all that the reader sees: no mistake of theirs
            st.info(literal(str(refusal)))
            st.stop()
    if who == "one":
        with st.container(horizontal=True, vertical_alignment="bottom"):
            found = person_picker.chosen(scope, None)
        if found is None:
            st.info("Choose whom the review is about.")
            st.stop()
        return people.person(scope, found)
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


def _period(days: Period) -> Period:
    key = choices.listed("Period", "cycle", CYCLES, "last_quarter", width=170)
    year_start = resources.settings().fiscal_year_start
    if key != "dates":
        return cycle(key, days.last, year_start)
    last_quarter = cycle("last_quarter", days.last, year_start)
    lowest = min(days.first, last_quarter.first) - DAY * LONGEST_DAYS
    return choices.dates("review_dates", last_quarter, Period(lowest, days.last), LONGEST_DAYS)


def _stats() -> tuple[str, ...]:
    words = {key: f"{stat.label} · {product_label(stat.product)}" for key, stat in STAT.items()}
    return chosen_stats(choices.several("Statistics", "stats", words, placeholder="All statistics"))
