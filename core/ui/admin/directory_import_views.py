"""The parts of the page Directory that take a file: look at what it would change, then apply it."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core import wording
from core.admin import directory_imports, directory_source
from core.admin.access import PeopleAdmin
from core.admin.directory_imports import COLUMNS, Change, DirectoryChanged, ImportPlan, ImportPreview
from core.errors import UptakeError
from core.reports.wording.markdown import literal
from core.ui.session import resources
from core.ui.widgets import tables

MOST_ROWS = 200
"""Rows of each list of a preview that are sent to the browser."""

ALL_LINES = "`uptake directory import FILE.csv --dry-run --problems OUT.csv` writes all lines that are left out."
"""Where to read what does not fit on the page."""

_ROUND, _SHOWN = "directory_round", "directory_preview"


def upload(admin: PeopleAdmin) -> None:
    """Take a file, show what it would change, apply it on demand."""
    with st.container(border=True):
        st.subheader("Import a file", anchor=False)
        st.caption(
            f"CSV, one person a line; the first line names the columns: **{', '.join(COLUMNS[:3])}**, and optionally "
            f"{', '.join(COLUMNS[3:])}. Nothing changes before you apply it."
        )
        turn = st.session_state.setdefault(_ROUND, secrets.token_hex(8))
        file = st.file_uploader("Directory file", type=["csv", "tsv", "txt"], key=f"directory_file_{turn}")
        everybody = st.checkbox(
            "The file names everybody: anybody it does not mention has left and is archived",
            value=True,
            key=f"directory_complete_{turn}",
        )
        on = st.date_input(
            "Valid from",
            None,
            max_value=resources.today(),
            format="YYYY-MM-DD",
            key=f"directory_on_{turn}",
            width=200,
            help="Changed reporting lines hold from this day on; empty: from today. For what is entered late.",
        )
        if file is None:
            return
        day = on if isinstance(on, dt.date) else None
        shown = _preview(admin, file, complete=everybody, on=day)
        if shown is not None and _asks_to_apply(shown, "upload"):
            _apply(admin, shown)


def _preview(admin: PeopleAdmin, file: UploadedFile, *, complete: bool, on: dt.date | None) -> ImportPreview | None:
    """The preview of this file, made once: the one that is shown is the one that is applied."""
    kept = st.session_state.get(_SHOWN)
    if kept is not None and kept[0] == (file.file_id, complete, on):
        return kept[1]  # type: ignore[no-any-return]
    try:
        with st.spinner("Comparing the file with the directory…"):
            data, name = file.getvalue(), file.name
            shown = directory_imports.preview(
                admin, resources.database(), resources.settings(), data, name, complete=complete, on=on
            )
    except UptakeError as error:
        st.error(literal(str(error)))
        return None
    st.session_state[_SHOWN] = ((file.file_id, complete, on), shown)
    return shown


def _apply(admin: PeopleAdmin, shown: ImportPreview) -> None:
    try:
        with st.spinner("Applying…"):
            plan = directory_imports.apply(admin, resources.database(), shown, confirmed=bool(shown.plan.concerns))
    except DirectoryChanged as changed:
        st.session_state.pop(_SHOWN, None)
        st.warning(literal(str(changed)))
        st.button("Look at the preview again", key="preview_again")
        return
    except UptakeError as error:
        st.error(literal(str(error)))
        return
    st.session_state.pop(_ROUND, None)  # the next run begins with an empty form
    st.session_state.pop(_SHOWN, None)
    st.toast(f"Applied. {literal(plan.in_words)}", duration="long")
    st.rerun()  # with the directory as it is now, for it decides what the reader may see


def scheduled(admin: PeopleAdmin) -> None:
    """How it stands with the file that the daemon re-reads; a version that waits can be looked at and decided."""
    place, state = resources.settings().directory_source, directory_source.state(admin, resources.database())
    if place is None:
        return
    if state is None:
        st.caption("The scheduled file is read when the sync daemon runs next.")
        return
    read = f"{wording.moment(state.checked_at)} UTC"
    if state.problem:
        st.warning(literal(f"The scheduled file could not be read ({read}). {state.problem}"))
    if state.state != directory_source.HELD:
        st.caption(
            literal(f"Scheduled file {state.place}, read {read}: {state.state or 'nothing yet'}. {state.message}")
        )
        return
    with st.container(border=True):
        st.markdown(":material/front_hand: **A version of the scheduled file waits for you**")
        st.text(f"{state.place}, read {read}. {state.message}")
        if st.toggle("Look at what it would change", key="held_open"):
            _decide(admin)


def _decide(admin: PeopleAdmin) -> None:
    try:
        shown = directory_source.held_preview(admin, resources.database(), resources.settings())
        apply = _asks_to_apply(shown, "held")
        if apply:
            directory_source.accept(admin, resources.database(), shown)
        elif st.button("Discard this version", key="held_discard"):
            directory_source.discard(admin, resources.database())
        else:
            return
    except UptakeError as error:
        st.error(literal(str(error)))
        return
    st.rerun()


def _asks_to_apply(shown: ImportPreview, key: str) -> bool:
    """Show the preview; whether it is to be applied, its concerns confirmed."""
    plan = shown.plan
    for remark in shown.remarks:
        st.caption(literal(remark))
    if plan.is_empty:
        st.info(literal(plan.in_words))
    else:
        st.markdown(f"**{literal(plan.in_words)}**")
    _lists(plan, key)
    if plan.is_empty:
        return False
    confirmed = True
    if plan.concerns:
        st.warning("Please check this before you apply it:\n\n" + "\n".join(f"- {literal(c)}" for c in plan.concerns))
        confirmed = st.checkbox("I have checked this, and it is right", key=f"{key}_confirmed")
    return st.button("Apply", type="primary", disabled=not confirmed, key=f"{key}_apply") and confirmed


def _lists(plan: ImportPlan, key: str) -> None:
    """One tab for each kind of change that there is, with its first rows; what is dropped or doubtful comes first."""
    kinds: list[tuple[str, Sequence[Any], Any]] = [
        (
            "Left out",
            plan.refused,
            lambda refused: _line(refused.line) | {"Value": refused.value, "Reason": refused.reason},
        ),
        ("To note", plan.notes, lambda note: _line(note.line) | {"Value": note.value, "Note": note.reason}),
        ("Added", plan.added, lambda row: _person(row) | {"Manager": row.manager_email, "Title": row.title}),
        ("Changed", plan.changed, lambda change: _person(change) | {"What": change.what}),
        ("Moved", plan.moved, lambda move: _person(move) | {"From": move.before, "To": move.after}),
        ("Archived", plan.archived, lambda change: _person(change) | {"Why": _why(change), "What": change.what}),
        ("Rehired", plan.rehired, lambda change: _person(change) | {"What": change.what}),
    ]
    present = [kind for kind in kinds if kind[1]]
    if not present:
        return
    for (title, items, row), tab in zip(
        present, st.tabs([f"{title} ({len(items):,})" for title, items, _ in present], key=f"{key}_tabs"), strict=True
    ):
        with tab:
            if len(items) > MOST_ROWS:
                whole = f" {ALL_LINES}" if title in {"Left out", "To note"} else ""
                st.caption(f"The first {MOST_ROWS} of {len(items):,}.{whole}")
            frame = pd.DataFrame([row(item) for item in items[:MOST_ROWS]])
            st.dataframe(
                frame,
                hide_index=True,
                height=tables.height(len(frame)),
                row_height=tables.row_height(frame),
                placeholder="–",
                key=f"{key}_{title}",
                alt=f"{title}: what the file would do",
            )


def _person(item: Any) -> dict[str, Any]:
    return _line(item.line) | {"Name": item.name, "E-mail": item.email}


def _line(line: int | None) -> dict[str, Any]:
    return {"Line": "–" if line is None else str(line)}


def _why(change: Change) -> str:
    return "not in the file" if change.line is None else "end date"
