"""The table of context notes: what employees say themselves beside their figures."""

from __future__ import annotations

import datetime as dt
from typing import cast

from sqlalchemy import Column, ForeignKey, Integer, Table, Text
from sqlmodel import Field, SQLModel

from core.store.engine.column_types import Instant


class ContextNoteRow(SQLModel, table=True):
    """The one note of an employee. A note that was removed is gone; that there was one stands in the access log."""

    __tablename__ = "context_note"
    employee_id: int = Field(
        sa_column=Column(Integer, ForeignKey("employee.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    )
    words: str = Field(sa_column=Column(Text, nullable=False))
    written_at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))


CONTEXT_NOTE = cast("Table", ContextNoteRow.__table__)  # type: ignore[attr-defined]
