"""Column types that SQLite and PostgreSQL store differently and Python sees alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sqlalchemy import Date, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

EPOCH = dt.date(1970, 1, 1)


def to_epoch(day: dt.date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def from_epoch(number: int) -> dt.date:
    """The calendar day that is `number` days after 1970-01-01."""
    return EPOCH + dt.timedelta(days=int(number))


@lru_cache(maxsize=4_096)
def _stored_day(number: int | None) -> dt.date | None:
    """Every row that is read has a day, and there are few days, so each is made once."""
    return None if number is None else from_epoch(number)


class Day(TypeDecorator[dt.date]):
    """A UTC calendar day: `date` on PostgreSQL, whole days since 1970 on SQLite (four bytes instead of ten)."""

    impl = Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Pick the stored form."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else Date())

    def process_bind_param(self, value: dt.date | None, dialect: Dialect) -> Any:
        """Python to database."""
        if value is None or dialect.name != "sqlite":
            return value
        return to_epoch(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], dt.date | None] | None:  # noqa: ARG002
        """Database to Python; PostgreSQL's driver gives days as they are."""
        return _stored_day if dialect.name == "sqlite" else None


class Instant(TypeDecorator[dt.datetime]):
    """A moment with its time zone, always UTC; SQLite keeps it as ISO text."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Pick the stored form."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> Any:
        """Python to database; a moment without a time zone is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "A stored moment needs a time zone."
            raise ValueError(message)
        value = value.astimezone(dt.UTC)
        return value.isoformat() if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        """Database to Python."""
        if value is None:
            return None
        return dt.datetime.fromisoformat(value) if dialect.name == "sqlite" else value.astimezone(dt.UTC)
