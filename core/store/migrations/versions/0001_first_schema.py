"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.store.engine.column_types import Day, Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

MEASURES = (
    "conversations",
    "chat_messages",
    "thinking_messages",
    "artifacts_created",
    "projects_created",
    "projects_used",
    "files_uploaded",
    "chat_skills_distinct",
    "chat_connectors_used",
    "chat_connectors_distinct",
    "shared_conversations_viewed",
    "shared_artifacts_viewed",
    "code_sessions",
    "commits",
    "pull_requests",
    "lines_added",
    "lines_removed",
    "code_artifacts_created",
    "edits_accepted",
    "edits_rejected",
    "excel_sessions",
    "excel_messages",
    "excel_skills_used",
    "excel_skills_distinct",
    "excel_connectors_used",
    "excel_connectors_distinct",
    "powerpoint_sessions",
    "powerpoint_messages",
    "powerpoint_skills_used",
    "powerpoint_skills_distinct",
    "powerpoint_connectors_used",
    "powerpoint_connectors_distinct",
    "word_sessions",
    "word_messages",
    "word_skills_used",
    "word_skills_distinct",
    "word_connectors_used",
    "word_connectors_distinct",
    "outlook_sessions",
    "outlook_messages",
    "outlook_skills_used",
    "outlook_skills_distinct",
    "outlook_connectors_used",
    "outlook_connectors_distinct",
    "cowork_sessions",
    "cowork_messages",
    "cowork_actions",
    "cowork_dispatch_turns",
    "cowork_skills_used",
    "cowork_skills_distinct",
    "cowork_connectors_used",
    "cowork_connectors_distinct",
    "cowork_artifacts_created",
    "cowork_plugins_used",
    "cowork_plugins_distinct",
    "cowork_file_edits",
    "cowork_edit_tool_uses",
    "cowork_multi_edit_tool_uses",
    "cowork_write_tool_uses",
    "cowork_notebook_edit_tool_uses",
    "cowork_sessions_with_file_edits",
    "design_sessions",
    "design_messages",
    "design_projects_created",
    "design_projects_used",
    "science_sessions",
    "science_messages",
    "science_delegations",
    "science_compute_jobs",
    "science_skills_used",
    "slack_active_days",
    "slack_active_messages",
    "web_searches",
)
"""The counters of this revision; later ones are added by later revisions."""


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("user_id", sa.Text(), nullable=False, unique=True),
        sa.Column("email", sa.Text()),
        sa.Column("first_seen", Day(), nullable=False),
    )
    op.create_table(
        "active_bits",
        sa.Column("product", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("day", Day(), primary_key=True),
        sa.Column("bits", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "connection",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=False),
        sa.Column("key_hint", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", Instant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("checked_at", Instant()),
    )
    op.create_table(
        "day_revision",
        sa.Column("day", Day(), primary_key=True),
        sa.Column("revision", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("appeared", sa.Integer(), nullable=False),
        sa.Column("vanished", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("differences", sa.Text(), nullable=False),
    )
    op.create_table(
        "employee",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("email", sa.Text(), nullable=False, unique=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("employee_id", sa.Text()),
        sa.Column("title", sa.Text()),
        sa.Column("department", sa.Text()),
        sa.Column("location", sa.Text()),
        sa.Column("start_date", Day()),
        sa.Column("end_date", Day()),
        sa.Column("manager_id", sa.Integer()),
        sa.Column("left_pos", sa.Integer(), nullable=False),
        sa.Column("right_pos", sa.Integer(), nullable=False),
        sa.Column("depth", sa.SmallInteger(), nullable=False),
    )
    op.create_index("ix_employee_left_pos", "employee", ["left_pos"])
    op.create_index("ix_employee_manager_id", "employee", ["manager_id"])
    op.create_table(
        "lease",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("token", BIG, nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("requests_last_minute", sa.Integer(), nullable=False),
    )
    op.create_table(
        "sync_day",
        sa.Column("day", Day(), primary_key=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("page_digests", sa.LargeBinary(), nullable=False),
        sa.Column("unmeasured", sa.Text(), nullable=False),
        sa.Column("stored_at", Instant()),
        sa.Column("changed_at", Instant()),
        sa.Column("checked_at", Instant()),
        sa.Column("problem", sa.Text()),
        sa.Column("held_digests", sa.LargeBinary(), nullable=False),
        sa.Column("accepted_digests", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "sync_request",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("taken_at", Instant()),
    )
    op.create_table(
        "sync_run",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("finished_at", Instant()),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("days_planned", sa.Integer(), nullable=False),
        sa.Column("days_checked", sa.Integer(), nullable=False),
        sa.Column("days_changed", sa.Integer(), nullable=False),
    )
    op.create_table(
        "team_day",
        sa.Column("team_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("day", Day(), primary_key=True, autoincrement=False),
        *(sa.Column(key, BIG) for key in MEASURES),
        sqlite_with_rowid=False,
        sqlite_strict=True,
    )
    op.create_table(
        "unknown_field",
        sa.Column("path", sa.Text(), primary_key=True),
        sa.Column("first_seen", Day(), nullable=False),
    )
    op.create_table(
        "user_day",
        sa.Column("day", Day(), primary_key=True, autoincrement=False),
        sa.Column("account_id", sa.Integer(), primary_key=True, autoincrement=False),
        *(sa.Column(key, sa.Integer()) for key in MEASURES),
        sa.Column("unmeasured_1", BIG, nullable=False),
        sa.Column("unmeasured_2", BIG, nullable=False),
        sqlite_with_rowid=False,
        sqlite_strict=True,
        postgresql_partition_by="RANGE (day)",
    )
    op.create_index("ix_user_day_account_day", "user_day", ["account_id", "day"])
    op.create_table(
        "version",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("number", BIG, nullable=False),
    )
    op.create_table(
        "account_link",
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), primary_key=True, autoincrement=False),
        sa.Column("employee_id", sa.Integer(), sa.ForeignKey("employee.id"), nullable=False),
        sa.Column("until", Day()),
    )
    op.create_index("ix_account_link_employee_id", "account_link", ["employee_id"])
    op.create_table(
        "reporting_line",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("employee_id", sa.Integer(), sa.ForeignKey("employee.id"), nullable=False),
        sa.Column("manager_id", sa.Integer(), sa.ForeignKey("employee.id"), nullable=False),
        sa.Column("from_day", Day()),
        sa.Column("to_day", Day()),
    )
    op.create_index("ix_reporting_line_employee_id", "reporting_line", ["employee_id"])
    op.execute("INSERT INTO version (name, number) VALUES ('data', 0), ('directory', 0)")


def downgrade() -> None:
    """Back to an empty database."""
    for table in (
        "reporting_line",
        "account_link",
        "version",
        "user_day",
        "unknown_field",
        "team_day",
        "sync_run",
        "sync_request",
        "sync_day",
        "lease",
        "employee",
        "day_revision",
        "connection",
        "active_bits",
        "account",
    ):
        op.drop_table(table)
