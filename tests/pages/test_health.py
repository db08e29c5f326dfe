"""The Connection page says first when the data is late, and says nothing when it is not."""

from __future__ import annotations

import datetime as dt

import pytest

from core.store.connection import connections
from core.ui.session import resources
from tests.support.personas import ADMINS

PAGE = "pages/admin/connection.py"
ADMIN = min(ADMINS)


def connect(ago: dt.timedelta) -> None:
    with resources.database().write() as connection:
        since = dt.datetime.now(dt.UTC) - ago
        connections.replace(
            connection, resources.settings().secret_key, "sk-ant-api01-invented", "dora@example.com", since
        )


def late_lines(at) -> list[str]:
    assert not at.exception
    return [line.value for line in at.error if "data is late" in line.value]


def test_late_data_is_one_line_with_its_reason(empty):
    connect(dt.timedelta(hours=5))
    (line,) = late_lines(empty(ADMIN, PAGE))
    assert line.startswith("**The data is late.** Nothing was read since the API key was stored")
    assert "No sync daemon is at work" in line


@pytest.mark.parametrize("ago", [dt.timedelta(hours=1), None])
def test_data_that_is_not_late_yet_and_a_missing_connection_raise_no_alarm(empty, ago):
    if ago is not None:
        connect(ago)
    assert late_lines(empty(ADMIN, PAGE)) == []
