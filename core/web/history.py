"""The browser's way back: each act of the reader is one step of its history, and what a page does by itself is none.

A page writes into its address what it shows. Streamlit makes a new step of each such change, so that going back would
lead to an address that the page at once corrects again, and the reader would never get past it.
"""

from __future__ import annotations

import base64
import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SCRIPT = """
  const push = history.pushState;
  let acted = false;
  for (const act of ["pointerdown", "keydown", "click"]) {
    addEventListener(act, () => { acted = true; }, { capture: true });
  }
  history.pushState = function (...step) {
    const change = acted ? push : history.replaceState;
    acted = false;
    return change.apply(history, step);
  };
"""
"""Runs in the start page before Streamlit's own scripts."""

SCRIPT_HASH = f"'sha256-{base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()}'"
"""The script as the security policy names it."""

_HEAD = b"<head>"
_TAG = f"<script>{SCRIPT}</script>".encode()


class OneStepAnAct:
    """Puts the script into the start page, which is the same at every address of a page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; an answer in HTML comes whole, and with the script."""
        asks = scope["type"] == "http" and scope["method"] == "GET"
        if not asks or "text/html" not in Headers(scope=scope).get("accept", ""):
            await self._app(scope, receive, send)
            return
        headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await self._app({**scope, "headers": headers}, receive, _with_script(send))


def _with_script(send: Send) -> Send:
    start: Message | None = None
    page = b""

    async def send_on(message: Message) -> None:
        nonlocal start, page
        if message["type"] == "http.response.start" and _is_page(message):
            start = message
        elif message["type"] != "http.response.body" or start is None:
            await send(message)
        else:
            page += message.get("body", b"")
            if not message.get("more_body", False):
                page = page.replace(_HEAD, _HEAD + _TAG, 1)
                headers = MutableHeaders(raw=start["headers"])
                headers["content-length"] = str(len(page))
                for name in ("etag", "last-modified"):  # they say which version of Streamlit's file it is, not of this
                    del headers[name]
                await send({**start, "headers": headers.raw})
                await send({"type": "http.response.body", "body": page})

    return send_on


def _is_page(message: Message) -> bool:
    kind = Headers(raw=message["headers"]).get("content-type", "")
    return message["status"] == 200 and kind.startswith("text/html")
