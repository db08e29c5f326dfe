"""A hand-written organisation and the demo company, each behind a real server on loopback."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from simulator.api import create_app
from simulator.dataset import FixedDataset, usage_row
from simulator.organisation import Organisation
from simulator.server import running
from simulator.staffing import build_organisation
from simulator.usage import DemoDataset

KEY = "sk-ant-api01-test"
TODAY = dt.date(2026, 11, 22)
DAY = dt.date(2026, 11, 20)

Ask = Callable[..., httpx.Response]


def at_noon(day: dt.date) -> Callable[[], dt.datetime]:
    return lambda: dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC)


def seven_people() -> FixedDataset:
    """Seven people with 1 to 7 chat messages on DAY, handed over in the opposite order of their addresses."""
    rows = [
        usage_row(
            f"user_{number}",
            f"person{number}@example.com",
            **{"chat_metrics.message_count": number, "office_metrics.excel.connectors_used_count": number},
        )
        for number in range(7, 0, -1)
    ]
    return FixedDataset({DAY: rows}, latest=TODAY)


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Serves a dataset with the options of `create_app`; gives the base URL."""
    with ExitStack() as servers:

        def start(dataset: object, **options: object) -> str:
            app = create_app(dataset, **{"key": KEY, "now": at_noon(TODAY), **options})  # type: ignore[arg-type]
            return servers.enter_context(running(app))

        yield start


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    with httpx.Client() as client:
        yield client


@pytest.fixture(scope="session")
def plain_url() -> Iterator[str]:
    """The seven people without any option; one server for all tests, because stopping one takes a moment."""
    with running(create_app(seven_people(), key=KEY, now=at_noon(TODAY))) as url:
        yield url


@pytest.fixture
def ask(serve: Callable[..., str], plain_url: str, http: httpx.Client) -> Callable[..., Ask]:
    """Serves the seven people; gives a function that asks an endpoint with parameters."""

    def start(dataset: object = None, **options: object) -> Ask:
        url = serve(dataset or seven_people(), **options) if dataset or options else plain_url

        def get(endpoint: str, headers: dict[str, str] | None = None, **params: Any) -> httpx.Response:
            default = {"x-api-key": KEY, "anthropic-version": "2026-10-21"}
            address = f"{url}/v1/organizations/analytics/{endpoint}"
            return http.get(address, params=params, headers=default if headers is None else headers)

        return get

    return start


@pytest.fixture(scope="session")
def org() -> Organisation:
    return build_organisation(seed=7, today=TODAY)


@pytest.fixture(scope="session")
def dataset(org: Organisation) -> DemoDataset:
    return DemoDataset(org)
