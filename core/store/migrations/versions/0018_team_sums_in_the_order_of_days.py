"""SQLite keeps team sums in the order of their days: a stored day is written in one place, not between all others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision; PostgreSQL keeps rows in the order of their writing anyway."""
    _lay_out(with_rowid=True, order="day, team_id")


def downgrade() -> None:
    """Back to the revision before."""
    _lay_out(with_rowid=False, order="team_id, day")


def _lay_out(*, with_rowid: bool, order: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    counters = [column["name"] for column in sa.inspect(op.get_bind()).get_columns("team_day")][2:]
    op.rename_table("team_day", "team_day_before")
    op.create_table(
        "team_day",
        sa.Column("team_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("day", sa.Integer(), primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.Integer()) for name in counters),
        sqlite_with_rowid=with_rowid,
        sqlite_strict=True,
    )
    names = ", ".join(["team_id", "day", *counters])
    op.execute(f"INSERT INTO team_day ({names}) SELECT {names} FROM team_day_before ORDER BY {order}")
    op.drop_table("team_day_before")
