"""Introductions: whose first-visit notes were put away."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "introduction",
        sa.Column("email", sa.Text(), primary_key=True),
        sa.Column("page", sa.Text(), primary_key=True),
    )


def downgrade() -> None:
    """Back to the revision before; notes are shown again."""
    op.drop_table("introduction")
