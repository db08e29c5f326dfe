"""The filters above a page. Their values come from the browser, so each is a request that the scope answers.

Each choice stands in the address (`url_state`). A team or a person is named there by number, never by name.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import streamlit as st

from core.catalogue import ANY, PRODUCT, PRODUCTS, Product
from core.errors import NotPermitted
from core.reports.measures import activity
from core.reports.periods import PRESETS, Grain, Period, preset, shown_grain
from core.reports.wording import findings
from core.ui.frame import empty_states
from core.ui.session import resources, session_cache, url_state
from core.ui.widgets import choices, past_switch, team_choice
from core.visibility import Freshness, Scope, Team

GRAINS = {Grain.DAY: "Daily", Grain.WEEK: "Weekly", Grain.MONTH: "Monthly"}
_RANGE = "90d"
_SHOWN = "uptake_range_shown"
"""Under this name the session keeps the days of the range before, with which a custom one begins."""


@dataclass(frozen=True)
class Filters:
    """What a page was asked to show, already inside the viewer's scope."""

    team: Team
    product: Product
    period: Period
    grain: Grain
    freshness: Freshness
    first_day: dt.date


def stored_days(scope: Scope, chosen_by: str = "range") -> Period:
    """From the first day with data to the newest; ends the page with a hint while there is none.

    It comes before the filters, of which `chosen_by` names the one to which days in the address belong.
    """
    url_state.settle_days(chosen_by)
    freshness = scope.freshness()
    if freshness.data_through is None or freshness.first_day is None:
        empty_states.no_data_yet(scope)
    return Period(freshness.first_day, freshness.data_through)


def team_filters(scope: Scope, *, with_grain: bool = True) -> Filters:
    """Team, product, range and grain in one row; ends the page with a hint while there is no data."""
    days = stored_days(scope)
    with choices.row():
        place = st.container(horizontal=True, vertical_alignment="bottom", width="content", key="team_place")
        then = past_switch.shown()
        with place:
            team = team_choice.picker(scope, days.last, then=then)
        product = _product()
        period = range_within(days)
        grain = choices.buttons("Show by", "by", GRAINS, Grain.WEEK) if with_grain else Grain.WEEK
    _say_grain(grain, period)
    team = past_switch.as_it_was(scope, team, period, days.first) if then else team
    return Filters(team, product, period, grain, scope.freshness(), days.first)


def chain_filters(scope: Scope, team: Team) -> Filters:
    """Product and range, for a team that the page has chosen; ends the page with a hint while there is no data."""
    days = stored_days(scope)
    with choices.row():
        then = past_switch.shown()
        product = _product()
        period = range_within(days)
    team = past_switch.as_it_was(scope, team, period, days.first) if then else team
    return Filters(team, product, period, Grain.WEEK, scope.freshness(), days.first)


def own_filters(scope: Scope, person: Team) -> Filters:
    """Range and grain for one person."""
    days = stored_days(scope)
    with choices.row():
        period = range_within(days)
        grain = choices.buttons("Show by", "by", GRAINS, Grain.WEEK)
    _say_grain(grain, period)
    return Filters(person, ANY, period, grain, scope.freshness(), days.first)


def say_no_data(scope: Scope, filters: Filters) -> bool:
    """Say where no day of the range says anything of what is asked for; returns whether that is so."""
    untold = not session_cache.report(scope, activity.days_with_data, filters.period)[filters.product.key]
    if untold:
        empty_states.no_data_in_range(filters.product, filters.period)
    return untold


def require_data(scope: Scope, filters: Filters) -> None:
    """End the page where no day of the range says anything: what is not known would read as zero."""
    if say_no_data(scope, filters):
        st.stop()


def _say_grain(asked: Grain, period: Period) -> None:
    """Say it where a range is too short for what was chosen."""
    if said := findings.drawn_by(asked, shown_grain(asked, period)):
        st.caption(said)


def range_filter(scope: Scope) -> Period:
    """A range alone; ends the page with a hint while there is no data."""
    days = stored_days(scope)
    with choices.row():
        return range_within(days)


def person_from_url() -> int:
    """The person that the address asks for.

    Raises:
        NotPermitted: it names nobody.
    """
    asked = url_state.number("person")
    if asked is None:
        raise NotPermitted
    return asked


def _product() -> Product:
    options = {product.key: product.label for product in (ANY, *PRODUCTS)}
    return PRODUCT[choices.listed("Product", "product", options, ANY.key, width=160)]


def range_within(days: Period) -> Period:
    """The range that is chosen, of days that are stored."""
    key = choices.listed("Range", "range", PRESETS, _RANGE, width=150)
    if key != "custom":
        period = preset(key, days.last, resources.settings().fiscal_year_start)
        st.session_state[_SHOWN] = period
        return period
    before: Period | None = st.session_state.get(_SHOWN)
    begin = before.within(days) if before is not None else None
    return choices.dates("dates", begin or days.newest(90), days)
