"""The table of annotations: what happened in the organisation or one team, set by admins and shown on charts."""

from __future__ import annotations

import datetime as dt
from typing import cast

from sqlalchemy import Column, Integer, Table, Text
from sqlmodel import Field, SQLModel

from core.store.engine.column_types import Day, Instant


class AnnotationRow(SQLModel, table=True):
    """What happened from `first_day` to `last_day`, both included, in a chain (`team_id`: its lead, or `EVERYONE`)."""

    __tablename__ = "annotation"

    id: int | None = Field(default=None, primary_key=True)
    words: str = Field(sa_column=Column(Text, nullable=False))
    first_day: dt.date = Field(sa_column=Column(Day, nullable=False))
    last_day: dt.date = Field(sa_column=Column(Day, nullable=False))
    team_id: int = Field(sa_column=Column(Integer, nullable=False))
    made_by: str = Field(sa_column=Column(Text, nullable=False))
    made_at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))


ANNOTATION = cast("Table", AnnotationRow.__table__)  # type: ignore[attr-defined]
