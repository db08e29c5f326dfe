"""The tables about imports of the directory: what each changed, how to take it back, and the scheduled source."""

from __future__ import annotations

import datetime as dt
from typing import cast

from sqlalchemy import Column, Integer, LargeBinary, Table, Text
from sqlmodel import Field, SQLModel

from core.store.engine.column_types import Instant


class DirectoryImport(SQLModel, table=True):
    """One import that was applied: who, when, from where, and how many people it touched."""

    __tablename__ = "directory_import"
    id: int | None = Field(default=None, primary_key=True)
    at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))
    by: str = Field(sa_column=Column(Text, nullable=False))
    source: str = Field(sa_column=Column(Text, nullable=False))
    added: int
    changed: int
    moved: int
    archived: int
    rehired: int
    refused: int
    notes: str = Field(default="[]", sa_column=Column(Text, nullable=False))
    """JSON: the first refusals and notes, each as line, value and reason."""
    highest_id: int = Field(sa_column=Column(Integer, nullable=False))
    """The highest employee id ever given: an undone import frees none, as other records may still name it."""
    inverse: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    """What takes the import back, compressed JSON; None for imports that are too old."""
    undone_at: dt.datetime | None = Field(default=None, sa_column=Column(Instant))
    undone_by: str | None = Field(default=None, sa_column=Column(Text))


class DirectorySource(SQLModel, table=True):
    """The file that the daemon re-reads: what it found last, and a version that waits for an admin."""

    __tablename__ = "directory_source"
    id: int = Field(default=1, sa_column=Column(Integer, primary_key=True, autoincrement=False))
    place: str = Field(sa_column=Column(Text, nullable=False))
    checked_at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))
    problem: str | None = Field(default=None, sa_column=Column(Text))
    """Why the file could not be read last time; None when it could."""
    state: str = Field(default="", sa_column=Column(Text, nullable=False))
    """What became of the content that was last read: applied, held, refused, discarded; empty before the first."""
    message: str = Field(default="", sa_column=Column(Text, nullable=False))
    digest: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))
    """The digest of the content that was last read: the same again needs no work."""
    held: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))
    """The compressed content that waits for an admin; empty when none does."""


DIRECTORY_IMPORT = cast("Table", DirectoryImport.__table__)  # type: ignore[attr-defined]
DIRECTORY_SOURCE = cast("Table", DirectorySource.__table__)  # type: ignore[attr-defined]
