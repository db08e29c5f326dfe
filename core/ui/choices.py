"""Choices that stand in the address of a page: a list, a row of buttons, dates, or tabs.

What comes back is one of the options, whatever the browser sent. A choice is drawn from the address and written to it
(`core.ui.address`), and its `name` there is the key of its widget.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

import streamlit as st
from streamlit.elements.lib.mutable_tab_container import TabContainer

from core.reports.periods import Period
from core.ui import address

Option = TypeVar("Option", bound=str)


def listed(label: str, name: str, options: Mapping[Option, str], default: Option, **layout: Any) -> Option:
    """One of several, from a list that opens; `options` are what stands in the address → the words for it."""
    chosen = st.selectbox(label, **_one_of(name, options, default, name), **layout)
    return _checked(chosen, options, default)


def buttons(
    label: str, name: str, options: Mapping[Option, str], default: Option, *, key: str | None = None, **layout: Any
) -> Option:
    """One of a few that all show. Several rows of one name, each with a `key`, share the place in the address."""
    chosen = st.segmented_control(label, **_one_of(name, options, default, key or name), required=True, **layout)
    return _checked(chosen, options, default)


def several(label: str, name: str, options: Mapping[str, str], **layout: Any) -> list[str]:
    """Any number of several, in the order of the options; none at all stands for no choice."""
    address.follow_several(name, options)
    chosen = st.multiselect(
        label,
        list(options),
        format_func=options.__getitem__,
        key=name,
        on_change=address.note_several,
        args=(name,),
        **layout,
    )
    return [option for option in options if option in chosen]


def switch(label: str, name: str, **layout: Any) -> bool:
    """Whether something is shown that is left out at first."""
    address.follow_switch(name)
    return bool(st.toggle(label, key=name, on_change=address.note_switch, args=(name,), **layout))


def page(name: str) -> int:
    """Which page of a list is asked for, from 1 on; the list may be shorter."""
    return max(address.number(name) or 1, 1)


def pages(name: str, count: int) -> None:
    """The way to the other pages of a list, where it has any."""
    if count > 1:
        st.session_state[name] = min(page(name), count)
        st.pagination(count, key=name, on_change=address.note, args=(name, "1", name))


def dates(key: str, default: Period, within: Period) -> Period:
    """A range of days inside another; while only its first day is chosen, the default's last day is the last."""
    address.follow_dates(key, default.first, default.last, within.first, within.last)
    asked = st.date_input(
        "From and to",
        min_value=within.first,
        max_value=within.last,
        key=key,
        on_change=address.note_dates,
        args=(key,),
        format="YYYY-MM-DD",
        width=240,
    )
    chosen = [day for day in (asked if isinstance(asked, tuple) else (asked,)) if isinstance(day, dt.date)]
    last = max(chosen) if len(chosen) > 1 else default.last
    first = min(max(min(chosen, default=default.first), within.first), within.last)
    return Period(first, max(min(last, within.last), first))


def tabs(name: str, options: Mapping[str, str], *, forget: Collection[str] = ()) -> Sequence[TabContainer]:
    """Tabs, of which the first is open until another is; only what is in the open one needs to be drawn.

    Choices of a tab that `forget` names are gone from the address when another is opened.
    """
    first, *_ = options.values()
    keys = {label: option for option, label in options.items()}
    asked = st.query_params.get(name, "")
    st.session_state[name] = options.get(asked, first)

    def opened() -> None:
        chosen = keys.get(st.session_state.get(name, first))
        address.put(name, None if chosen == keys[first] else chosen)
        for other in forget:
            address.put(other, None)

    return st.tabs(list(options.values()), key=name, on_change=opened)


def _one_of(name: str, options: Mapping[Option, str], default: Option, key: str) -> dict[str, Any]:
    """What a widget that chooses one of several is given, after it was made to follow the address."""
    address.follow(name, options, default, key)
    noted = {"on_change": address.note, "args": (name, default, key)}
    return {"options": list(options), "format_func": options.__getitem__, "key": key, **noted}


def _checked(chosen: object, options: Mapping[Option, str], default: Option) -> Option:
    return next((option for option in options if option == chosen), default)
