"""What a session has worked out, for as long as nothing that it rests on changes.

A click runs a whole page again, and most of what the page shows is the same as before. Here it is found again: by who
reads, what was asked for, and the state of usage, directory and marks. It is held in the reader's own session, so that
no other reader can be given it, and the looks that it amounts to are written down each time that it is shown.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, is_dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

import streamlit as st

from core.audit import Look
from core.visibility import PastTeam, Scope

P = ParamSpec("P")
T = TypeVar("T")

MOST = 32
"""Results kept per session, the newest ones: what a page shows, and a few of the one before."""

KEY = "uptake_kept"
"""Where a session holds them."""


@dataclass(frozen=True)
class _Entry:
    result: Any
    looks: tuple[Look, ...] = ()


def report(scope: Scope, make: Callable[Concatenate[Scope, P], T], /, *arguments: P.args, **named: P.kwargs) -> T:
    """What a function gives for a scope; the same object as before while its state and the arguments are the same.

    The function may read what `Scope.state` stands for, and nothing else; all of it is of one moment. A team as it was
    is not compared, but read anew.

    Raises:
        NotLogged: the looks could not be written.
    """
    asked = (*arguments, *named.values())
    if any(isinstance(one, PastTeam) for each in asked for one in (each if isinstance(each, tuple) else (each,))):
        with scope.moment():
            return make(scope, *arguments, **named)
    key = (make, scope.state, arguments, tuple(named.items()))
    kept = _find(key)
    if kept is None:
        with scope.moment(), scope.recorder.listening() as looks:
            made = make(scope, *arguments, **named)
        kept = _keep(key, _Entry(made, tuple(looks)))
    else:
        scope.recorder.log_again(kept.looks)
    found: T = kept.result
    return found


def derived(make: Callable[P, T], /, *arguments: P.args, **named: P.kwargs) -> T:
    """What a function makes of its arguments alone, such as a chart of a report. Reports are compared by identity.

    Kept where one of the arguments is, for what is made anew each time is never found again. Nobody may change what is
    given.

    Raises:
        TypeError: a report among the arguments is compared by its fields, and so would never be found again.
    """
    if not any(_is_kept(one) for one in (*arguments, *named.values())):
        return make(*arguments, **named)
    key = (make, arguments, tuple(named.items()))
    kept = _find(key) or _keep(key, _Entry(make(*arguments, **named)))
    made: T = kept.result
    return made


def _is_kept(one: object) -> bool:
    """Whether it is a report, or made of one, and found again; what is compared by its value is not."""
    if one is None or not any(each.result is one for each in _session().values()):
        return False
    found_again = type(one).__eq__ is object.__eq__
    if is_dataclass(one) and not found_again:
        message = f"{type(one).__name__} needs eq=False."
        raise TypeError(message)
    return found_again


def _find(key: Hashable) -> _Entry | None:
    session = _session()
    if key in session:
        session.move_to_end(key)
    return session.get(key)


def _keep(key: Hashable, found: _Entry) -> _Entry:
    session = _session()
    session[key] = found
    while len(session) > MOST:
        session.popitem(last=False)
    return found


def _session() -> OrderedDict[Hashable, _Entry]:
    """What a session has, the newest last."""
    held: OrderedDict[Hashable, _Entry] | None = st.session_state.get(KEY)
    if held is None:
        held = st.session_state[KEY] = OrderedDict()
    return held
