"""Looks after pages that are left open: has them drawn again when their reader may see something else, or nobody knows.

So are pages that refused somebody who may come in now.

The server looks, as a timer of the browser stands still while its tab is in the background. It hands Streamlit the
message that the browser would send, so that a page runs as ever, gate first.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
from collections.abc import Callable, Sequence

from streamlit import runtime
from streamlit.proto.BackMsg_pb2 import BackMsg

from core import audit
from core.errors import SignInEnded, UnknownViewer
from core.ui import gate
from core.ui.session import open_pages, resources
from core.ui.session.open_pages import DrawnPage, OpenPage, RefusedPage
from core.ui.session.resources import Epoch

SECONDS = 10.0
"""Between two looks."""

LONGEST = 30.0
"""Seconds without an answer of the database, after which nobody can say whose an open page is, and it is emptied."""

_APART = 0.02
"""Seconds between two pages, so that an import does not have all pages of a company drawn in one moment."""

_LOG = logging.getLogger("uptake.pages")


async def look_after_pages(find: Callable[[], Sequence[DrawnPage] | None]) -> None:
    """Look again and again, for as long as the server runs.

    `find` gives `outdated()`, or None where that fails or takes too long.
    """
    answered = time.monotonic()
    while True:
        await asyncio.sleep(SECONDS)
        found, interrupts = await asyncio.to_thread(find), False
        if found is not None:
            answered = time.monotonic()
        elif time.monotonic() - answered > LONGEST:
            resources.give_up()
            found, interrupts = unconfirmed(), True
        for page in found or ():
            if interrupts or open_pages.is_as_drawn(page):
                _draw_again(page)
            await asyncio.sleep(_APART)
        open_pages.forget_closed(runtime.get_instance().is_active_session)


def outdated() -> list[DrawnPage]:
    """Open pages that may not show what their reader may see now; and those that are empty since `unconfirmed`.

    Raises:
        StorageError: the database does not answer.
    """
    epoch = resources.take_up()
    return [
        *(page for page in open_pages.quiet() if page.is_empty or not _is_still_its_readers(page, epoch)),
        *(page for page in open_pages.refused() if _comes_in(page, epoch)),
    ]


def unconfirmed() -> list[OpenPage]:
    """Open pages that show something; those included that have been waiting for the database."""
    return [page for page in open_pages.quiet(running=True) if not page.is_empty]


def _is_still_its_readers(page: OpenPage, epoch: Epoch) -> bool:
    """Compare one number, and look closer only when it moved or the session's time is over."""
    if page.epoch == epoch and dt.datetime.now(dt.UTC) < page.viewer.until:
        return True
    try:
        scope = gate.scope_at_click(page.viewer)
    except (SignInEnded, UnknownViewer):
        return False
    if scope.fingerprint != page.fingerprint:
        return False
    page.epoch, page.viewer = epoch, scope.viewer
    return True


def _comes_in(page: RefusedPage, epoch: Epoch) -> bool:
    """Ask again only when something changed; nobody came for that, so that a refusal is none to write down."""
    if page.epoch == epoch:
        return False
    with audit.nobody_asks():
        if gate.lets_in(page.sign_in):
            return True
    page.epoch = epoch
    return False


def _draw_again(page: DrawnPage) -> None:
    page.by_itself = True
    try:
        runtime.get_instance().handle_backmsg(page.session, BackMsg(rerun_script=page.message))
    except Exception:  # noqa: BLE001 - one page must not keep the others from being looked after
        _LOG.exception("An open page could not be drawn again.")
