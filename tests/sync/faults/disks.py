"""A disk that is full, a database that is locked or absent: states of the whole database while a run lasts."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, event, make_url

from tests.sync.faults.stage import Stage


def writer(stage: Stage) -> Engine:
    return stage.database._writer


@contextmanager
def _each_time_it_is_taken(stage: Stage, act: Callable[..., None]) -> Iterator[None]:
    """Do something to each connection that the writer takes, and leave none of these behind."""
    writer(stage).dispose()
    event.listen(writer(stage), "checkout", act)
    try:
        yield
    finally:
        event.remove(writer(stage), "checkout", act)
        writer(stage).dispose()


@contextmanager
def other(stage: Stage) -> Iterator[psycopg.Connection[Any]]:
    """Another connection to the same PostgreSQL database."""
    address = make_url(stage.database.url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as console:
        yield console


@contextmanager
def full_disk(stage: Stage) -> Iterator[None]:
    """No room for more: SQLite may not grow; PostgreSQL reports what it does when a write finds no space."""
    if not stage.database.is_sqlite:
        with other(stage) as console:
            console.execute(
                "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$"
            )
            console.execute("CREATE TRIGGER no_room BEFORE INSERT ON day_revision EXECUTE FUNCTION no_room()")
            try:
                yield
            finally:
                console.execute("DROP FUNCTION no_room CASCADE")
        return

    writer(stage).dispose()
    with closing(sqlite3.connect(make_url(stage.database.url).database or "", isolation_level=None)) as program:
        program.execute("VACUUM")  # so that no page is free
        program.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def limit(driver: Any, *_: object) -> None:
        pages = driver.execute("PRAGMA page_count").fetchone()[0]
        driver.execute(f"PRAGMA max_page_count={pages}")

    with _each_time_it_is_taken(stage, limit):
        yield


@contextmanager
def read_only(stage: Stage) -> Iterator[None]:
    """Nothing can be written: a disk that was mounted anew for reading, a server that is a copy."""

    def refuse(driver: Any, *_: object) -> None:
        if stage.database.is_sqlite:
            driver.execute("PRAGMA query_only=ON")
        else:
            driver.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
            driver.commit()

    with _each_time_it_is_taken(stage, refuse):
        yield


@contextmanager
def quota(stage: Stage) -> Iterator[None]:
    """The system lets no file of this process grow beyond what SQLite's log has already."""
    writer(stage).dispose()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        writer(stage).dispose()


@contextmanager
def locked(stage: Stage) -> Iterator[None]:
    """Another program keeps the database locked; the wait for it is cut short."""

    def hurry(driver: Any, *_: object) -> None:
        if stage.database.is_sqlite:
            driver.execute("PRAGMA busy_timeout=10")
        else:
            driver.execute("SET lock_timeout = '20ms'")
            driver.commit()

    with _each_time_it_is_taken(stage, hurry), _holding_a_lock(stage):
        yield


@contextmanager
def _holding_a_lock(stage: Stage) -> Iterator[None]:
    if not stage.database.is_sqlite:
        with other(stage) as console, console.transaction():
            console.execute("LOCK TABLE sync_run IN EXCLUSIVE MODE")
            yield
        return
    with closing(sqlite3.connect(make_url(stage.database.url).database or "", isolation_level=None)) as program:
        program.execute("BEGIN IMMEDIATE")
        yield
        program.execute("ROLLBACK")


@contextmanager
def absent(stage: Stage) -> Iterator[None]:
    """The database is not where it was."""
    stage.database.dispose()
    address = make_url(stage.database.url)
    if not stage.database.is_sqlite:
        server = address.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
        with psycopg.connect(server, autocommit=True) as console:
            console.execute(f"ALTER DATABASE {address.database} RENAME TO {address.database}_away")
            try:
                yield
            finally:
                stage.database.dispose()
                console.execute(f"ALTER DATABASE {address.database}_away RENAME TO {address.database}")
        return
    path = Path(address.database or "")
    path.rename(path.with_suffix(".away"))
    try:
        yield
    finally:
        stage.database.dispose()
        path.unlink(missing_ok=True)
        path.with_suffix(".away").rename(path)
