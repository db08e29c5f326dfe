"""The parts of the admin's Connection page."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import streamlit as st

from core.admin import connection, directory, syncs
from core.admin.access import AdminViewer, admin_of
from core.admin.status import Status, status
from core.errors import UptakeError
from core.reports import findings
from core.ui import cached, gate, stat_views
from core.ui.text import literal
from core.visibility import Scope

_REFRESH_SECONDS = 3
_STATES = {
    "not connected": (":material/link_off:", "Not connected"),
    "unchecked": (":material/hourglass_empty:", "Key stored, not tried yet"),
    "connected": (":material/check_circle:", "Connected"),
    "rejected": (":material/error:", "Key rejected"),
    "unavailable": (":material/cloud_off:", "Claude cannot be reached"),
}


def admin_viewer(scope: Scope) -> AdminViewer:
    """The proof that the reader may administer."""
    return admin_of(scope)


@st.fragment(run_every=_REFRESH_SECONDS)
def state(scope: Scope) -> None:
    """How things stand, kept fresh while the page is open."""
    admin = admin_of(_again(scope))
    now = status(admin, cached.database(), cached.settings())
    _connection_state(now)
    _cards(now)
    _progress(now)
    _drift(now)


def _again(scope: Scope) -> Scope:
    """Fragments run without the page's gate, so they ask it themselves."""
    return gate.scope_at_click(scope.viewer.email)


def _connection_state(now: Status) -> None:
    icon, words = _STATES.get(now.claude.state, (":material/help:", now.claude.state))
    key = now.claude.key
    with st.container(border=True):
        st.markdown(f"{icon} **{words}**")
        if now.claude.message:
            st.write(literal(now.claude.message))
        if key.state == "stored" and key.set_at is not None:
            st.caption(f"Key {literal(key.hint or '')}, set by {literal(key.set_by or '')} on {key.set_at:%-d %b %Y}.")
        elif key.state == "unreadable":
            st.write("The stored key cannot be decrypted with this UPTAKE_SECRET_KEY. Restore it, or connect again.")
        elif key.state == "waiting":
            st.caption("A key is set in the settings; the next run of the sync takes it up.")
        if not now.daemon.alive:
            st.warning("No sync daemon is running, so nothing new is read. Start it with `uptake run`.")


def _cards(now: Status) -> None:
    run, days = now.last_run, now.days
    with st.grid(min_column_width=190, key="sync_cards"):
        stat_views.headline(
            "Data through",
            f"{now.data_through:%-d %b %Y}" if now.data_through else findings.DASH,
            change=f"API offers {now.newest_day:%-d %b}" if now.newest_day else None,
            definition="The newest complete UTC day stored, and the newest day that Claude's API is known to serve.",
        )
        stat_views.headline(
            "Last synced",
            f"{now.last_success:%H:%M} UTC" if now.last_success else findings.DASH,
            change=f"{now.last_success:%-d %b %Y}" if now.last_success else "never",
            definition="The end of the last run that read something. Runs start every hour.",
        )
        stat_views.headline(
            "Days stored",
            findings.number(days.complete + days.provisional),
            change=f"{days.failed} failed · {days.missing or 0} missing",
            definition=(
                f"{days.provisional} of them provisional: the newest days, whose numbers Claude still revises by a few "
                "per cent. Failed days are tried again by every run; what was stored of them stays."
            ),
        )
        stat_views.headline(
            "Claude users",
            findings.number(now.directory.matched_accounts + now.directory.unmatched_accounts),
            change=f"{now.directory.unmatched_accounts} not in the directory",
            definition="Accounts seen in the responses. Those not in the directory are kept and count for nobody.",
        )
    if run is not None:
        st.caption(f"Last run {run.started_at:%-d %b %Y %H:%M} UTC: {run.outcome}. {literal(run.message)}")


def _progress(now: Status) -> None:
    missing, stored = now.days.missing or 0, now.days.complete + now.days.provisional
    if missing and stored:
        st.progress(stored / (stored + missing), text=f"Reading the past, newest day first: {missing} days to go")


def _drift(now: Status) -> None:
    if now.unknown_fields:
        with st.expander(f"{len(now.unknown_fields)} new fields, not yet counted", icon=":material/new_releases:"):
            st.write("Claude's API sends these fields, which this version of Uptake does not count yet:")
            st.code("\n".join(now.unknown_fields), language=None)


def connect_form(admin: AdminViewer) -> None:
    """Take a key, try it, store it; the key never goes back to the browser."""
    with st.expander("Connect Claude, or replace the key", icon=":material/key:", key="connect"):
        st.markdown(
            "The Primary Owner makes a key in claude.ai under *Organization settings → API*. "
            "Tick **only** `read:analytics`: a key with more could read more than counts."
        )
        with st.form("connect_form", clear_on_submit=True, border=False):
            key = st.text_input("API key", type="password", autocomplete="off", max_chars=400)
            sent = st.form_submit_button("Try and store", type="primary")
        if sent:
            _connect(admin, key or "")


def _connect(admin: AdminViewer, key: str) -> None:
    try:
        with st.spinner("Asking Claude…"):
            st.success(literal(connection.connect(admin, cached.database(), cached.settings(), key)))
    except UptakeError as error:
        st.error(literal(str(error)))


def sync_now(admin: AdminViewer) -> None:
    """Ask the daemon for a run."""
    if st.button("Sync now", icon=":material/sync:"):
        fresh = syncs.request_sync(admin, cached.database())
        st.toast("The daemon starts in a moment." if fresh else "A sync was asked for already.")


def history(admin: AdminViewer) -> None:
    """The latest runs, and the days that could not be read."""
    runs = syncs.recent_runs(admin, cached.database(), 30)
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
        height="content" if len(runs) < 10 else 380,
        column_config={"Started (UTC)": st.column_config.DatetimeColumn(format="D MMM YYYY HH:mm")},
        alt="The latest runs of the sync",
    )
    _failed_days(admin)


def _seconds(run: syncs.Run) -> float | None:
    return None if run.finished_at is None else round((run.finished_at - run.started_at).total_seconds(), 1)


def _failed_days(admin: AdminViewer) -> None:
    today = dt.datetime.now(dt.UTC).date()
    failed = [day for day in syncs.days(admin, cached.database(), dt.date(2026, 1, 1), today) if day.problem]
    if failed:
        st.subheader("Days that could not be read", anchor=False)
        st.caption("What was stored of them before is kept; each run tries them again.")
        st.table(pd.DataFrame({"Reason": {f"{day.day:%-d %b %Y}": literal(day.problem or "") for day in failed}}))


def unmatched(admin: AdminViewer) -> None:
    """Claude users whom the directory does not know."""
    found = directory.unmatched(admin, cached.database())
    if found:
        with st.expander(f"{len(found)} Claude users who are not in the directory", icon=":material/person_off:"):
            st.caption(
                "Their days are kept and count for nobody. Add the person to the directory, or mend the address there: "
                "their history then follows."
            )
            st.dataframe(
                pd.DataFrame([vars(account) for account in found]).drop(columns="account_id"),
                hide_index=True,
                alt="Claude users without an employee",
            )
