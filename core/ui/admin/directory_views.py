"""The parts of the page Directory about what is there: how large it is, who is in it, and how it came about."""

from __future__ import annotations

import io
import math
import secrets
from collections.abc import Callable

import pandas as pd
import streamlit as st

from core import wording
from core.admin import directory_imports, directory_people
from core.admin.access import PeopleAdmin, people_admin_of
from core.admin.directory_people import DatedLine, ListedPerson
from core.errors import UptakeError
from core.reports.wording import findings
from core.reports.wording.markdown import literal
from core.ui import gate
from core.ui.admin import directory_import_views
from core.ui.session import resources
from core.ui.widgets import downloads, stat_views, tables
from core.visibility import Scope, Viewer

PAGE_SIZE = 50
HISTORY = 30
_PAGE = "directory_page"


def admin_viewer(scope: Scope) -> PeopleAdmin:
    """The proof that the reader may keep the directory."""
    return people_admin_of(scope)


def state(admin: PeopleAdmin) -> None:
    """How large the directory is, and what in it needs a look."""
    counts = directory_people.counts(admin, resources.database(), resources.today())
    if not counts.people + counts.archived + counts.later:
        st.info("The directory is empty, so nobody but admins is let in. Import a file to begin.")
        return
    with st.grid(4, min_column_width=170, key="directory_cards"):
        stat_views.headline(
            "People",
            wording.number(counts.people),
            change=f"{wording.number(counts.archived)} archived",
            definition="Employed today, by first and last day. Archived people keep their history, and are let in no "
            "more.",
        )
        stat_views.headline(
            "Teams", wording.number(counts.teams), definition="People with at least one employed direct report."
        )
        stat_views.headline(
            "Without a manager",
            wording.number(counts.tops),
            definition="Tops of chains: nobody but admins sees them. More than expected hints at missing lines.",
        )
        stat_views.headline(
            "Manager has left",
            wording.number(counts.under_archived),
            definition="Report to somebody archived. The managers above still see them; nobody in between does.",
        )
    _problems(admin)


def _problems(admin: PeopleAdmin) -> None:
    found = directory_imports.problems(admin, resources.database())
    if not found:
        return
    title = (
        "1 line of the last import needs a look"
        if len(found) == 1
        else f"{len(found)} lines of the last import need a look"
    )
    with st.expander(title, icon=":material/rule:"):
        if len(found) == directory_imports.MOST_PROBLEMS:
            st.caption(f"The first {len(found)} of them. {directory_import_views.ALL_LINES}")
        rows = pd.DataFrame(
            {"Line": str(problem.line or "earlier file"), "Value": problem.value, "What is wrong": problem.reason}
            for problem in found
        )
        height, row_height = tables.height(len(rows)), tables.row_height(rows)
        st.dataframe(rows, hide_index=True, height=height, row_height=row_height, alt=title)


def _download(scope: Scope) -> None:
    """The present directory as a file that can be imported again."""
    name = f"uptake-directory-{resources.today()}-{secrets.token_hex(16)}.csv"
    st.download_button(
        "Download as CSV",
        downloads.owned(name, scope.viewer, _builder(scope.viewer)),
        file_name=name,
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        key="directory_download",
    )


def _builder(viewer: Viewer) -> Callable[[], bytes]:
    def build() -> bytes:
        admin = people_admin_of(gate.scope_at_click(viewer))
        text = io.StringIO(newline="")
        directory_people.write_csv(admin, resources.database(), text)
        return text.getvalue().encode("utf-8-sig")

    return build


