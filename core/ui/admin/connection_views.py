"""The parts of the admin's Connection page."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from core import wording
from core.admin import connection
from core.admin.access import ConnectionAdmin, connection_admin_of
from core.admin.status import LastRun, Status, status
from core.errors import UptakeError
from core.reports.wording.markdown import literal
from core.ui import gate
from core.ui.session import resources
from core.ui.widgets import stat_views
from core.visibility import Scope

_REFRESH_SECONDS = 3
_DRAWN = "connection_drawn"
"""Under this name the session keeps what of the sync's state the whole page was drawn with last."""

_STATES = {
    "not connected": (":material/link_off:", "Not connected"),
    "unchecked": (":material/hourglass_empty:", "Key stored, not tried yet"),
    "connected": (":material/check_circle:", "Connected"),
    "rejected": (":material/error:", "Key rejected"),
    "unavailable": (":material/cloud_off:", "Claude could not be read"),
    "disconnected": (":material/link_off:", "Disconnected"),
    "unreadable": (":material/lock:", "The stored key cannot be opened"),
}


def admin_viewer(scope: Scope) -> ConnectionAdmin:
    """The proof that the reader may administer the connection."""
    return connection_admin_of(scope)


def state() -> None:
    """How things stand, kept fresh while the page is open; the rest of the page follows when a run begins or ends."""
    st.session_state.pop(_DRAWN, None)
    _fresh_state()


@st.fragment(run_every=_REFRESH_SECONDS)
def _fresh_state() -> None:
    admin = connection_admin_of(gate.scope_in_fragment())
    now = status(admin, resources.database(), resources.settings())
    _lateness(now)
    _connection_state(now)
    _run_in_trouble(now)
    _days_in_trouble(now)
    _cards(now)
    _progress(now)
    _drift(now)
    run, days = now.last_run, now.days
    shown = (run and (run.started_at, run.outcome), days.failed, days.held)
    if st.session_state.setdefault(_DRAWN, shown) != shown:
        gate.draw_again()


def _lateness(now: Status) -> None:
    if now.late:
        st.error(f"**The data is late.** {literal(now.reason)}", icon=":material/schedule:")


def _connection_state(now: Status) -> None:
    icon, words = _STATES.get(now.claude.state, (":material/help:", now.claude.state))
    key, claude, run = now.claude.key, now.claude, now.last_run
    with st.container(border=True):
        if claude.state in {"rejected", "unreadable"}:
            st.error(f"**{words}.** {literal(claude.message)}", icon=icon)
        elif claude.state == "unavailable":
            again = "Each hourly run tries again, and Sync now tries at once."
            st.warning(f"**{words}.** {literal(claude.message)} {again}", icon=icon)
        else:
            st.markdown(f"{icon} **{words}**")
            if claude.state == "connected" and now.newest_day is not None:
                st.text(f"The API serves data up to {wording.weekday(now.newest_day)} (UTC).")
            elif claude.message:
                st.text(claude.message)
        if run is not None and run.outcome == "running" and run.message:
            st.warning(f"**Waiting for Claude.** {literal(run.message)}", icon=":material/hourglass_top:")
        if claude.resting:
            st.write(literal(claude.resting))
        if key.state in {"stored", "rejected"} and key.set_at is not None:
            st.caption(
                f"Key {literal(key.hint or '')}, set by {literal(key.set_by or '')} on {wording.day(key.set_at)}."
            )
        elif key.state == "waiting":
            st.caption("A key is set in the settings; the next run of the sync takes it up.")
        if not now.daemon.alive:
            st.warning("No sync daemon is running, so nothing new is read. Start it with `uptake run`.")


def _run_in_trouble(now: Status) -> None:
    """That the last run did not read all that it set out to, unless the page says so of the key or of days already."""
    run, days = now.last_run, now.days
    if run is None or not _is_news(now):
        return
    if run.outcome == "failed":
        st.warning(
            f"**The last run failed.** {literal(run.message)} What was stored before is kept. The next hourly run "
            "tries again and goes on where this one ended; Sync now tries at once.",
            icon=":material/sync_problem:",
        )
    elif run.outcome == "partial" and not (days.held or days.failed):
        st.warning(
            f"**The last run could not read everything.** {literal(run.message)} What was stored before is kept, and "
            "each run tries again.",
            icon=":material/sync_problem:",
        )


def _is_news(now: Status) -> bool:
    """Whether the outcome of the last run says more than the state of the connection above it."""
    claude, run = now.claude, now.last_run
    told = claude.state in {"rejected", "unreadable", "disconnected"}
    return run is not None and not told and run.message != claude.message


def _days_in_trouble(now: Status) -> None:
    """What is wrong with single days, and what to do; the calendar below shows which they are."""
    held, failed = now.days.held, now.days.failed
    if held:
        st.warning(
            f"**{'1 day is' if held == 1 else f'{held} days are'} held.** The API's new version lacks so many people "
            "or so much usage that it may be a mistake, so the version before is still shown. Open the day below and "
            "accept the new version if the loss is real. Else do nothing: a later whole version ends this by itself.",
            icon=":material/pause_circle:",
        )
    if failed:
        st.warning(
            f"**{'1 day' if failed == 1 else f'{failed} days'} could not be read.** What was stored before is kept, "
            "and each run tries again. The reasons stand at the end of this page.",
            icon=":material/event_busy:",
        )


