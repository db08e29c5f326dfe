"""The page 1:1 brief: whose, its lines as plain text, and copies to take into the conversation."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from core import audit
from core.errors import NotPermitted
from core.reports.briefs.brief import PREAMBLE, Brief, brief_of
from core.reports.briefs.line import BriefLine
from core.reports.exports import brief_files
from core.reports.exports.provenance import Maker, through
from core.reports.measures.brief_rules import RULES
from core.reports.periods import Period
from core.reports.wording.markdown import literal
from core.ui import gate
from core.ui.frame import navigation
from core.ui.session import session_cache
from core.ui.widgets import choices, downloads, filter_bar, person_picker
from core.version import version
from core.visibility import Scope, Viewer


def asked(scope: Scope) -> tuple[int, Period]:
    """Whom the brief is about, and over which days: the address's person, the chosen one, or else the reader.

    Raises:
        NotPermitted: the address names somebody outside the scope, or nobody.
    """
    days, own = filter_bar.stored_days(scope), scope.viewer.employee_id
    with choices.row():
        found = person_picker.chosen(scope, own) if scope.leads_people else person_picker.asked_for(scope) or own
        period = filter_bar.range_within(days)
    if found is None and not scope.leads_people:
        raise NotPermitted
    if found is None:
        st.info("Choose whom the brief is about.")
        st.stop()
    return found, period


def made(scope: Scope, employee_id: int, period: Period) -> Brief:
    """The brief of a person of the scope."""
    return session_cache.report(scope, brief_of, employee_id, period, filter_bar.stored_days(scope).first)


def show(scope: Scope, employee_id: int, brief: Brief) -> None:
    """The brief itself, each line with the way to its numbers; and by what rules it speaks."""
    with st.container(border=True, key="brief"):
        st.subheader(literal(brief.name), anchor=False)
        st.caption(literal(f"{brief.head} {PREAMBLE}"))
        if brief.nothing:
            st.markdown(literal(brief.nothing))
        for place, section in enumerate(brief.sections):
            st.markdown(f"**{section.title}**")
            with st.container(gap="xxsmall", key=f"brief_section_{place}"):
                for line in section.lines:
                    _line(scope, employee_id, line)
        if brief.questions:
            asked = [f"{place}. {literal(text)}" for place, text in enumerate(brief.questions, start=1)]
            st.markdown("\n".join(["**Open questions**", "", *asked]))
        if brief.own_words:
            st.markdown("**In the person's own words**")
            st.markdown(literal(brief.own_words))
        if brief.sections:
            for note in brief.notes:
                st.caption(literal(note))
    with st.expander("How it is counted, and when the brief is silent", key="brief_rules"):
        meanings = [f"- *{literal(term)}*: {literal(meaning)}" for term, meaning in brief.definitions.items()]
        st.markdown("\n".join([*meanings, "", literal(RULES.in_words())]))
        st.page_link(navigation.file_of("how-it-is-counted"), label="All definitions", icon=":material/calculate:")


def _line(scope: Scope, employee_id: int, line: BriefLine) -> None:
    named = f" :gray[*{literal(line.counted_as)}*]" if line.counted_as else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.markdown(f"{literal(line.text)}{named}", width="content")
        _numbers(scope, employee_id, line)


def _numbers(scope: Scope, employee_id: int, line: BriefLine) -> None:
    """The way to the numbers of a line, on the page that the reader has: their own, or that of the person."""
    own = employee_id == scope.viewer.employee_id
    page = "my-usage" if own else "person"
    asked = navigation.query_for(page, person=None if own else employee_id)
    if line.span is not None:
        asked |= {"range": "custom", "from": str(line.span.first), "to": str(line.span.last)}
    asked |= {name: value for name, value in {"area": line.area, "statistic": line.stat}.items() if value}
    st.page_link(
        navigation.file_of(page),
        label="Numbers",
        icon=":material/monitoring:",
        width="content",
        query_params=asked,
    )


def copies(scope: Scope, employee_id: int, brief: Brief) -> None:
    """The brief as Markdown to copy, and as files that are built when clicked."""
    with st.expander("As Markdown, to copy", icon=":material/content_copy:", key="brief_copy"):
        reach = f"Data through {through(scope.freshness().data_through)} (UTC days)."
        st.code(f"{brief.markdown()}\n{reach}", language="markdown", wrap_lines=True)
    with st.container(horizontal=True):
        for form, label in brief_files.FORMS.items():
            file = downloads.file_name("brief", brief.period, form)
            st.download_button(
                f"Download {label}",
                downloads.owned(file, scope.viewer, _builder(scope.viewer, employee_id, brief.period, form)),
                file_name=file,
                mime=brief_files.MIMES[form],
                on_click="ignore",
                icon=":material/download:",
                key=f"download_brief_{form}",
            )


def _builder(viewer: Viewer, employee_id: int, period: Period, form: str) -> Callable[[], bytes]:
    place = audit.place()

    def build() -> bytes:
        with audit.at(place), tempfile.TemporaryDirectory(prefix="uptake-brief-") as folder:
            scope = gate.scope_at_click(viewer)
            person = scope.person(employee_id)
            said = {"days": str(period), "form": f"{form}, brief"}
            export_id = scope.recorder.log_export(person.team_id, scope.members(person).ids.tolist(), said)
            who = f"{scope.viewer.name} ({scope.viewer.email})"
            with scope.moment():
                fresh = scope.freshness()
                brief = brief_of(scope, employee_id, period, fresh.first_day or period.first)
            maker = Maker(export_id, who, dt.datetime.now(dt.UTC), fresh.data_through, version())
            path = Path(folder) / f"brief.{form}"
            brief_files.write(brief, maker, form, path)
            return path.read_bytes()

    return build
