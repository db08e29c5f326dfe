"""Alembic's entry: migrates the connection that `core.store.migration` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

import core.store.access_log_tables
import core.store.annotation_tables
import core.store.context_tables
import core.store.directory_tables
import core.store.exports_tables
import core.store.identity_tables
import core.store.introductions
import core.store.links_tables
import core.store.note_tables
import core.store.offers
import core.store.organisation_tables
import core.store.revision_tables
import core.store.sync_tables
import core.store.tables  # noqa: F401 - all fill the metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=SQLModel.metadata)
context.run_migrations()
