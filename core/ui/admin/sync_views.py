"""The parts of the admin's Connection page that show the sync: its days, their ledger, its runs."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pandas as pd
import streamlit as st

from core import wording
from core.admin import syncs
from core.admin import unmatched as matching
from core.admin.access import ConnectionAdmin, PeopleAdmin
from core.admin.syncs import DayState, Revision
from core.api.endpoints import EARLIEST_DAY
from core.catalogue import STATS, measures_of
from core.reports.charts.calendars import sync_calendar
from core.reports.periods import DAY
from core.reports.wording import findings
from core.reports.wording.markdown import literal
from core.ui.frame import navigation, theme
from core.ui.session import resources
from core.ui.widgets import stat_views, tables
from core.visibility import Freshness

_COUNTED: dict[Any, Any] = dict.fromkeys(("People", "Appeared", "Vanished", "Changed"), wording.number)

_WITHHELD = "How many people have a record, and what versions changed, is shown to admins who see everyone."


def sync_now(admin: ConnectionAdmin) -> None:
    """Ask the daemon for a run."""
    if st.button("Sync now", icon=":material/sync:"):
        if resting := syncs.resting(admin, resources.database()):
            st.toast(literal(resting))
            return
        fresh = syncs.request_sync(admin, resources.database())
        st.toast("The daemon starts in a moment." if fresh else "A sync was asked for already.")


def read_again(admin: ConnectionAdmin) -> None:
    """Have a range of days read again, whether it is due or not."""
    yesterday = dt.datetime.now(dt.UTC).date() - DAY
    with st.popover("Read days again", icon=":material/history:"):
        dates = st.date_input(
            "From and to",
            (yesterday - DAY * 6, yesterday),
            min_value=EARLIEST_DAY,
            max_value=yesterday,
            format="YYYY-MM-DD",
        )
        accept = st.checkbox(
            "Take totals that lost most of their entries",
            help="Only if the loss is real: what is stored of the organisation's totals of these days is replaced.",
        )
        if st.button("Read these days again", type="primary"):
            chosen = sorted(day for day in dates if isinstance(day, dt.date)) if isinstance(dates, tuple) else []
            if len(chosen) == 2:
                count = syncs.read_again(admin, resources.database(), *chosen, accept_losses=accept)
                st.toast(f"The next run reads {wording.counted(count, 'day')} again. {_next_run(admin)}")


def _next_run(admin: ConnectionAdmin) -> str:
    return literal(syncs.resting(admin, resources.database()) or "It starts in a moment.")


def calendar(admin: ConnectionAdmin, freshness: Freshness) -> None:
    """Every day from the first one to read to the newest, by state; one day opens to its ledger."""
    asked = syncs.days(admin, resources.database(), EARLIEST_DAY, dt.datetime.now(dt.UTC).date())
    known = {day.day: day for day in asked if day.revision or day.problem}
    ends = [*known, *(syncs.span(admin, resources.database(), resources.settings().backfill_days) or ())]
    if not ends:
        return
    newest = freshness.data_through or max(ends)
    span = [min(ends) + DAY * number for number in range((max(ends) - min(ends)).days + 1)]
    states = {day: known[day].state(newest) if day in known else "missing" for day in span}
    look = theme.chart_theme()
    stored = sum(day.revision > 0 for day in known.values())
    stat_views.chart(
        f"{stored} of {len(span)} days stored, {wording.day(min(span))} to {wording.day(max(span))}",
        sync_calendar(states, look),
        lambda: pd.DataFrame({"State": states}),
        key="days",
        name="stored days",
        note=(
            "Revised: the API changed numbers of the day after it was first stored. Provisional: the newest days, "
            "which it still changes by a few per cent. Held: a new version lacks so much that an admin has to accept "
            "it. Missing: not read yet."
        ),
    )
    _day(admin, known, span, newest)


def _day(admin: ConnectionAdmin, known: dict[dt.date, DayState], span: list[dt.date], newest: dt.date) -> None:
    trouble = [day.day for day in known.values() if day.problem]
    chosen = st.date_input(
        "Open a day",
        max(trouble, default=newest),
        min_value=span[0],
        max_value=span[-1],
        format="YYYY-MM-DD",
        key="day",
        width=180,
    )
    day = known.get(chosen) if isinstance(chosen, dt.date) else None
    if day is None:
        st.caption("This day was never read.")
        return
    with st.container(border=True):
        people = "" if day.rows is None else f", {findings.people(day.rows)} with a record"
        st.markdown(f"**{wording.weekday(day.day)}: {day.state(newest)}**{people}")
        if day.rows is None:
            st.caption(_WITHHELD)
        if day.problem:
            st.text(day.problem)
        if day.held and st.button("Accept the new version", type="primary"):
            syncs.accept_held(admin, resources.database(), day.day)
            st.toast(f"The next run takes the new version. {_next_run(admin)}")
        _ledger(admin, day.day)


def _ledger(admin: ConnectionAdmin, day: dt.date) -> None:
    versions = syncs.revisions(admin, resources.database(), day)
    if not versions:
        return
    rows = [
        {"Version": version.revision, "Stored (UTC)": wording.moment(version.at)} | _numbers(version)
        for version in versions
    ]
    counted = {name: as_text for name, as_text in _COUNTED.items() if name in rows[0]}
    st.table(pd.DataFrame(rows).set_index("Version").style.format(counted))


def _numbers(version: Revision) -> dict[str, Any]:
    if (numbers := version.numbers) is None:
        return {}
    return {
        "People": numbers.rows,
        "Appeared": numbers.appeared,
        "Vanished": numbers.vanished,
        "Changed": numbers.changed,
        "By how much": _differences(numbers.differences) if version.revision > 1 else "first version",
    }


def _differences(stored: str) -> str:
    """The changes of the statistics that have a measure of their own, largest first."""
    amounts: dict[str, int] = json.loads(stored)
    labels = {measures_of(stat)[0]: stat.label for stat in STATS if len(measures_of(stat)) == 1}
    ordered = sorted(amounts.items(), key=lambda item: -abs(item[1]))
    named = [f"{labels.get(key, key)} {amount:+,}".replace(",", "\u202f") for key, amount in ordered[:6]]
    return ", ".join(named) + (" …" if len(ordered) > 6 else "") if named else "nothing"


def history(admin: ConnectionAdmin) -> None:
    """The latest runs, and the days that could not be read."""
    runs = syncs.recent_runs(admin, resources.database(), 30)
    st.subheader("Runs", anchor=False)
    if not runs:
        st.caption("No run yet.")
        return
    frame = pd.DataFrame(
        {
            "Started (UTC)": [run.started_at.replace(tzinfo=None) for run in runs],
            "Why": [run.trigger for run in runs],
            "Outcome": [run.outcome for run in runs],
            "Seconds": [_seconds(run) for run in runs],
            "Days read": [run.days_checked for run in runs],
            "Days changed": [run.days_changed for run in runs],
            "Requests": [run.requests for run in runs],
            "Message": [run.message for run in runs],
        }
    )
    st.dataframe(
        frame,
        hide_index=True,
        height=tables.height(len(runs)),
        row_height=tables.TWO_LINES,
        column_config={
            "Started (UTC)": st.column_config.DatetimeColumn(format="D MMM YYYY HH:mm", width=130),
            **{name: st.column_config.Column(width=85) for name in ("Why", "Outcome", "Seconds", "Requests")},
            **{name: st.column_config.Column(width=100) for name in ("Days read", "Days changed")},
            "Message": st.column_config.TextColumn(width=420),
        },
        alt="The latest runs of the sync",
    )
    _failed_days(admin)


def _seconds(run: syncs.Run) -> float:
    return round(((run.finished_at or dt.datetime.now(dt.UTC)) - run.started_at).total_seconds(), 1)


def _failed_days(admin: ConnectionAdmin) -> None:
    """Each day in trouble with its reason; what is to be done about held days stands on top of the page."""
    days = syncs.days(admin, resources.database(), EARLIEST_DAY, dt.datetime.now(dt.UTC).date())
    _reasons("Days that are held", [day for day in days if day.held])
    _reasons("Days that could not be read", [day for day in days if day.problem and not day.held])


def _reasons(title: str, days: list[DayState]) -> None:
    if days:
        st.subheader(title, anchor=False)
        reasons = {wording.day(day.day): literal(day.problem or "") for day in reversed(days)}
        st.table(pd.DataFrame({"Reason": reasons}))


def unmatched(admin: ConnectionAdmin) -> None:
    """The way to Claude users who belong to nobody; for who may keep the directory."""
    if not isinstance(admin, PeopleAdmin):
        return
    if count := matching.count_open(admin, resources.database()):
        said = "One Claude user belongs" if count == 1 else f"{count} Claude users belong"
        st.page_link(navigation.file_of("matching"), label=f"{said} to nobody: Matching", icon=":material/person_off:")
