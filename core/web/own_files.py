"""A finished file goes to whom it was made for, and to nobody else; to everybody else it does not exist."""

from __future__ import annotations

import re
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MayFetch = Callable[[str, str], bool]
"""Whether a request with this cookie header may have the finished file of this name now."""

_NAME = re.compile(r'attachment; filename="([^"]+)"')


class OwnFiles:
    """Looks at the name under which Streamlit is about to send a file, and asks whose it is."""

    def __init__(self, app: ASGIApp, *, may_fetch: MayFetch) -> None:
        self._app = app
        self._may_fetch = may_fetch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the answer on, or say that there is nothing."""
        if scope["type"] != "http" or not scope.get("path", "").startswith("/media/"):
            await self._app(scope, receive, send)
            return
        withheld = False

        async def send_own(message: Message) -> None:
            nonlocal withheld
            if message["type"] == "http.response.start":
                withheld = not await self._is_own(scope, message)
                if withheld:
                    await PlainTextResponse("Not found", 404)(scope, receive, send)
            if not withheld:
                await send(message)

        await self._app(scope, receive, send_own)

    async def _is_own(self, scope: Scope, message: Message) -> bool:
        headers = Headers(raw=message["headers"])
        if message["status"] >= 400:
            return True
        if "content-disposition" not in headers:  # what a page shows: its pictures, and nothing else
            return headers.get("content-type", "").startswith("image/")
        named = _NAME.fullmatch(headers["content-disposition"])
        cookie = Headers(scope=scope).get("cookie", "")
        return named is not None and await run_in_threadpool(self._may_fetch, cookie, named.group(1))
