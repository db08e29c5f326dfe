"""Signing out by Streamlit's own address: the session ends here as well, not only in the browser."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from core.web.cookies import SIGN_IN, signed_claims

_PATH = "/auth/logout"
_NOT_ENDED = (
    "You are signed out in this browser only: the end of your session could not be stored, so a copy of it would still "
    "be let in. Please sign in and out again in a moment, or tell the people who run Uptake."
)
_LOG = logging.getLogger("uptake.web")


class SignOut:
    """Ends the session of whoever comes to Streamlit's address for signing out, then passes them on.

    Where the end cannot be stored they are told so, and their browser forgets the sign-in all the same.
    """

    def __init__(self, app: ASGIApp, *, end: Callable[[Mapping[str, object]], None]) -> None:
        self._app = app
        self._end = end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """End the session of a sign-out, and pass every request on."""
        if scope["type"] == "http" and scope["path"].rstrip("/") == _PATH:
            request = HTTPConnection(scope)
            claims = signed_claims(request.headers.get("cookie", ""))
            if claims is not None:
                try:
                    await run_in_threadpool(self._end, claims)
                except Exception:  # noqa: BLE001 - whatever it was, the session lives on and its owner has to know
                    _LOG.exception("The end of a session could not be stored.")
                    await _forgotten(request)(scope, receive, send)
                    return
        await self._app(scope, receive, send)


def _forgotten(request: HTTPConnection) -> Response:
    response = PlainTextResponse(_NOT_ENDED, 503, headers={"cache-control": "no-store"})
    for name in request.cookies:
        if name.startswith(SIGN_IN):  # in several parts, where it is long
            response.delete_cookie(name, path="/")
    return response
