"""The application as a process of its own, over the persona company, for tests that speak with it as a browser does."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core import settings as configuration
from core.web import oidc
from tests.support import company as companies
from tests.support.company import Company, claims_of
from tests.support.servers import environment_without, free_port, server
from tests.support.sockets import Socket, signed


@dataclass(frozen=True)
class Site:
    """The served application and its company."""

    url: str
    key: str
    company: Company

    def cookie(self, email: str) -> str:
        claims = {name: said for name, said in claims_of(email).items() if name != "is_logged_in"}
        return signed(self.key, claims, self.url)

    def socket(self, email: str = "", **options) -> Socket:
        return Socket(self.url, cookie=self.cookie(email) if email else "", **options)


QUICK = """
from core.ui import watch
from core.ui.session import open_pages
watch.SECONDS, watch.LONGEST, open_pages.QUIET = 0.2, 1.0, 0.2
import runpy
runpy.run_path("app.py", run_name="__main__")
"""
"""The program with an eye on open pages that does not wait as long as the real one."""


@contextmanager
def served(
    folder: Path, database_url: str, more: Mapping[str, str] | None = None, *, program: Sequence[str] = ("app.py",)
) -> Iterator[tuple[str, str]]:
    """`python app.py`, or another program like it, on this database: its address, and the key of its cookies."""
    port = free_port()
    url = f"http://localhost:{port}"
    ours = companies.environment_of(database_url, folder) | dict(more or {})
    ours |= {"UPTAKE_PORT": str(port), "UPTAKE_PUBLIC_URL": url}
    command, environ = [sys.executable, *program], environment_without("UPTAKE_") | ours
    with server(command, environ, f"{url}/healthz", folder / "app.log"):
        yield url, oidc.cookie_key(configuration.load(ours))


@contextmanager
def site_in(folder: Path, *, program: Sequence[str] = ("app.py",)) -> Iterator[Site]:
    """The persona company in a database of its own, served."""
    database_url = f"sqlite:///{folder / 'uptake.db'}"
    company = companies.build(database_url, folder)
    try:
        with served(folder, database_url, program=program) as (url, key):
            yield Site(url, key, company)
    finally:
        company.database.dispose()
