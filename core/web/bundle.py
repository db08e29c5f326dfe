"""Streamlit's own scripts and styles, compressed: its first page is 7 MB as it is and 2 MB on the wire.

Each file is compressed once, in a thread, and kept; Streamlit names them after their content and never changes them.
"""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path

import streamlit
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
_SMALLEST = 1_000
_YEAR = 31_536_000


def bundle_files() -> dict[str, Path]:
    """The files that are worth compressing, by request path; nothing outside this list is ever opened."""
    root = Path(streamlit.__file__).parent / "static"
    return {
        f"/{file.relative_to(root).as_posix()}": file
        for file in (root / "static").rglob("*")
        if file.suffix in _TYPES and file.stat().st_size >= _SMALLEST
    }


class CompressedBundle:
    """Answers for the files of the bundle when the browser takes gzip, and passes everything else on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._files = bundle_files()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a compressed file, or pass the request on."""
        file = self._files.get(scope.get("path", "")) if scope["type"] == "http" and scope["method"] == "GET" else None
        headers = Headers(scope=scope) if file else Headers()
        if file is None or "gzip" not in headers.get("accept-encoding", "") or "range" in headers:
            await self._app(scope, receive, send)
            return
        response = Response(
            await run_in_threadpool(_compressed, file),
            headers={
                "content-type": _TYPES[file.suffix],
                "content-encoding": "gzip",
                "vary": "Accept-Encoding",
                "cache-control": f"public, immutable, max-age={_YEAR}",
            },
        )
        await response(scope, receive, send)


@cache
def _compressed(file: Path) -> bytes:
    return gzip.compress(file.read_bytes(), mtime=0)
