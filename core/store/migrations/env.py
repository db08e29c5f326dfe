"""Alembic's entry: migrates the connection that `core.store.engine.migration` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

import core.store.access.introductions
import core.store.connection.offers
import core.store.tables.access_log
import core.store.tables.annotations
import core.store.tables.context_marks
import core.store.tables.directory
import core.store.tables.exports
import core.store.tables.identities
import core.store.tables.links
import core.store.tables.notes
import core.store.tables.organisation
import core.store.tables.revisions
import core.store.tables.sync
import core.store.tables.usage  # noqa: F401 - all fill the metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=SQLModel.metadata)
context.run_migrations()
