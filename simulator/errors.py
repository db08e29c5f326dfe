"""Refusals of the simulated API in the vendor's error envelope."""

from __future__ import annotations

from starlette.responses import JSONResponse


class ApiProblem(Exception):
    """A request that is answered with an error; `category` is the vendor's `error.type`."""

    def __init__(self, status: int, category: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.category = category
        self.message = message
        self.headers = headers or {}


def bad_request(message: str) -> ApiProblem:
    return ApiProblem(400, "invalid_request_error", message)


def error_response(problem: ApiProblem, request_id: str) -> JSONResponse:
    """`{"type": "error", "error": {"type", "message"}, "request_id"}`, with the id in the header too."""
    body = {
        "type": "error",
        "error": {"type": problem.category, "message": problem.message},
        "request_id": request_id,
    }
    return JSONResponse(body, status_code=problem.status, headers=problem.headers)
