"""The persona company with an access log that is sealed and anchored like an installation's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from core.audit import log, repeats
from core.audit.anchor import NAME, Anchor
from core.store.engine.database import Database
from core.store.tables.access_log import ACCESS_LOG
from core.visibility import Identity, Scope, scope_of, viewer_for
from tests.support import personas

KEY = b"a key for this test only, 32 byt"


@pytest.fixture
def logged(filled: Database, tmp_path: Path) -> Iterator[Database]:
    """People, sixty days and an empty log; nothing is remembered of other tests."""
    repeats.RECENT.forget()
    log._logs[filled.url] = log.AccessLog(KEY, Anchor(tmp_path / NAME))
    yield filled
    del log._logs[filled.url]
    repeats.RECENT.forget()


@pytest.fixture
def anchor(tmp_path: Path) -> Path:
    return tmp_path / NAME


@pytest.fixture
def entries(logged: Database) -> Callable[..., list[Any]]:
    """The entries so far, by kind if one is given."""

    def read(kind: str | None = None) -> list[Any]:
        with logged.write() as connection:
            rows = connection.execute(select(ACCESS_LOG).order_by(ACCESS_LOG.c.sequence)).all()
        return [row for row in rows if kind in {None, row.kind}]

    return read


@pytest.fixture
def ids(logged: Database) -> dict[str, int]:
    with logged.write() as connection:
        return {row.email: row.id for row in connection.execute(text("SELECT id, email FROM employee"))}


@pytest.fixture
def as_viewer(logged: Database) -> Callable[[str], Scope]:
    def open_scope(email: str) -> Scope:
        viewer = viewer_for(logged, personas.ADMINS, Identity(email, True), personas.TODAY)
        return scope_of(logged, viewer)

    return open_scope


@pytest.fixture
def every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing counts as a repetition: as if a quarter of an hour lay between any two looks."""
    monkeypatch.setattr(repeats, "PERIOD", dt.timedelta(0))


@pytest.fixture
def full_disk(logged: Database) -> Callable[[], None]:
    """From here on the database refuses every entry, as it does when its disk is full."""

    def break_it() -> None:
        with logged.write() as connection:
            if logged.is_sqlite:
                connection.exec_driver_sql(
                    "CREATE TRIGGER full BEFORE INSERT ON access_log BEGIN SELECT RAISE(ABORT, 'full'); END"
                )
            else:
                connection.exec_driver_sql(
                    "CREATE TRIGGER full_disk BEFORE INSERT ON access_log "
                    "FOR EACH STATEMENT EXECUTE FUNCTION access_log_refuses()"
                )

    return break_it
