"""What a migration does that adds a counter of the catalogue: its columns, and that the past did not measure it.

    def upgrade() -> None:
        counters.add("voice_messages", slot=73)

    def downgrade() -> None:
        counters.remove("voice_messages", slot=73)

Key and slot are those of the `Measure` in `core.catalogue.measures`. They are written out, for a migration does the
same for ever, whatever the catalogue says later.
"""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

MASK_BITS = 62
"""Slots of one mask column, as in `core.catalogue`."""

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LEDGER = ("sync_day", "day_revision")
"""Tables whose `unmeasured` says which measures nobody's row of a stored version measured."""


def add(key: str, slot: int) -> None:
    """Add the columns of a counter, which no stored day has measured.

    Every row of a day says so from now on, and every version of a day, earlier ones included; else what nobody asked
    for would read as zero. The digests of pages are forgotten, so that the next look at a day stores what the API says
    of the counter (decision 5). `slot` lies in one of the mask columns that there are.
    """
    op.add_column("user_day", sa.Column(key, sa.Integer()))
    op.add_column("team_day", sa.Column(key, _BIG))
    mask, bit = _place(slot)
    op.execute(f"UPDATE user_day SET {mask} = {mask} | {bit}")
    _rewrite(lambda keys: [*keys, key])
    op.get_bind().execute(sa.text("UPDATE sync_day SET page_digests = :none"), {"none": b""})


def remove(key: str, slot: int) -> None:
    """Take the columns away again, with all that they hold; the next look at a day stores it as this schema has it."""
    mask, bit = _place(slot)
    op.execute(f"UPDATE user_day SET {mask} = {mask} & ~{bit}")
    _rewrite(lambda keys: [each for each in keys if each != key])
    op.get_bind().execute(sa.text("UPDATE sync_day SET page_digests = :none"), {"none": b""})
    op.drop_column("user_day", key)
    op.drop_column("team_day", key)


def _place(slot: int) -> tuple[str, int]:
    """The mask column of a slot, and its bit as a number."""
    word, bit = divmod(slot, MASK_BITS)
    return f"unmeasured_{word + 1}", 1 << bit


def _rewrite(change: Callable[[list[str]], list[str]]) -> None:
    """Change which measures each stored version that has rows did not measure."""
    connection = op.get_bind()
    for name in _LEDGER:
        table = sa.table(name, sa.column("unmeasured", sa.Text()), sa.column("rows", sa.Integer()))
        for (said,) in connection.execute(sa.select(table.c.unmeasured).where(table.c.rows > 0).distinct()).all():
            now = ",".join(change(said.split(",") if said else []))
            same = (table.c.unmeasured == said) & (table.c.rows > 0)
            connection.execute(table.update().where(same).values(unmeasured=now))
