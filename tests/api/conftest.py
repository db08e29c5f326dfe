"""A client whose clock, waits and network belong to the test."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import vcr

from core.api.client import AnalyticsClient
from core.api.exchange import Limits
from core.api.governor import Governor

CASSETTES = Path(__file__).parent / "cassettes"
NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
KEY = "sk-ant-api01-invented-for-the-tests"

_RECORDER = vcr.VCR(
    cassette_library_dir=str(CASSETTES),
    record_mode=vcr.mode.NONE,
    match_on=["method", "scheme", "host", "port", "path", "query"],
    filter_headers=[("x-api-key", "REDACTED"), "authorization", "cookie"],
)

Answer = httpx.Response | Exception


class Waits:
    """Stands in for sleep: notes what would have been slept."""

    def __init__(self) -> None:
        self.slept = 0.0

    def __call__(self, seconds: float) -> None:
        self.slept += seconds


class Script:
    """A server that gives one answer after the other, the last one again and again, and notes what it was asked."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        # A response can be read once only, so every request gets one of its own.
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def key() -> str:
    return KEY


@pytest.fixture
def connect(waits: Waits) -> Callable[..., AnalyticsClient]:
    """Makes a client; answers given to it replace the network."""

    def make(
        *answers: Answer, script: Script | None = None, base_url="https://api.anthropic.com", limits=None, **more
    ) -> AnalyticsClient:
        script = script or (Script(*answers) if answers else None)
        return AnalyticsClient(
            base_url,
            more.pop("key", KEY),
            version=more.pop("version", "2023-06-01"),
            governor=Governor(60_000),
            transport=httpx.MockTransport(script) if script else None,
            sleep=waits,
            clock=lambda: NOW,
            limits=limits or Limits(total=5.0),
            **more,
        )

    return make


@pytest.fixture
def replay() -> Callable[[str], object]:
    """Plays a cassette; whatever is asked beyond it fails, and so does what stays unasked."""

    @contextmanager
    def play(name: str) -> Iterator[None]:
        with _RECORDER.use_cassette(f"{name}.yaml") as cassette:
            yield
            assert cassette.all_played

    return play
