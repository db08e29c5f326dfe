"""Addresses beside the pages, for the machines that watch over Uptake. They name no person, address or machine."""

from __future__ import annotations

import functools
import hmac
from collections.abc import Callable, Sequence
from dataclasses import asdict
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from core.provider import is_loopback
from core.sync.health import Health
from core.sync.lateness import State
from core.web import metrics
from core.web.latest import Latest

UNREADABLE = "The database did not answer in time, so nothing can be said about the data."
_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
_NOT_KEPT = {"cache-control": "no-store"}


def watch_routes(
    is_ready: Callable[[], bool], health: Callable[[], Health], version: str, token: str | None
) -> Sequence[Route]:
    """The routes; each answers within a tenth of a second, even while the database is locked or out of reach.

    `/healthz`   200 while this process lives
    `/readyz`    200 when the database answers and has the schema of this version, else 503
    `/health`    how the data stands, as JSON; 503 when it is late or nobody knows
    `/metrics`   the same for Prometheus

    The last two answer this machine only, and whoever gives `token` as a bearer token.
    """
    ready, stands = Latest(is_ready), Latest(health, stale=300.0)

    def healthz(_request: Request) -> Response:
        return JSONResponse({"status": "ok"}, headers=_NOT_KEPT)

    def readyz(_request: Request) -> Response:
        if ready.get():
            return JSONResponse({"status": "ok"}, headers=_NOT_KEPT)
        sentence = "database does not answer, or has another schema"
        return JSONResponse({"status": sentence}, 503, headers=_NOT_KEPT)

    def show_health(_request: Request) -> Response:
        found = stands.get()
        if found is None:
            return JSONResponse({"state": State.UNKNOWN, "reason": UNREADABLE}, 503, headers=_NOT_KEPT)
        status = 200 if found.state in {State.HEALTHY, State.NOT_CONNECTED} else 503
        return JSONResponse(_plain(found), status, headers=_NOT_KEPT)

    def show_metrics(_request: Request) -> Response:
        return Response(metrics.render(version, stands.get()), media_type=metrics.CONTENT_TYPE, headers=_NOT_KEPT)

    # Not async: Starlette runs them in threads, as they wait for a moment.
    return [
        Route("/healthz", healthz, methods=["GET"]),
        Route("/readyz", readyz, methods=["GET"]),
        Route("/health", _guarded(show_health, token), methods=["GET"]),
        Route("/metrics", _guarded(show_metrics, token), methods=["GET"]),
    ]


def _guarded(answer: Callable[[Request], Response], token: str | None) -> Callable[[Request], Response]:
    @functools.wraps(answer)
    def guarded(request: Request) -> Response:
        if _is_local(request) or (token is not None and _bears(request, token)):
            return answer(request)
        if token is None:
            return PlainTextResponse("Not found", 404)
        return PlainTextResponse("A bearer token is needed.", 401, headers={"www-authenticate": "Bearer"})

    return guarded


def _is_local(request: Request) -> bool:
    """Whether the request began on this machine: what a proxy here passes on, or a page in a browser sends, did not."""
    if any(name in request.headers for name in _FORWARDED):
        return False
    try:
        asked = urlsplit(f"//{request.headers.get('host', '')}").hostname
    except ValueError:
        return False
    return request.client is not None and is_loopback(request.client.host) and is_loopback(asked)


def _bears(request: Request, token: str) -> bool:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())


def _plain(health: Health) -> dict[str, object]:
    """Days as YYYY-MM-DD, moments in UTC."""
    found: dict[str, object] = asdict(health)
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in found.items()}
