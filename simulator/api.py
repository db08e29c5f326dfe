"""The simulated Claude Enterprise Analytics API as an ASGI application.

It follows the vendor's documentation and the official SDK 2.12.0 for `users`, `summaries`, `skills` and `connectors`.
What it does not simulate (date ranges of rows, filters, sorting, groups of the directory) it refuses, never ignores.
"""

from __future__ import annotations

import datetime as dt
import secrets
import time
from collections.abc import Callable
from email.utils import format_datetime
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.access import RateLimit, check_key, check_version
from simulator.dataset import Dataset
from simulator.days import ServedDays, as_counted_on, day_range, served_days, single_day
from simulator.errors import ApiProblem, bad_request, error_response
from simulator.paging import page_of, read_limit
from simulator.summaries import Summaries
from simulator.tools import connector_rows, skill_rows
from simulator.wire import Row

PATH = "/v1/organizations/analytics"
ORGANIZATION = "7d3f2c1e-0000-4000-8000-000000000001"
NOT_SIMULATED = ("filter[]", "order_by", "order")

Trouble = Callable[[Request], Response | None]
Clock = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def create_app(
    dataset: Dataset,
    *,
    key: str,
    rate_limit: int | None = None,
    lag_days: int = 1,
    now: Clock = utc_now,
    clock: Callable[[], float] = time.monotonic,
    trouble: Trouble | None = None,
    revisions: bool = False,
    organization: Callable[[], str] = lambda: ORGANIZATION,
) -> Starlette:
    """The API over one organisation's `dataset`, for whoever has the `key`.

    rate_limit: requests per minute, None for no limit, measured by `clock` in seconds. lag_days: the newest day served
    is that many days before the UTC day of `now`. trouble: asked before anything else; a response that it returns is
    sent as it is. revisions: counts of the newest three days grow with each later day. organization: the id of the
    organization that each answer names.
    """
    api = _Api(dataset, key, lag_days, now, revisions=revisions)
    limit = RateLimit(rate_limit, clock)

    def endpoint(answer: Callable[[Request], dict[str, Any]]) -> Callable[[Request], Any]:
        async def handle(request: Request) -> Response:
            response = trouble(request) if trouble else None
            if response is None:
                try:
                    check_key(request, key)
                    limit.check()
                    check_version(request)
                    response = JSONResponse(answer(request))
                except ApiProblem as problem:
                    response = _refuse(problem)
            response.headers.setdefault("date", format_datetime(now().astimezone(dt.UTC), usegmt=True))
            response.headers.setdefault("request-id", _request_id())
            response.headers.setdefault("anthropic-organization-id", organization())
            return response

        return handle

    answers = {
        "users": api.users,
        "summaries": api.summaries,
        "skills": api.skills,
        "connectors": api.connectors,
    }
    routes = [Route(f"{PATH}/{name}", endpoint(answer), methods=["GET"]) for name, answer in answers.items()]
    return Starlette(routes=routes, exception_handlers={HTTPException: _refuse_route})


class _Api:
    """The endpoints, each from a request that was let in to the body of its response."""

    def __init__(self, dataset: Dataset, key: str, lag_days: int, now: Clock, *, revisions: bool) -> None:
        self._dataset = dataset
        self._secret = key
        self._lag_days = lag_days
        self._now = now
        self._revisions = revisions
        self._summaries = Summaries(dataset)

    def users(self, request: Request) -> dict[str, Any]:
        _group_by(request, allowed=())
        rows = self._rows(single_day(request, self._served()))
        return page_of(
            request, rows, lambda row: (row["user"]["email_address"].lower(), row["user"]["id"]), self._secret
        )

    def skills(self, request: Request) -> dict[str, Any]:
        day, dimensions = self._day_and_dimensions(request)
        return self._page(request, skill_rows(self._rows(day), dimensions), "skill_name", *dimensions)

    def connectors(self, request: Request) -> dict[str, Any]:
        day, dimensions = self._day_and_dimensions(request)
        return self._page(request, connector_rows(self._rows(day), day, dimensions), "connector_name", *dimensions)

    def summaries(self, request: Request) -> dict[str, Any]:
        """Version 2023-06-01 has another envelope than the later ones; the series is never paged."""
        _group_by(request, allowed=())
        read_limit(request)
        series = [self._summaries.summary(day) for day in day_range(request, self._served())]
        older = check_version(request) == "2023-06-01"
        return {"summaries": series} if older else {"data": series, "next_page": None}

    def _day_and_dimensions(self, request: Request) -> tuple[dt.date, list[str]]:
        return single_day(request, self._served()), _group_by(request, allowed=("product", "user_id"))

    def _page(self, request: Request, rows: list[Row], *keys: str) -> dict[str, Any]:
        return page_of(request, rows, lambda row: tuple(row[key] for key in keys), self._secret)

    def _served(self) -> ServedDays:
        return served_days(self._dataset, self._now().astimezone(dt.UTC).date(), self._lag_days)

    def _rows(self, day: dt.date) -> list[Row]:
        rows = self._dataset.rows(day)
        return as_counted_on(self._served().today, day, rows) if self._revisions else rows


def _group_by(request: Request, allowed: tuple[str, ...]) -> list[str]:
    """The dimensions of `group_by[]`, without repetition; like production, `group_by` without brackets is ignored."""
    for name in NOT_SIMULATED:
        if name in request.query_params:
            raise bad_request(f"{name}: not supported by this simulator")
    dimensions = list(dict.fromkeys(request.query_params.getlist("group_by[]")))
    for dimension in dimensions:
        if dimension not in allowed:
            raise bad_request(f"group_by[]: {dimension!r} is not supported on this endpoint")
    return dimensions


def _request_id() -> str:
    return "req_" + secrets.token_hex(12)


def _refuse(problem: ApiProblem) -> Response:
    request_id = _request_id()
    response = error_response(problem, request_id)
    response.headers["request-id"] = request_id
    return response


async def _refuse_route(request: Request, error: Exception) -> Response:
    """Unknown paths and methods, in the same envelope."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    category = "not_found_error" if status == 404 else "invalid_request_error"
    return _refuse(ApiProblem(status, category, f"{request.method} {request.url.path} does not exist."))
