"""Imports of the directory on record, and the file that the daemon re-reads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.store.engine.column_types import Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COUNTS = ("added", "changed", "moved", "archived", "rehired", "refused")


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "directory_import",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("highest_id", sa.Integer(), nullable=False),
        sa.Column("inverse", sa.LargeBinary()),
        sa.Column("undone_at", Instant()),
        sa.Column("undone_by", sa.Text()),
    )
    op.create_table(
        "directory_source",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("checked_at", Instant(), nullable=False),
        sa.Column("problem", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("held", sa.LargeBinary(), nullable=False),
    )


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table("directory_source")
    op.drop_table("directory_import")
