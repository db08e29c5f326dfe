"""The tables of the access log. Rows are only ever added; triggers of the migration refuse everything else."""

from __future__ import annotations

import datetime as dt
from typing import cast

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text
from sqlmodel import Field, SQLModel

from core.store.engine.column_types import Instant
from core.store.tables.usage import BIG


class AccessLogEntry(SQLModel, table=True):
    """One entry; `core.audit.entries` says what its fields mean and `core.audit.chain` how entries hang together."""

    __tablename__ = "access_log"
    __table_args__ = (
        Index("ix_access_log_actor_at", "actor", "at"),
        Index("ix_access_log_kind_sequence", "kind", "sequence"),
        Index("ix_access_log_at", "at"),
    )
    sequence: int = Field(sa_column=Column(BIG, primary_key=True, autoincrement=False))
    at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))
    kind: str = Field(sa_column=Column(Text, nullable=False))
    act: str = Field(sa_column=Column(Text, nullable=False))
    actor_id: int | None = Field(default=None, sa_column=Column(Integer))
    actor: str = Field(sa_column=Column(Text, nullable=False))
    subject_kind: str = Field(sa_column=Column(Text, nullable=False))
    subject_id: int | None = Field(default=None, sa_column=Column(Integer))
    people: str = Field(sa_column=Column(Text, nullable=False))
    place: str = Field(sa_column=Column(Text, nullable=False))
    details: str = Field(sa_column=Column(Text, nullable=False))
    previous: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    own: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    seal: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class AccessLogPerson(SQLModel, table=True):
    """Which entries concern a person: an index over `AccessLogEntry.people`, for quick reading of one's own."""

    __tablename__ = "access_log_person"
    employee_id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    sequence: int = Field(sa_column=Column(BIG, primary_key=True, autoincrement=False))


def _table(model: type[SQLModel]) -> Table:
    return cast("Table", model.__table__)  # type: ignore[attr-defined]


ACCESS_LOG = _table(AccessLogEntry)
ACCESS_LOG_PERSON = _table(AccessLogPerson)
