"""What user-days were before they were revised, and what each version of a day did not measure."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.store.engine.column_types import Day

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "user_day_was",
        sa.Column("day", Day(), primary_key=True),
        sa.Column("revision", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("account_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("was", sa.Text()),
        sqlite_with_rowid=False,
    )
    op.add_column("day_revision", sa.Column("unmeasured", sa.Text(), nullable=False, server_default=""))
    op.execute(
        "UPDATE day_revision SET unmeasured = (SELECT unmeasured FROM sync_day WHERE sync_day.day = day_revision.day)"
    )


def downgrade() -> None:
    """Back to the revision before; earlier versions are lost."""
    op.drop_column("day_revision", "unmeasured")
    op.drop_table("user_day_was")
