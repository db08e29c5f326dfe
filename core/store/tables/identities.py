"""The tables of who signs in, when sessions end, and who was given which role."""

from __future__ import annotations

import datetime as dt
from typing import cast

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text
from sqlmodel import Field, SQLModel

from core.store.engine.column_types import Instant


class SignInIdentity(SQLModel, table=True):
    """Somebody at the sign-in provider, known by issuer and subject, and the employee who that is.

    `email` is the address with which they were bound or, while they are not, came last. Bound: `bound_at` is set, and
    `employee_id` too unless it is an admin outside the directory, or somebody whom an undone import had added.
    Otherwise they are refused until an admin accepts them; after `released_at`, they are not bound by themselves again
    either, nor are those who were waiting then. Sign-ins of up to `ended_at` have ended, on every device.
    """

    __tablename__ = "sign_in_identity"
    issuer: str = Field(sa_column=Column(Text, primary_key=True))
    subject: str = Field(sa_column=Column(Text, primary_key=True))
    email: str = Field(sa_column=Column(Text, nullable=False, index=True))
    employee_id: int | None = Field(
        default=None, sa_column=Column(Integer, ForeignKey("employee.id", ondelete="CASCADE"), unique=True)
    )
    first_seen_at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))
    bound_at: dt.datetime | None = Field(default=None, sa_column=Column(Instant))
    released_at: dt.datetime | None = Field(default=None, sa_column=Column(Instant))
    ended_at: dt.datetime | None = Field(default=None, sa_column=Column(Instant))


EVERYBODY = "everybody"


class SessionEnd(SQLModel, table=True):
    """When a sign-in ended by signing out, or ends unless its person comes again before.

    `digest` is a hash of what the provider said at that sign-in. The row of `EVERYBODY` stands for all sign-ins of up
    to `ends_at`.
    """

    __tablename__ = "session_end"
    digest: str = Field(sa_column=Column(Text, primary_key=True))
    ends_at: dt.datetime = Field(sa_column=Column(Instant, nullable=False, index=True))


class RoleGrant(SQLModel, table=True):
    """A role that an employee was given in the app or on the command line, by whom and when, and when it was taken."""

    __tablename__ = "role_grant"
    __table_args__ = (Index("ix_role_grant_employee_role", "employee_id", "role"),)
    id: int | None = Field(default=None, primary_key=True)
    employee_id: int = Field(sa_column=Column(Integer, ForeignKey("employee.id", ondelete="CASCADE"), nullable=False))
    role: str = Field(sa_column=Column(Text, nullable=False))
    granted_by: str = Field(sa_column=Column(Text, nullable=False))
    granted_at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))
    revoked_by: str | None = Field(default=None, sa_column=Column(Text))
    revoked_at: dt.datetime | None = Field(default=None, sa_column=Column(Instant))


def _table(model: type[SQLModel]) -> Table:
    return cast("Table", model.__table__)  # type: ignore[attr-defined]


SIGN_IN_IDENTITY = _table(SignInIdentity)
SESSION_END = _table(SessionEnd)
ROLE_GRANT = _table(RoleGrant)
