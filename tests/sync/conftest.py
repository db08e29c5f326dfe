"""A simulated API over a listing that the test may change at any time, and settings that point at it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response

from core import settings as configuration
from core.api.client import AnalyticsClient
from core.api.governor import Governor
from core.settings import Settings
from core.store.engine.database import Database
from core.sync import lease
from core.sync.lease import HeldLease
from core.sync.run import SyncRunner
from simulator.api import create_app
from simulator.dataset import FixedDataset, Row, usage_row
from simulator.server import running

KEY = "sk-ant-api01-invented-for-the-tests"
SECRET = "c41f9b07d2e85a36b19c70f4e6d2385a"


class World:
    """What the API says: rows by day, the moment it lives in, and trouble for requests; it counts the requests."""

    def __init__(self) -> None:
        self.days: dict[dt.date, list[Row]] = {}
        self.reset()

    def reset(self) -> None:
        self.now = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
        self.requests = 0
        self.endpoint = ""  # of the request that is answered
        self.organization = "an-organization"
        self.answer: Callable[[dt.date, int], Response | None] = lambda _day, _number: None
        self.days.clear()
        for day in self.newest_first(6):
            self.say(day, ann=5, ben=day.day)

    def newest_first(self, count: int) -> list[dt.date]:
        """The days that the API serves by now."""
        return [self.now.date() - dt.timedelta(days=back + 1) for back in range(count)]

    def say(self, day: dt.date, **messages: int) -> None:
        """Replace a day by people and their chat messages."""
        self.days[day] = [
            usage_row(f"user_{name}", f"{name}@example.com", **{"chat_metrics.message_count": count})
            for name, count in messages.items()
        ]

    def trouble(self, request: Request) -> Response | None:
        self.requests += 1
        self.endpoint = request.url.path.rpartition("/")[2]
        return self.answer(dt.date.fromisoformat(_day_of(request)), self.requests)


def _day_of(request: Request) -> str:
    return next(value[:10] for name, value in request.query_params.multi_items() if name in {"date", "starting_date"})


def malformed(_day: dt.date, _number: int) -> Response:
    """An answer that is cut off."""
    return Response(json.dumps({"data": [{"user": {"id": "user_ann"}}]})[:-4], media_type="application/json")


@pytest.fixture(scope="session")
def served() -> Iterator[tuple[World, str]]:
    world = World()
    data = FixedDataset(world.days, latest=dt.date(2999, 1, 1), seats=10)
    app = create_app(
        data, key=KEY, now=lambda: world.now, trouble=world.trouble, organization=lambda: world.organization
    )
    with running(app) as url:
        yield world, url


@pytest.fixture
def world(served: tuple[World, str]) -> World:
    served[0].reset()
    return served[0]


@pytest.fixture
def make_settings(served: tuple[World, str], tmp_path: Path) -> Callable[..., Settings]:
    """Settings for a database, with further variables of the environment."""

    def make(database_url: str, **more: str) -> Settings:
        return configuration.load(environment(served[1], database_url, tmp_path, **more))

    return make


def environment(base_url: str, database_url: str, data_dir: Path, **more: str) -> dict[str, str]:
    """The variables under which a daemon reads `base_url` into `database_url`."""
    values = {
        "DATA_DIR": str(data_dir),
        "DATABASE_URL": database_url,
        "CLAUDE_BASE_URL": base_url,
        "CLAUDE_API_KEY": KEY,
        "SECRET_KEY": SECRET,
        "BACKFILL_DAYS": "6",
        "REQUESTS_PER_MINUTE": "60000",
    }
    return {f"UPTAKE_{name}": value for name, value in (values | more).items() if value}


@pytest.fixture
def held(database: Database) -> HeldLease:
    found = lease.take(database, "a daemon", dt.datetime.now(dt.UTC))
    assert isinstance(found, HeldLease)
    return found


@pytest.fixture
def runner(world: World, database: Database, make_settings: Callable[..., Settings]) -> Callable[..., SyncRunner]:
    """Makes a runner that lives in the world's time and does not wait between tries."""

    def make(**more: str) -> SyncRunner:
        settings = make_settings(database.url, **more)
        governor = Governor(60_000)

        def connect(key: str) -> AnalyticsClient:
            return AnalyticsClient(
                settings.claude_base_url,
                key,
                version=settings.anthropic_version,
                governor=governor,
                sleep=lambda _seconds: None,
                clock=lambda: world.now,
            )

        return SyncRunner(settings, database, connect, clock=lambda: world.now)

    return make
