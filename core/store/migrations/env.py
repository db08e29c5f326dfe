"""Alembic's entry: migrates the connection that `core.store.schema` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

from core.store import tables

assert tables.EVERYONE == 0
context.configure(connection=context.config.attributes["connection"], target_metadata=SQLModel.metadata)
context.run_migrations()
