"""The table of what employees say about their own days."""

from __future__ import annotations

import datetime as dt
from typing import cast

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text
from sqlmodel import Field, SQLModel

from core.store.engine.column_types import Day, Instant


class ContextMarkRow(SQLModel, table=True):
    """Days that an employee marked: leave, training and the like, `first_day` and `last_day` included.

    A mark that was taken back keeps its days, which the access log names too, and loses its words. `change` is the
    number of the change that made or took it, so that a reader who knows all earlier ones reads the new ones only.
    """

    __tablename__ = "context_mark"
    __table_args__ = (Index("ix_context_mark_employee_id", "employee_id"), Index("ix_context_mark_change", "change"))
    id: int | None = Field(default=None, primary_key=True)
    employee_id: int = Field(sa_column=Column(Integer, ForeignKey("employee.id", ondelete="CASCADE"), nullable=False))
    kind: str = Field(sa_column=Column(Text, nullable=False))
    first_day: dt.date = Field(sa_column=Column(Day, nullable=False))
    last_day: dt.date = Field(sa_column=Column(Day, nullable=False))
    note: str | None = Field(default=None, sa_column=Column(Text))
    made_at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))
    removed_at: dt.datetime | None = Field(default=None, sa_column=Column(Instant))
    change: int = Field(sa_column=Column(BigInteger().with_variant(Integer(), "sqlite"), nullable=False))


CONTEXT_MARK = cast("Table", ContextMarkRow.__table__)  # type: ignore[attr-defined]
