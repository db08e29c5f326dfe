"""Signing out by Streamlit's own address: the session ends here as well, not only in the browser."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from core.errors import UptakeError
from core.web.cookies import signed_claims

_PATH = "/auth/logout"
_LOG = logging.getLogger("uptake.web")


class SignOut:
    """Ends the session of whoever comes to Streamlit's address for signing out, then passes them on."""

    def __init__(self, app: ASGIApp, *, end: Callable[[Mapping[str, object]], None]) -> None:
        self._app = app
        self._end = end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """End the session of a sign-out, and pass every request on."""
        if scope["type"] == "http" and scope["path"].rstrip("/") == _PATH:
            claims = signed_claims(Headers(scope=scope).get("cookie", ""))
            if claims is not None:
                try:
                    await run_in_threadpool(self._end, claims)
                except UptakeError:
                    _LOG.exception("The end of a session could not be stored.")
        await self._app(scope, receive, send)
