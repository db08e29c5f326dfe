"""Annotations: what admins say happened on some days, in the organisation or in one team."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.store.engine.column_types import Day, Instant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "annotation",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("first_day", Day(), nullable=False),
        sa.Column("last_day", Day(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
    )


def downgrade() -> None:
    """Back to the revision before; the annotations are gone."""
    op.drop_table("annotation")
