"""The parts of the page Organisation: seats, active people counted in two ways, skills and connectors by name."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from core import wording
from core.catalogue import SUMMARIES
from core.catalogue.summaries import MONTH
from core.reports import organisation as reports
from core.reports.organisation import Active, OrganisationFigures
from core.reports.periods import Period
from core.ui.session import session_cache
from core.ui.team import organisation_tools
from core.ui.team.organisation_tools import FEW
from core.ui.widgets import stat_views
from core.visibility import Scope

_TITLES = {"daily": "On the day", "weekly": "In 7 days", "monthly": "In the month"}
_LEFT_OUT = (
    f"Left out is a number of {FEW} users, or that would leave {FEW} beside your own people, or one of whose days the "
    "usage per person is not stored."
)
_EVERYBODY = "everybody in the directory"


def figures(scope: Scope, period: Period) -> OrganisationFigures:
    """The organisation's figures for a period."""
    return session_cache.report(scope, reports.organisation, period)


def freshness(found: OrganisationFigures) -> None:
    """These figures come from other endpoints than people's usage, so they reach as far as those."""
    parts = {
        "seats and active users": found.summaries_through,
        "skills": found.skills.data_through,
        "connectors": found.connectors.data_through,
    }
    said = [f"{name} through **{wording.weekday(day)}**" for name, day in parts.items() if day is not None]
    if said:
        st.caption(f"Claude's own totals of the whole organisation (UTC): {', '.join(said)}.")


def left_out(found: OrganisationFigures) -> None:
    """On how many days the totals would tell of the few others who were active, and who these are."""
    if not found.withheld:
        return
    if found.of_nobody:
        few = f"Then {FEW} Claude accounts were in use that match nobody in the directory, or whose owner had left"
        remedy = " An admin can match those that match nobody on Matching."
    else:
        few, remedy = f"Outside your chain {FEW} people used Claude then", ""
    st.caption(
        f"{wording.counted(found.withheld, 'day')} of this range {'is' if found.withheld == 1 else 'are'} left out. "
        f"{few}, or it is not known how many; the totals minus what you see of your own people would show what those "
        f"few did.{remedy}{f' The cards are of {wording.weekday(found.day)}.' if found.day else ''}"
    )


def headline(scope: Scope, found: OrganisationFigures) -> None:
    """Seats beside headcount, and active people as Claude and as Uptake count them."""
    whose = _EVERYBODY if scope.viewer.sees_everyone else "your people"
    if found.day is None:
        if not found.withheld:
            organisation_tools.not_read(scope, "Seats and active users")
        return
    with st.grid(min_column_width=190, key="organisation_cards"):
        stat_views.headline(
            "Seats",
            wording.number(found.seats),
            change=f"{'' if whose == _EVERYBODY else 'whole organisation, '}{_invites(found.pending_invites)}",
            definition=(
                f"Claude seats assigned in the whole organisation on {wording.weekday(found.day)}, and "
                "invitations not yet accepted. A dash: Claude does not report them."
            ),
        )
        stat_views.headline(
            "Headcount" if whose == _EVERYBODY else "Your people",
            wording.number(found.headcount),
            change=whose if whose == _EVERYBODY else "employed that day",
            definition=f"People employed on {wording.weekday(found.day)} by the directory, with or without a seat.",
        )
        for window, active in found.active.items():
            _active(_title(window, active, found.day), active, found.day, whose)
    st.caption(
        "The large number is **Claude's** count of active users in the whole organisation: whoever sent a message, "
        "or had a Claude Code or Cowork session with activity. Beneath it is **Uptake's** count of active people "
        f"among {whose}: any counter above zero, and a place in the directory. They differ because Uptake "
        f"{'' if whose == _EVERYBODY else 'counts these people alone, '}leaves out accounts that match nobody, takes "
        "any use for activity, and 28 days for a month where Claude takes 30."
    )
    _products(found)


def _invites(number: int | None) -> str:
    return f"{wording.number(number)} pending {'invite' if number == 1 else 'invites'}"


def _title(window: str, active: Active, day: dt.date) -> str:
    if window == "daily":
        return f"Active on {wording.short_weekday(day)}"
    return f"Active, {active.claude_days} days to {wording.short_day(day)}"


def _active(title: str, active: Active, day: dt.date, whose: str) -> None:
    stat_views.headline(
        title,
        wording.number(active.claude),
        change=f"{'Uptake' if whose == _EVERYBODY else 'Your people'}: {active.ours or wording.DASH}",
        definition=(
            "Large: active users that Claude counts in the whole organisation in "
            f"{wording.counted(active.claude_days, 'day')} up to {wording.weekday(day)}. Beneath: distinct active "
            f"people whom Uptake counts in {wording.counted(active.ours_days, 'day')} up to then, of the headcount of "
            f"{whose}; – while a day is missing.{f' {_LEFT_OUT}' if active.is_few else ''}"
        ),
    )


def _month() -> str:
    """How many days the month of each product has; the unlike ones have as many as each other."""
    unlike = [each for each in SUMMARIES if each.month != MONTH]
    named = f", for {' and '.join(each.label for each in unlike)} {unlike[0].month}" if unlike else ""
    return f"The month has {MONTH} days{named}."


def _products(found: OrganisationFigures) -> None:
    if found.products.empty or found.day is None:
        return
    with st.expander("Claude's active users by product", key="organisation_products"):
        st.dataframe(
            found.products.rename(columns=_TITLES).rename_axis("Product"),
            height="content",
            placeholder=wording.DASH,
            alt="Active users of each product, as Claude counts them",
        )
        st.caption(
            f"Whole organisation, on {wording.weekday(found.day)}. Somebody who uses two products is counted in both. "
            f"{_month()} People in Slack need no seat."
            f"{f' {_LEFT_OUT}' if found.few_products else ''}"
        )


def skills(scope: Scope, found: OrganisationFigures) -> None:
    """Skills by how often they were invoked."""
    st.subheader("Skills", anchor=False)
    note = "Explicit uses in all products; installed skills that nobody invoked are not counted."
    if not scope.viewer.sees_everyone:
        note += " Skills that a member keeps private have no name here."
    organisation_tools.show(scope, found, found.skills, "skills", note)


def connectors(scope: Scope, found: OrganisationFigures) -> None:
    """Connectors by how often they were called, reading and writing apart."""
    st.subheader("Connectors", anchor=False)
    note = "Calls that Claude told apart as reading or writing; it does so from 29 May 2026 on, and not everywhere."
    organisation_tools.show(scope, found, found.connectors, "connectors", note)
