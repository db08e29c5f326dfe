"""Addresses beside the pages, for the machines that watch over Uptake."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


def watch_routes(database_answers: Callable[[], bool]) -> list[Route]:
    """`/healthz`: 200 when this process and its database answer, else 503. It says nothing more, to anybody."""

    def healthz(_request: Request) -> JSONResponse:  # not async: Starlette runs it in a thread, for it may wait
        if database_answers():
            return JSONResponse({"status": "ok"})
        return JSONResponse({"status": "database does not answer"}, 503)

    return [Route("/healthz", healthz, methods=["GET"])]
