"""A session has an end before anybody signs out: it is over when its person does not come again for a while."""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    _rename("ended_session", "ended_at", "session_end", "ends_at")


def downgrade() -> None:
    """Back to the revision before, which knows no session that goes on."""
    op.execute("DELETE FROM session_end")
    _rename("session_end", "ends_at", "ended_session", "ended_at")


def _rename(table: str, column: str, new_table: str, new_column: str) -> None:
    op.drop_index(f"ix_{table}_{column}", table)
    op.execute(f"ALTER TABLE {table} RENAME TO {new_table}")
    op.execute(f"ALTER TABLE {new_table} RENAME COLUMN {column} TO {new_column}")
    op.create_index(f"ix_{new_table}_{new_column}", new_table, [new_column])
