"""Who signs in, which sessions have ended, and who was given which role."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.store.engine.column_types import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "sign_in_identity",
        sa.Column("issuer", sa.Text(), primary_key=True),
        sa.Column("subject", sa.Text(), primary_key=True),
        sa.Column("email", sa.Text(), nullable=False, index=True),
        sa.Column("employee_id", sa.Integer(), sa.ForeignKey("employee.id", ondelete="CASCADE"), unique=True),
        sa.Column("first_seen_at", Instant(), nullable=False),
        sa.Column("bound_at", Instant()),
        sa.Column("released_at", Instant()),
        sa.Column("ended_at", Instant()),
    )
    op.create_table(
        "ended_session",
        sa.Column("digest", sa.Text(), primary_key=True),
        sa.Column("ended_at", Instant(), nullable=False, index=True),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("employee_id", sa.Integer(), sa.ForeignKey("employee.id", ondelete="CASCADE"), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.Column("granted_at", Instant(), nullable=False),
        sa.Column("revoked_by", sa.Text()),
        sa.Column("revoked_at", Instant()),
    )
    op.create_index("ix_role_grant_employee_role", "role_grant", ["employee_id", "role"])
    op.execute("INSERT INTO version (name, number) VALUES ('access', 0)")


def downgrade() -> None:
    """Back to the revision before."""
    for table in ("role_grant", "ended_session", "sign_in_identity"):
        op.drop_table(table)
    op.execute("DELETE FROM version WHERE name = 'access'")
