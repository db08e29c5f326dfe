"""Choosing one person of the scope by name, with a search where there are many. The address decides who it is."""

from __future__ import annotations

from itertools import islice

import numpy as np
import streamlit as st

from core.ui.session import session_cache, url_state
from core.ui.widgets import filter_bar
from core.visibility import Scope

MOST_OFFERED = 500
"""So many people are offered at once; a search narrows a larger scope down."""

_PICKER = "person_choice"


def asked_for(scope: Scope) -> int | None:
    """The person whom the address names; None when it names nobody.

    Raises:
        NotPermitted: that person is outside the scope, or the address names none that could be.
    """
    if "person" not in st.query_params:
        return None
    asked = filter_bar.person_from_url()
    scope.person(asked)
    return asked


def chosen(scope: Scope, default: int | None) -> int | None:
    """The picker, which shows whom the address names, else a default; the address then names whoever is chosen.

    Raises:
        NotPermitted: see `asked_for`.
    """
    asked = asked_for(scope)
    start = default if asked is None else asked
    st.session_state[_PICKER] = start
    search = ""
    if scope.whole.size > MOST_OFFERED:
        search = st.text_input("Search", placeholder="Name or e-mail", key="person_search", width=240, max_chars=100)
    options = session_cache.report(scope, _options, search or "", start)
    found = st.selectbox(
        "Person",
        list(options),
        index=None,
        format_func=lambda number: options.get(number, ""),
        key=_PICKER,
        on_change=_choose,
        width=380,
        placeholder="Choose a person",
    )
    if found not in options:
        return None
    st.query_params["person"] = str(found)
    return found


def _choose() -> None:
    choice = st.session_state[_PICKER]
    url_state.put("person", None if choice is None else str(choice))


def _options(scope: Scope, search: str, already: int | None) -> dict[int, str]:
    """Employee id → name and address, of who matches the search or is chosen already."""
    word, members = search.strip().casefold(), scope.members(scope.whole)

    def is_found(place: int) -> bool:
        return word in members.names[place].casefold() or word in members.emails[place].casefold()

    by_name = np.argsort(members.by_name).tolist()
    found = list(islice(filter(is_found, by_name), MOST_OFFERED))
    chosen = [place for place in np.flatnonzero(members.ids == already).tolist() if place not in found]
    offered = sorted(found[: MOST_OFFERED - len(chosen)] + chosen, key=members.by_name.__getitem__)
    return {int(members.ids[place]): f"{members.names[place]} · {members.emails[place]}" for place in offered}
