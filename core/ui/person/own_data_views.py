"""Take my data: an employee's own numbers in every form, with what each was read from and who looked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from core import audit
from core.errors import NotPermitted, UptakeError
from core.reports.exports.review_files import FORMS, MIMES
from core.reports.periods import Grain, Period
from core.reports.reviews import people
from core.reports.reviews.packet import Request, chosen_stats
from core.reports.wording.looks import looks
from core.ui import gate
from core.ui.reviews import review_files
from core.ui.session.turns import patience_of_a_click
from core.ui.widgets import downloads
from core.viewers import Viewer
from core.visibility import Scope

MOST_LOOKS = 10_000
"""Lines of who looked in one file."""


class NobodyAbove(UptakeError):
    """The employee has no manager in the directory, so nobody would get a packet."""

    def __init__(self) -> None:
        super().__init__("Nobody is above you in the directory, so no manager would get a packet about you.")


def take(scope: Scope, period: Period) -> None:
    """One button a form; each file is built when clicked."""
    with st.expander("Take my data", icon=":material/download:", key="take_my_data"):
        st.caption(
            f"All statistics of {period}, day by day: the numbers, what each means and is read from, your note, and "
            f"who looked, the latest {MOST_LOOKS:,} times. Only you can fetch the file."
        )
        with st.container(horizontal=True):
            for form, label in FORMS.items():
                file = downloads.file_name("my-data", period, form)
                st.download_button(
                    label,
                    downloads.owned(file, scope.viewer, _builder(scope.viewer, period, form)),
                    file_name=file,
                    mime=MIMES[f".{form}"],
                    on_click="ignore",
                    key=f"my_data_{form}",
                )
        st.caption(
            "Before a review: the packet that your manager would get about you, made with your manager's rights. "
            "It says that it is a preview, and is in the access log as your own act."
        )
        file = downloads.file_name("packet-preview", period, "pdf")
        st.download_button(
            "Packet as my manager would get it, PDF",
            downloads.owned(file, scope.viewer, _packet(scope.viewer, period)),
            file_name=file,
            mime=MIMES[".pdf"],
            on_click="ignore",
            key="my_packet",
        )


def _packet(viewer: Viewer, period: Period) -> Callable[[], bytes]:
    place = audit.place()

    def content() -> bytes:
        with audit.at(place), review_files.turn(viewer, patience_of_a_click()) as folder:
            scope = gate.scope_at_click(viewer)
            seen = scope.as_my_manager()
            if seen is None:
                raise NobodyAbove
            chosen = people.person(seen, seen.whole.team_id)
            words = f"{chosen.words}, a preview of the packet for {seen.viewer.name}"
            label = f"A preview, for your own eyes, of the packet that {seen.viewer.name} would get about you."
            request = Request(replace(chosen, words=words), period, chosen_stats(()), label=label)
            what, by = "preview of a packet", scope.viewer
            made = review_files.build(seen, request, "pdf", folder, what=what, made_by=by)
            return made.path.read_bytes()

    return content


def _builder(viewer: Viewer, period: Period, form: str) -> Callable[[], bytes]:
    place = audit.place()

    def content() -> bytes:
        with audit.at(place), review_files.turn(viewer, patience_of_a_click()) as folder:
            scope = gate.scope_at_click(viewer)
            if scope.viewer.employee_id is None:
                raise NotPermitted
            seen, _ = looks(scope, MOST_LOOKS)
            request = Request(people.person(scope, scope.viewer.employee_id), period, chosen_stats(()), Grain.DAY)
            made = review_files.build(scope, request, form, folder, what="my data", looks=seen)
            return made.path.read_bytes()

    return content
