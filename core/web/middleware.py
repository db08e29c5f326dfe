"""Around every request: closed doors, security headers, cookies that travel over https only."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import streamlit
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.settings import Settings
from core.web.bundle import CompressedBundle
from core.web.cookies import signed_claims
from core.web.deep_links import DeepLinks
from core.web.history import SCRIPT_HASH, OneStepAnAct
from core.web.own_files import OwnFiles
from core.web.own_sockets import FewSockets, OwnSockets
from core.web.sign_out import SignOut

Admits = Callable[[Mapping[str, object]], bool]
"""Whether somebody with these claims, from a cookie whose signature is good, would be let in now."""

End = Callable[[Mapping[str, object]], None]
"""Ends the session of somebody with these claims."""

_CLOSED = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")
_FOR_MEMBERS = ("/media/", "/_stcore/upload_file")
_YEAR = 31_536_000


MayHave = Callable[[Mapping[str, object], str], bool]
"""Whether somebody with such claims may have the finished file of this name now."""


def stack(settings: Settings, admits: Admits, end: End, may_fetch: MayHave) -> list[Middleware]:
    """Uptake's middleware, the outermost first."""

    def may_fetch_with(cookie_header: str, name: str) -> bool:
        claims = signed_claims(cookie_header)
        return claims is not None and may_fetch(claims, name)

    https = settings.public_url.startswith("https://")
    return [
        Middleware(SecurityHeaders, https=https),
        Middleware(OwnSockets, public_url=settings.public_url),
        Middleware(FewSockets),
        Middleware(ClosedDoors, admits=admits),
        Middleware(SignOut, end=end),
        Middleware(DeepLinks, admits=admits),
        Middleware(OneStepAnAct),
        Middleware(OwnFiles, may_fetch=may_fetch_with),
        Middleware(CompressedBundle),
    ]


def content_security_policy() -> str:
    """Everything comes from this server; inline scripts are the one in Streamlit's start page and the one put there."""
    start_page = (Path(streamlit.__file__).parent / "static/index.html").read_text("utf-8")
    inline = re.findall(r"<script>(.*?)</script>", start_page, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in inline]
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(("script-src 'self'", *(f"'sha256-{value}'" for value in hashes), SCRIPT_HASH)),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'self'",
            "form-action 'self'",
        )
    )


class SecurityHeaders:
    """Adds the headers that Streamlit does not send, and `Secure` to every cookie when people come by https."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._https = https
        self._headers = {
            "content-security-policy": content_security_policy(),
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "referrer-policy": "same-origin",
            "cross-origin-opener-policy": "same-origin",
            "permissions-policy": "camera=(), geolocation=(), microphone=()",
        }
        if https:
            self._headers["strict-transport-security"] = f"max-age={_YEAR}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and put the headers on its answer."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                if scope["path"].startswith("/media/"):
                    headers["cache-control"] = "no-store"
                if self._https:
                    message["headers"] = [_secured(name, value) for name, value in message["headers"]]
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def _secured(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    if name.lower() == b"set-cookie" and b"; secure" not in value.lower():
        return name, value + b"; Secure"
    return name, value


class ClosedDoors:
    """Shuts what nobody needs, and lets only people of Uptake fetch downloads or send files.

    Streamlit serves `/media/…` to whoever knows the address, which is a hash of the content, and keeps it a while after
    the page is closed; so the door asks for the sign-in cookie, and for a person who may still come in.
    """

    def __init__(self, app: ASGIApp, *, admits: Admits) -> None:
        self._app = app
        self._admits = admits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer for a closed door, or pass the request on."""
        path = scope.get("path", "")
        if path.startswith(_CLOSED):
            # A websocket is closed by the same refusal: Starlette's 404 needs none of our own.
            await PlainTextResponse("Not found", 404)(scope, receive, send)
        elif scope["type"] == "http" and path.startswith(_FOR_MEMBERS) and not await self._is_member(scope):
            await PlainTextResponse("Please sign in first.", 401)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _is_member(self, scope: Scope) -> bool:
        claims = signed_claims(Headers(scope=scope).get("cookie", ""))
        return claims is not None and await run_in_threadpool(self._admits, claims)