def search(admin: PeopleAdmin, scope: Scope) -> None:
    """Find people; a chosen one shows with all details and dated reporting lines. Everybody can be taken as a file."""
    st.subheader("People", anchor=False)
    with stat_views.toolbar():
        words = st.text_input(
            "Search",
            placeholder="Name, e-mail, number, title or department",
            key="directory_search",
            max_chars=100,
            width=360,
            on_change=_first_page,
        )
        _download(scope)
    page = st.session_state.get(_PAGE, 1)
    page = page if isinstance(page, int) and page > 0 else 1
    rows, found = directory_people.search(admin, resources.database(), words or "", page, PAGE_SIZE)
    if not found:
        st.caption("Nobody matches.")
        return
    st.caption(f"{findings.people(found)}. Choose a row to see whom they reported to, and when.")
    event = st.dataframe(
        pd.DataFrame([_row(person) for person in rows]),
        hide_index=True,
        key="directory_people",
        on_select="rerun",
        selection_mode="single-row",
        height=tables.height(len(rows)),
        placeholder="–",
        alt="People of the directory",
    )
    pages = math.ceil(found / PAGE_SIZE)
    if pages > 1:
        st.pagination(pages, key=_PAGE)
    chosen = event["selection"]["rows"]
    if chosen and 0 <= chosen[0] < len(rows):
        _one(admin, rows[chosen[0]])


def _first_page() -> None:
    st.session_state[_PAGE] = 1


def _row(person: ListedPerson) -> dict[str, object]:
    left = person.end_date is not None and person.end_date < resources.today()
    later = person.start_date is not None and person.start_date > resources.today()
    return {
        "Name": person.name,
        "E-mail": person.email,
        "State": "archived" if left else "not here yet" if later else "employed",
        "Manager": person.manager,
        "Title": person.title,
        "Department": person.department,
        "Number": person.employee_id,
        "First day": person.start_date,
        "Last day": person.end_date,
    }


def _one(admin: PeopleAdmin, person: ListedPerson) -> None:
    with st.container(border=True):
        st.markdown(f"**{literal(person.name)}** · {literal(person.email)}")
        lines = directory_people.lines_of(admin, resources.database(), person.id)
        if not lines:
            st.caption("Never reported to anybody.")
            return
        st.dataframe(
            pd.DataFrame([_dated(line) for line in lines]),
            hide_index=True,
            height="content",
            alt="Whom the person reported to",
            key="directory_lines",
        )


def _dated(line: DatedLine) -> dict[str, str]:
    return {
        "Reported to": line.manager,
        "E-mail": line.manager_email,
        "From": "the beginning" if line.from_day is None else wording.day(line.from_day),
        "To": "today" if line.to_day is None else wording.day(line.to_day),
    }


def history(admin: PeopleAdmin) -> None:
    """The latest imports; the last one that stands can be taken back."""
    found = directory_imports.history(admin, resources.database(), HISTORY)
    if not found:
        return
    st.subheader("Imports", anchor=False)
    rows = [
        {
            "When (UTC)": entry.at.replace(tzinfo=None),
            "By": entry.by,
            "File": entry.source,
            "Added": entry.added,
            "Changed": entry.changed,
            "Moved": entry.moved,
            "Archived": entry.archived,
            "Rehired": entry.rehired,
            "Left out": entry.refused,
            "Undone": None if entry.undone_at is None else f"{wording.moment(entry.undone_at)}, {entry.undone_by}",
        }
        for entry in found
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height=tables.height(len(rows)),
        placeholder="–",
        column_config={"When (UTC)": st.column_config.DatetimeColumn(format="D MMM YYYY HH:mm")},
        alt="The latest imports",
        key="directory_imports",
    )
    last = next((entry for entry in found if entry.undoable), None)
    if last is not None:
        _undo(admin, last)


def _undo(admin: PeopleAdmin, last: directory_imports.Import) -> None:
    kinds = ("added", "changed", "archived", "rehired", "moved")
    counts = ", ".join(f"{wording.number(getattr(last, kind))} {kind}" for kind in kinds)
    with st.popover("Undo the last import", icon=":material/undo:", key=f"directory_undo_{last.id}"):
        st.text(
            f"Takes back {last.source} of {wording.moment(last.at)} UTC, by {last.by}: {counts}. "
            "People and reporting lines are as they were before it."
        )
        if st.button("Undo this import", type="primary", key="directory_undo_now"):
            try:
                directory_imports.undo(admin, resources.database(), resources.settings(), last.id)
            except UptakeError as error:
                st.error(literal(str(error)))
                return
            st.rerun()
