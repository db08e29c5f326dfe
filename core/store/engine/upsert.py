"""A row under its key, whether it is there already or not, in one statement: two writers may come at one moment."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def put(
    connection: Connection,
    table: Table,
    key: Mapping[str, object],
    values: Mapping[str, object],
    otherwise: Mapping[str, object] | None = None,
) -> None:
    """Set values of the row with a key; where there is none, insert it, with what it holds `otherwise`.

    `key` are the columns of the primary key. Without values, a row that is there stays as it is.
    """
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    made = dialect.insert(table).values(**{**(otherwise or {}), **values, **key})
    place = [table.c[name] for name in key]
    connection.execute(
        made.on_conflict_do_update(index_elements=place, set_=dict(values))
        if values
        else made.on_conflict_do_nothing(index_elements=place)
    )
