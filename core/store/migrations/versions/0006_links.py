"""Links between accounts and employees: what addresses say, what admins decide, and from which day a link holds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.store.engine.column_types import Day, Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ALIAS_IN_FORCE = sa.text("verdict = 'alias' AND undone_at IS NULL")


def upgrade() -> None:
    """To this revision. Until now every link was found by an e-mail address of the directory."""
    op.add_column("account_link", sa.Column("since", Day()))
    op.create_table(
        "account_match",
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), primary_key=True, autoincrement=False),
        sa.Column("employee_id", sa.Integer(), sa.ForeignKey("employee.id", ondelete="CASCADE"), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("made_at", Instant()),
    )
    op.execute(
        "INSERT INTO account_match (account_id, employee_id, origin, address) "
        "SELECT l.account_id, l.employee_id, 'e-mail', e.email "
        "FROM account_link l JOIN employee e ON e.id = l.employee_id"
    )
    op.create_table(
        "matching_decision",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id")),
        sa.Column("employee_id", sa.Integer(), sa.ForeignKey("employee.id", ondelete="SET NULL")),
        sa.Column("address", sa.Text()),
        sa.Column("since", Day()),
        sa.Column("until", Day()),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("undone_by", sa.Text()),
        sa.Column("undone_at", Instant()),
    )
    op.create_index("ix_matching_decision_account_id", "matching_decision", ["account_id"])
    op.create_index(
        "ux_matching_decision_alias",
        "matching_decision",
        ["address"],
        unique=True,
        sqlite_where=ALIAS_IN_FORCE,
        postgresql_where=ALIAS_IN_FORCE,
    )


def downgrade() -> None:
    """Back to the revision before; decisions are lost."""
    op.drop_table("matching_decision")
    op.drop_table("account_match")
    op.drop_column("account_link", "since")
