"""Context notes: an employee's own, to write and to remove; and other people's, to read beside their figures."""

from __future__ import annotations

import streamlit as st

from core import wording
from core.errors import UptakeError
from core.reports.wording.markdown import literal
from core.ui.session import session_cache
from core.viewers.own_note import LONGEST
from core.visibility import ContextNote, Scope

_EMPTY = "For example: on parental leave until March; my work is mostly in the lab."


def own_note(scope: Scope) -> None:
    """The reader's own note, where it goes, and the way to change it. The reader is in the directory."""
    note = session_cache.report(scope, _written, scope.viewer.employee_id or 0)
    with st.container(border=True, key="own_note"):
        st.markdown("**Your note beside your numbers**")
        if note is not None:
            st.markdown(literal(note.words))
            st.caption(f"Written {wording.day(note.written_at)}.")
        st.caption(
            "Everybody who can see your numbers sees this note with them. It is in every file with your numbers "
            "that is made from now on, until you remove it. Files that were made before keep it."
        )
        with st.container(horizontal=True):
            _writing(scope, "" if note is None else note.words)
            if note is not None and st.button("Remove the note", key="remove_note"):
                scope.remove_note()
                st.rerun()


def _writing(scope: Scope, words: str) -> None:
    with (
        st.popover("Change the note" if words else "Write a note", icon=":material/edit_note:", key="write_note"),
        st.form("own_note_form", border=False),
    ):
        written = st.text_area(
            "Your note", words, max_chars=LONGEST, placeholder=_EMPTY, key="own_note_words", height=140, width=420
        )
        if st.form_submit_button("Save", type="primary"):
            try:
                scope.write_note(written or "")
            except UptakeError as error:
                st.error(literal(str(error)))
            else:
                st.rerun()


def note_of(scope: Scope, employee_id: int) -> None:
    """What a person of the scope says beside their figures; nothing where they say nothing."""
    note = session_cache.report(scope, _written, employee_id)
    if note is not None:
        with st.container(border=True, key="note_of"):
            st.markdown("**In the person's own words**")
            st.markdown(literal(note.words))
            st.caption(f"Written {wording.day(note.written_at)}, by the person alone; it goes along in every file.")


def _written(scope: Scope, employee_id: int) -> ContextNote | None:
    return scope.notes_of([employee_id]).get(employee_id)
