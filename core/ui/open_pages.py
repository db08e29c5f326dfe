"""The pages that are open in this process: what each was drawn for, and the message that has it drawn again.

A page is known by its browser's session. Whether it still shows what its reader may see is for `watch` to find out.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.ui.cached import Epoch
from core.viewers import Viewer

QUIET = 10.0
"""Seconds for which a page that has just been drawn is left alone."""

_KEPT = 600.0
"""Seconds for which a page is remembered whose browser is away: it may come back to what it shows."""


@dataclass
class OpenPage:
    """A page as it was last drawn.

    `is_empty`: it shows that the database could not be asked, and nothing else. `by_itself`: its next run is none that
    the reader asked for.
    """

    session: str
    viewer: Viewer
    fingerprint: str
    epoch: Epoch
    message: ClientState
    drawn_at: float
    is_empty: bool = False
    by_itself: bool = False


@dataclass(frozen=True)
class _Run:
    by_itself: bool


_lock = threading.Lock()
_pages: dict[str, OpenPage] = {}
_running: dict[str, _Run] = {}
"""The latest run of each page that is being drawn."""


@contextmanager
def run() -> Iterator[None]:
    """Around each run of a page, which is not to be cut off by another one."""
    session = _session()
    with _lock:
        page = _pages.get(session)
        this = _running[session] = _Run(by_itself=page is not None and page.by_itself)
        if page is not None:
            page.by_itself = False
    try:
        yield
    finally:
        with _lock:
            if _running.get(session) is this:
                del _running[session]


def runs_by_itself() -> bool:
    """Whether the present run is none that the reader asked for."""
    run = _running.get(_session())
    return run is not None and run.by_itself


def goes_on_by_itself() -> None:
    """The next run of this page is none that the reader asked for."""
    with _lock:
        if (page := _pages.get(_session())) is not None:
            page.by_itself = True


def shows(viewer: Viewer, fingerprint: str, epoch: Epoch) -> None:
    """Note for whom the page is drawn, at which address, and what they may see, as `remembered` has it."""
    context = get_script_run_ctx()
    message = ClientState(query_string=urlencode(st.query_params.to_dict()))
    if context is not None:
        message.page_script_hash = context.page_script_hash
        if context.context_info is not None:
            message.context_info.CopyFrom(context.context_info)
    page = OpenPage(_session(), viewer, fingerprint, epoch, message, time.monotonic())
    with _lock:
        _pages[page.session] = page


def is_empty() -> None:
    """The page says that the database cannot be asked; what stood there goes."""
    with _lock:
        if (page := _pages.get(_session())) is not None:
            page.is_empty, page.drawn_at = True, time.monotonic()


def forget() -> None:
    """The page shows nothing of anybody, so there is nothing to take away."""
    with _lock:
        _pages.pop(_session(), None)


def quiet(*, running: bool = False) -> list[OpenPage]:
    """Pages that were not drawn just now; those whose run goes on since then only when they are wanted."""
    now = time.monotonic()
    with _lock:
        return [
            page
            for page in _pages.values()
            if now - page.drawn_at >= QUIET and (running or page.session not in _running)
        ]


def forget_closed(is_open: Callable[[str], bool]) -> None:
    """Forget pages whose browser went away and did not come back."""
    now = time.monotonic()
    with _lock:
        for page in list(_pages.values()):
            if now - page.drawn_at > _KEPT and not is_open(page.session):
                del _pages[page.session]


def _session() -> str:
    context = get_script_run_ctx()
    return "" if context is None else context.session_id
