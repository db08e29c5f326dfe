"""PostgreSQL keeps each product's bitmaps together: a line over a year read one page a day, now a sixth of that."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_PARTS = 16
"""By hash, so that a product that is yet to come has its place, too."""


def upgrade() -> None:
    """To this revision; SQLite keeps the rows in the order of their key, the product first, anyway."""
    if op.get_bind().dialect.name != "postgresql":
        return
    _lay_out(postgresql_partition_by="HASH (product)")


def downgrade() -> None:
    """Back to the revision before."""
    if op.get_bind().dialect.name != "postgresql":
        return
    _lay_out()


def _lay_out(**options: Any) -> None:
    op.rename_table("active_bits", "active_bits_before")
    op.execute("ALTER INDEX active_bits_pkey RENAME TO active_bits_before_pkey")
    op.create_table(
        "active_bits",
        sa.Column("product", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("day", sa.Date(), primary_key=True, autoincrement=False),
        sa.Column("bits", sa.LargeBinary(), nullable=False),
        **options,
    )
    if options:
        for part in range(_PARTS):
            op.execute(
                f"CREATE TABLE active_bits_{part} PARTITION OF active_bits "
                f"FOR VALUES WITH (MODULUS {_PARTS}, REMAINDER {part})"
            )
    op.execute("INSERT INTO active_bits (product, day, bits) SELECT product, day, bits FROM active_bits_before")
    op.drop_table("active_bits_before")
