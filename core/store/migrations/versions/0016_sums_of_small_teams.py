"""Daily sums are stored of teams of four to seven people, too: adding them up person by person took the longest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_SMALL = "lead.right_pos - lead.left_pos BETWEEN 4 AND 7"


def upgrade() -> None:
    """To this revision; days on which nobody of a team used anything have no row, as with larger teams."""
    columns = [column["name"] for column in sa.inspect(op.get_bind()).get_columns("team_day")]
    counters = [name for name in columns if name not in {"team_id", "day"}]
    sums = [f"SUM(COALESCE(user_day.{name}, 0))" for name in counters]
    op.execute(
        f"INSERT INTO team_day (team_id, day, {', '.join(counters)}) "
        f"SELECT lead.id, user_day.day, {', '.join(sums)} FROM employee AS lead "
        "JOIN employee AS member ON member.left_pos >= lead.left_pos AND member.left_pos < lead.right_pos "
        "JOIN account_link ON account_link.employee_id = member.id "
        "JOIN user_day ON user_day.account_id = account_link.account_id "
        "AND (account_link.since IS NULL OR user_day.day >= account_link.since) "
        "AND (account_link.until IS NULL OR user_day.day <= account_link.until) "
        f"WHERE {_SMALL} GROUP BY lead.id, user_day.day HAVING {' + '.join(sums)} > 0"
    )


def downgrade() -> None:
    """Back to the revision before."""
    op.execute(f"DELETE FROM team_day WHERE team_id IN (SELECT lead.id FROM employee AS lead WHERE {_SMALL})")
