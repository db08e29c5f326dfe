"""Figures of the whole organisation: seats and active users, skills and connectors by name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.store.engine.column_types import Day, Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COUNTED = (
    "",
    "chat_",
    "claude_code_",
    "cowork_",
    "office_agent_",
    "claude_design_",
    "science_",
    "chat_cowork_unified_",
    "claude_tag_",
)
"""Prefixes of the counts of active users of this revision."""


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "organisation_day",
        sa.Column("day", Day(), primary_key=True, autoincrement=False),
        sa.Column("seats", sa.Integer()),
        sa.Column("pending_invites", sa.Integer()),
        sa.Column("science_entitled", sa.Integer()),
        *(
            sa.Column(f"{name}{span}_active", sa.Integer())
            for name in COUNTED
            for span in ("daily", "weekly", "monthly")
        ),
    )
    op.create_table(
        "skill_day",
        sa.Column("day", Day(), primary_key=True, autoincrement=False),
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("display_name", sa.Text()),
        sa.Column("share_status", sa.Text()),
        sa.Column("users", sa.Integer()),
        sa.Column("invocations", sa.Integer()),
        sa.Column("enabled", sa.Integer()),
    )
    op.create_table(
        "connector_day",
        sa.Column("day", Day(), primary_key=True, autoincrement=False),
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("display_name", sa.Text()),
        sa.Column("users", sa.Integer()),
        sa.Column("reads", sa.Integer()),
        sa.Column("writes", sa.Integer()),
        sa.Column("unclassified", sa.Integer()),
    )
    op.create_table(
        "endpoint_day",
        sa.Column("endpoint", sa.Text(), primary_key=True),
        sa.Column("day", Day(), primary_key=True, autoincrement=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("stored_at", Instant()),
        sa.Column("checked_at", Instant(), nullable=False),
        sa.Column("problem", sa.Text()),
    )
    op.create_table(
        "endpoint",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("checked_at", Instant(), nullable=False),
        sa.Column("problem", sa.Text()),
    )


def downgrade() -> None:
    """Back to the first schema."""
    for table in ("endpoint", "endpoint_day", "connector_day", "skill_day", "organisation_day"):
        op.drop_table(table)
