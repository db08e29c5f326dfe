"""The organization that the stored key belongs to, as the API names it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.add_column("connection", sa.Column("organization", sa.Text()))


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_column("connection", "organization")
