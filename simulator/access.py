"""Who may ask, and how often: the checks in front of every endpoint of the simulated API."""

from __future__ import annotations

import hmac
import math
from collections import deque
from collections.abc import Callable

from starlette.requests import Request

from simulator.errors import ApiProblem, bad_request

API_VERSIONS = ("2023-06-01", "2026-10-21")
WINDOW_SECONDS = 60.0


def check_key(request: Request, key: str) -> None:
    """Accepts the key as `x-api-key` or as bearer token; a Console admin key is known and lacks the scope."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    given = request.headers.get("x-api-key") or (token.strip() if scheme.lower() == "bearer" else "")
    if given.startswith("sk-ant-admin"):
        raise ApiProblem(
            403,
            "permission_error",
            "Missing required scopes. Got: ['api:admin'] Needed: ['read:analytics']",
        )
    if not hmac.compare_digest(given.encode(), key.encode()):
        raise ApiProblem(401, "authentication_error", "The API key is invalid or has been revoked.")


def check_version(request: Request) -> str:
    """Returns the API version that the request names."""
    version = request.headers.get("anthropic-version")
    if version is None:
        raise bad_request("anthropic-version: header is required")
    if version not in API_VERSIONS:
        raise bad_request(f"anthropic-version: {version!r} is not a known version")
    return version


class RateLimit:
    """At most `per_minute` requests in any 60 s, for all keys and endpoints together; None means no limit."""

    def __init__(self, per_minute: int | None, clock: Callable[[], float]) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._accepted: deque[float] = deque()

    def check(self) -> None:
        """Raises a 429 with `retry-after` in whole seconds; refused requests do not count."""
        if self._per_minute is None:
            return
        now = self._clock()
        while self._accepted and self._accepted[0] <= now - WINDOW_SECONDS:
            self._accepted.popleft()
        if len(self._accepted) >= self._per_minute:
            wait = math.ceil(self._accepted[0] + WINDOW_SECONDS - now)
            raise ApiProblem(
                429,
                "rate_limit_error",
                f"This organization may make {self._per_minute} requests per minute.",
                headers={"retry-after": str(max(1, wait))},
            )
        self._accepted.append(now)
