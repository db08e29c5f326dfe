"""Which websockets are opened at all, before Streamlit sees them: those of our own pages, and not too many."""

from __future__ import annotations

import logging
from collections import Counter
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from core.provider import is_loopback

MOST = 1_000
"""Open websockets in one process: each open page has one, and some megabytes with it."""

MOST_EACH = 300
"""Of these, from one address: an office may have one address for everybody in it."""

_DEFAULT_PORT = {"http": 80, "https": 443}
_LOG = logging.getLogger("uptake.web")


class OwnSockets:
    """Refuses a websocket whose Origin is not that of the public address, or is another host than its Host.

    Streamlit asks a service on the internet for this machine's address when the two differ, and nobody else is
    answered meanwhile. On a public address that means this machine, any name and port of it will do, as ports are
    forwarded. A browser always sends an Origin, so a request without one comes from no page of ours and is refused too.
    """

    def __init__(self, app: ASGIApp, *, public_url: str) -> None:
        self._app = app
        self._origin = _origin(public_url)
        self._is_local = is_loopback(urlsplit(public_url).hostname)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a foreign websocket, or pass the request on."""
        if scope["type"] == "websocket" and not self._is_own(Headers(scope=scope)):
            _LOG.warning(
                "A page's connection was refused: its Origin or Host is not that of UPTAKE_PUBLIC_URL. Where people "
                "see empty pages, the proxy has to pass both unchanged."
            )
            await PlainTextResponse("Forbidden", 403)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_own(self, headers: Headers) -> bool:
        origin, host = headers.get("origin", ""), headers.get("host", "")
        if not origin or origin not in {f"http://{host}", f"https://{host}"}:
            return False
        return _origin(origin) == self._origin or (self._is_local and is_loopback(_hostname(origin)))


class FewSockets:
    """Refuses a websocket while too many are open, in all or from its address; the browser tries again by itself.

    The address is the one that the web server trusts: where a proxy on this machine passes it on, the reader's.
    """

    def __init__(self, app: ASGIApp, *, most: int = MOST, most_each: int = MOST_EACH) -> None:
        self._app = app
        self._most = most
        self._most_each = most_each
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a websocket too many, or pass the request on."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        address = scope["client"][0] if scope.get("client") else ""
        if self._open.total() >= self._most or self._open[address] >= self._most_each:
            _LOG.warning("A page's connection was refused, as too many are open.")
            await PlainTextResponse("Too many connections", 503)(scope, receive, send)
            return
        self._open[address] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._open[address] -= 1
            self._open += Counter()  # forgets who has none open


def _origin(url: str) -> str:
    """Scheme, host and port as a browser writes them in an Origin; empty for what is no address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    host = parts.netloc.lower().removesuffix(f":{port}")
    return f"{parts.scheme}://{host}" + ("" if port in {None, _DEFAULT_PORT.get(parts.scheme)} else f":{port}")


def _hostname(origin: str) -> str | None:
    try:
        return urlsplit(origin).hostname
    except ValueError:
        return None
