"""A link to a page survives signing in: Streamlit leads everybody to the start page after it, and forgets the rest."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.web.cookies import signed_claims

COOKIE = "uptake_return"
_SECONDS = 600
_LONGEST = 1_500
_NOT_PAGES = {"health", "healthz", "metrics", "oauth2callback", "readyz"}
_PAGE = re.compile(r"/[A-Za-z0-9_-]{1,64}")
_ADDRESS = re.compile(_PAGE.pattern + r"(\?[!-~]*)?")
"""One word below the root, and a query. It begins with one slash and a letter, so it never leads to another host."""


class DeepLinks:
    """Notes the page that somebody asks for who has to sign in first, and leads there when they come back.

    The note is a cookie of ten minutes that no script can read. It holds what the browser asked for itself; it opens
    nothing, as the page it leads to asks the gate.
    """

    def __init__(self, app: ASGIApp, *, admits: Callable[[Mapping[str, object]], bool]) -> None:
        self._app = app
        self._admits = admits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lead on, or pass the request on and note where it went."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        cookies = headers.get("cookie", "")
        claims = signed_claims(cookies)
        path = str(scope["path"]).rstrip("/")
        if not path:
            back = _noted(cookies)
            if back is not None and claims is not None:
                response = RedirectResponse(back, 303)
                response.delete_cookie(COOKIE, path="/")
                await response(scope, receive, send)
                return
        elif _is_page(path, headers) and (claims is None or not await run_in_threadpool(self._admits, claims)):
            send = _noting(send, path, scope["query_string"].decode("latin-1"))
        await self._app(scope, receive, send)


def _is_page(path: str, headers: Headers) -> bool:
    """Whether a browser asks for a page, whichever: one that does not exist is treated like one that does."""
    asks = "text/html" in headers.get("accept", "")
    return asks and _PAGE.fullmatch(path) is not None and path[1:] not in _NOT_PAGES


def _noting(send: Send, path: str, query: str) -> Send:
    address = f"{path}?{query}" if query and len(query) <= _LONGEST else path
    note = base64.urlsafe_b64encode(address.encode()).decode().rstrip("=")

    async def send_with_note(message: Message) -> None:
        if message["type"] == "http.response.start":
            value = f"{COOKIE}={note}; Path=/; Max-Age={_SECONDS}; HttpOnly; SameSite=Lax"
            MutableHeaders(scope=message).append("set-cookie", value)
        await send(message)

    return send_with_note


def _noted(cookie_header: str) -> str | None:
    """The address of a note; anything but an address of ours is none."""
    try:
        note = cookie_parser(cookie_header)[COOKIE]
        address = base64.urlsafe_b64decode(note + "=" * (-len(note) % 4)).decode("ascii")
    except (KeyError, ValueError):
        return None
    return address if _ADDRESS.fullmatch(address) else None