def _cards(now: Status) -> None:
    run, days = now.last_run, now.days
    with st.grid(4, min_column_width=190, key="sync_cards"):
        stat_views.headline(
            "Data through",
            wording.day(now.data_through),
            change=f"API offers {wording.short_day(now.newest_day)}" if now.newest_day else None,
            definition="The newest complete UTC day stored, and the newest day that Claude's API is known to serve.",
        )
        stat_views.headline(
            "Last synced",
            f"{now.last_success:%H:%M} UTC" if now.last_success else wording.DASH,
            change=wording.day(now.last_success) if now.last_success else "never",
            definition="The end of the last run that read something. Runs start every hour.",
        )
        stat_views.headline(
            "Days in order",
            wording.number(days.in_order),
            change=" · ".join(
                [*([f"{days.held} held"] if days.held else []), f"{days.failed} failed", f"{days.missing or 0} missing"]
            ),
            definition=(
                f"Stored, and nothing is wrong with them. {days.provisional} of them are provisional: the newest days, "
                "whose numbers Claude still revises by a few per cent. Failed days are tried again by every run; what "
                "was stored of failed and held days stays."
            ),
        )
        stat_views.headline(
            "Claude users",
            wording.number(now.directory.matched_accounts + now.directory.unmatched_accounts),
            change=f"{now.directory.unmatched_accounts} not in the directory",
            definition="Accounts seen in the responses. Those not in the directory are kept and count for nobody.",
        )
    if run is not None:
        shown_above = run.outcome in {"running", "failed"} or run.message == now.claude.message
        said = "" if shown_above else literal(run.message)
        st.caption(f"Last run {wording.moment(run.started_at)} UTC: {run.outcome}. {said}")
    used, allowed = now.daemon.requests_last_minute, now.pace.allowed
    st.caption(f"Requests in the last minute: {used} of the {wording.number(allowed)} that the daemon allows itself.")
    if now.pace.reason:
        st.info(literal(now.pace.reason), icon=":material/speed:")
    if now.past:
        st.caption(
            f"The API serves nothing before {wording.day(now.past.earliest)}: asked on "
            f"{wording.short_day(now.past.asked_at)}, and asked again each week. What is stored of earlier days stays."
        )


def _progress(now: Status) -> None:
    missing, stored = now.days.missing or 0, now.days.in_order
    if missing and stored:
        days = "1 day" if missing == 1 else f"{missing} days"
        if now.last_run is not None and now.last_run.outcome == "running":
            said = f"Reading the past, newest day first: {days} to go{_time_left(now.last_run, missing)}"
        else:
            said = f"{days} of the past not read yet; the next run goes on, newest day first"
        st.progress(stored / (stored + missing), text=said)


def _time_left(run: LastRun | None, missing: int) -> str:
    """How long the rest of a back-fill takes at the pace of the run in progress."""
    if run is None or run.outcome != "running" or not run.days_checked:
        return ""
    pace = (dt.datetime.now(dt.UTC) - run.started_at) / run.days_checked
    minutes = max(round(pace * missing / dt.timedelta(minutes=1)), 1)
    return f", about {minutes} min" if minutes < 120 else f", about {round(minutes / 60)} h"


def _drift(now: Status) -> None:
    if now.unknown_fields:
        count = len(now.unknown_fields)
        title = "1 new field, not counted yet" if count == 1 else f"{count} new fields, not counted yet"
        with st.expander(title, icon=":material/new_releases:"):
            st.write("Claude's API sends these fields, which this version of Uptake does not count:")
            lines = (f"{field.path}   first seen in the data of {field.first_seen}" for field in now.unknown_fields)
            st.code("\n".join(lines), language=None)


def connect_form(admin: ConnectionAdmin) -> None:
    """Take a key, try it, store it; the key never goes back to the browser."""
    with st.popover("Connect, or replace the key", icon=":material/key:", key="connect"):
        st.markdown(
            "The Primary Owner makes a key in claude.ai under *Organization settings → API*. "
            "Tick **only** `read:analytics`: a key with more could read more than counts."
        )
        with st.form("connect_form", clear_on_submit=True, border=False):
            key = st.text_input("API key", type="password", autocomplete="off", max_chars=400)
            sent = st.form_submit_button("Try and store", type="primary")
        if sent:
            _connect(admin, key or "")


def _connect(admin: ConnectionAdmin, key: str) -> None:
    try:
        with st.spinner("Asking Claude…"):
            st.success(literal(connection.connect(admin, resources.database(), resources.settings(), key)))
    except UptakeError as error:
        st.error(literal(str(error)))


def disconnect(admin: ConnectionAdmin) -> None:
    """Erase the key, after a second click."""
    with st.popover("Disconnect", icon=":material/link_off:"):
        st.write("The key is erased and nothing more is read. What is stored stays.")
        if st.button("Disconnect Claude", type="primary"):
            connection.disconnect(admin, resources.database())
            st.toast("Claude is disconnected.")
