"""The Analytics API as one client: pages of JSON for one UTC day, and which day is the newest.

Only GET, only the paths of `core.api.endpoints`, only the given host: redirects are not followed and proxies,
certificates and key logs of the environment are not used, so that the key reaches no other server.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import httpx

from core.api import endpoints, skew
from core.api.endpoints import Query
from core.api.envelope import require_page
from core.api.exchange import Limits, NoReply, Reply, certificates, exchange
from core.api.failures import Asked, failure, is_passing, is_web_page
from core.api.governor import Governor, never, pause
from core.api.retry import BRIEF, ONCE, STEADY, Patience, backoff, requested_wait
from core.errors import ApiError, ApiKeyRejected, ApiRateLimited, ApiUnavailable, DayNotAvailable, SettingsError
from core.version import version as own_version

_ORGANIZATION = "anthropic-organization-id"
"""Named by other endpoints of the vendor (Claude Docs, API overview, response headers); absent is fine."""

_STEPS_BACK = 7
_LIMITS = Limits()
_STOPPED = "Uptake is stopping, so the Analytics API was not asked. Stored data stays as it is."


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _nothing(*_told: object) -> None:
    """Stands in where nobody wants to hear of waits and requests."""


class AnalyticsClient:
    """A connection to the API with one key; use it as a context manager.

    `version` is the value of the header anthropic-version. `sleep` and `stop` serve every wait: it ends early, with
    `ApiUnavailable`, once `stop` says so. `clock` tells the time in UTC.

    Raises:
        ApiKeyRejected: the key holds characters that cannot be sent (reason "malformed").
        SettingsError: the address or the version cannot be sent.
    """

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        version: str,
        governor: Governor,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], dt.datetime] = _utc_now,
        stop: Callable[[], bool] = never,
        limits: Limits = _LIMITS,
    ) -> None:
        if not key or not key.isascii() or not key.isprintable() or " " in key:
            raise ApiKeyRejected(
                "The key is empty or holds spaces or characters that no key has. Copy it again, whole and alone.",
                "malformed",
            )
        if not version.isascii() or not version.isprintable():
            raise SettingsError(f"UPTAKE_ANTHROPIC_VERSION must be a date such as 2023-06-01, not {version!r}.")
        try:
            address = httpx.URL(base_url)
        except httpx.InvalidURL as error:
            raise SettingsError(f"UPTAKE_CLAUDE_BASE_URL is no address: {base_url!r}.") from error
        self._key = key
        self._governor = governor
        self._sleep = sleep
        self._clock = clock
        self._stop = stop
        self._limits = limits
        self.requests = 0
        """How many requests this client has sent."""
        self.rate_limited = 0
        """How many of the requests of this client were refused for being too many (429)."""
        self.on_wait: Callable[[ApiError, float], None] = _nothing
        """Told, before each wait for another try, why and for how many seconds."""
        self.before_request: Callable[[], None] = _nothing
        """Called before each request; what it raises is raised in place of asking."""
        self.skew = skew.NONE
        """By how much the API's clock is ahead of this machine's, by its last answer that told; none within minutes."""
        self.organization: str | None = None
        """The organization that the API answers for, where its answers name one."""
        self._http = httpx.Client(
            base_url=address,
            headers={
                "anthropic-version": version,
                "accept": "application/json",
                "accept-encoding": "gzip",
                "user-agent": f"uptake/{own_version()}",
            },
            timeout=httpx.Timeout(limits.read, connect=limits.connect),
            follow_redirects=False,
            trust_env=False,
            verify=certificates(),
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    @property
    def governor(self) -> Governor:
        """The limit that this client keeps, with everybody else who shares it."""
        return self._governor

    def __repr__(self) -> str:
        return f"AnalyticsClient({str(self._http.base_url)!r})"

    def users(self, day: dt.date, cursor: str | None = None) -> bytes:
        """The JSON of one page of users of a UTC day; `cursor` is the page before's `next_page`.

        Raises:
            DayNotAvailable: the day is too recent or too old.
            CursorLost: the cursor expired; read the day again from its first page.
            ApiKeyRejected: the key cannot read analytics.
            ApiRateLimited: requests were refused for being too many, several times over.
            ApiUnavailable: no usable answer, several times over.
            ApiContractError: an answer that cannot be understood.
        """
        return self._page(endpoints.users(day, cursor), day, cursor, STEADY)

    def skills(self, day: dt.date, cursor: str | None = None) -> bytes:
        """The JSON of one page of the skills used on a UTC day, by name; raises what `users` does."""
        return self._page(endpoints.skills(day, cursor), day, cursor, STEADY)

    def connectors(self, day: dt.date, cursor: str | None = None) -> bytes:
        """The JSON of one page of the connectors used on a UTC day, by name; raises what `users` does."""
        return self._page(endpoints.connectors(day, cursor), day, cursor, STEADY)

    def summaries(self, first: dt.date, last: dt.date) -> bytes:
        """The JSON of seats and active users of each day from `first` to `last`: at most 366 days, never paged.

        Raises what `users` does; `DayNotAvailable` may speak of either end.
        """
        return self._page(endpoints.summaries(first, last + dt.timedelta(days=1)), last, None, STEADY)

    def today(self) -> dt.date:
        """The UTC day, by the API's clock as soon as an answer has shown that this machine's is wrong."""
        return (self._clock().astimezone(dt.UTC) + self.skew).date()

    def newest_day(self, *, once: bool = False) -> dt.date:
        """The newest UTC day that the API serves; raises what `users` does.

        The API says so only by refusing a day that is too recent, in most wordings with the newest day in the message.
        With `once` a key that was rejected before is tried with a single request.
        """
        return self._newest(ONCE if once else STEADY)

    def validate(self) -> dt.date:
        """Try the key with one cheap request and return the newest day that it can read; raises what `users` does."""
        return self._newest(BRIEF)

    def _newest(self, patience: Patience) -> dt.date:
        today = self.today()
        day = today - dt.timedelta(days=1)
        for _ in range(_STEPS_BACK + 2):
            if today - day > dt.timedelta(days=_STEPS_BACK + 1):
                break
            served = True
            try:
                require_page(self._page(endpoints.users(day, limit=1), day, None, patience))
            except DayNotAvailable as refusal:
                if refusal.latest is not None:
                    return refusal.latest
                served = False
            if today != self.today():  # the answer came with the API's time
                day = today = self.today()
            elif served:
                return day
            day -= dt.timedelta(days=1)
        raise ApiUnavailable(
            f"The Analytics API serves none of the {_STEPS_BACK + 1} days before {today} and names no newest day. "
            "Stored data stays as it is; the next run asks again."
        )

    def _page(self, query: Query, day: dt.date, cursor: str | None, patience: Patience) -> bytes:
        """Ask until a page comes, the answer is final, or patience ends."""
        confirmed = not patience.confirms_401
        for attempt in range(patience.tries):
            reply = self._send(query)
            if isinstance(reply, Reply) and reply.status == 200 and reply.body and not is_web_page(reply):
                return reply.body
            error, passing = self._judge(reply, Asked(day=day, cursor=cursor, today=self.today(), key=self._key))
            if isinstance(reply, Reply) and reply.status == 401 and not confirmed:
                # A key is put out of use for hours on this answer, so it has to be given twice.
                passing = confirmed = True
            if not passing or attempt == patience.tries - 1:
                raise error
            wanted = requested_wait(reply.headers, self._clock() + self.skew) if isinstance(reply, Reply) else None
            wait = min(backoff(attempt) if wanted is None else wanted, patience.longest_wait)
            self.on_wait(error, wait)
            if not pause(wait, self._sleep, self._stop):
                raise ApiUnavailable(_STOPPED)
        raise AssertionError("unreachable: the last try returns or raises")

    def _send(self, query: Query) -> Reply | NoReply:
        if query.path not in endpoints.PATHS:
            raise ValueError(f"{query.path} is not a path that Uptake may read.")
        if not self._governor.wait(self._stop):
            raise ApiUnavailable(_STOPPED)
        self.before_request()
        self.requests += 1
        request = self._http.build_request("GET", query.path, params=query.parameters, headers={"x-api-key": self._key})
        reply = exchange(self._http, request, self._limits, self._stop)
        if isinstance(reply, Reply):
            found = skew.skew(reply.headers, self._clock())
            self.skew = self.skew if found is None else found
            self.organization = reply.headers.get(_ORGANIZATION, "")[:200] or self.organization
        return reply

    def _judge(self, reply: Reply | NoReply, asked: Asked) -> tuple[ApiError, bool]:
        """The error an answer amounts to, and whether asking again may help."""
        if isinstance(reply, NoReply):
            text = f"The Analytics API could not be read. {reply.reason} Stored data stays as it is."
            return ApiUnavailable(text), reply.passing
        if reply.status == 429:
            self.rate_limited += 1
            wanted = requested_wait(reply.headers, self._clock() + self.skew)
            text = (
                "The Analytics API refuses more requests for now (429): the organization's limit per minute is used "
                "up, perhaps by other tools. Stored data stays as it is; the next run goes on from here."
            )
            return ApiRateLimited(text, wanted), True
        return failure(reply, asked), is_passing(reply.status) or reply.status == 200
