"""The table of review exports that were made; nothing in it is ever changed or removed."""

from __future__ import annotations

import datetime as dt
from typing import cast

from sqlalchemy import Column, Integer, Table, Text
from sqlmodel import Field, SQLModel

from core.store.engine.column_types import Instant


class ReviewExport(SQLModel, table=True):
    """One finished file. `export_id` is that of the access log's entry, `part` counts files of one export from 1."""

    __tablename__ = "review_export"
    export_id: str = Field(sa_column=Column(Text, primary_key=True))
    part: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    form: str = Field(sa_column=Column(Text, nullable=False))
    checksum: str = Field(sa_column=Column(Text, nullable=False))
    digest: str = Field(sa_column=Column(Text, nullable=False))
    at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))


REVIEW_EXPORT = cast("Table", ReviewExport.__table__)  # type: ignore[attr-defined]
