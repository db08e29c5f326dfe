"""Trouble on demand: what the API answers while a file names a kind of trouble, for trying what Uptake says of it.

The file holds one word; without it, or with an empty one, the API is well. `uptake demo --data-dir FOLDER` reads
FOLDER/trouble.txt, for example after `echo rejected > FOLDER/trouble.txt`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from simulator.errors import ApiProblem, bad_request, error_response

_REQUEST_ID = "req_of_a_simulated_trouble"


def _refusal(status: int, category: str, message: str, **headers: str) -> Callable[[Request], Response]:
    def refuse(_request: Request) -> Response:
        response = error_response(ApiProblem(status, category, message), _REQUEST_ID)
        response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
        return response

    return refuse


def _late(request: Request) -> Response | None:
    """Nothing newer than five days ago is served."""
    latest = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=5)
    if request.query_params.get("date", "") <= latest.isoformat():
        return None
    return error_response(bad_request(f"Latest available data for this query is {latest}."), _REQUEST_ID)


def _empty(request: Request) -> Response | None:
    """Nobody stands in a list of users any more."""
    if not request.url.path.endswith("/users"):
        return None
    return JSONResponse({"data": [], "next_page": None})


def _portal(_request: Request) -> Response:
    return HTMLResponse("<!doctype html><title>Sign in to the guest network</title>")


_SCOPES = "Missing required scopes. Got: ['api:admin'] Needed: ['read:analytics']"
KINDS: dict[str, Callable[[Request], Response | None]] = {
    "rejected": _refusal(401, "authentication_error", "API key is invalid or has been revoked."),
    "scope": _refusal(403, "permission_error", _SCOPES),
    "down": _refusal(503, "overloaded_error", "Overloaded"),
    "limit": _refusal(429, "rate_limit_error", "Too many requests.", retry_after="1"),
    "late": _late,
    "empty": _empty,
    "portal": _portal,
}


def switched_by(file: Path) -> Callable[[Request], Response | None]:
    """The trouble that the file names at the moment of each request; an unknown word is none."""

    def trouble(request: Request) -> Response | None:
        try:
            word = file.read_text("utf-8").strip()
        except OSError:
            return None
        return KINDS[word](request) if word in KINDS else None

    return trouble
