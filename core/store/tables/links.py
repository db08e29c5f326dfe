"""The tables behind the links between accounts and employees: what addresses say, and what admins decided."""

from __future__ import annotations

import datetime as dt
from typing import cast

from sqlalchemy import Column, ForeignKey, Index, Table, Text, text
from sqlmodel import Field, SQLModel

from core.store.engine.column_types import Day, Instant

_ALIAS_IN_FORCE = text("verdict = 'alias' AND undone_at IS NULL")


class AccountMatch(SQLModel, table=True):
    """The employee to whom an account's address led, and by which canonical address; kept when addresses change.

    `made_at` is None for matches that are older than this table.
    """

    __tablename__ = "account_match"
    account_id: int = Field(sa_column=Column(ForeignKey("account.id"), primary_key=True, autoincrement=False))
    employee_id: int = Field(sa_column=Column(ForeignKey("employee.id", ondelete="CASCADE"), nullable=False))
    origin: str = Field(sa_column=Column(Text, nullable=False))
    address: str = Field(sa_column=Column(Text, nullable=False))
    made_at: dt.datetime | None = Field(default=None, sa_column=Column(Instant))


class MatchingDecision(SQLModel, table=True):
    """One decision of an admin about matching. Rows are only added, and marked as undone; nothing is deleted.

    `verdict` is one of `core.people.decisions.Verdict`, which is about `account_id`, or `alias`: the canonical
    `address` is the employee's. A decision about somebody who is deleted from the directory has no
    effect. `since` and `until` date a link, both days included, None without end.
    """

    __tablename__ = "matching_decision"
    __table_args__ = (
        Index(
            "ux_matching_decision_alias",
            "address",
            unique=True,
            sqlite_where=_ALIAS_IN_FORCE,
            postgresql_where=_ALIAS_IN_FORCE,
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    verdict: str = Field(sa_column=Column(Text, nullable=False))
    account_id: int | None = Field(default=None, sa_column=Column(ForeignKey("account.id"), index=True))
    employee_id: int | None = Field(default=None, sa_column=Column(ForeignKey("employee.id", ondelete="SET NULL")))
    address: str | None = Field(default=None, sa_column=Column(Text))
    since: dt.date | None = Field(default=None, sa_column=Column(Day))
    until: dt.date | None = Field(default=None, sa_column=Column(Day))
    made_by: str = Field(sa_column=Column(Text, nullable=False))
    made_at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))
    undone_by: str | None = Field(default=None, sa_column=Column(Text))
    undone_at: dt.datetime | None = Field(default=None, sa_column=Column(Instant))


ACCOUNT_MATCH = cast("Table", AccountMatch.__table__)  # type: ignore[attr-defined]
MATCHING_DECISION = cast("Table", MatchingDecision.__table__)  # type: ignore[attr-defined]
