"""The address decides what a page shows: shared, reloaded, or reached by the browser's back, it shows the same again.

A choice that is not the default stands in the query of the address. Streamlit gives the browser a new entry of history
for each change made here, and none for a widget that is bound to the query; so no widget is. Links between pages carry
the choices along, and nothing else does: an address without a choice means the default.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

import streamlit as st

from core.people.text import number_of
from core.reports.periods import Period

_CARRIED = "uptake_carried"
_AND, _ON = ".", "yes"
_PAGE = "page"
_CHOOSING = "uptake_choosing_dates"
_DAYS = ("from", "to")
_DATED = {"range": "custom", "cycle": "dates"}
"""The choices to which the days of an address belong, and what each then is."""


def follow(name: str, options: Collection[str], default: str, key: str) -> str | None:
    """Let a choice, whose widget has this `key`, be what the address says; what it says, if that is no option."""
    asked = st.query_params.get(name) or default
    found = next((one for one in options if one == asked), None)
    st.session_state[key] = default if found is None else found
    return asked if found is None else None


def note(name: str, default: str, key: str) -> None:
    """What was chosen goes into the address; for a widget's `on_change`."""
    chosen = st.session_state.get(key)
    put(name, None if chosen is None or str(chosen) == default else str(chosen))


def follow_several(name: str, options: Collection[str]) -> list[str]:
    """Let a choice of several be those of the options that the address names; what else it names."""
    asked = st.query_params.get(name, "").split(_AND)
    st.session_state[name] = [one for one in options if one in asked]
    return [one for one in asked if one and one not in options]


def note_several(name: str) -> None:
    """Those chosen go into the address; for a widget's `on_change`."""
    put(name, _AND.join(st.session_state.get(name) or ()) or None)


def follow_switch(name: str) -> None:
    """Let a switch be on when the address says so."""
    st.session_state[name] = st.query_params.get(name) == _ON


def note_switch(name: str) -> None:
    """A switch that was set goes into the address; for a widget's `on_change`."""
    put(name, _ON if st.session_state.get(name) else None)


def asked_dates(default: Period) -> tuple[Period, list[str]]:
    """The range from `from` to `to` of the address, in either order, and what of these is no day.

    For one that is no day, or is not there, the default's first or last day stands.
    """
    days = sorted((_day("from") or default.first, _day("to") or default.last))
    said = [st.query_params.get(name, "") for name in ("from", "to") if _day(name) is None]
    return Period(*days), [text for text in said if text]


def says(shown: Period) -> bool:
    """Whether the address names just these days, from the first to the last."""
    return [st.query_params.get(name) for name in _DAYS] == [str(shown.first), str(shown.last)]


def names_days() -> bool:
    """Whether the address says from when to when."""
    return all(st.query_params.get(name) for name in _DAYS)


def settle_days(name: str) -> None:
    """Days that stand in the address without the choice to which they belong, as in a part that was copied, make it.

    `name` is that of the page's choice: of a range, or of a review's period.
    """
    if names_days() and name not in st.query_params:
        put(name, _DATED[name])


def follow_dates(key: str, shown: Period | None) -> bool:
    """Let dates be those that are shown, or empty.

    Not while the reader has chosen the first day and is about to choose the last; that is what it answers.
    """
    if st.session_state.get(_CHOOSING) == key and key in st.session_state:
        return True
    st.session_state[key] = () if shown is None else (shown.first, shown.last)
    return False


def note_dates(key: str) -> None:
    """Chosen dates go into the address, once both are chosen; for a widget's `on_change`."""
    chosen = st.session_state.get(key)
    days = sorted(day for day in chosen if isinstance(day, dt.date)) if isinstance(chosen, tuple) else []
    st.session_state[_CHOOSING] = key if len(days) == 1 else None
    if len(days) == 2:
        put_dates(*days)


def put_dates(first: dt.date, last: dt.date) -> None:
    """A range goes into the address, in one step of the browser's history."""
    _change({"from": first.isoformat(), "to": last.isoformat()})


def remember(names: Collection[str], standing: Mapping[str, str]) -> None:
    """Keep the choices of this address for the links to other pages; those of `standing` are carried in any case.

    Days of a range are also those of a review, and the other way round while both are by days; a review of a quarter
    changes no range.
    """
    kept: dict[str, str] = st.session_state.setdefault(_CARRIED, {})
    dated = _dated(names)
    has_days = dated is not None and st.query_params.get(dated) == _DATED[dated]
    if dated == "range" and has_days:
        kept["cycle"] = _DATED["cycle"]
    elif dated == "range" and kept.get("cycle") == _DATED["cycle"]:
        del kept["cycle"]
    for name in names:
        if name in _DAYS and dated == "cycle" and not has_days:
            continue
        if name in st.query_params:
            kept[name] = st.query_params[name]
        elif name not in standing:
            kept.pop(name, None)
    for name, value in standing.items():
        kept.setdefault(name, value)


def carried(names: Collection[str]) -> dict[str, str]:
    """The choices that a link to a page with these takes along."""
    kept: dict[str, str] = st.session_state.get(_CARRIED, {})
    dated = _dated(names)
    days = _DAYS if dated is None or kept.get(dated) == _DATED[dated] else ()
    return {name: kept[name] for name in names if name in kept and (name not in _DAYS or name in days)}


def _dated(names: Collection[str]) -> str | None:
    """Which of the choices of a page days belong to, if any does."""
    return next((name for name in _DATED if name in names), None)


def put(name: str, value: str | None) -> None:
    """A choice goes into the address, or without a value out of it."""
    _change({name: value})


def drop(names: Collection[str]) -> dict[str, str]:
    """Choices go out of the address; what they were."""
    found = {name: st.query_params[name] for name in names if name in st.query_params}
    _change(dict.fromkeys(names))
    return found


def first_page() -> None:
    """The list of the page begins at its start again, since what it lists was changed."""
    put(_PAGE, None)


def number(name: str) -> int | None:
    """The number that the address gives under a name, if it can be one at all."""
    return number_of(st.query_params.get(name, ""))


def _change(choices: Mapping[str, str | None]) -> None:
    """Change the address in one step of the browser's history.

    The page of a list goes with any other choice, and days go with the choice to which they belong.
    """
    before = st.query_params.to_dict()
    wanted = {name: value for name, value in {_PAGE: None, **choices}.items() if value is not None}
    after = {name: value for name, value in before.items() if name not in {_PAGE, *choices}} | wanted
    if not any(after.get(name) == value for name, value in _DATED.items()):
        after = {name: value for name, value in after.items() if name not in _DAYS}
    if after != before:
        st.query_params.from_dict(after)


def _day(name: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(st.query_params.get(name, ""))
    except ValueError:
        return None
