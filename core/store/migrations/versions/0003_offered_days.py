"""The newest days that the API offered, and when it first did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.store.engine.column_types import Day, Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision. Days are read newest first, so the newest one that was ever asked for had been offered."""
    op.create_table(
        "offered_day",
        sa.Column("day", Day(), primary_key=True, autoincrement=False),
        sa.Column("noted_at", Instant(), nullable=False),
    )
    op.execute(
        "INSERT INTO offered_day (day, noted_at) SELECT day, checked_at FROM sync_day "
        "WHERE day = (SELECT max(day) FROM sync_day) AND checked_at IS NOT NULL"
    )


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table("offered_day")
