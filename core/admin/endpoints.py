"""How the endpoints of the organisation's totals stand, for admins: their problems quote what the API said."""

from __future__ import annotations

from core.admin.access import ConnectionAdmin
from core.store.engine.database import Database
from core.store.totals import organisation_reads
from core.store.totals.organisation_reads import EndpointState

__all__ = ["EndpointState", "endpoint_states"]


def endpoint_states(_admin: ConnectionAdmin, database: Database) -> dict[str, EndpointState]:
    """The state of each endpoint ever asked: summaries, skills, connectors."""
    with database.read() as connection:
        return organisation_reads.states(connection)
