"""The tables of what the sync learns about the API between its runs."""

from __future__ import annotations

import datetime as dt
from typing import cast

from sqlalchemy import Column, Integer, Table, Text
from sqlmodel import Field, SQLModel

from core.store.engine.column_types import Day, Instant


class LookBack(SQLModel, table=True):
    """Where the past that an endpoint serves begins, as was found out by asking for older days.

    `backfill_days` is the setting under which it was found: another one is a reason to ask again.
    """

    __tablename__ = "look_back"
    endpoint: str = Field(sa_column=Column(Text, primary_key=True))
    earliest: dt.date = Field(sa_column=Column(Day, nullable=False))
    asked_at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))
    backfill_days: int = Field(sa_column=Column(Integer, nullable=False))


class SyncPace(SQLModel, table=True):
    """The one row of how the daemon holds itself back; `per_minute` is None while it uses all that it is allowed."""

    __tablename__ = "sync_pace"
    id: int = Field(default=1, sa_column=Column(Integer, primary_key=True, autoincrement=False))
    per_minute: int | None = Field(default=None, sa_column=Column(Integer))
    refused_runs: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    quiet_runs: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    since: dt.datetime | None = Field(default=None, sa_column=Column(Instant))


LOOK_BACK = cast("Table", LookBack.__table__)  # type: ignore[attr-defined]
SYNC_PACE = cast("Table", SyncPace.__table__)  # type: ignore[attr-defined]
