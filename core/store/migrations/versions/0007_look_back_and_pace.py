"""What the sync learns about the API between its runs: where the past begins, and how fast it may ask."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.store.engine.column_types import Day, Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "look_back",
        sa.Column("endpoint", sa.Text(), primary_key=True),
        sa.Column("earliest", Day(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("backfill_days", sa.Integer(), nullable=False),
    )
    op.create_table(
        "sync_pace",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("per_minute", sa.Integer()),
        sa.Column("refused_runs", sa.Integer(), nullable=False),
        sa.Column("quiet_runs", sa.Integer(), nullable=False),
        sa.Column("since", Instant()),
    )


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table("sync_pace")
    op.drop_table("look_back")
