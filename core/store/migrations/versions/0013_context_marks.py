"""What employees say about their own days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.store.engine.column_types import Day, Instant

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "context_mark",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("employee_id", sa.Integer(), sa.ForeignKey("employee.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("first_day", Day(), nullable=False),
        sa.Column("last_day", Day(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("removed_at", Instant()),
        sa.Column("change", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    )
    op.create_index("ix_context_mark_employee_id", "context_mark", ["employee_id"])
    op.create_index("ix_context_mark_change", "context_mark", ["change"])
    op.execute("INSERT INTO version (name, number) VALUES ('context', 0)")


def downgrade() -> None:
    """Back to the revision before; what employees marked until then is gone."""
    op.drop_table("context_mark")
    op.execute("DELETE FROM version WHERE name = 'context'")
