"""Changes of the organisation's totals are counted, as those of people's usage are."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.execute("INSERT INTO version (name, number) VALUES ('totals', 0)")


def downgrade() -> None:
    """Back to the revision before."""
    op.execute("DELETE FROM version WHERE name = 'totals'")
