"""The Analytics API inside this process, at a time of its own, with a fault in front of it that may be switched."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import Any

import httpx

from core.api.client import AnalyticsClient
from core.api.exchange import Limits
from core.api.governor import Governor
from simulator.api import create_app
from simulator.dataset import Row, usage_row

KEY = "sk-ant-api01-invented-for-the-tests"
PEOPLE = 24
PAGE_SIZE = 10
"""Rows on a page, whatever the client asks for: a day of few people has several pages."""

LARGEST_ANSWER = 512 * 1024
"""In bytes, the client's bound in these tests, so that an answer beyond it is quickly made."""


class Clock:
    """Time that passes only when somebody waits. `ahead`: by how much the clock of Uptake's host is wrong."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self.ahead = dt.timedelta(0)
        self.slept = 0.0

    def host(self) -> dt.datetime:
        """What the clock of Uptake's host says."""
        return self.now + self.ahead

    def monotonic(self) -> float:
        """Seconds that no change of the clock touches."""
        return self.now.timestamp()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self.slept += seconds
        self.now += dt.timedelta(seconds=seconds)


def address(number: int) -> str:
    """The e-mail address of an invented person."""
    return f"p{number:02d}@example.com"


class Company:
    """Two dozen people, of whom all but one use Claude on any day, each day with other numbers."""

    seats = PEOPLE
    earliest = dt.date(2026, 1, 1)
    latest = dt.date(2999, 1, 1)

    def rows(self, day: dt.date) -> list[Row]:
        """The rows of a day."""
        dice = random.Random(day.toordinal())  # noqa: S311 - the same for everybody
        absent = dice.randrange(PEOPLE)
        return [_row(number, day, dice) for number in range(PEOPLE) if number != absent]


def _row(number: int, day: dt.date, dice: random.Random) -> Row:
    counts = {
        "chat_metrics.message_count": dice.randint(1, 60),
        "claude_code_metrics.core_metrics.lines_of_code.added_count": dice.randint(0, 900),
        "claude_code_metrics.tool_actions.edit_tool.accepted_count": dice.randint(0, 40),
        "office_metrics.excel.message_count": dice.randint(0, 9),
        "office_metrics.excel.skills_used_count": dice.randint(0, 3),
        "cowork_metrics.connectors_used_count": dice.randint(0, 3),
        "last_activity_date": day.isoformat(),
    }
    return usage_row(f"user_{number:024d}", address(number), **counts)


@dataclass(frozen=True)
class Asked:
    """A request as a fault sees it; `turn` counts, from 1, the requests that the present fault has met."""

    api: Api
    request: httpx.Request
    turn: int

    @property
    def endpoint(self) -> str:
        """users, summaries, skills or connectors."""
        return self.request.url.path.rpartition("/")[2]

    @property
    def day(self) -> dt.date:
        """The day that is asked for, or the first of several."""
        params = self.request.url.params
        return dt.date.fromisoformat(params.get("date") or params["starting_date"])

    @property
    def cursor(self) -> str | None:
        """Where to read on from."""
        return self.request.url.params.get("page")

    @property
    def is_probe(self) -> bool:
        """Whether only the newest day is looked for."""
        return self.request.url.params.get("limit") == "1"

    def genuine(self, cursor: str | None = None) -> httpx.Response:
        """What the API says without a fault; `cursor` in place of the one asked for."""
        return self.api.genuine(self.request, self.cursor if cursor is None else cursor)

    def page(self) -> dict[str, Any]:
        """The page that the API gives without a fault, as JSON."""
        found: dict[str, Any] = json.loads(self.genuine().content)
        return found


Fault = Callable[[Asked], httpx.Response]


@dataclass
class Api(httpx.BaseTransport):
    """Answers like the simulator. `fault` stands in front of it; `page_size` is what it makes of any limit."""

    clock: Clock
    fault: Fault | None = None
    page_size: int = PAGE_SIZE
    asked: list[Asked] = field(default_factory=list)
    met: int = 0

    def __post_init__(self) -> None:
        """Open the simulator."""
        self._app = create_app(Company(), key=KEY, now=lambda: self.clock.now, revisions=True)
        self._answers: dict[tuple[object, ...], httpx.Response] = {}
        self._today = self.clock.now.date()

    def connect(self, key: str, stop: Callable[[], bool] = lambda: False) -> AnalyticsClient:
        """A client that reads this API and waits by its clock."""
        return AnalyticsClient(
            "https://api.anthropic.com",
            key,
            version="2023-06-01",
            governor=Governor(60_000, self.clock.monotonic, self.clock.sleep),
            transport=self,
            sleep=self.clock.sleep,
            clock=self.clock.host,
            stop=stop,
            limits=Limits(size=LARGEST_ANSWER),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of the client."""
        self.met += self.fault is not None
        asked = Asked(self, request, self.met)
        self.asked.append(asked)
        return asked.genuine() if self.fault is None else self.fault(asked)

    def begin(self, fault: Fault | None) -> None:
        """Put another fault in front, or none."""
        self.fault, self.met = fault, 0

    def genuine(self, request: httpx.Request, cursor: str | None) -> httpx.Response:
        """The simulator's answer, kept until its day ends."""
        if self._today != self.clock.now.date():
            self._answers.clear()
            self._today = self.clock.now.date()
        params = dict(request.url.params)
        params["limit"] = str(min(int(params.get("limit", self.page_size)), self.page_size))
        params.pop("page", None)
        if cursor:
            params["page"] = cursor
        key = (request.url.path, request.headers["x-api-key"], *sorted(params.items()))
        if key not in self._answers:
            self._answers[key] = _through(self._app, request, params)
        answer = self._answers[key]
        now = {"date": format_datetime(self.clock.now, usegmt=True)}
        return httpx.Response(answer.status_code, headers={**answer.headers, **now}, content=answer.content)


def _through(app: Any, request: httpx.Request, params: dict[str, str]) -> httpx.Response:
    """Ask an ASGI application that never waits, without an event loop."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": request.method,
        "scheme": "https",
        "path": request.url.path,
        "raw_path": request.url.raw_path,
        "root_path": "",
        "query_string": str(httpx.QueryParams(params)).encode(),
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": None,
        "server": None,
    }
    work = app(scope, receive, send)
    with contextlib.suppress(StopIteration):
        work.send(None)
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return httpx.Response(sent[0]["status"], headers=sent[0]["headers"], content=body)
