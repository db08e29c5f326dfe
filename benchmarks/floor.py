"""The least that storing a page can cost: orjson, a flat tuple a row, and the driver's bulk path into a bare table.

No validation, no matching, no second index, no roll-up: what our pipeline does on top has to be paid for by being
quicker elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection

from core.catalogue import MEASURES

COLUMNS = [measure.key for measure in MEASURES]


def _flattener() -> Callable[[dict[str, Any], int, int], tuple[Any, ...]]:
    """A function that picks the counters out of a row, written out like a careful programmer would."""

    def pick(path: str) -> str:
        return "row" + "".join(f"[{part!r}]" for part in path.split("."))

    skipped = ("chat_cowork_unified_metrics", "bioscience_metrics")
    sums = [" + ".join(pick(path) for path in m.paths if not path.startswith(skipped)) for m in MEASURES]
    nullable = {f"row['cowork_metrics']['{name}']" for name in _NULLABLE}
    values = [f"({part} or 0)" if part in nullable else part for part in sums]
    scope: dict[str, Any] = {}
    exec(f"def flatten(row, day, account): return (day, account, {', '.join(values)})", scope)  # noqa: S102
    return scope["flatten"]


_NULLABLE = (
    "plugins_used_count",
    "distinct_plugins_used_count",
    "file_edit_count",
    "edit_tool_count",
    "multi_edit_tool_count",
    "write_tool_count",
    "notebook_edit_tool_count",
    "sessions_with_file_edits_count",
)


def store(connection: Connection, pages: Sequence[bytes], day: int) -> int:
    """Store a day's pages in the bare table `floor`; how many rows."""
    flatten, account, count = _flattener(), 0, 0
    for body in pages:
        rows = []
        for row in orjson.loads(body)["data"]:
            account += 1
            rows.append(flatten(row, day, account))
        _insert(connection, rows)
        count += len(rows)
    return count


def create(connection: Connection) -> None:
    """The bare table: the same columns, a primary key and nothing else."""
    counters = ", ".join(f"{key} INTEGER" for key in COLUMNS)
    connection.exec_driver_sql("DROP TABLE IF EXISTS floor")
    tail = " WITHOUT ROWID" if connection.dialect.name == "sqlite" else ""
    connection.exec_driver_sql(
        f"CREATE TABLE floor (day INTEGER, account_id INTEGER, {counters}, PRIMARY KEY (day, account_id)){tail}"
    )


def _insert(connection: Connection, rows: list[tuple[Any, ...]]) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"INSERT INTO floor VALUES ({', '.join('?' * (len(COLUMNS) + 2))})", rows)
        return
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy("COPY floor FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
