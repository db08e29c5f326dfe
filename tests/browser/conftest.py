"""The whole of Uptake with a month of the demo company, served to a real browser."""

from __future__ import annotations

import datetime as dt
import functools
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Cookie, Page, Response, expect

from core.people.roster import read_csv
from core.settings import load
from core.store.directory import directory
from core.store.engine import schema
from core.store.engine.database import Database
from core.sync.daemon import run_once
from simulator.demo import CLIENT_ID, demo_app
from simulator.organisation import Organisation, directory_csv
from simulator.server import running
from simulator.staffing import build_organisation
from simulator.usage import DemoDataset
from tests.support import databases
from tests.support.invented import SECRET
from tests.support.servers import environment_without, free_port, server

KEY = "sk-ant-api01-browser"
WAIT = 60_000
"""Milliseconds: a machine that is busy with other tests is slow to draw a page."""

expect.set_options(timeout=WAIT)


@dataclass
class DemoSite:
    """The served application, its company and its database; `cookies` are those of who signed in before, by address."""

    url: str
    org: Organisation
    database: Database
    ids: dict[str, int]
    cookies: dict[str, list[Cookie]] = field(default_factory=dict)


@functools.cache
def _company() -> Organisation:
    """The demo company of one date, though a day may end while tests run."""
    return build_organisation(seed=7, today=dt.datetime.now(dt.UTC).date())


def _read_a_month(url: str) -> None:
    """Fill a database with the demo company and a month of its usage, as a sync reads it."""
    org, database = _company(), Database(url)
    schema.upgrade(database)
    with database.write() as connection:
        directory.apply(connection, read_csv(directory_csv(org).encode()), org.today)
    database.dispose()
    app = demo_app(DemoDataset(org), key=KEY, client_secret=SECRET, app_url="http://localhost:1")
    with running(app) as simulator, tempfile.TemporaryDirectory() as folder:
        assert run_once(load(_claude(url, Path(folder), simulator))).outcome == "ok"


def _claude(url: str, folder: Path, simulator: str) -> dict[str, str]:
    return {
        "UPTAKE_DATABASE_URL": url,
        "UPTAKE_DATA_DIR": str(folder),
        "UPTAKE_SECRET_KEY": SECRET,
        "UPTAKE_CLAUDE_BASE_URL": simulator,
        "UPTAKE_CLAUDE_API_KEY": KEY,
        "UPTAKE_BACKFILL_DAYS": "30",
        "UPTAKE_REQUESTS_PER_MINUTE": "60000",
    }


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoSite]:
    """The application as a process of its own, with the simulator's API and sign-in beside it."""
    folder, org = tmp_path_factory.mktemp("browser"), _company()
    database = Database(databases.prepared_database("sqlite", folder, _read_a_month))
    port = free_port()
    url = f"http://localhost:{port}"
    with running(demo_app(DemoDataset(org), key=KEY, client_secret=SECRET, app_url=url)) as simulator:
        environment = (
            environment_without("UPTAKE_")
            | _claude(database.url, folder, simulator)
            | {
                "UPTAKE_ADMINS": org.admin.email,
                "UPTAKE_OIDC_METADATA_URL": f"{simulator}/oidc/.well-known/openid-configuration",
                "UPTAKE_OIDC_CLIENT_ID": CLIENT_ID,
                "UPTAKE_OIDC_CLIENT_SECRET": SECRET,
                "UPTAKE_PUBLIC_URL": url,
                "UPTAKE_PORT": str(port),
            }
        )
        with database.write() as connection:
            people = connection.exec_driver_sql("SELECT email, id FROM employee").all()
        with server([sys.executable, "app.py"], environment, f"http://127.0.0.1:{port}/healthz", folder / "app.log"):
            yield DemoSite(url, org, database, {row.email: row.id for row in people})
    database.dispose()


@dataclass
class Visitor:
    """A browser of somebody's own, and what it was heard to say."""

    context: BrowserContext
    site: DemoSite
    hosts: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str = "/", **media: Any) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(WAIT)
        if media:
            page.emulate_media(**media)
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).hostname or request.url[:20]))
        page.on("console", self._said)
        page.on("response", self._answered)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(self.site.url + path)
        return page

    def _said(self, said: ConsoleMessage) -> None:
        if said.type == "error" and "Failed to load resource" not in said.text:  # `_answered` knows which one
            self.complaints.append(said.text)

    def _answered(self, got: Response) -> None:
        # On a page's address Streamlit first looks for its server below that address, and then at the root.
        looking = urlsplit(got.url).path.count("/") > 2 and got.url.endswith(
            ("/_stcore/health", "/_stcore/host-config")
        )
        if got.status >= 400 and not looking:
            self.complaints.append(f"{got.status} {got.url}")

    def sign_in(self, email: str, path: str = "/") -> Page:
        page = self.open(path)
        page.get_by_role("button", name="Sign in").click()
        page.locator(f'button[name="choice"][value="{email}"]').first.click()
        page.get_by_role("button", name="Sign out").wait_for()
        return page

    def come_as(self, email: str, path: str = "/", **media: Any) -> Page:
        """A page of somebody who is signed in, be it since an earlier test; nobody signs out whom others come as."""
        if email not in self.site.cookies:
            self.sign_in(email).close()
            self.site.cookies[email] = self.context.cookies()
        self.context.add_cookies(cast("Any", self.site.cookies[email]))
        page = self.open(path, **media)
        page.get_by_role("button", name="Sign out").wait_for()
        return page


@pytest.fixture
def visitor(browser: Browser, site: DemoSite) -> Iterator[Visitor]:
    """A browser without history; it may only have spoken to this machine, and without an error."""
    context = browser.new_context(accept_downloads=True, viewport={"width": 1400, "height": 1000})
    one = Visitor(context, site)
    yield one
    context.close()
    assert {host for host in one.hosts if host not in {"127.0.0.1", "localhost"} and host != "blob"} <= {"data:", ""}
