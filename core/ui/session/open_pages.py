"""The pages that are open in this process: what each was drawn for, and the message that has it drawn again.

A page is known by its browser's session. Whether it still shows what its reader may see, or whether somebody may come
in who was refused, is for `watch` to find out.
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

from core.ui.session.resources import Epoch
from core.viewers import SignIn, Viewer

QUIET = 10.0
"""Seconds for which a page that has just been drawn is left alone."""

_KEPT = 600.0
"""Seconds for which a page is remembered whose browser is away: it may come back to what it shows."""


@dataclass(kw_only=True)
class DrawnPage:
    """A page as it was last drawn; `by_itself`: its next run is none that the reader asked for."""

    session: str
    epoch: Epoch
    message: ClientState
    drawn_at: float
    by_itself: bool = False


@dataclass(kw_only=True)
class OpenPage(DrawnPage):
    """One that was drawn for a viewer; `is_empty`: it says that the database could not be asked, and nothing else."""

    viewer: Viewer
    fingerprint: str
    is_empty: bool = False


@dataclass(kw_only=True)
class RefusedPage(DrawnPage):
    """One that says that its reader, who is signed in, is not known."""

    sign_in: SignIn


@dataclass(frozen=True)
class _Run:
    by_itself: bool


_lock = threading.Lock()
_pages: dict[str, OpenPage | RefusedPage] = {}
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


def expect_run_by_itself() -> None:
    """The next run of this page is none that the reader asked for."""
    with _lock:
        if (page := _pages.get(_session())) is not None:
            page.by_itself = True


def register(viewer: Viewer, fingerprint: str, epoch: Epoch) -> None:
    """Note for whom the page is drawn, at which address, and what they may see, as `remembered` has it."""
    context = get_script_run_ctx()
    message = _message("" if context is None else context.page_script_hash)
    _keep(
        OpenPage(
            session=_session(),
            viewer=viewer,
            fingerprint=fingerprint,
            epoch=epoch,
            message=message,
            drawn_at=time.monotonic(),
        )
    )


def register_refused(sign_in: SignIn, epoch: Epoch) -> None:
    """Note whom the page refuses, at which address; no page was chosen for them, so that the one they asked for is."""
    context = get_script_run_ctx()
    message = _message("")
    if context is not None:
        message.page_script_hash = context.pages_manager.intended_page_script_hash or ""
        message.page_name = context.pages_manager.intended_page_name or ""
    _keep(RefusedPage(session=_session(), sign_in=sign_in, epoch=epoch, message=message, drawn_at=time.monotonic()))


def mark_empty() -> None:
    """The page says that the database cannot be asked; what stood there goes."""
    with _lock:
        if isinstance(page := _pages.get(_session()), OpenPage):
            page.is_empty, page.drawn_at = True, time.monotonic()


def forget() -> None:
    """The page shows nothing of anybody, so there is nothing to take away."""
    with _lock:
        _pages.pop(_session(), None)


def quiet(*, running: bool = False) -> list[OpenPage]:
    """Pages of viewers that were not drawn just now; those whose run goes on since then only when they are wanted."""
    return [page for page in _quiet(running=running) if isinstance(page, OpenPage)]


def refused() -> list[RefusedPage]:
    """Pages that refuse somebody, and were not drawn just now."""
    return [page for page in _quiet() if isinstance(page, RefusedPage)]


def _quiet(*, running: bool = False) -> list[OpenPage | RefusedPage]:
    now = time.monotonic()
    with _lock:
        return [
            page
            for page in _pages.values()
            if now - page.drawn_at >= QUIET and (running or page.session not in _running)
        ]


def is_as_drawn(page: DrawnPage) -> bool:
    """Whether it still is as it was drawn then, and no run has begun: a reader's own click is not to be lost."""
    with _lock:
        return _pages.get(page.session) is page and page.session not in _running


def forget_closed(is_open: Callable[[str], bool]) -> None:
    """Forget pages whose browser went away and did not come back."""
    now = time.monotonic()
    with _lock:
        for page in list(_pages.values()):
            if now - page.drawn_at > _KEPT and not is_open(page.session):
                del _pages[page.session]


def _keep(page: OpenPage | RefusedPage) -> None:
    with _lock:
        _pages[page.session] = page


def _message(page_script_hash: str) -> ClientState:
    context = get_script_run_ctx()
    message = ClientState(query_string=urlencode(st.query_params.to_dict()), page_script_hash=page_script_hash)
    if context is not None and context.context_info is not None:
        message.context_info.CopyFrom(context.context_info)
    return message


def _session() -> str:
    context = get_script_run_ctx()
    return "" if context is None else context.session_id
