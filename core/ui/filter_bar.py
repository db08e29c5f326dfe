"""The filters above a page. Their values come from the browser, so each is a request that the scope answers.

Each choice stands in the address (`core.ui.address`). A team or a person is named there by number, never by name.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.catalogue import ANY, PRODUCT, PRODUCTS, Product
from core.errors import NotPermitted
from core.reports import activity, findings
from core.reports.periods import PRESETS, Grain, Period, preset, shown_grain
from core.reports.teams import EVERYBODY
from core.ui import address, cached, choices, empty_states, kept, past_switch
from core.visibility import EVERYONE, Freshness, Scope, Team

GRAINS = {Grain.DAY: "Daily", Grain.WEEK: "Weekly", Grain.MONTH: "Monthly"}
_RANGE = "90d"
_SHOWN = "uptake_range_shown"
"""Under this name the session keeps the days of the range before, with which a custom one begins."""

TEAM_PICKER = "team_picker"
"""Under this name the session keeps the team that was chosen last."""

NOT_YOURS = "The address asks for a team that is none of yours. Shown is the whole of what you can see."

MOST_TEAMS = 50
"""So many teams are offered at once, besides the chosen one; the others are found by a search."""


@dataclass(frozen=True)
class Filters:
    """What a page was asked to show, already inside the viewer's scope."""

    team: Team
    product: Product
    period: Period
    grain: Grain
    freshness: Freshness
    first_day: dt.date


def stored_days(scope: Scope) -> Period:
    """From the first day with data to the newest; ends the page with a hint while there is none."""
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
            team = team_picker(scope, days.last, then=then)
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


def say_untold(scope: Scope, filters: Filters) -> bool:
    """Say where no day of the range says anything of what is asked for; returns whether that is so."""
    untold = not kept.report(scope, activity.told_days, filters.period)[filters.product.key]
    if untold:
        empty_states.nothing_told(filters.product, filters.period)
    return untold


def require_told(scope: Scope, filters: Filters) -> None:
    """End the page where no day of the range says anything: what is not known would read as zero."""
    if say_untold(scope, filters):
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
    asked = address.number("person")
    if asked is None:
        raise NotPermitted
    return asked


def team_picker(scope: Scope, through: dt.date, *, then: bool = False) -> Team:
    """The team picker: everybody below the viewer who leads people. The address decides, so the way back works.

    For teams as they were it offers former leads, too, and no headcounts, which are those of today.
    """
    leads = past_switch.leading(scope) if then else np.asarray(scope.members(scope.whole).reports > 0)
    team = _team_in_url(scope, leads)
    search = ""
    if np.count_nonzero(leads) > MOST_TEAMS:
        search = st.text_input("Find a team", key="team_search", placeholder="Name, title, department", width=180) or ""
    if then:
        options = team_options(scope, team, search, None, leads)
    else:
        options = kept.report(scope, team_options, team, search, through)
    st.session_state[TEAM_PICKER] = team.team_id
    st.selectbox(
        "Team",
        list(options),
        format_func=lambda number: options.get(number, ""),
        key=TEAM_PICKER,
        on_change=_open_team,
        persist_state="session",
        width=300,
        help="A team is a manager's whole reporting chain, the manager included."
        + (f" At most {MOST_TEAMS} are listed; find others by their manager." if search or len(options) > 1 else ""),
    )
    if search and len(options) == 1:
        st.caption("No other team matches.", width="content")
    return team


def _team_in_url(scope: Scope, leads: np.ndarray) -> Team:
    """The team of the address, else the one chosen last, else all that the viewer sees; the address then names it."""
    remembered = st.session_state.get(TEAM_PICKER)
    asked = address.number("team") if "team" in st.query_params else remembered
    ids = scope.members(scope.whole).ids[leads]
    team = scope.team(asked) if isinstance(asked, int) and asked in ids else scope.whole
    if st.query_params.get("team") and address.number("team") != team.team_id:
        choices.say(NOT_YOURS)
    if st.query_params.get("team") != str(team.team_id):
        st.query_params["team"] = str(team.team_id)
    return team


def _open_team() -> None:
    chosen = st.session_state.get(TEAM_PICKER)
    if isinstance(chosen, int):
        address.put("team", str(chosen))


def team_options(
    scope: Scope, chosen: Team, search: str, through: dt.date | None, leads: np.ndarray | None = None
) -> dict[int, str]:
    """The chosen team, and at most `MOST_TEAMS` others that match, the nearest to the viewer first.

    With the headcounts of the day `through`, if there is one. `leads` is a mask of who leads a team, if today's lines
    do not say it.
    """
    members = scope.members(scope.whole)
    employed = np.concatenate(([0], np.cumsum(members.employed(through)))) if through else None
    found = np.flatnonzero(members.reports > 0 if leads is None else leads)
    if wanted := " ".join(search.casefold().split()):
        texts = (members.names, members.titles, members.departments)
        found = np.array(
            [at for at in found.tolist() if wanted in " ".join(t[at] or "" for t in texts).casefold()], int
        )
    if len(found) > MOST_TEAMS:
        found = found[members.depth[found] <= np.sort(members.depth[found])[MOST_TEAMS - 1]]
    order = sorted(found.tolist(), key=lambda at: (members.depth[at], members.names[at].casefold()))[:MOST_TEAMS]

    def label(name: str, first: int, end: int) -> str:
        return name if employed is None else f"{name} ({findings.number(employed[end] - employed[first])})"

    options = {EVERYONE: label(EVERYBODY, 0, len(members.ids))} if scope.viewer.sees_everyone else {}
    if chosen.team_id != EVERYONE and chosen.left - scope.whole.left not in order:
        order.insert(0, chosen.left - scope.whole.left)
    labels = set(options.values())
    for at in order:
        text = label(members.names[at], at, at + int(members.reports[at]) + 1)
        options[int(members.ids[at])] = f"{text} · {members.emails[at]}" if text in labels else text
        labels.add(text)
    return options


def _product() -> Product:
    options = {product.key: product.label for product in (ANY, *PRODUCTS)}
    return PRODUCT[choices.listed("Product", "product", options, ANY.key, width=160)]


def range_within(days: Period) -> Period:
    """The range that is chosen, of days that are stored."""
    if "range" not in st.query_params and address.names_days():  # somebody copied a part of an address
        address.put("range", "custom")
    key = choices.listed("Range", "range", PRESETS, _RANGE, width=150)
    if key != "custom":
        period = preset(key, days.last, cached.settings().fiscal_year_start)
        st.session_state[_SHOWN] = period
        return period
    before: Period | None = st.session_state.get(_SHOWN)
    begin = before.within(days) if before is not None else None
    return choices.dates("dates", begin or days.newest(90), days)
