"""Choices that stand in the address of a page: a list, a row of buttons, dates, or tabs.

What comes back is one of the options, whatever the browser sent. A choice is drawn from the address and written to it
(`url_state`), and its `name` there is the key of its widget. Where an address asks for what cannot be shown, a
sentence says so, and the address then says what is shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.elements.lib.mutable_tab_container import TabContainer

from core.reports.periods import Period
from core.reports.wording.markdown import literal
from core.ui.session import url_state

Option = TypeVar("Option", bound=str)

_BELOW: ContextVar[DeltaGenerator | None] = ContextVar("uptake_below_the_filters", default=None)

_MOST_QUOTED = 40
"""So many characters of what an address asks for are said again: enough to know it by, too few to tell a story."""


@contextmanager
def row(key: str = "filters") -> Iterator[None]:
    """Filters side by side; what is to be said of them stands below, where it moves none of them."""
    filters = st.container(horizontal=True, vertical_alignment="bottom", key=key)
    before = _BELOW.set(st.container())
    try:
        with filters:
            yield
    finally:
        _BELOW.reset(before)


def say(sentence: str) -> None:
    """Say something of the filters, below their row, or beside a choice that stands in none."""
    _below().caption(f":material/info: {sentence}")


def listed(label: str, name: str, options: Mapping[Option, str], default: Option, **layout: Any) -> Option:
    """One of several, from a list that opens; `options` are what stands in the address → the words for it."""
    chosen = st.selectbox(label, **_one_of(label, name, options, default, name), **layout)
    return _checked(chosen, options, default)


def buttons(
    label: str, name: str, options: Mapping[Option, str], default: Option, *, key: str | None = None, **layout: Any
) -> Option:
    """One of a few that all show. Several rows of one name, each with a `key`, share the place in the address."""
    given = _one_of(label, name, options, default, key or name)
    chosen = st.segmented_control(label, **given, required=True, **layout)
    return _checked(chosen, options, default)


def several(label: str, name: str, options: Mapping[str, str], **layout: Any) -> list[str]:
    """Any number of several, in the order of the options; none at all stands for no choice."""
    if unknown := url_state.follow_several(name, options):
        url_state.note_several(name)
        say(f"The address asks for {_quoted(unknown)} under “{label}”, which is no choice there and is left out.")
    chosen = st.multiselect(
        label,
        list(options),
        format_func=options.__getitem__,
        key=name,
        on_change=url_state.note_several,
        args=(name,),
        filter_mode="contains",
        select_all=False,  # else it is the first of the list, and Enter after a word chooses all that match
        **layout,
    )
    return [option for option in options if option in chosen]


def switch(label: str, name: str, **layout: Any) -> bool:
    """Whether something is shown that is left out at first."""
    url_state.follow_switch(name)
    return bool(st.toggle(label, key=name, on_change=url_state.note_switch, args=(name,), **layout))


def page(name: str) -> int:
    """Which page of a list is asked for, from 1 on; the list may be shorter."""
    return max(url_state.number(name) or 1, 1)


def pages(name: str, count: int) -> None:
    """The way to the other pages of a list, where it has any."""
    if page(name) > max(count, 1):
        url_state.put(name, str(count) if count > 1 else None)
    if count > 1:
        st.session_state[name] = min(page(name), count)
        st.pagination(count, key=name, on_change=url_state.note, args=(name, "1", name))


def dates(key: str, default: Period, within: Period, most: int | None = None) -> Period:
    """A range of days inside another; while only its first day is chosen, the range of before.

    Of one with more days than `most`, the last ones. Ends the page with a hint where the address asks for days that all
    lie outside.
    """
    asked, no_days = url_state.asked_dates(default)
    stored = asked.within(within)
    shown = stored if stored is None or most is None else stored.newest(most)
    half_chosen = url_state.follow_dates(key, shown)
    st.date_input(
        "From and to",
        min_value=within.first,
        max_value=within.last,
        key=key,
        on_change=url_state.note_dates,
        args=(key,),
        format="YYYY-MM-DD",
        width=240,
    )
    if half_chosen:
        say("Choose the last day too" + (f"; the figures are of {shown} until then." if shown else "."))
    if shown is None:
        _below().info(f"Nothing is stored of {asked}. Choose days from {within}, or another range.")
        st.stop()
    if no_days:
        what = "is no day" if len(no_days) == 1 else "are no days"
        say(f"The address asks for {_quoted(no_days)}, which {what}. Shown is {shown} instead.")
    elif shown != stored:
        say(f"A range has at most {most} days here. Shown is {shown}.")
    elif shown != asked:
        say(f"The address asks for {asked}, of which only days from {within} can be shown. Shown is {shown}.")
    if not url_state.says(shown):
        url_state.put_dates(shown.first, shown.last)
    return shown


def tabs(name: str, options: Mapping[str, str], *, forget: Collection[str] = ()) -> Sequence[TabContainer]:
    """Tabs, of which the first is open until another is; only what is in the open one needs to be drawn.

    Choices of a tab that `forget` names are gone from the address when another is opened.
    """
    first, *_ = options.values()
    keys = {label: option for option, label in options.items()}
    asked = st.query_params.get(name, "")
    if asked and asked not in options:
        url_state.put(name, None)
    st.session_state[name] = options.get(asked, first)

    def opened() -> None:
        chosen = keys.get(st.session_state.get(name, first))
        url_state.put(name, None if chosen == keys[first] else chosen)
        for other in forget:
            url_state.put(other, None)

    return st.tabs(list(options.values()), key=name, on_change=opened)


def _one_of(label: str, name: str, options: Mapping[Option, str], default: Option, key: str) -> dict[str, Any]:
    """What a widget that chooses one of several is given, after it was made to follow the address."""
    unknown = url_state.follow(name, options, default, key)
    if unknown is not None and key == name:  # of rows that share a name, what one does not offer another may
        url_state.put(name, None)
        wanted = f"{_quoted([unknown])} under “{label}”"
        say(f"The address asks for {wanted}, which is no choice there. Shown is “{options[default]}” instead.")
    noted = {"on_change": url_state.note, "args": (name, default, key)}
    return {"options": list(options), "format_func": options.__getitem__, "key": key, **noted}


def _checked(chosen: object, options: Mapping[Option, str], default: Option) -> Option:
    return next((option for option in options if option == chosen), default)


def _below() -> DeltaGenerator:
    """Where to say what is to be said of a choice."""
    below = _BELOW.get()
    return st.container() if below is None else below


def _quoted(asked: Sequence[str]) -> str:
    """What an address asks for, as plain text."""
    short = (text if len(text) <= _MOST_QUOTED else text[:_MOST_QUOTED] + "…" for text in asked)
    return " and ".join(f"“{literal(text)}”" for text in short)
