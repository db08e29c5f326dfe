"""A migration that adds a counter: no stored day has measured it, at no moment, until it is read again."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import inspect, select, text

from core.catalogue import MASK_BITS, MASK_WORDS, MEASURES
from core.store.engine import counters
from core.store.engine.database import Database
from core.store.tables.usage import DAY_REVISION, MASK_COLUMNS, SYNC_DAY
from tests.support import stored

KEY, SLOT = "voice_messages", max(measure.slot for measure in MEASURES) + 1
MASK, BIT = MASK_COLUMNS[SLOT // MASK_BITS], 1 << SLOT % MASK_BITS


@contextmanager
def migrating(database: Database):
    with database.write() as connection, Operations.context(MigrationContext.configure(connection)):
        yield connection


def columns_of(connection, table: str) -> set[str]:
    return {column["name"] for column in inspect(connection).get_columns(table)}


def unmeasured(connection, table) -> list[tuple[dt.date, list[str]]]:
    rows = connection.execute(select(table.c.day, table.c.unmeasured).where(table.c.rows > 0).order_by(table.c.day))
    return [(day, said.split(",") if said else []) for day, said in rows]


def test_the_mask_columns_have_room_for_another_counter_and_migrations_divide_them_as_the_catalogue_does():
    assert SLOT < MASK_BITS * MASK_WORDS
    assert counters.MASK_BITS == MASK_BITS


def test_no_row_and_no_version_of_a_day_has_measured_a_counter_that_is_added(filled):
    with filled.read("test") as connection:
        before = {table.name: unmeasured(connection, table) for table in (SYNC_DAY, DAY_REVISION)}
        masks = dict(connection.execute(text(f"SELECT {MASK}, count(*) FROM user_day GROUP BY 1")).all())
    with migrating(filled) as connection:
        counters.add(KEY, SLOT)
    with filled.read("test") as connection:
        for table in (SYNC_DAY, DAY_REVISION):
            assert unmeasured(connection, table) == [(day, [*keys, KEY]) for day, keys in before[table.name]] != []
        found = dict(connection.execute(text(f"SELECT {MASK}, count(*) FROM user_day GROUP BY 1")).all())
        assert found == {mask | BIT: rows for mask, rows in masks.items()}
        assert connection.execute(text(f"SELECT count({KEY}) FROM user_day")).scalar_one() == 0
        assert KEY in columns_of(connection, "team_day")
        digests = connection.execute(select(SYNC_DAY.c.page_digests)).scalars()
        assert {bytes(each) for each in digests} == {b""}


def test_a_day_without_rows_still_says_nothing_of_a_counter_that_is_added(filled):
    with filled.write() as connection:
        empty = connection.execute(select(SYNC_DAY.c.day).limit(1)).scalar_one()
        connection.execute(SYNC_DAY.update().where(SYNC_DAY.c.day == empty).values(rows=0, unmeasured=""))
    with migrating(filled):
        counters.add(KEY, SLOT)
    with filled.read("test") as connection:
        assert connection.execute(select(SYNC_DAY.c.unmeasured).where(SYNC_DAY.c.day == empty)).scalar_one() == ""


def test_a_counter_that_is_taken_away_leaves_everything_else_as_it_was(filled):
    with filled.read("test") as connection:
        usage, sums = stored.user_days(connection), stored.team_days(connection)
        said = unmeasured(connection, SYNC_DAY), unmeasured(connection, DAY_REVISION)
        columns = columns_of(connection, "user_day")
    with migrating(filled) as connection:
        counters.add(KEY, SLOT)
        connection.execute(text(f"UPDATE user_day SET {KEY} = 3"))
    with migrating(filled):
        counters.remove(KEY, SLOT)
    with filled.read("test") as connection:
        assert (stored.user_days(connection), stored.team_days(connection)) == (usage, sums)
        assert (unmeasured(connection, SYNC_DAY), unmeasured(connection, DAY_REVISION)) == said
        assert columns_of(connection, "user_day") == columns
