"""An installation on SQLite and on PostgreSQL: five people, four Claude users, and some days in trouble."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from core import settings as configuration
from core.admin.access import operator
from core.admin.directory import import_directory
from core.api.records import decode
from core.settings import Settings
from core.store.connection import offers
from core.store.day_writes import DayWriter
from core.store.engine.database import Database
from core.store.usage import ledger
from simulator.dataset import usage_row
from tests.admin.installation import NEWEST, NOW, days_back
from tests.support.invented import SECRET
from tests.support.small_directory import DIRECTORY


@pytest.fixture
def settings(tmp_path: Path, database: Database) -> Settings:
    found = configuration.load(
        {
            "UPTAKE_DATA_DIR": str(tmp_path),
            "UPTAKE_SECRET_KEY": SECRET,
            "UPTAKE_BACKFILL_DAYS": "10",
            "UPTAKE_ADMINS": "dora@example.com",
        }
    )
    return dataclasses.replace(found, database_url=database.url)


@pytest.fixture
def installation(database: Database) -> Database:
    """Days 0, 1 and 4 back are stored, 2 back could not be read at all, 4 back failed when it was read again."""
    import_directory(operator(), database, DIRECTORY)
    users = ["bob@example.com", "charlie@example.com", "zed@example.com", ""]
    rows = [usage_row(f"user_{n}", email, **{"chat_metrics.message_count": 1}) for n, email in enumerate(users)]
    rows[3]["user"]["email_address"] = None
    rows[0]["brand_new_metrics"] = {"count": 7}
    page = json.dumps({"data": rows, "next_page": None}).encode()
    with database.write() as connection:
        offers.note(connection, NEWEST, NOW)
        writer = DayWriter(connection)
        for back in (4, 1, 0):
            writer.store(connection, days_back(back), [decode(page)], b"x" * 16, NOW)
        ledger.record_problem(connection, days_back(2), "The answer made no sense.", NOW)
        ledger.record_problem(connection, days_back(4), "The answer made no sense any more.", NOW)
    return database
