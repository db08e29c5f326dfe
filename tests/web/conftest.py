"""A small invented company in a database of its own, and the pages as one of its people sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.store.engine.database import Database
from core.ui.session import resources
from tests.support import databases
from tests.support.company import ISSUER
from tests.support.imports import migrate_and_import
from tests.support.invented import SECRET
from tests.support.screen import ENTRY
from tests.web.company import ADMIN, HIRED, OUTSIDE_ADMIN, ROSTER


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Settings for a database that is not there yet; a test may change them before the first page."""
    for name, value in {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'absent.db'}",
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": SECRET,
        "ADMINS": f"{ADMIN},{OUTSIDE_ADMIN}",
        "OIDC_METADATA_URL": "http://localhost:9/.well-known/openid-configuration",
        "OIDC_ISSUER": ISSUER,
        "OIDC_CLIENT_ID": "uptake",
        "OIDC_CLIENT_SECRET": "invented",
    }.items():
        monkeypatch.setenv(f"UPTAKE_{name}", value)
    yield monkeypatch
    resources.close()


def _import_roster(url: str) -> None:
    migrate_and_import(url, ROSTER, HIRED)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def company(request: pytest.FixtureRequest, environment: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Database]:
    """The database with its schema and the six people of `ROSTER`."""
    for database in databases.copied(request, tmp_path, _import_roster):
        environment.setenv("UPTAKE_DATABASE_URL", database.url)
        yield database


@pytest.fixture
def visit() -> Callable[..., AppTest]:
    """The entry script as a browser with these claims of a sign-in runs it."""

    def open_page(claims: dict[str, object] | None) -> AppTest:
        at = AppTest.from_file(str(ENTRY), default_timeout=20)
        at.user = claims or {"is_logged_in": False}
        return at.run()

    return open_page
